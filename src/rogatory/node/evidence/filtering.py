"""What was referred to the filter person: one original, sealed to the recipient whose identity she alone holds.

It is sealed as she fetches it, and her fetching is an act that is durable before; nothing of it is stored beside the package.
"""

from __future__ import annotations

from rogatory.errors import RequestError
from rogatory.node.desk import Desk, Person
from rogatory.node.evidence.opening import originals
from rogatory.node.evidence.resealing import Copy, some
from rogatory.node.working import load
from rogatory.procedure import Refusal


def copy_for_filter(desk: Desk, person: Person, case_id: str, referral: str, *, key: str | None = None) -> Copy | Refusal:
    """The original of a referral for the filter person, once her fetching was recorded."""
    made = desk.make(person, "open for filtering", {"referral": referral}, case_id, key=key)
    if isinstance(made, Refusal):
        return made
    house = desk.house
    case = load(house, case_id, house.clock.now()).case
    act = case.act(made.hash)
    found = next((one for one in case.referrals if one.act == referral), None)
    if act is None or act.parts.get("referral") != referral or found is None or found.outcome:  # a repeated call, decided since
        raise RequestError("it does not wait for you any more", where=referral[:80], cure="give each fetching a key of its own")
    if case.filter is None or case.filter.recipient is None:
        raise RequestError("nothing says to whom it is sealed", where=referral[:80], cure="accept the task first")
    files = [one for one in originals(house, case_id, found.digest) if one.name == found.file]
    if not files:
        raise RequestError("the package holds no such original", where=referral[:80], cure="ask who referred it")
    return some(house, case, found.digest, files, case.filter.recipient, [{"what": "referred to the filter person", "act": referral}])

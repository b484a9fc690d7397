"""A package for other proceedings, or for an authority of another State: what a judge allowed, sealed anew to its own recipient.

The originals are the same, byte for byte, in a new bag whose custody says from which package they come, by which act and law, and on
which conditions they may be used: so the conditions travel with the data. What the filter person kept out is not in it.
"""

from __future__ import annotations

from rogatory.canonical import Value
from rogatory.errors import RequestError
from rogatory.node.desk import Desk, Person
from rogatory.node.evidence.opening import Look, record
from rogatory.node.evidence.resealing import Copy, sealed_to_other
from rogatory.node.working import load
from rogatory.procedure import Refusal

PURPOSE = "Hand over what a judge allowed"
FOR = {"allow secondary use": "* for other proceedings", "transfer onward": "* for another State"}
TRAVELS = ("proceedings", "authority", "state", "law", "approval", "conditions")


def copy_for_other(desk: Desk, person: Person, case_id: str, act: str, *, key: str | None = None) -> Copy | Refusal:
    """The copy that such an act allows, once its making was recorded. `RequestError` if there is no such act."""
    house = desk.house
    case = load(house, case_id, house.clock.now()).case
    found = case.act(act)
    if found is None or found.kind not in FOR:
        raise RequestError("no judge has allowed anything by that act", where=act[:80], cure="name the act that allows it")
    digest, recipient = str(found.parts["package"]), str(found.parts["recipient"])
    look = Look(package=digest, use_for="these-proceedings", purpose=PURPOSE, file=FOR[found.kind])
    made = record(desk, person, case_id, look, key)
    if isinstance(made, Refusal):
        return made
    stated: dict[str, Value] = {name: found.parts[name] for name in TRAVELS if name in found.parts}
    return sealed_to_other(house, case_id, digest, recipient, [{"what": found.kind, "act": act, **stated}], same_bag=False)

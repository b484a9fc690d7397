"""A package for the defence, for other proceedings, or for another State: what a judge allowed, sealed anew to one recipient.

For the defence the bag inside stays as it was, byte for byte, with its description and the order; only the recipient changes. So counsel
checks the same manifests and the same hashes, with the public `age` tool and any BagIt tool. For others the originals are the same in a
new bag, whose custody says from which package they come, by which act and law, and on which conditions they may be used: so the
conditions travel with the data. What the filter person kept out is in none: then a new bag holds the rest, and its custody names the gap.
"""

from __future__ import annotations

from collections.abc import Collection

from rogatory.canonical import Value
from rogatory.errors import RequestError
from rogatory.node.desk import Desk, Person
from rogatory.node.evidence.opening import Look, record
from rogatory.node.evidence.resealing import Copy, sealed_to_other
from rogatory.node.working import load
from rogatory.procedure import Refusal

PURPOSE = "Hand over what a judge allowed"
DISCLOSURE = "disclose to defence"
FOR = {DISCLOSURE: "* for the defence", "allow secondary use": "* for other proceedings", "transfer onward": "* for another State"}
"""The acts that allow a copy, and what is recorded as opened when it is made."""
TRAVELS = ("proceedings", "authority", "state", "law", "approval", "conditions")


def copy_allowed(desk: Desk, person: Person, case_id: str, act: str, kinds: Collection[str], *, key: str | None = None) -> Copy | Refusal:
    """The copy that an act of one of these kinds allows, once its making was recorded. `RequestError` if there is no such act."""
    house = desk.house
    case = load(house, case_id, house.clock.now()).case
    found = case.act(act)
    if found is None or found.kind not in kinds:
        raise RequestError("no judge has allowed such a copy by that act", where=act[:80], cure="name the act that allows it")
    digest, recipient = str(found.parts["package"]), str(found.parts["recipient"])
    look = Look(package=digest, use_for="these-proceedings", purpose=PURPOSE, file=FOR[found.kind])
    made = record(desk, person, case_id, look, key)
    if isinstance(made, Refusal):
        return made
    stated: dict[str, Value] = {name: found.parts[name] for name in TRAVELS if name in found.parts}
    chain: list[Value] = [{"what": found.kind, "act": act, **stated}]
    return sealed_to_other(house, case_id, digest, recipient, chain, same_bag=found.kind == DISCLOSURE)

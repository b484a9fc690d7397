"""A package for the defence: what a judge disclosed, opened once and sealed anew to counsel's own recipient.

The bag inside stays as it was, byte for byte, with its description and the order; only the recipient changes. So counsel checks
the same manifests and the same hashes, with the public `age` tool and any BagIt tool. What the filter person kept out is not
disclosed: then a new bag holds the rest, and its custody names the gap.
"""

from __future__ import annotations

from rogatory.errors import RequestError
from rogatory.node.desk import Desk, Person
from rogatory.node.evidence.opening import Look, record
from rogatory.node.evidence.resealing import Copy, sealed_to_other
from rogatory.node.working import load
from rogatory.procedure import Refusal

PURPOSE = "Hand the disclosed copy to counsel"
DISCLOSED = "* for the defence"


def copy_for_counsel(desk: Desk, person: Person, case_id: str, act: str, *, key: str | None = None) -> Copy | Refusal:
    """The copy that a `disclose to defence` act allows, once its making was recorded. `RequestError` if there is no such act."""
    house = desk.house
    case = load(house, case_id, house.clock.now()).case
    found = case.act(act)
    if found is None or found.kind != "disclose to defence":
        raise RequestError("no judge has disclosed anything by that act", where=act[:80], cure="name the act that discloses")
    digest, recipient = str(found.parts["package"]), str(found.parts["recipient"])
    look = Look(package=digest, use_for="these-proceedings", purpose=PURPOSE, file=DISCLOSED)
    made = record(desk, person, case_id, look, key)
    if isinstance(made, Refusal):
        return made
    return sealed_to_other(house, case_id, digest, recipient, [{"what": "disclosed to the defence", "act": act}], same_bag=True)

"""A package for the defence: what a judge disclosed, opened once and sealed anew to counsel's own recipient.

The bag inside stays as it was, byte for byte, with its description and the order; only the recipient changes. So counsel checks
the same manifests and the same hashes, with the public `age` tool and any BagIt tool.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rogatory.custody import ENTROPY
from rogatory.custody.age import Sealing, opened, read_header
from rogatory.errors import RequestError
from rogatory.node.desk import Desk, Person
from rogatory.node.evidence.opening import Look, identity_of, record
from rogatory.node.evidence.workers import workers
from rogatory.node.working import load
from rogatory.procedure import Refusal

PURPOSE = "Hand the disclosed copy to counsel"
DISCLOSED = "* for the defence"
PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A package sealed to counsel: its digest and size, and its bytes."""

    digest: str
    size: int
    pieces: Iterator[bytes]


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
    identity = identity_of(house, case_id, digest)
    out = house.store.scratch()
    with house.store.open(digest) as stream, workers() as lent:
        writing = Sealing(out, recipient=recipient, entropy=os.urandom(ENTROPY), workers=lent)
        try:
            for piece in opened(stream, read_header(stream), identity):
                writing.write(piece)
            writing.close()
        except BaseException:
            writing.abandon()
            out.close()
            raise
    return Copy(digest=writing.hash.hexdigest(), size=writing.size, pieces=_pieces(out))


def _pieces(out: BinaryIO) -> Iterator[bytes]:
    with out:
        out.seek(0)
        while piece := out.read(PIECE):
            yield piece

"""Seal again what lies here, to one other recipient: whole as it was, or some of its originals.

A package from which nothing is withheld keeps its bag byte for byte; only the recipient changes. Where originals are withheld, a
new bag holds the others, and its custody says how many are not in it and why.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from rogatory.canonical import Value
from rogatory.custody import ENTROPY, PackedFile, Purpose, SourceFile
from rogatory.custody import seal as seal_package
from rogatory.custody.age import Sealing, opened, read_header
from rogatory.errors import RequestError
from rogatory.moments import format_instant
from rogatory.node.evidence.opening import identity_of, originals, pieces_of
from rogatory.node.evidence.pieces import Pieces
from rogatory.node.evidence.workers import workers
from rogatory.node.installation import Installation
from rogatory.node.working import load
from rogatory.procedure import Case

PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A package sealed to one other recipient: its digest and size, and its bytes."""

    digest: str
    size: int
    pieces: Iterator[bytes]


def sealed_to_other(house: Installation, case_id: str, digest: str, recipient: str, chain: Sequence[Value], *, same_bag: bool) -> Copy:
    """A package for somebody else, without what is withheld; its custody goes on with `chain` unless the bag stays the same.

    `RequestError` while the filter person has not decided.
    """
    case = load(house, case_id, house.clock.now()).case
    gaps = case.withheld(digest)
    if any(not one.outcome for one in gaps.values()):
        raise RequestError("an original of this package is with the filter person", where=digest, cure="wait for her decision")
    if same_bag and not gaps:
        return _whole(house, case_id, digest, recipient)
    files = [one for one in originals(house, case_id, digest) if one.name not in gaps]
    if not files:
        raise RequestError("every original of this package is kept out", where=digest, cure="nothing of it can be given to anybody")
    left_out: list[Value] = [{"what": "original withheld", "why": one.gap} for one in gaps.values()]
    return some(house, case, digest, files, recipient, chain=[*chain, *left_out])


def some(  # of which package, which originals, for whom, with which custody
    house: Installation, case: Case, digest: str, files: Sequence[PackedFile], recipient: str, chain: Sequence[Value]
) -> Copy:
    """A new package with some originals of one that lies here."""
    case_id = case.ref.id if case.ref else ""
    line = next(one.line for one in case.packages if one.line.digest == digest)
    now = house.clock.now()
    facts: Mapping[str, Value] = {"case": case_id, "issuing": house.settings.institution, "addressee": house.settings.institution}
    out = house.store.scratch()
    try:
        with workers() as lent:
            manifest = seal_package(
                (_source(house, case_id, digest, one) for one in files),
                Purpose(
                    order=case.sent.act if case.sent else "",
                    item=line.item,
                    facts=facts,
                    chain=[{"what": "taken from a sealed package", "package": digest, "at": format_instant(now)}, *chain],
                ),
                recipient=recipient,
                at=now,
                entropy=os.urandom(ENTROPY),
                out=out,
                workers=lent,
            )
    except BaseException:
        out.close()
        raise
    return Copy(digest=manifest.digest, size=manifest.size, pieces=_pieces(out))


def _whole(house: Installation, case_id: str, digest: str, recipient: str) -> Copy:
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


def _source(house: Installation, case_id: str, digest: str, one: PackedFile) -> SourceFile:
    return SourceFile(name=one.name, stream=Pieces(pieces_of(house, case_id, digest, one)), size=one.size, sha256=one.sha256)


def _pieces(out: BinaryIO) -> Iterator[bytes]:
    with out:
        out.seek(0)
        while piece := out.read(PIECE):
            yield piece

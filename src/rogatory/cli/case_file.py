"""Verify a case file: every act's signature, contents and place in its node's log, and every package that lies beside it.

The numbers are those of `rogatory.ledger.verify`: 11 trust, 12 act, 13 contents, 5 and 6 the places, 14 packages. Nothing is
asked of any node; the trust list in the file is checked with the anchor's key, which the reader has from elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rogatory.act import disclose, read, verify
from rogatory.errors import RogatoryError
from rogatory.exchange.trust import TrustList, read_trust
from rogatory.ledger import read_receipt, read_vkey, verify_receipt
from rogatory.moments import instant

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was looked at: which step, what, whether it holds, and what is wrong if not."""

    step: int
    what: str
    ok: bool
    why: str = ""


def verify_case_file(value: Mapping[str, Any], *, anchor: Ed25519PublicKey, folder: Path) -> Iterator[Line]:
    """Everything that can be checked of a case file, line by line."""
    made = str(value.get("made_at", ""))
    try:
        at = instant(datetime.fromisoformat(made)) if made else instant(datetime.now(UTC))  # noqa: TID251  # a file without a date is judged today
        trust = read_trust(str(value["trust"]), anchor=anchor, at=at)
    except (RogatoryError, KeyError, ValueError) as error:
        yield Line(step=11, what="trust list", ok=False, why=str(error))
        return
    yield Line(step=11, what=f"trust list {trust.seq}, {len(trust.entities)} institutions", ok=True)
    for number, act in enumerate(value.get("acts", ())):
        yield from _act(number, act, trust)
    for package in value.get("packages", ()):
        line = _package(package, folder)
        if line is not None:
            yield line


def _act(number: int, act: Mapping[str, Any], trust: TrustList) -> Iterator[Line]:
    name = f"act {number}"
    try:
        skeleton = read(str(act["skeleton"]))
        name = f"act {number}, {skeleton.kind}, {skeleton.hash[:16]}"
        key = trust.act_key(skeleton.by.institution, skeleton.kid, skeleton.at)
        institution = trust.institution(skeleton.by.institution)
        if key is None or institution is None:
            yield Line(step=12, what=name, ok=False, why="its key was not good at that time, or its institution is not in the trust list")
            return
        verify(skeleton, key)
    except (RogatoryError, KeyError) as error:
        yield Line(step=12, what=name, ok=False, why=str(error))
        return
    yield Line(step=12, what=name, ok=True)
    try:
        shown = disclose(skeleton, [str(one) for one in act.get("disclosures", ())])
        yield Line(step=13, what=f"{name}: {len(shown.body)} parts", ok=True)
    except RogatoryError as error:
        yield Line(step=13, what=name, ok=False, why=str(error))
    if "receipt" not in act:
        yield Line(step=6, what=name, ok=False, why="it has no receipt: nothing proves that it stands in a log")
        return
    try:
        proved = verify_receipt(skeleton.hash, read_receipt(str(act["receipt"])), log_vkey=read_vkey(institution.log.vkey))
        yield Line(step=6, what=f"{name}: entry {proved.index} of {proved.checkpoint.origin}", ok=True)
    except RogatoryError as error:
        yield Line(step=6, what=name, ok=False, why=str(error))


def _package(package: Mapping[str, Any], folder: Path) -> Line | None:
    """A package that lies beside the case file, `<digest>.age`; nothing if it does not."""
    digest = str(package.get("digest", ""))
    path = folder / f"{digest}.age"
    if not path.is_file():
        return None
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            found.update(piece)
            size += len(piece)
    if size != package.get("size"):
        return Line(step=14, what=path.name, ok=False, why=f"it has {size} bytes, {package.get('size')} were announced")
    if found.hexdigest() != digest:
        return Line(step=14, what=path.name, ok=False, why=f"expected {digest}, found {found.hexdigest()}")
    return Line(step=14, what=path.name, ok=True)

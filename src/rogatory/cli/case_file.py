"""Verify a case file: every act's signature, contents and place in its node's log, and every package that lies beside it.

The numbers are those of `rogatory.ledger.verify`: 11 trust, 12 act, 13 contents, 1 to 6 the receipt, 10 growth, 14 packages.

- Nothing is asked of any node. The trust list in the file is checked with the anchor's key, which the reader has from
  elsewhere; it gives the key of each institution, of its log, and of the witnesses.
- The time at which the trust list must be in force is the one that the file gives (`made_at`), else that of its latest act,
  unless the reader names another. A newer list that the reader has is taken instead, at the time at which it was signed. No clock is read:
  a file verifies in twenty years as it does today.
- An unknown member, or one that stands twice, is wrong input. Everything else that does not verify is a line; none hides another.

Left to others: which acts were due (`rogatory.procedure`), the officer's own key (its enrolment is not in a case file).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rogatory.act import Contents, Skeleton, disclose, read, verify
from rogatory.canonical import Value
from rogatory.errors import ActError, FormError, ProofError, RogatoryError
from rogatory.exchange.logs import TrustedLog
from rogatory.exchange.trust import Entity, TrustList, read_trust
from rogatory.ledger import Check, Receipts, read_receipt
from rogatory.moments import Instant, format_instant, parse_canonical_instant

CHUNK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")
MAX_FILE = 1 << 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was looked at. `ok` is absent where it could not be; `why` and the two values say what is wrong."""

    check: Check
    what: str
    ok: bool | None = True
    why: str = ""
    expected: str = ""
    found: str = ""
    index: int | None = None


def read_case_file(text: str, *, where: str) -> Mapping[str, Value]:
    """The JSON of a case file with the members that it may have. `FormError` for anything else."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_float=_whole, parse_constant=_whole)
    except (ValueError, RecursionError) as error:
        cure = "give the folder of a log, a receipt (.tlog-proof) or a case file (.json), as it was handed out"
        raise FormError("is no log, receipt or case file", where=where, why=str(error)[:120], cure=cure) from error
    members = _members(value, where, needs={"v", "trust", "acts"}, may={"packages", "made_for", "made_at"})
    if type(members["v"]) is not int or members["v"] != 1:
        raise FormError("is no case file of version 1", where=where)
    _texts(members, where, "trust", "made_for", "made_at")
    for number, act in enumerate(_list(members, "acts", where)):
        place = f"{where}, acts[{number}]"
        of_act = _members(act, place, needs={"skeleton"}, may={"disclosures", "receipt"})
        _texts(of_act, place, "skeleton", "receipt")
        for one in _list(of_act, "disclosures", place):
            if not isinstance(one, str):
                raise FormError("is no text", where=f"{place}, disclosures")
    for number, package in enumerate(_list(members, "packages", where)):
        place = f"{where}, packages[{number}]"
        listed = _members(package, place, needs={"act", "digest", "size"}, may={"category"})
        _texts(listed, place, "act", "digest", "category")
        if type(listed["size"]) is not int:
            raise FormError("is no whole number", where=f"{place}, size")
    return members


def _once(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member stands twice")
    return dict(pairs)


def _whole(text: str) -> Value:
    raise ValueError(f"{text[:40]} is no whole number")


def _members(value: Value, where: str, *, needs: set[str], may: set[str]) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise FormError("is no object", where=where)
    wrong = sorted((needs - value.keys()) | (value.keys() - needs - may))
    if wrong:
        raise FormError(f"lacks or may not hold {wrong[0]!r}", where=where, cure="export the case file again")
    return value


def _texts(value: Mapping[str, Value], where: str, *names: str) -> None:
    wrong = next((name for name in names if name in value and not isinstance(value[name], str)), None)
    if wrong is not None:
        raise FormError("is no text", where=f"{where}, {wrong}")


def _list(value: Mapping[str, Value], name: str, where: str) -> list[Value]:
    found = value.get(name, [])
    if not isinstance(found, list):
        raise FormError("is no list", where=f"{where}, {name}")
    return found


@dataclass(slots=True, kw_only=True)
class CaseFile:
    """A case file being verified, with what its acts have shown so far."""

    value: Mapping[str, Value]
    anchor: Ed25519PublicKey
    folder: Path
    at: Instant | None = None
    quorum: int = 0
    newer: TrustList | None = None
    shown: dict[str, Contents] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    heads: dict[tuple[str, int], bytes] = field(default_factory=dict)
    logs: Mapping[str, TrustedLog] = field(default_factory=dict)
    receipts: Receipts = field(default_factory=Receipts)
    now: Instant = field(init=False)

    def lines(self) -> Iterator[Line]:
        """Everything that can be checked, line by line."""
        # 11 trust
        try:
            at = self._moment()
            trust = self.newer or read_trust(str(self.value["trust"]), anchor=self.anchor, at=at)
            trust.check_in_force(at)
            self.logs, self.now = trust.logs, at
        except RogatoryError as error:
            yield Line(check=Check.TRUST, what="the trust list", ok=False, why=str(error))
            yield Line(check=Check.ACT, what="the acts: without a trust list nobody's keys are known", ok=None)
        else:
            what = f"the trust list, number {trust.seq}, is signed by the anchor and was in force at {format_instant(at)}"
            yield Line(check=Check.TRUST, what=what)
            acts = _list(self.value, "acts", "case file")
            for number, act in enumerate(acts, 1):
                if isinstance(act, Mapping):
                    yield from self._act(f"act {number} of {len(acts)}", number - 1, act, trust)
        # 14 packages
        for package in _list(self.value, "packages", "case file"):
            if isinstance(package, Mapping):
                yield from self._package(package)

    def _moment(self) -> Instant:
        if self.at is not None or self.newer is not None:
            return self.at or self.newer.issued_at  # type: ignore[union-attr]  # one of the two is there
        if "made_at" in self.value:
            return parse_canonical_instant(str(self.value["made_at"]))
        acts = [act for act in _list(self.value, "acts", "case file") if isinstance(act, Mapping)]
        if not acts:
            raise FormError("says no time and holds no act", where="case file", cure="give --at")
        return max(read(str(act["skeleton"])).at for act in acts)

    def _act(self, name: str, index: int, act: Mapping[str, Value], trust: TrustList) -> Iterator[Line]:
        # 12 act
        try:
            skeleton = read(str(act["skeleton"]))
        except RogatoryError as error:
            yield Line(check=Check.ACT, what=name, ok=False, why=str(error), index=index)
            return
        name = f"{name}, {skeleton.kind}, {skeleton.hash[:16]}"
        institution = trust.institution(skeleton.by.institution)
        try:
            _signed(skeleton, institution, trust)
            what = f"{name}: signed by {skeleton.by.institution} on {format_instant(skeleton.at)}"
            yield Line(check=Check.ACT, what=what, index=index)
        except RogatoryError as error:
            yield Line(check=Check.ACT, what=name, ok=False, why=str(error), index=index)
        if skeleton.hash in self.seen:
            yield Line(check=Check.FORM, what=name, ok=False, why="it stands twice in the file", index=index)
        self.seen.add(skeleton.hash)
        # 13 contents
        try:
            disclosures = [str(one) for one in _list(act, "disclosures", name)]
            self.shown[skeleton.hash] = shown = disclose(skeleton, disclosures)
            what = f"{name}: its {len(shown.body)} shown parts are those that were signed"
            yield Line(check=Check.CONTENTS, what=what, index=index)
        except RogatoryError as error:
            yield Line(check=Check.CONTENTS, what=name, ok=False, why=str(error), index=index)
        # 1 to 6, and 10
        if institution is not None:
            yield from self._receipt(name, index, act, skeleton, institution)

    def _receipt(  # one act, who made it, who watches
        self,
        name: str,
        index: int,
        act: Mapping[str, Value],
        skeleton: Skeleton,
        institution: Entity,
    ) -> Iterator[Line]:
        if "receipt" not in act:
            why = "it has no receipt: nothing proves that it stands in a log; ask for the case file again, its step may have come since"
            yield Line(check=Check.PLACE_IN_LOG, what=name, ok=False, why=why, index=index)
            return
        try:
            receipt = read_receipt(str(act["receipt"]))
            log = self.logs[institution.log.origin]
            key = log.key_for(receipt.checkpoint, self.now)
            proved = self.receipts.verify(skeleton.hash, receipt, log_vkey=key, witnesses=log.witness_keys, quorum=self.quorum)
        except RogatoryError as error:
            yield Line(check=number_of(error), what=name, ok=False, why=str(error), index=index)
            return
        head = proved.checkpoint
        cosigned = f", cosigned by {len(proved.witnesses)} of {len(log.witnesses)}" if log.witnesses else ""
        what = f"{name}: stands in entry {proved.index} of {head.origin}, {head.size} entries{cosigned}"
        yield Line(check=Check.PLACE_IN_LOG, what=what, index=index)
        # 10 growth: what one file shows of it
        other = self.heads.setdefault((head.origin, head.size), head.root)
        if other != head.root:
            why = f"{head.origin} has signed two roots of {head.size} entries: keep both receipts, they prove it"
            yield Line(check=Check.GROWTH, what=name, ok=False, why=why, index=index, expected=other.hex(), found=head.root.hex())

    def _package(self, package: Mapping[str, Value]) -> Iterator[Line]:
        digest, size, act = str(package["digest"]), package["size"], str(package["act"])
        name = f"package {digest[:16]}"
        if act in self.shown:
            stated = dict(_stated(self.shown[act].body))
            if not stated:
                yield Line(check=Check.PACKAGES, what=f"{name}: act {act[:16]} does not show that it announced it", ok=None)
            elif stated.get(digest) != size:
                told = f"says {stated[digest]}" if digest in stated else "states other packages, and not this one"
                why = f"the case file says {size} bytes, its act {act[:16]} {told}"
                yield Line(check=Check.PACKAGES, what=name, ok=False, why=why)
        elif act not in self.seen:
            why = f"the act that announced it, {act[:16]}, is not in the file"
            yield Line(check=Check.PACKAGES, what=name, ok=False, why=why)
        path = self.folder / f"{digest}.age"
        if not _DIGEST.fullmatch(digest):
            yield Line(check=Check.PACKAGES, what=name, ok=False, why="its digest is no SHA-256 hash")
        elif not path.is_file():
            yield Line(check=Check.PACKAGES, what=f"{name}: {path.name} does not lie beside the case file", ok=None)
        else:
            yield _hashed(path, digest, size)


def _signed(skeleton: Skeleton, institution: Entity | None, trust: TrustList) -> Skeleton:
    by = skeleton.by.institution
    if institution is None:
        raise ActError("its institution is not in the trust list", where=by)
    key = trust.act_key(by, skeleton.kid, skeleton.at)
    if key is None:
        why = f"key {skeleton.kid} at {format_instant(skeleton.at)}"
        raise ActError("its key was not the institution's at that time", where=by, why=why)
    return verify(skeleton, key)


def number_of(error: RogatoryError) -> Check:
    """The number of the step at which a receipt failed."""
    if isinstance(error, ProofError):
        return next((check for check in Check if check.where == error.where), Check.FORM)
    return Check.FORM


def _stated(value: Value) -> Iterator[tuple[str, Value]]:
    """The digests that stand in the contents of an act, wherever that is, each with the size that goes with it."""
    if isinstance(value, Mapping):
        if "digest" in value and "size" in value:
            yield str(value["digest"]), value["size"]
        for item in value.values():
            yield from _stated(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _stated(item)


def _hashed(path: Path, digest: str, size: Value) -> Line:
    found, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            found.update(piece)
            length += len(piece)
    if length != size:
        cut = isinstance(size, int) and length < size
        why = f"its bytes from {length} on are missing" if cut else f"it goes on after byte {size}"
        return Line(check=Check.PACKAGES, what=path.name, ok=False, why=why, expected=f"{size} bytes", found=f"{length} bytes")
    if found.hexdigest() != digest:
        why = f"something in its bytes 0 to {length - 1} is altered"
        return Line(check=Check.PACKAGES, what=path.name, ok=False, why=why, expected=digest, found=found.hexdigest())
    return Line(check=Check.PACKAGES, what=f"{path.name}: its {length} bytes are those that were sealed")

"""What the oversight body compares when it counts a period again: statements of nodes, copies of their logs, the trust list.

The numbers are those that `rogatory recount check` prints:

0. The copy of each log is whole, signed by its log, and cosigned by a quorum of its witnesses.
1. A statement covers every entry of its period: it begins at a head that a quorum had cosigned before it, or at the log's beginning, and
   ends at one cosigned after it. Each step, built again from its seed and its acts, is the entry that the log signed.
2. Each act of a node in the period stands in one of its steps, and each act in a step is one of its acts, of about that time.
3. What one node says that it sent to another, that one has; what it has of another, that one made; both call it the same.

Nothing that a statement says is believed: a node may have made it up. A statement is not signed; it must lead to what the log has signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rogatory.canonical import from_base64url
from rogatory.errors import ProofError, RogatoryError
from rogatory.exchange.logs import TrustedLog
from rogatory.exchange.trust import TrustList
from rogatory.ledger import (
    EDGE,
    EMPTY_ROOT,
    LATE,
    Cosignature,
    Counted,
    SignedCheckpoint,
    bundles_of,
    inspect_log,
    leaf_hash,
    read_bundle,
    read_checkpoint,
    recount,
    root_of_leaves,
    verify_head,
)
from rogatory.moments import parse_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A node's statement, opened."""

    file: Path
    value: Mapping[str, Any]

    @property
    def institution(self) -> str:
        """Whose it is."""
        return str(self.value["institution"])

    @property
    def steps(self) -> tuple[Counted, ...]:
        """Its steps."""
        return tuple(Counted(leaf=one["leaf"], seed=from_base64url(one["seed"]), acts=tuple(one["acts"])) for one in self.value["steps"])

    @property
    def acts(self) -> dict[str, Mapping[str, Any]]:
        """The acts that its tables hold, by hash: those of the period, and those that stand in its entries."""
        return {str(one["hash"]): one for one in self.value["acts"]}

    @property
    def period(self) -> tuple[str, str]:
        """The first instant and the one at which the period ends, in the form in which they compare as texts."""
        return str(self.value["from"]), str(self.value["to"])

    def within(self, act: Mapping[str, Any]) -> bool:
        """Whether an act was made in the period."""
        since, until = self.period
        return since <= str(act["at"]) < until

    @property
    def own(self) -> dict[str, Mapping[str, Any]]:
        """The acts of this node itself that were made in the period."""
        return {digest: act for digest, act in self.acts.items() if act["by"] == self.institution and self.within(act)}


@dataclass(slots=True, kw_only=True)
class Copy:
    """A copy of a log, verified as far as it can be."""

    size: int
    entries: Mapping[int, bytes]
    witnesses: tuple[Cosignature, ...]
    wrong: tuple[str, ...]

    def root(self, size: int) -> bytes | None:
        """The root of its first entries; nothing if it has not so many."""
        if size > len(self.entries):
            return None
        return root_of_leaves([leaf_hash(self.entries[leaf]) for leaf in range(size)]) if size else EMPTY_ROOT


def copy_of(folder: Path, trust: TrustList) -> tuple[str, Copy]:
    """The copy in a folder, by its origin. `RogatoryError` if it is of no log that the trust list names."""

    def read_file(name: str) -> bytes | None:
        file = folder / name
        return file.read_bytes() if file.is_file() else None

    signed = read_checkpoint((read_file("checkpoint") or b"").decode("utf-8", errors="replace"))
    origin, size = signed.checkpoint.origin, signed.checkpoint.size
    named = trust.logs.get(origin)
    if named is None:
        raise ProofError("is of no log that the trust list names", where=str(folder), why=origin)
    report = inspect_log(read_file, log_vkey=named.signer_of(signed), witnesses=named.witness_keys, quorum=named.quorum)
    wrong = tuple(f"0. copy of {origin}, {found.file}: {found.says}" for found in report.findings)
    entries: dict[int, bytes] = {}
    for address in bundles_of(size) if report.compared else ():
        here = next((one for one in (address, address.whole) if (folder / one.path).is_file()), None)
        if here is not None and not wrong:
            for place, entry in enumerate(read_bundle((folder / here.path).read_bytes(), here)):
                entries[here.index * 256 + place] = entry
    return origin, Copy(size=size, entries=entries, witnesses=report.witnesses, wrong=wrong)


def compare(stated: Sequence[Stated], copies: Mapping[str, Copy], trust: TrustList) -> Iterator[str]:
    """Every difference, a sentence each."""
    for copy in copies.values():
        yield from copy.wrong
    for one in stated:
        yield from _one(one, copies, trust)
    yield from _peers(stated)


def is_open(one: Stated) -> bool:
    """Whether the period was not over when the node stated it: then it is counted up to the last entry stated, and goes on."""
    return "after" not in one.value


def _one(one: Stated, copies: Mapping[str, Copy], trust: TrustList) -> Iterator[str]:
    name, origin = one.institution, str(one.value["origin"])
    try:
        named = trust.log_of(name)
    except RogatoryError as error:
        yield f"1. {name}: {error}"
        return
    if named.origin != origin or origin not in copies:
        yield f"1. {name}: there is no copy of its log {named.origin} to count by"
        return
    before, after = None, None
    try:
        before, after = _head(one, "before", copies[origin], named), _head(one, "after", copies[origin], named)
        yield from _entries(one, before, after, copies[origin], named)
    except RogatoryError as error:
        yield f"1. {name}: a head that it states does not hold: {error}"
    yield from (f"1. {name}, entry {wrong.leaf}: {wrong.says}" for wrong in recount(one.steps, copies[origin].entries.get))
    yield from _tables(one, before, after)


def _entries(one: Stated, before: _Head | None, after: _Head | None, copy: Copy, named: TrustedLog) -> Iterator[str]:
    """1: no entry of the period is left out, at its edges or between them."""
    name, (since, until) = one.institution, map(_seconds, one.period)
    first = before.signed.checkpoint.size if before else 0
    last = after.signed.checkpoint.size if after else read_checkpoint(str(one.value["checkpoint"])).checkpoint.size
    if [step.leaf for step in one.steps] != list(range(first, max(first, last))):
        yield f"1. {name}: entries from {first} to {last - 1} are left out, or others are stated"
    if before and not _seen(before.times, named, before=since - EDGE):
        yield f"1. {name}: entries before {first} may be of the period: no quorum had cosigned that head before it"
    if after and not _seen(after.times, named, after=until + EDGE):
        yield f"1. {name}: entries from {last} on may be of the period: no quorum cosigned that head after it"
    over = _seen([int(line.timestamp) for line in copy.witnesses], named, after=until + EDGE)
    if after is None and last < copy.size and (over or not named.quorum):
        yield f"1. {name}: entries from {last} on are left out: by the copy of its log the period is over"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    signed: SignedCheckpoint
    times: Sequence[int]


def _head(one: Stated, which: str, copy: Copy, named: TrustedLog) -> _Head | None:
    """A head that the statement names. `ProofError` if the log has not signed it, or it is not of the copy."""
    if which not in one.value:
        return None
    signed = read_checkpoint(str(one.value[which]))
    lines = verify_head(signed, log_vkey=named.signer_of(signed), witnesses=named.witness_keys, quorum=named.quorum)
    if copy.root(signed.checkpoint.size) != signed.checkpoint.root:
        raise ProofError("is not of the copy of the log", where=f"head of {signed.checkpoint.size} entries")
    return _Head(signed=signed, times=[line.timestamp for line in lines])


def _seen(times: Sequence[int], named: TrustedLog, *, before: float = float("inf"), after: float = float("-inf")) -> bool:
    """Whether a quorum of witnesses stated a time before one instant and from another on."""
    return 0 < named.quorum <= sum(after <= time < before for time in times)


def _tables(one: Stated, before: _Head | None, after: _Head | None) -> Iterator[str]:
    """2: the acts of the tables against those of the steps, and the time that each bears against that of its entry."""
    name, acts = one.institution, one.acts
    placed = {digest: step.leaf for step in one.steps for digest in step.acts}
    for digest in sorted(one.own.keys() - placed.keys()):
        yield f"2. {name}, act {digest}: the tables hold it, and no entry of the period does"
    earliest = (min(before.times, default=float("-inf")) if before else float("-inf")) - LATE
    latest = (max(after.times, default=float("inf")) if after else float("inf")) + LATE
    for digest, leaf in sorted(placed.items()):
        act = acts.get(digest)
        if act is None or act["by"] != name:
            yield f"2. {name}, act {digest}: entry {leaf} of the log holds it, and the tables do not"
        elif not earliest <= _seconds(str(act["at"])) <= latest:
            yield f"2. {name}, act {digest}: says that it was made at {act['at']}, and stands in entry {leaf}, which is of another time"


def _peers(stated: Sequence[Stated]) -> Iterator[str]:
    """3: what one node says that it sent, and what the other says that it has, where both speak of that time."""
    by_name = {one.institution: one for one in stated}
    for one in stated:
        for digest, act in one.acts.items():
            for to in act["sent"] if act["by"] == one.institution else ():
                other = by_name.get(to)
                if other is not None and other.within(act) and digest not in other.acts:
                    yield f"3. act {digest} ({act['kind']}): {one.institution} has sent it to {to}, which does not have it"
            author = by_name.get(str(act["by"]))
            if author is None or author is one or not author.within(act):
                continue
            made = author.acts.get(digest)
            if made is None:
                yield f"3. act {digest} ({act['kind']}): {one.institution} has it from {author.institution}, which does not have it"
            elif (made["kind"], made["at"], made["by"]) != (act["kind"], act["at"], act["by"]):
                told = f"{made['kind']} of {made['at']}, {one.institution} {act['kind']} of {act['at']}"
                yield f"3. act {digest}: {author.institution} calls it {told}"


def _seconds(text: str) -> float:
    return parse_instant(text).timestamp()

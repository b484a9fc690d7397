"""Write an act and all that follows from it, in the caller's transaction, in as few statements as can be.

This is the only module that writes acts, cases, clocks, the outbox, proofs and announced packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from rogatory.canonical import Value
from rogatory.moments import Instant
from rogatory.node import comparisons
from rogatory.node.models import CaseRow, Clock, Compared, Contents, ForeignProof, Outbox, Package, Refused, Skeleton
from rogatory.node.statements import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """One act with its sealed contents."""

    hash: str
    kind: str
    case: str | None
    institution: str
    at: Instant
    text: str
    foreign: bool
    received_at: Instant | None
    nonce: str
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUpdate:
    """The case after its acts; `expected_version` is the one that was read, 0 for a new case."""

    id: str
    institution: str
    reference: str
    expected_version: int
    state: str
    summary: Mapping[str, Value]
    updated: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """One period of the case."""

    name: str
    elapsed: Instant | None
    legal: Instant | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One act due to one institution."""

    hash: str
    case: str
    to: str
    due_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignProofRow:
    """The proof that came with a foreign act."""

    hash: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRow:
    """A package that an act announces."""

    digest: str
    case: str
    act: str
    size: int
    incoming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """The keyed fingerprint of one identifier that was refused on the merits."""

    fingerprint: str
    case: str
    until: Instant
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """That a submission was compared with earlier refusals, and, sealed, what it met."""

    act: str
    case: str
    who: str
    count: int
    at: Instant
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRows:
    """Everything that is written together."""

    acts: tuple[ActRow, ...]
    case: CaseUpdate | None = None
    clocks: tuple[ClockRow, ...] | None = None
    outbox: tuple[OutboxRow, ...] = ()
    proofs: tuple[ForeignProofRow, ...] = ()
    packages: tuple[PackageRow, ...] = ()
    ending: tuple[str, ...] = ()
    """Digests of packages whose time has ended."""
    refusals: tuple[RefusedRow, ...] = ()
    comparisons: tuple[ComparedRow, ...] = ()


_CASES = Table(CaseRow, "id", "institution", "reference", "version", "state", "summary", "updated")
_SKELETONS = Table(Skeleton, "hash", "kind", "case", "institution", "at", "text", "foreign", "received_at", "nonce")
_CONTENTS = Table(Contents, "hash", "case", "sealed")
_CLOCKS = Table(Clock, "case", "name", "elapsed", "legal", "state")
_OUTBOX = Table(Outbox, "hash", "case", "to", "due_at", "tries", "state", "answer")
_PROOFS = Table(ForeignProof, "hash", "text")
_REFUSED = Table(Refused, "fingerprint", "case", "until", "sealed")
_COMPARED = Table(Compared, "act", "case", "who", "count", "at", "sealed")
_PACKAGES = Table(Package, "digest", "case", "act", "size", "direction", "state")

ONCE = "ON CONFLICT DO NOTHING"
NEWER = 'ON CONFLICT ("case", "name") DO UPDATE SET "elapsed" = EXCLUDED."elapsed", "legal" = EXCLUDED."legal", "state" = EXCLUDED."state"'


def version_of(case: str) -> int:
    """The version of a case; 0 if nothing is known of it."""
    with connection.cursor() as cursor:
        found = _CASES.read(cursor, case, "version")
    return int(str(found[0])) if found else 0


def write(rows: ActRows) -> bool:
    """Write all of it. `False`, and nothing to be kept, if the case has moved since it was read."""
    with connection.cursor() as cursor:
        return _write(cursor, rows)


def _write(cursor: CursorWrapper, rows: ActRows) -> bool:
    if rows.case is not None and not _case(cursor, rows.case):
        return False
    _SKELETONS.insert(
        cursor,
        [(one.hash, one.kind, one.case, one.institution, one.at, one.text, one.foreign, one.received_at, one.nonce) for one in rows.acts],
    )
    _CONTENTS.insert(cursor, [(one.hash, one.case, one.sealed) for one in rows.acts])
    if rows.case is not None and rows.clocks is not None:
        _clocks(cursor, rows.case.id, rows.clocks)
    _OUTBOX.insert(cursor, [(one.hash, one.case, one.to, one.due_at, 0, "waiting", "") for one in rows.outbox], conflict=ONCE)
    _PROOFS.insert(cursor, [(one.hash, one.text) for one in rows.proofs])
    announced = [(one.digest, one.case, one.act, one.size, "in", "announced") for one in rows.packages if one.incoming]
    _PACKAGES.insert(cursor, announced, conflict=ONCE)
    _REFUSED.insert(cursor, [(one.fingerprint, one.case, one.until, one.sealed) for one in rows.refusals])
    _COMPARED.insert(cursor, [(one.act, one.case, one.who, one.count, one.at, one.sealed) for one in rows.comparisons])
    if rows.ending:
        Package.objects.filter(digest__in=rows.ending).exclude(state="purged").update(state="ending")
    for one in rows.packages:
        Package.objects.filter(digest=one.digest, case=one.case, direction="held").update(act=one.act, direction="out", state="waiting")
    return True


def forget_refusals(now: Instant) -> None:
    """Remove the fingerprints whose time is over, and everything of the kind of a case that was purged (RIGHTS, H4 and H12)."""
    purged = CaseRow.objects.filter(state="purged").values("id")
    Refused.objects.filter(until__lte=now).delete()
    Refused.objects.filter(case__in=purged).delete()
    comparisons.settle(now)


def _case(cursor: CursorWrapper, case: CaseUpdate) -> bool:
    """Move the case one version on; of two writers of a new case the second writes nothing."""
    version, summary = case.expected_version + 1, dict(case.summary)
    if case.expected_version:
        return (
            _CASES.update(
                cursor,
                case.id,
                version=case.expected_version,
                changed={"version": version, "state": case.state, "summary": summary, "updated": case.updated},
            )
            == 1
        )
    row = (case.id, case.institution, case.reference, version, case.state, summary, case.updated)
    return _CASES.insert(cursor, [row], conflict=ONCE) == 1


def _clocks(cursor: CursorWrapper, case: str, clocks: tuple[ClockRow, ...]) -> None:
    _CLOCKS.insert(cursor, [(case, one.name, one.elapsed, one.legal, one.state) for one in clocks], conflict=NEWER)
    Clock.objects.filter(case=case).exclude(name__in=[one.name for one in clocks]).delete()

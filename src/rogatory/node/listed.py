"""What lists show of a case, with the digest by which a damaged row is found before it is shown.

A list is read without its acts. So that one flipped bit in a state, a name or an end of a period is not believed, the row of a case
carries the digest of all that lists show of it, its periods included. It finds damage, not an editor: `rogatory audit` folds each case
again from its signed acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rogatory.canonical import Value, encode, sha256_hex
from rogatory.moments import Instant, format_instant, instant
from rogatory.node.faults import damaged, database_name
from rogatory.node.models import CaseRow, Clock
from rogatory.node.rows import CaseUpdate, ClockRow

DIGEST = "digest"


def with_digest(case: CaseUpdate, clocks: Iterable[ClockRow]) -> Mapping[str, Value]:
    """The summary of a case with the digest of its row and its periods."""
    facts = {name: value for name, value in case.summary.items() if name != DIGEST}
    row = (case.id, case.institution, case.reference, case.state, case.updated)
    return {**facts, DIGEST: _digest(row, facts, clocks)}


def listed_cases() -> list[tuple[CaseRow, tuple[ClockRow, ...]]]:
    """Every case with its periods, newest first. `StorageError` if one is not as it was written, or stands twice."""
    clocks: dict[str, list[ClockRow]] = {}
    for one in Clock.objects.all():
        clocks.setdefault(str(one.case), []).append(
            ClockRow(name=one.name, elapsed=_instant(one.elapsed), legal=_instant(one.legal), state=one.state)
        )
    found = [(row, tuple(sorted(clocks.pop(str(row.id), ()), key=_by_end))) for row in CaseRow.objects.all()]
    for row, periods in found:
        check(row, periods)
    if clocks or len({row.id for row, _ in found}) != len(found):
        raise damaged(f"a case stands twice, or {len(clocks)} have periods and no row", where=f"{database_name()}, table case_row")
    return sorted(found, key=lambda one: one[0].updated, reverse=True)


def periods_of(case: str) -> tuple[ClockRow, ...]:
    """The periods of one case as they are stored."""
    rows = Clock.objects.filter(case=case)
    return tuple(ClockRow(name=one.name, elapsed=_instant(one.elapsed), legal=_instant(one.legal), state=one.state) for one in rows)


def check(row: CaseRow, clocks: Iterable[ClockRow]) -> None:
    """That a case and its periods are as they were written. `StorageError` if not."""
    facts = {name: value for name, value in row.summary.items() if name != DIGEST} if isinstance(row.summary, dict) else {}
    given = row.summary.get(DIGEST) if facts else ""
    shown = (str(row.id), row.institution, row.reference, row.state, instant(row.updated))
    if given is not None and given != _digest(shown, facts, clocks):
        raise damaged("the row or its periods are not as they were written", where=f"{database_name()}, table case_row, case {row.id}")


def _digest(row: tuple[str, str, str, str, Instant], facts: Mapping[str, Value], clocks: Iterable[ClockRow]) -> str:
    case, institution, reference, state, updated = row
    periods: list[Value] = [[one.name, _text(one.elapsed), _text(one.legal), one.state] for one in sorted(clocks, key=lambda one: one.name)]
    return sha256_hex(encode([case, institution, reference, state, format_instant(updated), dict(facts), periods]))


def _instant(value: object) -> Instant | None:
    return instant(value) if value else None  # type: ignore[arg-type]  # a datetime, as the model says


def _text(at: Instant | None) -> str:
    return format_instant(at) if at else "none"


def _by_end(one: ClockRow) -> tuple[bool, str]:
    return one.legal is not None, _text(one.legal)

"""When a step is shown: at a moment that is fixed before it is known what it holds (RIGHTS, H5).

A step with acts takes longer to compute and to commit than an empty one. Who polls the log would see by how much. So a step is made right
after one moment of the step's clock and committed with the moment at which it is shown, which is the next. Until then all that is public is
what it was: checkpoint, cosignatures, tiles, receipts. Cosignatures wait for a moment too.

- Each reader compares the clock with what is stored: nothing is written at the moment itself, so no lock and no load can delay it.
- A step that is not committed when its moment comes is shown when it is. What the worker prepares in a step is bounded for that.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from rogatory.moments import Instant, instant
from rogatory.node.models import Checkpoint, Cosignature, Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The size of the log that is shown, and the number of the last cosignature."""

    size: int
    line: int


def limit(now: Instant) -> Limit | None:
    """Up to where the log is shown now; nothing if all of it is."""
    row = Shown.objects.first()
    if row is None:
        return None
    if instant(row.at) <= now:
        return Limit(size=row.size, line=row.line)
    return Limit(size=row.size_before, line=row.line_before)


def show_at(size: int, at: Instant, *, now: Instant) -> None:
    """Have a log of this size, with the cosignatures that are here, shown from that instant on; in the caller's transaction."""
    before = limit(now) or Limit(size=_size(), line=_line())
    Shown.objects.update_or_create(
        id=1, defaults={"size": size, "line": _line(), "at": at, "size_before": before.size, "line_before": before.line}
    )


def show_all() -> None:
    """Have everything shown at once: a log that is made by hand."""
    Shown.objects.all().delete()


def _size() -> int:
    return Checkpoint.objects.aggregate(newest=Max("size"))["newest"] or 0


def _line() -> int:
    return Cosignature.objects.aggregate(newest=Max("id"))["newest"] or 0

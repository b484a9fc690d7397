"""How many identifiers this node compared with what it had refused: counted for ever, published late and rounded (RIGHTS, H3, H4).

Published is a fixed grid: every quarter of a year (UTC) from the node's first act on, once the quarter after it has ended too, in
full tens, and below ten as "fewer than 10". So a single submission shows in no number, and no number says when one came.

Left to others: what is compared and what matched (`refusals`). What matched is counted nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from rogatory.moments import Instant, instant
from rogatory.node.models import CaseRow, Compared, ComparedSum, Skeleton

GRAIN: Final = 10


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year in UTC, written `2026-Q4`."""

    year: int
    number: int

    @classmethod
    def of(cls, at: Instant) -> Quarter:
        """The quarter in which a moment lies."""
        return cls(at.year, (at.month + 2) // 3)

    @property
    def next(self) -> Quarter:
        """The quarter after this one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        """The quarter before this one."""
        return Quarter(self.year - (self.number == 1), (self.number + 2) % 4 + 1)

    @property
    def start(self) -> Instant:
        """Its first moment."""
        return instant(datetime(self.year, self.number * 3 - 2, 1, tzinfo=UTC))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is told of one quarter: `compared` in full tens, or nothing if fewer than ten."""

    quarter: str
    compared: int | None


def published(now: Instant) -> tuple[Published, ...]:
    """Every quarter that may be told of now, the oldest first."""
    first = Skeleton.objects.aggregate(first=Min("at"))["first"]
    if first is None:
        return ()
    told, quarter, end = [], Quarter.of(instant(first)), Quarter.of(now).before
    sums = Counter(dict(ComparedSum.objects.values_list("quarter", "count")))
    sums.update(_sums(_over(end).values_list("at", "count")))
    while quarter < end:
        told.append(Published(quarter=str(quarter), compared=sums[str(quarter)] // GRAIN * GRAIN or None))
        quarter = quarter.next
    return tuple(told)


def settle(now: Instant) -> None:
    """Move the counts of quarters that are told of, and of purged cases, into the sums; remove what purged cases had compared."""
    purged = Q(case__in=CaseRow.objects.filter(state="purged").values("id"))
    for rows in (Compared.objects.filter(purged), _over(Quarter.of(now).before)):
        with transaction.atomic():
            found = list(rows.select_for_update().values_list("pk", "at", "count"))
            for quarter, count in _sums((at, count) for _, at, count in found).items():
                ComparedSum.objects.get_or_create(quarter=quarter)
                ComparedSum.objects.filter(pk=quarter).update(count=F("count") + count)
            Compared.objects.filter(pk__in=[act for act, _, _ in found]).update(count=0)
    Compared.objects.filter(purged, count=0).delete()


def _over(end: Quarter) -> QuerySet[Compared]:
    return Compared.objects.filter(count__gt=0, at__lt=end.start)


def _sums(rows: Iterable[tuple[datetime, int]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for at, count in rows:
        sums[str(Quarter.of(instant(at)))] += count
    return sums

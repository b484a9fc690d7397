"""The only place that reads a clock.

A node never signs with a clock that lies more than 5 seconds below the highest instant it has used: it waits until the
clock has caught up, or two registrars have recorded that the clock is right now (`correct clock`; THREATS, time). That act
alone is made by the clock as it is set. From then on the node goes on from there; what was signed too late stays as it stands.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Protocol

from django.conf import settings
from django.db.models import Max
from django.utils.module_loading import import_string

from rogatory.errors import ClockError
from rogatory.moments import Instant, format_instant, instant

TOLERANCE = timedelta(seconds=5)
APART = timedelta(hours=1)
"""Within which two registrars must record that the clock is right."""


class Clock(Protocol):
    """Where the node's time comes from."""

    def now(self) -> Instant:
        """The present instant."""
        ...

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock, for steps and spells."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """The present instant."""
        return instant(datetime.now(UTC))

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return time.monotonic()


class GuardedClock:
    """A clock that refuses to fall behind what was already signed, and never gives an instant twice in reverse."""

    def __init__(self, source: Clock, highest: Instant | None = None, *, used: Callable[[], Instant | None] = lambda: None) -> None:
        """`used` gives the highest instant that this node has used since its clock was last corrected."""
        self._source = source
        self._highest = highest
        self._used = used
        self._as_set: ContextVar[bool] = ContextVar("as_set", default=False)

    def now(self) -> Instant:
        """The present instant. `ClockError` if the clock was turned back."""
        now = self._source.now()
        if self._as_set.get():
            return now
        if self._highest is not None and self._highest - now > TOLERANCE:
            self._highest = self._used() or self._highest
        if self._highest is not None and now < self._highest:
            if self._highest - now > TOLERANCE:
                raise ClockError(
                    "the clock was turned back",
                    where=format_instant(now),
                    why=f"this node has already signed at {format_instant(self._highest)}",
                    cure="set the clock right; this node signs nothing until it has caught up, or two registrars record "
                    "that it is right ('correct clock')",
                )
            now = self._highest
        self._highest = now
        return now

    @contextmanager
    def as_set(self) -> Iterator[None]:
        """Inside the block the clock is taken as it is set: for the act by which two persons record that it is right."""
        mark = self._as_set.set(True)
        try:
            yield
        finally:
            self._as_set.reset(mark)

    def for_act(self, kind: str) -> AbstractContextManager[None]:
        """The clock by which an act of this kind is made: as it is set, where two persons say that it is right."""
        return self.as_set() if kind == "correct clock" else nullcontext()

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return self._source.monotonic()


@cache
def get_clock() -> GuardedClock:
    """The clock of this process, guarded by the highest instant that this node has used."""
    source: Clock = import_string(settings.ROGATORY_CLOCK_CLASS)()
    return GuardedClock(source, highest_used(), used=highest_used)


def highest_used() -> Instant | None:
    """The highest instant that this node has used, since two registrars last recorded that its clock is right."""
    from rogatory.node.models import CaseRow, Place, Skeleton  # noqa: PLC0415  # models need a configured Django

    own = Skeleton.objects.filter(foreign=False)
    corrected = _corrected()
    if corrected is None:
        known = own.order_by("-at").values_list("at", flat=True).first(), CaseRow.objects.aggregate(last=Max("updated"))["last"]
        return max((instant(one) for one in known if one), default=None)
    at, hashes = corrected
    leaf = Place.objects.filter(hash__in=hashes).aggregate(last=Max("leaf"))["last"]
    if Place.objects.filter(hash__in=hashes).count() < len(hashes):
        return at
    since = own.filter(hash__in=Place.objects.filter(leaf__gt=leaf).values("hash")).aggregate(last=Max("at"))["last"]
    return max(at, instant(since)) if since else at


def _corrected() -> tuple[Instant, tuple[str, str]] | None:
    """When two registrars last recorded, within one hour, that the clock is right, and by which acts."""
    from rogatory.act import read  # noqa: PLC0415  # only where a clock was corrected
    from rogatory.node.models import Place, Skeleton  # noqa: PLC0415  # as above

    acts = [read(text) for text in Skeleton.objects.filter(foreign=False, kind="correct clock").values_list("text", flat=True)]
    leaves = dict(Place.objects.filter(hash__in=[one.hash for one in acts]).values_list("hash", "leaf"))
    acts.sort(key=lambda one: (leaves.get(one.hash, sys.maxsize), one.at))
    for first, second in reversed(list(pairwise(acts))):
        if first.by.officer != second.by.officer and abs(second.at - first.at) <= APART:
            return max(first.at, second.at), (first.hash, second.hash)
    return None

"""The only place that reads a clock.

A node never signs with a clock that lies more than 5 seconds below the highest instant it has used: it waits until the
clock has caught up (THREATS, time). A `correct clock` act puts on record what was wrong; it does not yet shorten the wait.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from rogatory.errors import ClockError
from rogatory.moments import Instant, format_instant, instant

TOLERANCE = timedelta(seconds=5)


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

    def __init__(self, source: Clock, highest: Instant | None = None) -> None:
        self._source = source
        self._highest = highest

    def raise_to(self, used: Instant | None) -> None:
        """Remember an instant that this node has used."""
        if used is not None and (self._highest is None or used > self._highest):
            self._highest = used

    def now(self) -> Instant:
        """The present instant. `ClockError` if the clock was turned back."""
        now = self._source.now()
        if self._highest is not None and now < self._highest:
            if self._highest - now > TOLERANCE:
                raise ClockError(
                    "the clock was turned back",
                    where=format_instant(now),
                    why=f"this node has already signed at {format_instant(self._highest)}",
                    cure="set the clock right; until it has caught up, this node signs nothing",
                )
            now = self._highest
        self._highest = now
        return now

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return self._source.monotonic()


@cache
def get_clock() -> GuardedClock:
    """The clock of this process, guarded by the highest instant that this node has used."""
    from rogatory.node.models import CaseRow, Skeleton  # noqa: PLC0415  # models need a configured Django

    source: Clock = import_string(settings.ROGATORY_CLOCK_CLASS)()
    clock = GuardedClock(source)
    own = Skeleton.objects.filter(foreign=False).order_by("-at").values_list("at", flat=True).first()
    used = CaseRow.objects.order_by("-updated").values_list("updated", flat=True).first()
    clock.raise_to(instant(own) if own else None)
    clock.raise_to(instant(used) if used else None)
    return clock

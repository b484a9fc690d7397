"""When to try again: 1 s, doubling to 10 min, until the order ends; visible to its officer after the third try."""

from __future__ import annotations

from datetime import timedelta

FIRST, LONGEST = timedelta(seconds=1), timedelta(minutes=10)
VISIBLE_AFTER = 3


def next_try(tries: int) -> timedelta:
    """How long to wait after that many tries.

    >>> [next_try(n).total_seconds() for n in (1, 2, 3, 30)]
    [1.0, 2.0, 4.0, 600.0]
    """
    doublings: int = min(max(tries - 1, 0), 12)
    return min(FIRST * (1 << doublings), LONGEST)

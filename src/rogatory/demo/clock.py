"""The demonstration's clock: real time plus an offset that only grows, in one file that its processes share.

Nothing but the settings module `demo` names this class; a node outside the demonstration has no such control.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rogatory.errors import ConfigurationError
from rogatory.moments import Instant, instant

CLOCK_FILE = "ROGATORY_DEMO_CLOCK"


class UnsafeDemoClock:
    """A clock that can be moved forward, for demonstrations only."""

    def __init__(self) -> None:
        path = os.environ.get(CLOCK_FILE)
        if not path:
            raise ConfigurationError("the demonstration's clock has no file", where=CLOCK_FILE, cure="run: rogatory demo")
        self._path = Path(path)

    def now(self) -> Instant:
        """The moved time."""
        return instant(datetime.now(UTC) + read_offset(self._path))

    def monotonic(self) -> float:
        """The machine's own monotonic clock: the ledger's steps are never moved."""
        return time.monotonic()


def read_offset(path: Path) -> timedelta:
    """By how much the demonstration is ahead."""
    try:
        return timedelta(milliseconds=int(path.read_text()))
    except FileNotFoundError:
        return timedelta()


def move(path: Path, by: timedelta) -> None:
    """Move the demonstration forward; never back."""
    if by < timedelta():
        raise ConfigurationError("the clock can only be moved forward", where=str(by), cure="give a longer time")
    offset = read_offset(path) + by
    beside = path.with_suffix(".new")
    beside.write_text(str(offset // timedelta(milliseconds=1)))
    beside.replace(path)

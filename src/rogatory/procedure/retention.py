"""Until when evidence is kept, counted alike at both nodes from the same acts (LED Arts. 4(1)(e) and 5).

The order names the days; they are counted from the day of the answer (UTC), and the answer states the last day, so that both
sides have agreed before anything is released. A reasoned extension moves it. The data go at 24:00 of that day, local time of
the node's State.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rogatory.moments import Instant, instant, parse_day
from rogatory.procedure.case import Case

KEEP = "keep the evidence"
"""The name of this period on every page."""


def kept_until(answered: date, days: int) -> date:
    """The last day on which what was answered on a day is kept.

    >>> kept_until(date(2026, 9, 17), 365).isoformat()
    '2027-09-17'
    """
    return answered + timedelta(days=days)


def keeping_ends(case: Case, zone: str) -> Instant | None:
    """24:00 of the last day, in the zone of the node's State; nothing while no evidence was produced."""
    if case.kept_until is None:
        return None
    midnight = datetime.combine(parse_day(case.kept_until) + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))
    return instant(midnight.astimezone(UTC))

"""Until when evidence is kept, counted alike at both nodes from the same acts (LED Arts. 4(1)(e) and 5).

- The order names the days, for all that it asks or for one item; an item asks for data of one category.
- They are counted from the day of the answer (UTC), and the answer states the last day of each item, so that both sides have
  agreed before anything is released. A reasoned extension moves it.
- The data of an item go at 24:00 of its last day, local time of the node's State. The case goes with its last item.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rogatory.moments import Instant, instant, parse_day
from rogatory.procedure.case import Case, Sent
from rogatory.procedure.order import Item

KEEP = "keep the evidence"
"""The name of the last of these periods on every page; that of an item which ends earlier is `keep` and its name."""


def days_of(item: Item, of_order: int) -> int:
    """For how many days the data of an item are kept: its own days, or those of the order."""
    return item.retention_days or of_order


def kept_until(answered: date, days: int) -> date:
    """The last day on which what was answered on a day is kept.

    >>> kept_until(date(2026, 9, 17), 365).isoformat()
    '2027-09-17'
    """
    return answered + timedelta(days=days)


def agreed_ends(sent: Sent, answered: date) -> Mapping[str, str]:
    """For each item the last day on which it is kept, if it is answered on that day."""
    return {item.id: kept_until(answered, days_of(item, sent.retention_days)).isoformat() for item in sent.items}


def ends(case: Case, zone: str) -> Mapping[str, Instant]:
    """For each item that has not ended, 24:00 of its last day in the zone of the node's State; nothing before an answer."""
    return {item: end_of_day(day, zone) for item, day in sorted(case.ends.items()) if item not in case.ended}


def end_of_day(day: str, zone: str) -> Instant:
    """24:00 of a day.

    >>> end_of_day("2026-09-17", "Europe/Paris").isoformat()
    '2026-09-17T22:00:00+00:00'
    """
    midnight = datetime.combine(parse_day(day) + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))
    return instant(midnight.astimezone(UTC))

"""The counting of time, read a second time: days, working days, plain days, full hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.law.contract.words import ZONES
from tests.law.contract.worlds import World


def local_day(moment: datetime, state: str) -> date:
    return moment.astimezone(ZoneInfo(ZONES[state])).date()


def midnight(day: date, state: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo(ZONES[state])).astimezone(UTC)


def works(w: World, day: date, state: str) -> bool:
    return day.isoweekday() < 6 and day not in w.calendar[state]


def union_days(w: World, event: str, count: int, state: str) -> datetime:
    first = local_day(w.events[event], state)
    last = first + timedelta(days=count)
    while not works(w, last, state):
        last += timedelta(days=1)
    while sum(works(w, first + timedelta(days=n), state) for n in range(1, (last - first).days + 1)) < 2:
        last += timedelta(days=1)
    return midnight(last, state)


def working(w: World, event: str, count: int, state: str) -> datetime:
    day = local_day(w.events[event], state)
    while count:
        day += timedelta(days=1)
        count -= works(w, day, state)
    return midnight(day, state)


def plain(w: World, event: str, count: int, state: str) -> datetime:
    return midnight(local_day(w.events[event], state) + timedelta(days=count), state)


def full_hours(w: World, event: str, count: int) -> datetime:
    start = w.events[event].astimezone(UTC)
    next_hour = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return next_hour + timedelta(hours=count)


def passed(w: World, end: Any) -> bool:
    return isinstance(end, datetime) and w.at >= end


def few_working_days(w: World, event: str, count: int, state: str) -> bool:
    first, last = local_day(w.events[event], state), local_day(full_hours(w, event, count) - timedelta(seconds=1), state)
    return sum(works(w, first + timedelta(days=n), state) for n in range(1, (last - first).days + 1)) < 2

"""Count a period as the instrument says, and show the steps.

Union law: Regulation (EEC, Euratom) No 1182/71 (`law/` T1 to T9). Treaties: plain calendar days (T12).

- Days: the day of the event is not counted; the period ends at 24:00 local time of its last day; a Saturday, Sunday or
  public holiday moves the end to the next working day; and it holds two working days at least.
- A day of the year that the law names (31 March) is no period: nothing moves it.
- Hours are counted on the UTC line: `elapsed` is start plus hours; `legal` is the end of the n-th full clock hour after the
  hour of the event. Nothing moves them.

The steps are told in words by a language (`rogatory.law.tongue`).

>>> from rogatory.moments import format_instant, parse_instant
>>> ends = days(10, parse_instant("2026-09-07T10:12:00+01:00"), Place(zone="Europe/Dublin"))
>>> format_instant(ends.legal)
'2026-09-17T23:00:00.000Z'
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rogatory.law.steps import Step
from rogatory.moments import Instant, instant

DAY = timedelta(days=1)
WEEKEND = 5
LEAST_WORKING_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a duty lies: its zone, its public holidays, and the first and last day for which they are listed."""

    zone: str
    holidays: frozenset[date] = frozenset()
    listed_from: date = date.min
    listed_until: date = date.max

    def works(self, day: date) -> bool:
        """Whether a day is a working day there."""
        return day.weekday() < WEEKEND and day not in self.holidays

    def midnight_after(self, day: date) -> Instant:
        """24:00 local time of a day."""
        return instant(datetime.combine(day + DAY, time(), tzinfo=ZoneInfo(self.zone)))

    def day_of(self, moment: Instant) -> date:
        """The local day of a moment."""
        return moment.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The end of a period; nothing if a calendar that is needed ends before it."""

    elapsed: Instant | None = None
    legal: Instant | None = None
    steps: tuple[Step, ...] = ()
    flags: frozenset[str] = field(default_factory=frozenset)


def _beyond(first: date, last: date, place: Place) -> Counted | None:
    if place.listed_from <= first and last <= place.listed_until:
        return None
    return Counted(steps=(Step("not-listed", day=last if last > place.listed_until else first, zone=place.zone),))


def days(count: int, start: Instant, place: Place) -> Counted:
    """A period of days under Union law (T2 to T6)."""
    first = place.day_of(start)
    last = first + count * DAY
    steps = [Step("event-day", day=first), Step("nth-day", count=count, day=last)]
    while not place.works(last):
        steps.append(Step("holiday" if last in place.holidays else "weekend", day=last, next=last + DAY))
        last += DAY
    if count >= LEAST_WORKING_DAYS:
        while _working(first, last, place) < LEAST_WORKING_DAYS:
            steps.append(Step("two-working-days", day=last, next=last + DAY))
            last += DAY
    beyond = _beyond(first, last, place)
    if beyond:
        return beyond
    end = place.midnight_after(last)
    return Counted(legal=end, steps=(*steps, Step("ends", day=last, zone=place.zone, moment=end)))


def _working(first: date, last: date, place: Place) -> int:
    count, day = 0, first + DAY
    while day <= last and count < LEAST_WORKING_DAYS:
        count += place.works(day)
        day += DAY
    return count


def working_days(count: int, start: Instant, place: Place) -> Counted:
    """A period of working days under Union law."""
    first = day = place.day_of(start)
    steps, left = [Step("event-day", day=first)], count
    while left:
        day += DAY
        if place.works(day):
            left -= 1
        else:
            steps.append(Step("not-counted-holiday" if day in place.holidays else "not-counted-weekend", day=day))
    beyond = _beyond(first, day, place)
    if beyond:
        return beyond
    end = place.midnight_after(day)
    return Counted(
        legal=end,
        steps=(*steps, Step("nth-working-day", count=count, day=day), Step("ends", day=day, zone=place.zone, moment=end)),
    )


def plain_days(count: int, start: Instant, place: Place) -> Counted:
    """A period of calendar days that nothing moves (T12)."""
    first = place.day_of(start)
    last = first + count * DAY
    end = place.midnight_after(last)
    return Counted(
        legal=end,
        steps=(
            Step("event-day", day=first),
            Step("nth-day", count=count, day=last),
            Step("nothing-moves"),
            Step("ends", day=last, zone=place.zone, moment=end),
        ),
    )


def hours(count: int, start: Instant, place: Place) -> Counted:
    """A period of hours under Union law (T7 to T9)."""
    elapsed = instant(start + timedelta(hours=count))
    hour = start.replace(minute=0, second=0, microsecond=0)
    legal = instant(hour + timedelta(hours=count + 1))
    steps = [
        Step("elapsed", count=count, start=start, moment=elapsed, zone=place.zone),
        Step("full-hours", count=count, moment=legal, zone=place.zone),
    ]
    flags = set()
    if count >= 48:  # noqa: PLR2004  # the periods of open point O4
        last = place.day_of(instant(legal - timedelta(milliseconds=1)))
        if _working(place.day_of(start), last, place) < LEAST_WORKING_DAYS:
            flags.add("fewer-than-two-working-days")
            steps.append(Step("hours-not-stretched", count=count))
    return Counted(elapsed=elapsed, legal=legal, steps=tuple(steps), flags=frozenset(flags))


def elapsed_hours(count: int, start: Instant, place: Place) -> Counted:
    """So many hours from the event, as a target: the law gives no other way of counting them."""
    elapsed = instant(start + timedelta(hours=count))
    return Counted(elapsed=elapsed, steps=(Step("elapsed", count=count, start=start, moment=elapsed, zone=place.zone),))


def exact_hours(count: int, start: Instant, place: Place) -> Counted:
    """So many times sixty minutes, wherever it is."""
    end = instant(start.astimezone(UTC) + timedelta(hours=count))
    return Counted(legal=end, steps=(Step("elapsed", count=count, start=start, moment=end, zone=place.zone),))


def yearly(month_day: int, start: Instant, place: Place) -> Counted:
    """The next day of that name after the event: 331 is 31 March. A named day is no period, so nothing moves it."""
    first = place.day_of(start)
    last = first.replace(month=month_day // 100, day=month_day % 100)
    if last <= first:
        last = last.replace(year=last.year + 1)
    end = place.midnight_after(last)
    return Counted(
        legal=end, steps=(Step("named-day", day=last), Step("day-not-moved"), Step("ends", day=last, zone=place.zone, moment=end))
    )


def not_before(unit: str, count: int, start: Instant) -> Instant:
    """A moment before which such a period ends in no State: what is surely not yet over although the State is not known."""
    if unit in HOURLY:
        return instant(start + timedelta(hours=count))
    if unit == "yearly":
        return start
    return instant(start + count * DAY - timedelta(hours=3))


HOURLY = frozenset({"hours", "elapsed_hours", "exact_hours"})
COUNTING = {
    "days": days,
    "working_days": working_days,
    "plain_days": plain_days,
    "hours": hours,
    "elapsed_hours": elapsed_hours,
    "exact_hours": exact_hours,
    "yearly": yearly,
}
DAYS_OF_A_LEAP_YEAR = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

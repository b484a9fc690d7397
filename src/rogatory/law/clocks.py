"""Count a period as the instrument says, and show the steps.

Union law: Regulation (EEC, Euratom) No 1182/71 (`law/` T1 to T9). Treaties: plain calendar days (T12).

- Days: the day of the event is not counted; the period ends at 24:00 local time of its last day; a Saturday, Sunday or
  public holiday moves the end to the next working day; and it holds two working days at least.
- Hours are counted on the UTC line: `elapsed` is start plus hours; `legal` is the end of the n-th full clock hour after the
  hour of the event. Nothing moves them.

>>> from rogatory.moments import parse_instant
>>> ends = days(10, parse_instant("2026-09-07T10:12:00+01:00"), Place(zone="Europe/Dublin"))
>>> format_instant(ends.legal)
'2026-09-17T23:00:00.000Z'
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rogatory.moments import Instant, format_instant, instant

DAY = timedelta(days=1)
WEEKEND = 5
LEAST_WORKING_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a duty lies: its zone, its public holidays, and the last day for which they are listed."""

    zone: str
    holidays: frozenset[date] = frozenset()
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
    steps: tuple[str, ...] = ()
    flags: frozenset[str] = field(default_factory=frozenset)


def _name(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _beyond(day: date, place: Place) -> Counted | None:
    if day <= place.listed_until:
        return None
    return Counted(steps=(f"{_name(day)} lies beyond the last year whose holidays are listed",))


def days(count: int, start: Instant, place: Place) -> Counted:
    """A period of days under Union law (T2 to T6)."""
    first = place.day_of(start)
    last = first + count * DAY
    steps = [f"the day of the event, {_name(first)}, is not counted", f"day {count} is {_name(last)}"]
    while not place.works(last):
        steps.append(f"{_name(last)} is {'a public holiday' if last in place.holidays else 'no working day'}: the end moves on")
        last += DAY
    if count >= LEAST_WORKING_DAYS:
        while _working(first, last, place) < LEAST_WORKING_DAYS or not place.works(last):
            steps.append(f"until {_name(last)} there are fewer than two working days: the end moves on")
            last += DAY
    beyond = _beyond(last, place)
    if beyond:
        return beyond
    end = place.midnight_after(last)
    return Counted(legal=end, steps=(*steps, f"so it ends on {_name(last)}, 24:00 in {place.zone} ({format_instant(end)})"))


def _working(first: date, last: date, place: Place) -> int:
    count, day = 0, first + DAY
    while day <= last and count < LEAST_WORKING_DAYS:
        count += place.works(day)
        day += DAY
    return count


def working_days(count: int, start: Instant, place: Place) -> Counted:
    """A period of working days under Union law."""
    first = day = place.day_of(start)
    left = count
    while left:
        day += DAY
        left -= place.works(day)
    beyond = _beyond(day, place)
    if beyond:
        return beyond
    end = place.midnight_after(day)
    return Counted(
        legal=end,
        steps=(
            f"the day of the event, {_name(first)}, is not counted",
            f"working day {count} is {_name(day)}: it ends at 24:00 in {place.zone} ({format_instant(end)})",
        ),
    )


def plain_days(count: int, start: Instant, place: Place) -> Counted:
    """A period of calendar days that nothing moves (T12)."""
    last = place.day_of(start) + count * DAY
    end = place.midnight_after(last)
    return Counted(legal=end, steps=(f"day {count} is {_name(last)}, 24:00 in {place.zone} ({format_instant(end)})",))


def hours(count: int, start: Instant, place: Place) -> Counted:
    """A period of hours under Union law (T7 to T9)."""
    elapsed = instant(start + timedelta(hours=count))
    hour = start.replace(minute=0, second=0, microsecond=0)
    legal = instant(hour + timedelta(hours=count + 1))
    flags = set()
    if count >= 48:  # noqa: PLR2004  # the periods of open point O4
        last = place.day_of(instant(legal - timedelta(milliseconds=1)))
        if _working(place.day_of(start), last, place) < LEAST_WORKING_DAYS:
            flags.add("fewer-than-two-working-days")
    return Counted(
        elapsed=elapsed,
        legal=legal,
        steps=(
            f"{count} hours after {format_instant(start)} are {format_instant(elapsed)}",
            f"the hour of the event is not counted: the last full hour ends at {format_instant(legal)}",
        ),
        flags=frozenset(flags),
    )


def exact_hours(count: int, start: Instant, place: Place) -> Counted:
    """So many times sixty minutes, wherever it is."""
    end = instant(start.astimezone(UTC) + timedelta(hours=count))
    return Counted(
        legal=end,
        steps=(f"{count} hours after {format_instant(start)} are {format_instant(end)} ({place.zone} does not matter)",),
    )


COUNTING = {
    "days": days,
    "working_days": working_days,
    "plain_days": plain_days,
    "hours": hours,
    "exact_hours": exact_hours,
}

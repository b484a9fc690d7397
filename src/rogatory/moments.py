"""Instants, days and periods, in the forms in which they are hashed, signed and shown.

- An instant is an aware `datetime` in UTC with whole milliseconds; its text is `2026-09-17T23:00:00.000Z` (RFC 3339).
- A day is a `date`; its text is `2026-09-17`. A legal day belongs to a State, whose zone is named beside it.
- A period is half open: it holds its start and not its end. An end that is absent is written as such.

Left to others: which clock is read (`rogatory.node.clock`), how deadlines are counted (`rogatory.law.clocks`).

>>> format_instant(parse_instant("2026-09-18T00:00:00+01:00"))
'2026-09-17T23:00:00.000Z'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NewType

from rogatory.errors import FormError

Instant = NewType("Instant", datetime)

_RFC_3339 = re.compile(
    r"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))[Tt]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d+)?"
    r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_CANONICAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def instant(value: datetime) -> Instant:
    """The same moment in UTC, cut to whole milliseconds. A naive time is refused: nobody knows which moment it is."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise FormError("has no zone", where=str(value), cure="say the offset, such as +01:00, or Z for UTC")
    utc = value.astimezone(UTC)
    return Instant(utc.replace(microsecond=utc.microsecond // 1000 * 1000))


def parse_instant(text: str) -> Instant:
    """Read an RFC 3339 date and time with an offset. A time without a zone is refused, never guessed."""
    found = _RFC_3339.fullmatch(text)
    if found is None:
        raise FormError(
            "is not a date and time with its zone",
            where=text[:60],
            cure="write it as 2026-09-17T23:00:00+01:00, or with Z for UTC",
        )
    day, time, fraction, offset = found.groups(default="")
    try:
        return instant(datetime.fromisoformat(f"{day}T{time}{fraction[:7]}{offset.upper()}"))
    except (ValueError, OverflowError) as error:
        raise FormError("is no moment of the calendar", where=text, why=str(error)) from error


def parse_canonical_instant(text: str) -> Instant:
    """Read the one form in which an instant is signed: UTC, three decimals, `Z`."""
    if not _CANONICAL.fullmatch(text):
        raise FormError("is not a canonical instant", where=text[:60], cure="write it as 2026-09-17T23:00:00.000Z")
    return parse_instant(text)


def format_instant(value: Instant) -> str:
    """The one form in which an instant is signed."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def parse_day(text: str) -> date:
    """Read a calendar day, `2026-09-17`."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise FormError("is not a day", where=text[:60], cure="write it as 2026-09-17")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FormError("is no day of the calendar", where=text, why=str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `start`, which it holds, to `end`, which it does not; without `end` it is open."""

    start: Instant
    end: Instant | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise FormError("ends before it begins", where=format_instant(self.start), cure="give an end after the start")

    def __contains__(self, moment: Instant) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)

    def within(self, other: Period) -> bool:
        """Whether the whole of this period lies in the other one."""
        return other.start <= self.start and (other.end is None or (self.end is not None and self.end <= other.end))

    @property
    def length(self) -> timedelta | None:
        """How long it lasts; nothing if it is open."""
        return None if self.end is None else self.end - self.start

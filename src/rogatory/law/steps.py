"""One step of the counting of a deadline: its English text, and what it is made of, so that it can be told in other languages.

Dates are written out, moments in the local time of the State where the duty lies, with the offset.

>>> from datetime import date
>>> Step("nth-day", count=10, day=date(2026, 9, 19))
'day 10 is Saturday 19 September 2026'
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Self, TypeAlias
from zoneinfo import ZoneInfo

from rogatory.law.tongue import ENGLISH, Tongue

Part: TypeAlias = "str | int | date | datetime"


class Step(str):
    """The English text of a step, with what it is made of. `parts` are counts, days, moments, a zone, or names."""

    __slots__ = ("code", "parts")
    code: str
    parts: Mapping[str, Part]

    def __new__(cls, code: str, **parts: Part) -> Self:
        """A step by its code in `ENGLISH.steps`, and the parts that its words name."""
        step = super().__new__(cls, _told(code, parts, ENGLISH))
        step.code, step.parts = code, parts
        return step

    def say(self, tongue: Tongue) -> str:
        """The step in a language."""
        return _told(self.code, self.parts, tongue)


def _told(code: str, parts: Mapping[str, Part], tongue: Tongue) -> str:
    zone = str(parts.get("zone", "UTC"))
    return tongue.steps[code].format(**{name: _part(value, zone, tongue) for name, value in parts.items()})


def _part(value: Part, zone: str, tongue: Tongue) -> str:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return tongue.day(value) if isinstance(value, date) else str(value)

"""One step of the counting of a deadline: its code, and what it is made of. A language says it.

Dates are written out, moments in the local time of the State where the duty lies, with the offset.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from rogatory.canonical import Value
from rogatory.law.tongue import Tongue
from rogatory.moments import Instant, format_instant

Part: TypeAlias = "str | int | date | datetime"


class Step:
    """A step by its code in `said.STEPS`. `parts` are counts, days, moments, a zone, or names, as its words leave them blank."""

    __slots__ = ("code", "parts")
    code: str
    parts: Mapping[str, Part]

    def __init__(self, code: str, **parts: Part) -> None:
        self.code, self.parts = code, parts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and (self.code, self.parts) == (other.code, other.parts)

    def __hash__(self) -> int:
        return hash((self.code, *self.parts.items()))

    def __repr__(self) -> str:
        return f"Step({self.code!r}, {', '.join(f'{name}={value!s}' for name, value in self.parts.items())})"

    def say(self, tongue: Tongue) -> str:
        """The step in a language."""
        zone = str(self.parts.get("zone", "UTC"))
        return tongue.steps[self.code].format(**{name: _part(value, zone, tongue) for name, value in self.parts.items()})

    def to_value(self) -> Value:
        """The step in canonical form, in no language."""
        return {"step": self.code, **{name: _plain(value) for name, value in self.parts.items()}}


def _part(value: Part, zone: str, tongue: Tongue) -> str:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return tongue.day(value) if isinstance(value, date) else str(value)


def _plain(value: Part) -> Value:
    if isinstance(value, datetime):
        return format_instant(Instant(value))
    return value.isoformat() if isinstance(value, date) else value

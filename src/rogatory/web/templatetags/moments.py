"""Instants and acts as people read them."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template

register = template.Library()
TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@register.filter
def local(moment: datetime | None, zone: str) -> str:
    """`17 September 2026, 24:00 Dublin time (17 September, 23:00 UTC)`."""
    if moment is None:
        return ""
    there = moment.astimezone(ZoneInfo(zone))
    place = zone.rpartition("/")[2].replace("_", " ")
    if (there.hour, there.minute, there.second) == (0, 0, 0):
        day = there - timedelta(days=1)
        shown = f"{day.day} {day:%B %Y}, 24:00"
    else:
        shown = f"{there.day} {there:%B %Y, %H:%M}"
    return f"{shown} {place} time ({moment.day} {moment:%B, %H:%M} UTC)"


@register.filter
def short(text: str) -> str:
    """The beginning of a hash."""
    return text[:12]


@register.filter
def spaced(text: str) -> str:
    """A word of the law as people write it."""
    return text.replace("-", " ").replace("_", " ")


@register.filter
def readable(value: Any) -> Any:
    """A part of an act: text as it is, lists and mappings as lines."""
    if isinstance(value, dict):
        return "\n".join(f"{spaced(str(name))}: {readable(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(f"{readable(one)}" for one in value) or "none"
    return "yes" if value is True else "no" if value is False else steady(value) if isinstance(value, str) else value


@register.filter
def steady(text: str) -> str:
    """Text in which no sign turns the direction of writing: such signs are shown by their number."""
    return "".join(f"⟨U+{ord(char):04X}⟩" if unicodedata.bidirectional(char) in TURNING else char for char in text)


@register.filter
def at(value: dict[str, Any], name: str) -> Any:
    """What a mapping holds under a name; nothing if it holds nothing."""
    return value.get(name, "")


@register.filter
def pairs(value: dict[str, Any]) -> list[tuple[str, Any]]:
    """Names and values; `.items` of a template would find a part that is called so."""
    return list(value.items())

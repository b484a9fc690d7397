"""What the finder and the comparison found, in words: one line at a time, in any language of the law, for screens and pages alike.

Left to others: finding (`finder`, `crosswalk`), the words themselves (`law/languages/`), layout (the doors).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rogatory.law.crosswalk import Answered
from rogatory.law.finder import Protection, Route, Time
from rogatory.law.model import Finding
from rogatory.law.tongue import Tongue

_UNITS: Final = {
    "days": "unit-days",
    "plain_days": "unit-plain-days",
    "working_days": "unit-working-days",
    "hours": "unit-hours",
    "exact_hours": "unit-hours",
}
_AUTHORITY: Final = ("authority-domestic", "authority-prosecutor", "authority-judge")
_ABROAD: Final = ("abroad-nobody", "abroad-may-refuse", "abroad-decides")


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in a language, in English where there is none."""
    return texts.get(language) or texts.get("en", "")


def needs(route: Route, tongue: Tongue) -> str:
    """What the route still needs, and who may give it."""
    if not route.answer.needs:
        return tongue.finder["nothing-more"]
    either = f" {tongue.finder['or']} "
    return "; ".join(
        f"{need.replace('_', ' ')} ({either.join(giver.replace('-', ' ') for giver in givers)})"
        for need, givers in route.answer.needs.items()
    )


def times(route: Route, tongue: Tongue) -> tuple[str, ...]:
    """How long the route takes, one line a period."""
    return tuple(_time(one, tongue) for one in route.times) or (tongue.finder["no-time"],)


def _time(one: Time, tongue: Tongue) -> str:
    length = f"{one.count} {tongue.finder[_UNITS[one.unit]]}" if one.count else one.or_longer.replace("_", " ")
    longer = f", {tongue.finder['or-longer']}" if one.or_longer and one.count else ""
    start = f"{tongue.finder['from']} {one.start.replace('_', ' ')}"
    return f"{one.name.replace('_', ' ')}: {length}{longer} {start} ({one.whom}; {', '.join(one.cites)})"


def protections(one: Protection, tongue: Tongue) -> str:
    """What stands between the request and the person, on one route."""
    said = [_AUTHORITY[one.authority], _ABROAD[one.abroad], *(["told"] if one.told else []), *(["gravity"] if one.gravity else [])]
    return "; ".join(tongue.finder[each] for each in said)


def finding(one: Finding, tongue: Tongue) -> str:
    """Why: the sentence, its article, its rule, and how it is known if nobody saw it in a source."""
    mark = "" if one.mark == "S" else f"; {one.mark}"
    cites = f"{', '.join(one.cites)}; " if one.cites else ""
    return f"{in_language(one.says, tongue.language)} ({cites}{one.rule}{mark})"


def where(route: Route) -> str:
    """The instrument and the article of a route, and how that is known if nobody saw it in a source."""
    cite = "" if route.spec.cite == "none" else f", {route.spec.cite}"
    return f"{route.name}{cite}{'' if route.spec.mark == 'S' else '; ' + route.spec.mark}"


def answered(one: Answered, tongue: Tongue) -> str:
    """What a State or an instrument answers to a question about a safeguard; nothing if that is not known."""
    return tongue.answers[one.word].format(count=one.count) if one.word else ""

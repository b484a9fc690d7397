"""How the engine speaks in a language: dates, the steps of a deadline, the frames of explanation, finder and comparison.

Every language is a file in `law/languages/`, English like the others: each says exactly what `said` lists, with its blanks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Final

from rogatory.law.said import SAID, Blanks
from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import pack_error

_WEEKDAYS: Final = 7
_MONTHS: Final = 12
_DATE: Final = ("weekday", "day", "month", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """One language: weekdays from Monday, months, the pattern of a date, and each section of `said`, by code."""

    language: str
    name: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    pattern: str
    steps: Mapping[str, str]
    words: Mapping[str, str]
    finder: Mapping[str, str]
    crosswalk: Mapping[str, str]
    asks: Mapping[str, str]
    answers: Mapping[str, str]

    def day(self, day: date) -> str:
        """A day written out, with its weekday."""
        return self.pattern.format(weekday=self.weekdays[day.weekday()], day=day.day, month=self.months[day.month - 1], year=day.year)


def read_tongue(name: str, source: str) -> Tongue:
    """Read one file of `law/languages/`. `PackError` names what is missing or too much."""
    reader = Reader(name, pack_error)
    keys = reader.mapping(reader.read(source), "", needs=("language", "name", "weekdays", "months", "date", *SAID))
    _fits(reader, keys["date"], "date", _DATE)
    return Tongue(
        language=reader.text(keys["language"], "language"),
        name=reader.text(keys["name"], "name"),
        weekdays=_names(reader, keys["weekdays"], "weekdays", _WEEKDAYS),
        months=_names(reader, keys["months"], "months", _MONTHS),
        pattern=reader.text(keys["date"], "date"),
        **{section: _sentences(reader, keys[section], section, wanted) for section, wanted in SAID.items()},
    )


def _names(reader: Reader, node: Node, path: str, count: int) -> tuple[str, ...]:
    names = tuple(reader.text(one, path) for one in reader.sequence(node, path))
    if len(names) != count:
        raise reader.fail(node, f"holds {len(names)} names where there are {count}", path)
    return names


def _sentences(reader: Reader, node: Node, path: str, wanted: Blanks) -> Mapping[str, str]:
    keys = reader.mapping(node, path, needs=wanted)
    for code, blanks in wanted.items():
        _fits(reader, keys[code], f"{path}.{code}", blanks)
    return {code: reader.text(one, f"{path}.{code}") for code, one in keys.items()}


def _fits(reader: Reader, node: Node, path: str, wanted: Iterable[str]) -> None:
    blanks = sorted(wanted)
    try:
        found = sorted(_blanks(reader.text(node, path)))
    except ValueError as error:
        raise reader.fail(node, "has a brace that is not closed", path) from error
    if found != blanks:
        raise reader.fail(node, f"must hold exactly {', '.join('{' + one + '}' for one in blanks) or 'no braces'}", path)


def _blanks(sentence: str) -> Iterable[str]:
    return {blank for _, blank, _, _ in Formatter().parse(sentence) if blank is not None}

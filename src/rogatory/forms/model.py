"""What a form is: sections in the law's own order, fields with their source, and who may read which section.

- Every section names each audience of its form once: shown to it, or withheld from it. Nothing is optional.
- A field is filled from the case (`source`), or asked of a person (`asked`), never both: what a person writes into a form can
  neither widen nor change what was decided.
- Labels are in our own words, in four languages; the provision stands beside each field.

Left to others: reading a form file (`load`), the facts of a case (`sources`), filling (`fill`), how it looks (`layout`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

LANGUAGES = ("en", "fr", "de", "es")
Texts = Mapping[str, str]
"""A text in each of the languages."""


class Audience(StrEnum):
    """Who reads a copy of a form."""

    ISSUING = "issuing"
    ADDRESSEE = "addressee"
    ENFORCING = "enforcing"
    EXECUTING = "executing"
    REQUESTED = "requested"
    PERSON = "person"


class Sort(StrEnum):
    """What may stand in a field."""

    LINE = "line"
    WORDS = "words"
    DAY = "day"
    INSTANT = "instant"
    NUMBER = "number"
    YES_NO = "yes-no"
    CHOICE = "choice"
    TICKS = "ticks"
    GROUP = "group"
    LIST = "list"


LENGTHS = {Sort.LINE: 300, Sort.WORDS: 20000, Sort.LIST: 200}
"""The most characters of a text, or entries of a list, where a field states none of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Whether a value of the case holds one of these words, or reaches this number."""

    source: str
    words: frozenset[str] = frozenset()
    at_least: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One box of a field: its word, its label, and when the case ticks it; a box without a test is ticked by a person."""

    id: str
    label: Texts
    test: Condition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One entry of a form. `most` counts characters or, for a list, entries; `path` is `section.field` or `section.group.field`."""

    id: str
    path: str
    label: Texts
    cite: str
    sort: Sort
    source: str = ""
    asked: bool = False
    required: bool = False
    required_when: Condition | None = None
    most: int = 300
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: where it stands in the law, how well its source is known, and who reads it."""

    id: str
    title: Texts
    note: Texts
    cite: str
    mark: str
    shown_to: frozenset[Audience]
    withheld_from: frozenset[Audience]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """An act on which a copy of a form may rest: for which audiences, and done in which capacities; in any where none is named.

    `after` is a kind of act that must have come before it.
    """

    act: str
    who: frozenset[str]
    audiences: frozenset[Audience]
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of an instrument. `made_by` are the roles of a case whose institution makes it; `cover` is printed alone."""

    id: str
    instrument: str
    title: Texts
    cite: str
    checked: str
    applies_from: str
    made_by: frozenset[str]
    measures: frozenset[str]
    audiences: tuple[Audience, ...]
    rests_on: tuple[Base, ...]
    about: str
    cover: str
    sections: tuple[Section, ...]

    def section(self, name: str) -> Section | None:
        """The section of that name."""
        return next((one for one in self.sections if one.id == name), None)

    def asked(self) -> Iterator[tuple[Section, Field]]:
        """Every field that is asked of a person, with its section."""
        for section in self.sections:
            for field in walk(section.fields):
                if field.asked:
                    yield section, field


def walk(fields: tuple[Field, ...]) -> Iterator[Field]:
    """Every field that stands for itself, those inside groups included; entries of a list belong to the list."""
    for field in fields:
        if field.sort is Sort.GROUP:
            yield from walk(field.fields)
        else:
            yield field

"""How a filled form reads in one language: the same rows for the screen and for print.

- Every field of the form stands there, also an empty one: who reads it sees that nothing was given.
- Boxes of the form itself are all shown, ticked or not; inside an entry of a list only those that are ticked.
- Text is kept as it was written. What would be invisible or turn the reading direction is shown by its code point.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rogatory.canonical import Value
from rogatory.forms.fill import Filled
from rogatory.forms.model import Field, Sort, Texts

JOINERS = frozenset("\u200c\u200d")
"""Invisible, but part of how Persian and Indic words are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a form. `kind` is text, boxes, group or empty; `lines` are paragraphs, `boxes` labels with their tick."""

    path: str
    label: str
    cite: str
    kind: str
    lines: tuple[str, ...] = ()
    boxes: tuple[tuple[str, bool], ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section as it is read."""

    id: str
    title: str
    note: str
    cite: str
    mark: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A form as it is read in one language."""

    language: str
    title: str
    cite: str
    parts: tuple[Part, ...]


def layout(filled: Filled, words: Mapping[str, Texts], language: str) -> Layout:
    """The rows of a form in one of its languages."""
    reader = _Reader(words, language)
    return Layout(
        language=language,
        title=filled.form.title[language],
        cite=filled.form.cite,
        parts=tuple(
            Part(
                id=one.section.id,
                title=one.section.title[language],
                note=one.section.note.get(language, ""),
                cite=one.section.cite,
                mark=one.section.mark,
                rows=tuple(reader.row(field, one.values.get(field.id)) for field in one.section.fields),
            )
            for one in filled.sections
        ),
    )


def visible(text: str) -> str:
    r"""The text with what nobody could see shown by its code point: controls, and marks that turn the reading direction.

    >>> visible("invoice\u202efdp.exe")
    'invoice[U+202E]fdp.exe'
    """
    return "".join(one if _seen(one) else f"[U+{ord(one):04X}]" for one in text)


def _seen(one: str) -> bool:
    return one in JOINERS or one == " " or unicodedata.category(one) not in {"Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Cs"}


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of a text, each made visible; empty ones are left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return tuple(visible(line) for line in lines if line.strip())


class _Reader:
    def __init__(self, words: Mapping[str, Texts], language: str) -> None:
        self.words = words
        self.language = language

    def row(self, field: Field, value: Value | None, *, entry: bool = False) -> Row:
        label = field.label[self.language]
        bare = Row(path=field.path, label=label, cite=field.cite, kind="empty")
        if value is None and not (field.options and not entry and field.sort is Sort.TICKS):
            return bare
        match field.sort:
            case Sort.GROUP:
                held = value if isinstance(value, Mapping) else {}
                return replace(bare, kind="group", rows=tuple(self.row(one, held.get(one.id), entry=entry) for one in field.fields))
            case Sort.LIST:
                return replace(bare, kind="group", rows=self._entries(field, value))
            case Sort.TICKS | Sort.CHOICE:
                ticked = set(value) if isinstance(value, list | tuple) else {value}
                boxes = tuple((one.label[self.language], one.id in ticked) for one in field.options if one.id in ticked or not entry)
                return replace(bare, kind="boxes", boxes=boxes)
            case _:
                return replace(bare, kind="text", lines=self._lines(value))

    def _entries(self, field: Field, value: Value | None) -> tuple[Row, ...]:
        entries = [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []
        return tuple(
            Row(
                path=f"{field.path}.{number}",
                label=f"{number}.",
                cite=field.cite,
                kind="group",
                rows=tuple(self.row(one, entry[one.id], entry=True) for one in field.fields if one.id in entry),
            )
            for number, entry in enumerate(entries, start=1)
        )

    def _lines(self, value: Value | None) -> tuple[str, ...]:
        if isinstance(value, bool):
            return (self.words["yes" if value else "no"][self.language],)
        return paragraphs(str(value))

"""Fill a form for one audience: what the case says, and what a person wrote where the form asks.

- A section that is withheld from the audience is not filled at all: nothing of it is in the value.
- What lacks, is too long or is no option is a finding with its provision, never an exception: a draft can be looked at.

Left to others: what the case says (`sources`), JSON and its schema (`document`), how it looks (`layout`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rogatory.canonical import Value
from rogatory.errors import FormError
from rogatory.forms.model import Audience, Condition, Field, Form, Section, Sort
from rogatory.moments import parse_day, parse_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What keeps a form from being complete: where, under which provision, in a sentence."""

    path: str
    code: str
    article: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledSection:
    """A section with its values: texts, numbers, yes or no, words of boxes, groups and lists of these."""

    section: Section
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as one audience reads it."""

    form: Form
    audience: Audience
    sections: tuple[FilledSection, ...]
    lacks: tuple[Lack, ...]


def fill(form: Form, values: Mapping[str, Value], entries: Mapping[str, Value], audience: Audience) -> Filled:
    """The form for one audience, from what the case says and what was written into it."""
    filler = _Filler(values, entries)
    shown = tuple(section for section in form.sections if audience in section.shown_to)
    sections = tuple(FilledSection(section=section, values=filler.fields(section.fields)) for section in shown)
    asked = {field.path for _, field in form.asked()}
    foreign = [
        Lack(path=path, code="unknown-entry", article=form.cite, says=f"The form asks for no {path}.")
        for path in sorted(entries.keys() - asked)
    ]
    return Filled(form=form, audience=audience, sections=sections, lacks=(*filler.lacks, *foreign))


def holds(test: Condition, values: Mapping[str, Value]) -> bool:
    """Whether the case holds what a box or a condition asks for; what it does not say is no."""
    value = values.get(test.source)
    if test.at_least is not None:
        return isinstance(value, int) and not isinstance(value, bool) and value >= test.at_least
    return bool(test.words & set(_words(value)))


def _words(value: Value | None) -> Iterator[str]:
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from (one for one in value if isinstance(one, str))


class _Filler:
    def __init__(self, values: Mapping[str, Value], entries: Mapping[str, Value]) -> None:
        self.values = values
        self.entries = entries
        self.lacks: list[Lack] = []

    def fields(self, fields: tuple[Field, ...]) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for field in fields:
            value = self._field(field)
            if value in (None, "", [], {}):
                self._missing(field)
            else:
                found[field.id] = value
        return found

    def _missing(self, field: Field) -> None:
        if field.required or (field.required_when and holds(field.required_when, self.values)):
            self._lack(field, "missing", "must be given")

    def _lack(self, field: Field, code: str, says: str) -> None:
        self.lacks.append(Lack(path=field.path, code=code, article=field.cite, says=f"{field.label['en']}: {says}."))

    def _field(self, field: Field) -> Value | None:
        match field.sort:
            case Sort.GROUP:
                return dict(self.fields(field.fields))
            case Sort.TICKS | Sort.CHOICE:
                return self._boxes(field, self._given(field))
            case Sort.LIST:
                return self._list(field)
            case _:
                return self._plain(field, self._given(field))

    def _given(self, field: Field) -> Value | None:
        return self.entries.get(field.path) if field.asked else self.values.get(field.source)

    def _boxes(self, field: Field, given: Value | None) -> Value | None:
        known = [option.id for option in field.options]
        named = set(_words(given))
        ticked = [option.id for option in field.options if option.id in named or (option.test and holds(option.test, self.values))]
        strange = sorted(named - set(known)) if field.asked else []
        if strange:
            self._lack(field, "not-an-option", f"{strange[0]!r} is none of its boxes")
        if field.sort is Sort.CHOICE:
            if len(ticked) > 1:
                self._lack(field, "several", "only one box may be ticked")
            return ticked[0] if ticked else None
        return list(ticked)

    def _list(self, field: Field) -> Value | None:
        given = self.values.get(field.source)
        entries = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list | tuple) else []
        if len(entries) > field.most:
            self._lack(field, "too-long", f"has {len(entries)} entries, {field.most} are possible")
        return [dict(self._entry(field, one)) for one in entries[: field.most]]

    def _entry(self, field: Field, given: Mapping[str, Value]) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for one in field.fields:
            value = given.get(one.source)
            read = self._boxes(one, value) if one.sort in {Sort.TICKS, Sort.CHOICE} else self._plain(one, value)
            if read not in (None, "", []):
                found[one.id] = read
            elif one.required:
                self._missing(one)
        return found

    def _plain(self, field: Field, given: Value | None) -> Value | None:
        if given in (None, "", [], ()):
            return None
        read = _READ[field.sort](given)
        if read is None:
            self._lack(field, "not-in-form", f"{_SAYS[field.sort]} is needed")
        elif isinstance(read, str) and len(read) > field.most:
            self._lack(field, "too-long", f"has {len(read)} characters, {field.most} are possible")
            return read[: field.most]
        return read


def _text(given: Value) -> Value | None:
    if isinstance(given, list | tuple):
        return ", ".join(map(str, given))
    return given if isinstance(given, str) else str(given) if isinstance(given, int) and not isinstance(given, bool) else None


def _day(given: Value) -> Value | None:
    try:
        return parse_day(given).isoformat() if isinstance(given, str) else None
    except FormError:
        return None


def _moment(given: Value) -> Value | None:
    try:
        parse_instant(given if isinstance(given, str) else "")
    except FormError:
        return None
    return given


def _number(given: Value) -> Value | None:
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _truth(given: Value) -> Value | None:
    return given if isinstance(given, bool) else None


_READ = {
    Sort.LINE: _text,
    Sort.WORDS: _text,
    Sort.DAY: _day,
    Sort.INSTANT: _moment,
    Sort.NUMBER: _number,
    Sort.YES_NO: _truth,
}
_SAYS = {
    Sort.LINE: "a text",
    Sort.WORDS: "a text",
    Sort.DAY: "a day such as 2026-09-17",
    Sort.INSTANT: "an instant such as 2026-09-17T23:00:00Z",
    Sort.NUMBER: "a whole number",
    Sort.YES_NO: "yes or no",
}

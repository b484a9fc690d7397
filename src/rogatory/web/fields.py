"""One form for every kind of act, derived from the schema of its body: what is shown, and how it is read back.

A name such as `items.0.start.at` says where a value stands. Empty is absent, so that "absent is absent" holds in acts too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
LONG, MOST, DIGITS = 300, 50, 15


class _Absent:
    """Nothing was given."""


ABSENT = _Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in, or a group of them."""

    name: str
    label: str
    widget: str
    value: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    checked: frozenset[str] = frozenset()
    parts: tuple[Field, ...] = ()
    count: int = 0
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one body is filled in: choices that the node knows, parts that the software fills, hints."""

    schema: Schema
    choices: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    filled: frozenset[str] = frozenset()
    hints: Mapping[str, str] = field(default_factory=dict)

    def fields(self, value: Mapping[str, Any], *, more: str = "") -> tuple[Field, ...]:
        """The fields of the whole body, with the values so far; `more` names a list that gets one more entry."""
        return self._properties(self.schema, "", value, more)

    def _properties(self, schema: Schema, prefix: str, value: Mapping[str, Any], more: str) -> tuple[Field, ...]:
        required = schema.get("required", ())
        return tuple(
            self._field(self._resolve(one), f"{prefix}{name}", name, value.get(name), name in required, more)
            for name, one in schema.get("properties", {}).items()
            if prefix or name not in self.filled
        )

    def _resolve(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            found: Schema = self.schema["$defs"][schema["$ref"].rpartition("/")[2]]
            return self._resolve(found)
        options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
        return self._resolve(options[0]) if len(options) == 1 else schema

    def _field(self, schema: Schema, name: str, last: str, value: Any, required: bool, more: str) -> Field:  # what one field is
        label, hint = last.replace("_", " ").capitalize(), self.hints.get(last, "")
        common: dict[str, Any] = {"name": name, "label": label, "required": required, "hint": hint}
        choices = self.choices.get(last) or tuple((one, one.replace("-", " ")) for one in schema.get("enum", ()))
        kind = schema.get("type")
        if kind == "object" and "properties" in schema:
            inner = value if isinstance(value, Mapping) else {}
            return Field(**common, widget="group", parts=self._properties(schema, f"{name}.", inner, more))
        if kind == "array":
            return self._list(schema, common, value, more)
        if kind == "boolean":
            yes_no = (("true", "yes"), ("false", "no"))
            return Field(**common, widget="select", options=yes_no, value="" if value is None else str(value).lower())
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        if choices:
            return Field(**common, widget="select", options=choices, value=text)
        if kind == "integer":
            return Field(**common, widget="number", value=text)
        if "d{4}-" in schema.get("pattern", ""):
            return Field(**common, widget="date", value=text)
        return Field(**common, widget="area" if schema.get("maxLength", 0) > LONG else "text", value=text)

    def _list(self, schema: Schema, common: Mapping[str, Any], value: Any, more: str) -> Field:
        entry = self._resolve(schema.get("items", {}))
        held = list(value) if isinstance(value, list | tuple) else []
        name = str(common["name"])
        if entry.get("type") != "object":
            options = self.choices.get(name.rpartition(".")[2], ())
            if options:
                return Field(**common, widget="checks", options=options, checked=frozenset(map(str, held)))
            return Field(**common, widget="lines", value="\n".join(map(str, held)))
        count = max(len(held), 1 if schema.get("minItems") else 0) + (more == name)
        entries = tuple(
            Field(
                name=f"{name}.{number}",
                label=f"{common['label']} {number + 1}",
                widget="group",
                parts=self._properties(entry, f"{name}.{number}.", held[number] if number < len(held) else {}, more),
            )
            for number in range(count)
        )
        return Field(**common, widget="list", parts=entries, count=count)

    def read(self, given: Mapping[str, list[str]]) -> dict[str, Any]:
        """The body as filled in, nested again; what is empty is left out."""
        read = self._read_object(self.schema, "", given)
        return read if isinstance(read, dict) else {}

    def _read_object(self, schema: Schema, prefix: str, given: Mapping[str, list[str]]) -> Any:
        found = {
            name: value
            for name, one in schema.get("properties", {}).items()
            if prefix or name not in self.filled
            for value in (self._read(self._resolve(one), f"{prefix}{name}", given, top=not prefix),)
            if value is not ABSENT
        }
        return found or ABSENT

    def _read(self, schema: Schema, name: str, given: Mapping[str, list[str]], *, top: bool) -> Any:
        kind = schema.get("type")
        if kind == "object" and "properties" in schema:
            return self._read_object(schema, f"{name}.", given)
        if kind == "array":
            return self._read_list(schema, name, given, top=top)
        text = (given.get(name) or [""])[0].strip()
        if not text:
            return ABSENT
        if kind == "integer":
            return int(text) if _whole(text) else text
        if kind == "boolean" or (kind is None and text in {"true", "false"}):
            return text == "true"
        if kind is None and _whole(text):
            return int(text)
        return text

    def _read_list(self, schema: Schema, name: str, given: Mapping[str, list[str]], *, top: bool) -> Any:
        entry = self._resolve(schema.get("items", {}))
        if entry.get("type") != "object":
            found: list[Any] = [line.strip() for text in given.get(name, ()) for line in text.splitlines() if line.strip()]
        else:
            count = (given.get(f"{name}.count") or ["0"])[0]
            numbers = range(min(int(count), MOST) if _whole(count) else 0)
            read = (self._read_object(entry, f"{name}.{number}.", given) for number in numbers)
            found = [one for one in read if one is not ABSENT]
        return found if found or top else ABSENT


def _whole(text: str) -> bool:
    """Whether it is a whole number of a size that a form may hold."""
    return text.isdecimal() and len(text) <= DIGITS

"""A filled form as one JSON value, and the schema that it meets (JSON Schema 2020-12).

- `complete` is true exactly where nothing lacks: such a document is valid by the schema of its form.
- What is withheld from an audience cannot be in its document: the schema forbids it, and `fill` never filled it.
"""

from __future__ import annotations

from dataclasses import dataclass

from rogatory.canonical import Value
from rogatory.forms.fill import Filled
from rogatory.forms.model import Field, Form, Section, Sort
from rogatory.moments import Instant, format_instant

REQUIRED = ("form", "instrument", "applies_from", "audience", "state", "complete", "lacks", "case", "institution", "made_at", "sections")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a document is about beside its sections: the case, the act on which it rests, who made it and when.

    `act` is empty for a draft. `own` says whether the maker is the one whose form it is; else it is a view of what it holds.
    """

    case: str
    reference: str
    act: str
    institution: str
    made_at: Instant
    own: bool


def document(filled: Filled, head: Head) -> dict[str, Value]:
    """The whole form as JSON. Absent is absent: an entry that was not given does not stand there."""
    state = "issued" if head.act and head.own else "view" if head.act else "draft"
    return {
        "form": filled.form.id,
        "instrument": filled.form.instrument,
        "applies_from": filled.form.applies_from,
        "audience": filled.audience.value,
        "state": state,
        "complete": not filled.lacks,
        "lacks": [{"field": one.path, "code": one.code, "article": one.article, "says": one.says} for one in filled.lacks],
        "case": head.case,
        "institution": head.institution,
        "made_at": format_instant(head.made_at),
        **({"reference": head.reference} if head.reference else {}),
        **({"act": head.act} if head.act else {}),
        "sections": {one.section.id: dict(one.values) for one in filled.sections},
    }


def schema(form: Form) -> dict[str, Value]:
    """The schema of a complete document of this form."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:rogatory:form:{form.instrument}:{form.id}:{form.applies_from}",
        "title": form.title["en"],
        "description": f"{form.cite}. Labels in our own words; checked on {form.checked}.",
        "type": "object",
        "additionalProperties": False,
        "required": list(REQUIRED),
        "properties": {
            "form": {"const": form.id},
            "instrument": {"const": form.instrument},
            "applies_from": {"const": form.applies_from},
            "audience": {"enum": [one.value for one in form.audiences]},
            "state": {"enum": ["draft", "view", "issued"]},
            "complete": {"const": True},
            "lacks": {"type": "array", "maxItems": 0},
            "case": {"type": "string", "format": "uuid"},
            "reference": {"type": "string", "maxLength": 300},
            "act": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "institution": {"type": "string", "format": "uri"},
            "made_at": {"type": "string", "format": "date-time"},
            "sections": {
                "type": "object",
                "additionalProperties": False,
                "properties": {one.id: _section(one) for one in form.sections},
            },
        },
        "allOf": [_withheld(form, audience.value) for audience in form.audiences],
    }


def _withheld(form: Form, audience: str) -> Value:
    shown = [one for one in form.sections if audience in one.shown_to]
    kept = [one for one in form.sections if audience in one.withheld_from]
    sections: dict[str, Value] = {"required": [one.id for one in shown]}
    if kept:
        sections["properties"] = {one.id: False for one in kept}
    return {
        "if": {"properties": {"audience": {"const": audience}}},
        "then": {"properties": {"sections": sections}},
    }


def _section(section: Section) -> Value:
    return {"title": section.title["en"], "description": f"{section.cite} ({section.mark})", **_object(section.fields)}


def _object(fields: tuple[Field, ...]) -> dict[str, Value]:
    needed = [one.id for one in fields if one.required or any(inner.required for inner in one.fields if one.sort is Sort.GROUP)]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {one.id: _field(one) for one in fields},
        **({"required": needed} if needed else {}),
    }


def _field(field: Field) -> Value:
    return {"title": field.label["en"], "description": field.cite, **_value(field)}


def _value(field: Field) -> dict[str, Value]:
    match field.sort:
        case Sort.GROUP:
            return _object(field.fields)
        case Sort.LIST:
            return {"type": "array", "minItems": 1, "maxItems": field.most, "items": _object(field.fields)}
        case Sort.TICKS:
            return {
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"enum": [one.id for one in field.options]},
            }
        case Sort.CHOICE:
            return {"enum": [one.id for one in field.options]}
        case Sort.NUMBER:
            return {"type": "integer"}
        case Sort.YES_NO:
            return {"type": "boolean"}
        case Sort.DAY:
            return {"type": "string", "format": "date"}
        case Sort.INSTANT:
            return {"type": "string", "format": "date-time"}
        case _:
            return {"type": "string", "minLength": 1, "maxLength": field.most}

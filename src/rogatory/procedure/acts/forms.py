"""What a person writes into a form of the law beside what the case says already: a contact point, an earlier order.

Regulation (EU) 2023/1543, annexes I to VI; Directive 2014/41, annex A. Which fields a form has is data (`law/forms/`).
An answer stays in its author's institution and reaches others only in a copy of the form, section by section.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, StringConstraints

from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.kind import Body, Kind
from rogatory.procedure.order import Part
from rogatory.procedure.words import Capacity, Logging, Phase, State

FIELD = re.compile(r"[A-Za-z0-9]{1,20}(\.[a-z0-9_]{1,40}){1,3}")
Written = Annotated[str, StringConstraints(min_length=1, max_length=20000)]
FormName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
FieldName = Annotated[str, StringConstraints(pattern=rf"^{FIELD.pattern}$", max_length=180)]


class FormEntry(Part):
    """One entry: where it stands in the form, and what was written or chosen there."""

    field: FieldName
    value: Written | bool | int | tuple[Annotated[str, StringConstraints(min_length=1, max_length=300)], ...]


class CompleteFormBody(Body):
    """The entries of one form; a later act for the same form replaces them all."""

    form: FormName
    entries: Annotated[tuple[FormEntry, ...], Field(max_length=300)]


class CompleteForm(Kind[CompleteFormBody]):
    """Write into a form what the case does not say already."""

    name = "complete form"
    phase = Phase.CROSSING
    title = "Complete a form"
    article = "Art. 9(1)"
    body = CompleteFormBody
    parts = dict.fromkeys(CompleteFormBody.model_fields, NOBODY)
    role = None
    who = frozenset(Capacity) - {Capacity.SOFTWARE, Capacity.REGISTRAR, Capacity.OVERSIGHT, Capacity.FILTER}
    states = frozenset(State) - {State.EMPTY, State.PURGED}
    logging = Logging.COLLECT


KINDS = (CompleteForm(),)

"""Acts of the house: people, the clock, and what is removed on schedule. They belong to no case.

An officer counts as enrolled with a key and a capacity once two different registrars have enrolled them alike (THREATS, T2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.moments import format_instant
from rogatory.procedure.acts.crossing import ABROAD, ISSUING
from rogatory.procedure.case import Case
from rogatory.procedure.kind import Body, Fresh, Kind, Refusal, World
from rogatory.procedure.order import Line, OfficerId, Words
from rogatory.procedure.words import Capacity, Logging, Phase, State

EVERYBODY = ABROAD | ISSUING
REGISTRARS = frozenset({Capacity.REGISTRAR})


class EnrolBody(Body):
    """The officer, her capacities and her key."""

    officer: OfficerId
    capacities: Annotated[tuple[Capacity, ...], Field(min_length=1)]
    credential: Line
    public_key: Line


class Enrol(Kind[EnrolBody]):
    """Enrol an officer; it takes effect when two registrars have enrolled her alike."""

    name = "enrol"
    phase = Phase.HOUSE
    title = "Enrol the officer"
    article = "Art. 4"
    body = EnrolBody
    parts = dict.fromkeys(EnrolBody.model_fields, EVERYBODY)
    role = None
    who = REGISTRARS
    states = frozenset({State.EMPTY})
    key = True

    def needs(self, case: Case, by: Author, body: EnrolBody, world: World) -> Refusal | None:
        if by.officer == body.officer:
            return self.refuse("oneself", "Nobody enrols herself.", "Two other registrars enrol her.")
        if not body.officer.startswith(f"{by.institution}#"):
            return self.refuse("institution", "The officer belongs to another institution.", "Enrol your own people.")
        return None

    def text(self, case: Case, by: Author, body: EnrolBody) -> str:
        return f"I enrol {body.officer} as {', '.join(body.capacities)} with the key {body.credential}."


class ClockBody(Body):
    """What the clock shows now, and what was wrong with it."""

    shows: Line
    words: Words


class CorrectClock(Kind[ClockBody]):
    """Record that the clock, which had run ahead, is right now. Once two registrars have done so within an hour, the node signs again."""

    name = "correct clock"
    phase = Phase.HOUSE
    title = "Record that the clock was corrected"
    article = "reg-2025-1550 Annex 5.1"
    body = ClockBody
    parts = dict.fromkeys(ClockBody.model_fields, frozenset())
    role = None
    who = REGISTRARS
    states = frozenset({State.EMPTY})
    key = True

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        return {"shows": format_instant(world.now), **given}

    def text(self, case: Case, by: Author, body: ClockBody) -> str:
        return f"The clock of this node shows {body.shows}, and that is right. What was wrong: {body.words}"


class SweepBody(Body):
    """What was removed, how much of it, and what it was older than."""

    what: Line
    removed: Annotated[int, Field(ge=1)]
    before: Line


class Sweep(Kind[SweepBody]):
    """State that something which is no evidence was removed at the end of its time, and how much of it."""

    name = "sweep"
    phase = Phase.HOUSE
    title = "Remove what is no longer kept"
    article = "led Art. 5"
    body = SweepBody
    parts = dict.fromkeys(SweepBody.model_fields, frozenset())
    role = None
    who = frozenset({Capacity.SOFTWARE})
    states = frozenset({State.EMPTY})
    automatic = True
    logging = Logging.ERASE


KINDS = (Enrol(), CorrectClock(), Sweep())

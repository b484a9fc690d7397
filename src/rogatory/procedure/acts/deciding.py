"""Acts that decide: authorise, decline, return; and the emergency with its validation afterwards.

Regulation (EU) 2023/1543, Art. 4. Each is signed with the deciding person's own key. The law says who may order which
data; nothing here knows a data category.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.procedure.acts.preparing import NOBODY, PREPARING, goes_by_form, incomplete, section_m_crosses
from rogatory.procedure.case import Case, Decision, Emergency, Restriction
from rogatory.procedure.kind import ActView, B, Body, Fresh, Kind, Refusal, World
from rogatory.procedure.order import Day, Decided, Hash, Item, Line, OfficerId, Reason, Words, narrowed
from rogatory.procedure.retention import days_of
from rogatory.procedure.texts import decision_text, emergency_text
from rogatory.procedure.words import VALIDATORS, Capacity, Logging, Phase, Role, State

ABROAD = frozenset({Role.ADDRESSEE, Role.ENFORCING})
ENFORCING = frozenset({Role.ENFORCING})


class AuthoriseBody(Body):
    """The decision on each item, with reasons that go to the enforcing authority only."""

    decisions: Annotated[tuple[Decided, ...], Field(min_length=1)]
    order: Annotated[tuple[Item, ...], Field(min_length=1)]
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]
    conditions: tuple[Words, ...]
    review_on: tuple[Day, ...]
    text: Words


class Authorise(Kind[AuthoriseBody]):
    """Grant the order, whole or in part."""

    name = "authorise"
    phase = Phase.DECIDING
    title = "Grant what is marked as granted"
    article = "Art. 4(1)-(2)"
    discloses = True
    body = AuthoriseBody
    parts = {
        "decisions": ABROAD,
        "order": ABROAD,
        "reasons": ENFORCING,
        "conditions": ABROAD,
        "review_on": ABROAD,
        "text": ABROAD,
    }
    role = Role.ISSUING
    who = VALIDATORS
    states = frozenset({State.SUBMITTED})
    key = True
    travels = True
    answered = True
    law_act = "issue"
    logging = Logging.COMBINE

    def reach(self, case: Case, body: AuthoriseBody) -> frozenset[Role]:
        return frozenset()  # it travels with the order, never before it

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        decided = [Decided.model_validate(one) for one in _list(given.get("decisions"))]
        order = [
            narrowed(item, one).model_dump(mode="json", exclude_none=True)
            for item in (case.draft.items if case.draft else ())
            for one in decided
            if one.item == item.id and one.outcome != "declined"
        ]
        whole = {"conditions": [], "review_on": [], **given, "order": order}
        return whole if "text" in given else {**whole, "text": decision_text(case, by, decided, whole)}

    def premise(self, case: Case, by: Author) -> Refusal | None:
        return _put_before(self, case, by)

    def needs(self, case: Case, by: Author, body: AuthoriseBody, world: World) -> Refusal | None:
        draft = case.draft
        if draft is None:
            return self.refuse("draft", "There is no order to decide on.", "Wait until it is submitted.")
        if sorted(one.item for one in body.decisions) != sorted(item.id for item in draft.items):
            return self.refuse(
                "each-item",
                "Each item needs a decision of its own, and only one.",
                "Decide every item.",
                where="decisions",
            )
        if {reason.item for reason in body.reasons} != {item.id for item in draft.items}:
            return self.refuse(
                "reasons",
                "Each item needs the reasons for its decision.",
                "Write them.",
                article="Art. 5(2)",
                where="reasons",
            )
        for one in body.decisions:
            item = draft.item(one.item)
            if one.outcome == "declined" or item is None:
                continue
            if (one.retention_days or 1) > days_of(item, draft.retention_days):
                return self.refuse(
                    "kept-longer",
                    f"Item {one.item} would be kept for more days than were asked for.",
                    "Give as many days as were asked for, or fewer.",
                    article="led Art. 5",
                    where=f"decisions.{one.item}",
                )
            shorter = narrowed(item, one)
            if shorter.end.instant <= shorter.start.instant or not shorter.period.within(item.period):
                return self.refuse(
                    "narrowed",
                    f"The period decided for item {one.item} does not lie within the one asked for.",
                    "Give a start and an end inside the period asked for.",
                    where=f"decisions.{one.item}",
                )
        return None

    def change(self, case: Case, act: ActView, body: AuthoriseBody) -> Case:
        decision = Decision(
            act=act.hash,
            by=act.by,
            at=act.at,
            items=body.order,
            decided=body.decisions,
            conditions=body.conditions,
            review_on=body.review_on,
        )
        return replace(case, decision=decision)

    def text(self, case: Case, by: Author, body: AuthoriseBody) -> str:
        return body.text


class ReasonedBody(Body):
    """A decision in words."""

    reasons: Words


class Decline(Kind[ReasonedBody]):
    """Decline the order."""

    name = "decline"
    phase = Phase.DECIDING
    title = "Decline the order"
    article = "Art. 4(1)-(2)"
    body = ReasonedBody
    parts = {"reasons": NOBODY}
    role = Role.ISSUING
    who = VALIDATORS
    states = frozenset({State.SUBMITTED})
    key = True

    def premise(self, case: Case, by: Author) -> Refusal | None:
        return _put_before(self, case, by)

    def change(self, case: Case, act: ActView, body: ReasonedBody) -> Case:
        return replace(case, declined=act.hash)

    def text(self, case: Case, by: Author, body: ReasonedBody) -> str:
        return f"{self.title}. Case {case.ref.id if case.ref else ''}. Reasons: {body.reasons}"


class Return(Decline):
    """Return the order with questions."""

    name = "return"
    title = "Return it with questions"

    def change(self, case: Case, act: ActView, body: ReasonedBody) -> Case:
        return replace(case, returned=act.hash, submitted_to=None)


class IssueInEmergencyBody(Body):
    """The established emergency, and the order as it is sent without prior validation."""

    threat: Words
    why_no_validator: Words
    order: Annotated[tuple[Item, ...], Field(min_length=1)]
    text: Words


class IssueInEmergency(Kind[IssueInEmergencyBody]):
    """Issue the order without prior validation, because a life is at stake and nobody who may validate can be had."""

    name = "issue in emergency"
    phase = Phase.DECIDING
    title = "Issue in an emergency"
    article = "Art. 4(5)"
    discloses = True
    body = IssueInEmergencyBody
    parts = {"threat": ENFORCING, "why_no_validator": ENFORCING, "order": ABROAD, "text": ABROAD}
    role = Role.ISSUING
    who = frozenset({Capacity.INVESTIGATOR})
    states = PREPARING
    key = True
    travels = True
    answered = True
    law_act = "issue"
    events = {"signed": None}
    logging = Logging.COMBINE

    def reach(self, case: Case, body: IssueInEmergencyBody) -> frozenset[Role]:
        return frozenset()

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        items = case.draft.items if case.draft else ()
        whole = {**given, "order": [item.model_dump(mode="json", exclude_none=True) for item in items]}
        return whole if "text" in given else {**whole, "text": emergency_text(case, by, items)}

    def premise(self, case: Case, by: Author) -> Refusal | None:
        by_form = goes_by_form(self, case)
        if by_form:
            return by_form
        missing = incomplete(case)
        if missing:
            return self.refuse("incomplete", f"The order lacks {missing}.", "Add it first.", article="Art. 5(5)")
        crosses = section_m_crosses(self, case)
        if crosses:
            return crosses
        if case.draft and case.draft.by.officer != by.officer:
            return self.refuse("author", "Another officer drafted this order.", "She issues it, and you may confirm it.")
        return None

    def change(self, case: Case, act: ActView, body: IssueInEmergencyBody) -> Case:
        return replace(case, emergency=Emergency(issued=act.hash, by=act.by, at=act.at))

    def text(self, case: Case, by: Author, body: IssueInEmergencyBody) -> str:
        return body.text


class ConfirmEmergencyBody(Body):
    """A second person has checked it. The code is what the provider is told on the telephone."""

    issued: Hash
    checked: Words
    code: Line
    check: Hash


class ConfirmEmergency(Kind[ConfirmEmergencyBody]):
    """Confirm the emergency as a second officer."""

    name = "confirm emergency"
    phase = Phase.DECIDING
    title = "Confirm the emergency"
    article = "Art. 4(5)"
    body = ConfirmEmergencyBody
    parts = {"issued": ABROAD, "checked": NOBODY, "code": NOBODY, "check": ABROAD}
    role = Role.ISSUING
    who = frozenset({Capacity.INVESTIGATOR}) | VALIDATORS
    states = frozenset({State.ISSUED_IN_EMERGENCY})
    key = True
    travels = True

    def reach(self, case: Case, body: ConfirmEmergencyBody) -> frozenset[Role]:
        return frozenset()

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        issued = case.emergency.issued if case.emergency else ""
        code = str(given.get("code", fresh.call_back_code))
        return {**given, "issued": issued, "code": code, "check": call_back_check(issued, code)}

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.emergency and case.emergency.by.officer == by.officer:
            return self.refuse("second-person", "An emergency needs a second person.", "Ask a colleague to confirm it.")
        return None

    def change(self, case: Case, act: ActView, body: ConfirmEmergencyBody) -> Case:
        if case.emergency is None:
            return case
        return replace(case, emergency=replace(case.emergency, confirmed_by=act.by.officer, call_back_check=body.check))


def call_back_check(issued: str, code: str) -> str:
    """What the provider's node compares the code with that its officer heard on the telephone: a hash, never the code."""
    plain = code.replace("-", "").replace(" ", "").upper()
    return hashlib.sha256(f"rogatory/call-back/v1\n{issued}\n{plain}".encode()).hexdigest()


class SeekValidationBody(Body):
    """Whom the order was put before."""

    validator: OfficerId
    note: Words


class SeekValidation(Kind[SeekValidationBody]):
    """Seek validation afterwards, within 48 hours from signing."""

    name = "seek validation"
    phase = Phase.DECIDING
    title = "Seek validation"
    article = "Art. 4(5)"
    body = SeekValidationBody
    parts = {"validator": NOBODY, "note": NOBODY}
    clocked = True
    role = Role.ISSUING
    who = frozenset({Capacity.INVESTIGATOR})
    states = frozenset(State) - {State.EMPTY, State.DRAFT, State.SUBMITTED, State.RETURNED, State.LAPSED, State.PURGED}

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.emergency is None:
            return self.refuse("emergency", "This order was not issued in an emergency.", "Submit it for decision instead.")
        if case.emergency.validated is not None:
            return self.refuse("decided", "Validation was decided already.", "Nothing remains to be sought.")
        return None

    def needs(self, case: Case, by: Author, body: SeekValidationBody, world: World) -> Refusal | None:
        end = world.assessment.deadlines.get("seek_validation") if world.assessment else None
        if end is not None and end.legal is not None and world.now >= end.legal:
            return self.refuse("in-time", "The 48 hours have ended: the order lapses.", "Draft a new order.")
        officer = world.officers.get(body.validator)
        if officer is None or not officer.capacities & VALIDATORS:
            return self.refuse(
                "validator",
                "That person may not validate an order.",
                "Name a judge, a court, an investigating judge or a public prosecutor of this institution.",
                where="validator",
            )
        return None

    def change(self, case: Case, act: ActView, body: SeekValidationBody) -> Case:
        if case.emergency is None:
            return case
        return replace(case, emergency=replace(case.emergency, sought_from=body.validator, sought_at=act.at))


class Validate(Kind[ReasonedBody]):
    """Validate afterwards an order that was issued in an emergency."""

    name = "validate afterwards"
    phase = Phase.DECIDING
    title = "Validate the order"
    article = "Art. 4(5)"
    body = ReasonedBody
    parts = {"reasons": NOBODY}
    role = Role.ISSUING
    who = VALIDATORS
    states = SeekValidation.states
    key = True
    events = {"validation_granted": None}

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.emergency is None or case.emergency.sought_from != by.officer:
            return self.refuse("sought", "Validation was not sought from you.", "Ask for it to be put before you.")
        if case.emergency.validated is not None:
            return self.refuse("decided", "Validation was decided already.", "Nothing remains to be decided.")
        return None

    def change(self, case: Case, act: ActView, body: ReasonedBody) -> Case:
        return replace(case, emergency=replace(case.emergency, validated=True)) if case.emergency else case

    def text(self, case: Case, by: Author, body: ReasonedBody) -> str:
        return f"{self.title}. Case {case.ref.id if case.ref else ''}. Reasons: {body.reasons}"


class Invalidate(Validate):
    """Refuse validation afterwards: the software withdraws the order and restricts the data at once."""

    name = "invalidate"
    title = "Refuse validation"
    events = {"validation_refused": None}

    def change(self, case: Case, act: ActView, body: ReasonedBody) -> Case:
        if case.emergency is None:
            return case
        return replace(case, emergency=replace(case.emergency, validated=False))


class LapseBody(Body):
    """The legal end that passed."""

    as_of: Line
    why: Words


class Lapse(Kind[LapseBody]):
    """The order lapses, because validation was not sought in time."""

    name = "lapse"
    phase = Phase.DECIDING
    title = "The order lapses"
    article = "Art. 4(5)"
    body = LapseBody
    parts = {"as_of": NOBODY, "why": NOBODY}  # the addressee is not told of this step (Annex I, section I)
    role = Role.ISSUING
    who = frozenset({Capacity.SOFTWARE})
    states = SeekValidation.states
    automatic = True

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.emergency is None or case.emergency.sought_at is not None:
            return self.refuse("sought", "Validation was sought in time: the order stands.", "Nothing is to be done.")
        return None

    def change(self, case: Case, act: ActView, body: LapseBody) -> Case:
        closed = Restriction(act=act.hash, at=act.at, why="the order lapsed", article=self.article, final=True)
        return replace(case, lapsed=act.hash, restrictions=(*case.restrictions, closed))


def _put_before(kind: Kind[B], case: Case, by: Author) -> Refusal | None:
    if case.submitted_to == by.officer:
        return None
    return kind.refuse("addressed", "This order was put before somebody else.", "Ask for it to be submitted to you.")


def _list(value: object) -> list[Value]:
    return list(value) if isinstance(value, list | tuple) else []


KINDS = (
    Authorise(),
    Decline(),
    Return(),
    IssueInEmergency(),
    ConfirmEmergency(),
    SeekValidation(),
    Validate(),
    Invalidate(),
    Lapse(),
)

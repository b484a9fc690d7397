"""Acts that prepare an order: nothing of them leaves the issuing institution.

Regulation (EU) 2023/1543, Art. 5: what is asked, why, and of whom; Art. 13: when the person is told.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from rogatory.act import Author
from rogatory.procedure.answers import TICKED, not_an_answer, repeated
from rogatory.procedure.case import Case, Draft
from rogatory.procedure.facts import NEVER_STATED
from rogatory.procedure.kind import ActView, B, Body, Kind, Refusal, World
from rogatory.procedure.order import (
    Circumstance,
    InstitutionUri,
    Item,
    KeptDays,
    Line,
    Offence,
    OfficerId,
    TouchedPerson,
    Words,
)
from rogatory.procedure.words import ISSUERS, VALIDATORS, Logging, Phase, Role, State

NOBODY: frozenset[Role] = frozenset()
PREPARING = frozenset({State.DRAFT, State.RETURNED})
LEAST_SENTENCE = 25
"""From this length on a sentence that stands in two texts was copied."""
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n")
SHOWN = 60
"""How much of an answer a refusal repeats."""


class DraftBody(Body):
    """The order as asked."""

    reference: Line
    measure: Literal["production-order", "preservation-order"]
    addressee: InstitutionUri
    enforcing: InstitutionUri
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=20)]
    offences: Annotated[tuple[Offence, ...], Field(min_length=1, max_length=20)]
    circumstances: tuple[Circumstance, ...]
    retention_days: KeptDays
    summary: Words


class DraftOrder(Kind[DraftBody]):
    """Draft the order, or draft it anew after it came back."""

    name = "draft"
    phase = Phase.PREPARING
    title = "Save the draft"
    article = "Art. 5(5)"
    body = DraftBody
    parts = dict.fromkeys(DraftBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = ISSUERS
    states = frozenset({State.EMPTY}) | PREPARING
    opens = True
    law_act = "issue"
    accepts = frozenset({"permitted", "needs", "undetermined"})
    logging = Logging.COLLECT

    def premise(self, case: Case, by: Author) -> Refusal | None:
        return goes_by_form(self, case)

    def needs(self, case: Case, by: Author, body: DraftBody, world: World) -> Refusal | None:
        for uri, role in ((body.addressee, Role.ADDRESSEE), (body.enforcing, Role.ENFORCING)):
            known = world.institutions.get(uri)
            if known is None or role not in known.roles:
                return self.refuse(
                    role.value,
                    f"{uri} is not accredited as {role.value} authority or addressee.",
                    "Choose an institution from the trust list.",
                    article="Art. 7(1)" if role is Role.ADDRESSEE else "Art. 8(1)",
                    where=role.value,
                )
        if world.institutions[body.addressee].state != world.institutions[body.enforcing].state:
            return self.refuse(
                "states",
                "The enforcing authority is not that of the addressee's State.",
                "Choose the authority of the State where the addressee is established.",
                article="Art. 3(16)",
                where="enforcing",
            )
        return not_to_be_drafted(self, case, by, body.items, body.circumstances)

    def change(self, case: Case, act: ActView, body: DraftBody) -> Case:
        draft = Draft(act=act.hash, by=act.by, **{name: getattr(body, name) for name in DraftBody.model_fields})
        return replace(
            case,
            draft=draft,
            parties={Role.ISSUING: act.by.institution, Role.ADDRESSEE: body.addressee, Role.ENFORCING: body.enforcing},
            submitted_to=None,
            returned=None,
        )


def not_to_be_drafted(
    kind: Kind[B], case: Case, by: Author, items: tuple[Item, ...], circumstances: tuple[Circumstance, ...]
) -> Refusal | None:
    """What keeps a draft from being saved, under whatever instrument: two items of one name, an answer that was ticked, another's draft."""
    names = [item.id for item in items]
    if len(set(names)) != len(names):
        return kind.refuse("items", "Two items have one name.", "Give each item a name of its own.", where="items")
    ticked = next((one.fact for one in circumstances if one.fact in NEVER_STATED), None)
    if ticked:
        return kind.refuse(
            "ticked",
            f"'{ticked.replace('_', ' ')}' is told by an answer in words, and never stated as a circumstance.",
            "Leave it out here, and answer the question under 'state suspicion'.",
            article="Art. 5(2)",
            where="circumstances",
        )
    if case.draft and case.draft.by.officer != by.officer:
        return kind.refuse("author", "Another officer drafts this order.", "Ask her to change it.")
    return None


def goes_by_form(kind: Kind[B], case: Case) -> Refusal | None:
    """An investigation order or a request for assistance is no order that crosses from node to node."""
    if case.draft is None or not case.draft.by_form:
        return None
    return kind.refuse(
        "by-form",
        "This request goes out as its form, and not from node to node.",
        "Have it decided, complete its form, and send the sealed form by the channel of its instrument.",
    )


class SuspicionBody(Body):
    """What links the identifiers to the offence; why this State may prosecute; whether its court may use the result."""

    facts: Words
    reliability: Words
    against: Words
    basis: Line
    jurisdiction: Words
    court: Line
    admissibility: Words


QUESTIONS = {
    "facts": ("which facts link the identifiers to the offence", "Say which facts, and where they come from."),
    "reliability": ("how reliable these facts are", "Say how they were obtained and checked."),
    "against": ("what speaks against the link", "Say what was looked for and found; if nothing was found, say where you looked."),
    "jurisdiction": ("why this State may prosecute", "Say how the case falls under the basis that you name."),
    "admissibility": (
        "whether the court may use the result",
        "Say by which of its rules the data may be used, and what could exclude them.",
    ),
}
"""Each question that is answered in words, with what would answer it."""


class StateSuspicion(Kind[SuspicionBody]):
    """State the suspicion and the forum: what links the account to the offence, what speaks against, why this State, which court."""

    name = "state suspicion"
    phase = Phase.PREPARING
    title = "State suspicion and forum"
    article = "Art. 5(2)"
    body = SuspicionBody
    parts = dict.fromkeys(SuspicionBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = ISSUERS
    states = PREPARING
    answered = True
    logging = Logging.COLLECT

    def needs(self, case: Case, by: Author, body: SuspicionBody, world: World) -> Refusal | None:
        answers = {part: str(getattr(body, part)) for part in QUESTIONS}
        for part, text in answers.items():
            asked, cure = QUESTIONS[part]
            why = not_an_answer(text)
            if why:
                return self.refuse("no-answer", f"“{_short(text)}” {why}: it does not say {asked}.", cure, where=part)
        if not_an_answer(body.court) == TICKED:
            return self.refuse(
                "no-court", f"“{_short(body.court)}” names no court.", "Name the court that will try the case.", where="court"
            )
        pair = repeated(answers)
        if pair:
            one, other = (QUESTIONS[part][0] for part in pair)
            return self.refuse(
                "one-answer",
                f"The same words answer two questions: {one}, and {other}.",
                "Answer each by itself; they are different questions.",
                where=pair[1],
            )
        return None

    def change(self, case: Case, act: ActView, body: SuspicionBody) -> Case:
        return replace(case, suspicion=act.hash)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN]}…"


class JustifyBody(Body):
    """Why this item is needed, and no less would do."""

    item: Line
    necessity: Words
    proportionality: Words
    less_intrusive: Words
    narrowness: Words


class Justify(Kind[JustifyBody]):
    """Justify one item: necessity, proportionality, less intrusive means considered, how it is narrowed."""

    name = "justify"
    phase = Phase.PREPARING
    title = "Justify this item"
    article = "Art. 5(2)"
    body = JustifyBody
    parts = dict.fromkeys(JustifyBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = ISSUERS
    states = PREPARING
    logging = Logging.COLLECT

    def needs(self, case: Case, by: Author, body: JustifyBody, world: World) -> Refusal | None:
        if case.draft is None or case.draft.item(body.item) is None:
            return self.refuse("item", f"The draft has no item {body.item}.", "Name an item of the draft.", where="item")
        return None

    def change(self, case: Case, act: ActView, body: JustifyBody) -> Case:
        return replace(case, justified=case.justified | {body.item})


class PersonsBody(Body):
    """The classes of person whose data are touched."""

    persons: Annotated[tuple[TouchedPerson, ...], Field(min_length=1, max_length=20)]


class NamePersons(Kind[PersonsBody]):
    """Name each class of person touched, and when and how she is told."""

    name = "name persons"
    phase = Phase.PREPARING
    title = "Say whom it touches and when they are told"
    article = "Art. 13"
    body = PersonsBody
    parts = dict.fromkeys(PersonsBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = ISSUERS
    states = PREPARING
    logging = Logging.COLLECT

    def needs(self, case: Case, by: Author, body: PersonsBody, world: World) -> Refusal | None:
        crossing = next(filter(None, (self._delay(person, world) for person in body.persons)), None)
        return crossing or section_m_crosses(self, replace(case, persons=body.persons))

    def _delay(self, person: TouchedPerson, world: World) -> Refusal | None:
        where = f"persons.{person.id}"
        if person.told != "delayed":
            return None
        if person.until is None:
            return self.refuse(
                "delay-without-end",
                "The person would be told at no time: a delay of notice needs an end.",
                "Give the last day of the delay.",
                article="Art. 13(2)",
                where=f"{where}.until",
            )
        if person.until <= world.now.date().isoformat():
            return self.refuse(
                "delay-past",
                "The delay ends today or has ended.",
                "Give a later day, or inform the person without delay.",
                article="Art. 13(2)",
                where=f"{where}.until",
            )
        if person.reasons is None or person.justification is None or not person.grounds:
            return self.refuse(
                "delay-without-reason",
                "A delay of notice needs a ground, its reasons in the file, and the short justification for the certificate.",
                "Name a ground of Art. 13(3) of Directive (EU) 2016/680 and write down both texts.",
                article="Art. 13(2)",
                where=where,
            )
        return None

    def change(self, case: Case, act: ActView, body: PersonsBody) -> Case:
        return replace(case, persons=body.persons)


class SubmitBody(Body):
    """To whom the order is put for a decision."""

    to: OfficerId
    note: Words


class Submit(Kind[SubmitBody]):
    """Put the order before the person who decides."""

    name = "submit"
    phase = Phase.PREPARING
    title = "Submit for decision"
    article = "Art. 4"
    body = SubmitBody
    parts = dict.fromkeys(SubmitBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = ISSUERS
    states = PREPARING
    law_act = "issue"
    accepts = frozenset({"permitted", "needs"})
    answered = True

    def needs(self, case: Case, by: Author, body: SubmitBody, world: World) -> Refusal | None:
        missing = incomplete(case)
        if missing:
            return self.refuse("incomplete", f"The order lacks {missing}.", "Add it before you submit.", article="Art. 5(5)")
        crosses = section_m_crosses(self, case)
        if crosses:
            return crosses
        officer = world.officers.get(body.to)
        if officer is None or not officer.capacities & VALIDATORS:
            return self.refuse(
                "validator",
                "That person may not decide on an order.",
                "Name a judge, a court, an investigating judge or a public prosecutor of this institution.",
                article="Art. 4(1)",
                where="to",
            )
        return None

    def change(self, case: Case, act: ActView, body: SubmitBody) -> Case:
        return replace(case, submitted_to=body.to, returned=None)


def section_m_crosses(kind: Kind[B], case: Case) -> Refusal | None:
    """The justification of a delay goes to the addressee: no sentence of what only the enforcing authority may read may stand in it."""
    withheld = [case.draft.summary] if case.draft else []
    withheld += [str(text) for act in case.acts if act.kind in {"state suspicion", "justify"} for text in act.parts.values()]
    sentences = {plain for text in withheld for one in _SENTENCE.split(text) if len(plain := _plain(one)) >= LEAST_SENTENCE}
    for person in case.persons or ():
        held = _plain(person.justification or "") if person.told == "delayed" else ""
        if any(one in held for one in sentences):
            return kind.refuse(
                "section-m",
                "The short justification of a delay repeats what only the enforcing authority may read: it crosses to the addressee.",
                "Say in words of its own, and no more than the addressee must know, why the person is told later.",
                article="Art. 5(5)",
                where=f"persons.{person.id}.justification",
            )
    return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def incomplete(case: Case) -> str:
    """What a draft still lacks before anybody may decide on it, in words; empty if nothing."""
    if case.draft is None:
        return "its draft"
    lacks = [f"the justification of item {item.id}" for item in case.draft.items if item.id not in case.justified]
    if case.suspicion is None:
        lacks.insert(0, "the facts that link the identifiers to the offence")
    if case.persons is None:
        lacks.append("the classes of person touched and when they are told")
    return ", ".join(lacks)


KINDS = (DraftOrder(), StateSuspicion(), Justify(), NamePersons(), Submit())

"""Acts that tell the person, and end the delay of telling.

Regulation (EU) 2023/1543, Art. 13; Directive (EU) 2016/680, Arts. 13 and 31; RIGHTS: no delay is without an end.
"""

from __future__ import annotations

from dataclasses import replace

from rogatory.act import Author
from rogatory.procedure.acts.preparing import NOBODY
from rogatory.procedure.case import Case, Told
from rogatory.procedure.kind import ActView, B, Body, Kind, Refusal, World
from rogatory.procedure.order import Day, Line, TouchedPerson, Words
from rogatory.procedure.words import ISSUERS, VALIDATORS, Capacity, Logging, Phase, Role, State

AFTER_SENDING = frozenset(
    {
        State.SENT,
        State.WITH_ADDRESSEE,
        State.ANSWERED,
        State.RECEIVED,
        State.REFUSED,
        State.WITHDRAWN,
        State.LAPSED,
        State.PURGED,
    }
)


REMEDIES = (
    "The law: Regulation (EU) 2023/1543, Art. 13. You may ask a court of that State whether it was lawful, "
    "necessary and proportionate (Art. 18), and you may complain to the data protection authority."
)


def person_of(case: Case, name: str) -> TouchedPerson | None:
    """The person touched of that name, if the order names one."""
    return next((person for person in case.persons or () if person.id == name), None)


def _delays(kind: Kind[B], case: Case) -> Refusal | None:
    if any(one.told == "delayed" and one.id not in case.delay_lifted for one in case.persons or ()):
        return None
    return kind.refuse("delayed", "No notice is delayed in this case.", "Nothing is to be done.")


class LiftBody(Body):
    """Whose delay ends, and why."""

    person: Line
    why: Words


class LiftDelay(Kind[LiftBody]):
    """End the delay of notice: its day has come, or its ground has gone."""

    name = "lift delay"
    phase = Phase.TELLING
    title = "End the delay of notice"
    article = "Art. 13(2)"
    body = LiftBody
    parts = dict.fromkeys(LiftBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = ISSUERS | {Capacity.SOFTWARE}
    states = AFTER_SENDING
    events = {"delay_ground_ended": None}

    def premise(self, case: Case, by: Author) -> Refusal | None:
        return _delays(self, case)

    def needs(self, case: Case, by: Author, body: LiftBody, world: World) -> Refusal | None:
        person = person_of(case, body.person)
        if person is None or person.told != "delayed" or person.id in case.delay_lifted:
            return self.refuse("delayed", "Nothing is delayed for that person.", "Choose a person whose notice is delayed.")
        return None

    def change(self, case: Case, act: ActView, body: LiftBody) -> Case:
        return replace(case, delay_lifted=case.delay_lifted | {body.person})


class DelayBody(Body):
    """A longer delay, with its end and its reasons."""

    person: Line
    until: Day
    reasons: Words


class DelayNotice(Kind[DelayBody]):
    """Delay notice further, as a judge, with an end and reasons."""

    name = "delay notice"
    phase = Phase.TELLING
    title = "Delay the notice"
    article = "Art. 13(2)"
    body = DelayBody
    parts = dict.fromkeys(DelayBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = VALIDATORS - {Capacity.PROSECUTOR}
    states = AFTER_SENDING
    key = True

    def premise(self, case: Case, by: Author) -> Refusal | None:
        return _delays(self, case)

    def needs(self, case: Case, by: Author, body: DelayBody, world: World) -> Refusal | None:
        person = person_of(case, body.person)
        if person is None or person.told != "delayed" or person.id in case.delay_lifted:
            return self.refuse("delayed", "No delay is running for that person.", "A delay that ended cannot be renewed.")
        if body.until <= world.now.date().isoformat():
            return self.refuse("past", "The new end lies in the past.", "Give a later day.", where="until")
        return None

    def change(self, case: Case, act: ActView, body: DelayBody) -> Case:
        persons = tuple(
            person.model_copy(update={"until": body.until}) if person.id == body.person else person for person in case.persons or ()
        )
        return replace(case, persons=persons)

    def text(self, case: Case, by: Author, body: DelayBody) -> str:
        return f"The notice to {body.person} is delayed until {body.until}. Reasons: {body.reasons}"


class NotifyBody(Body):
    """What the person is told, word for word, and by which way."""

    person: Line
    text: Words
    way: Words


class NotifyPerson(Kind[NotifyBody]):
    """Tell the person that her data were given, why, and how she can complain."""

    name = "notify person"
    phase = Phase.TELLING
    title = "Tell the person"
    article = "Art. 13(1)"
    body = NotifyBody
    parts = dict.fromkeys(NotifyBody.model_fields, NOBODY)
    role = Role.ISSUING
    who = ISSUERS | {Capacity.CUSTODIAN}
    states = AFTER_SENDING
    logging = Logging.DISCLOSE

    def needs(self, case: Case, by: Author, body: NotifyBody, world: World) -> Refusal | None:
        person = person_of(case, body.person)
        if person is None:
            return self.refuse("person", "The order names no such person.", "Choose one of the persons touched.")
        if person.told == "delayed" and person.id not in case.delay_lifted:
            return self.refuse(
                "delayed",
                f"The notice is delayed until {person.until}.",
                "End the delay first, or wait for its day.",
                article="Art. 13(2)",
            )
        return None

    def change(self, case: Case, act: ActView, body: NotifyBody) -> Case:
        return replace(case, told=(*case.told, Told(person=body.person, act=act.hash, at=act.at)))


def notice_text(case: Case, person: TouchedPerson) -> str:
    """What the notice says. Its first page says nothing of account, service or offence (RIGHTS, H1)."""
    draft, decision = case.draft, case.decision
    who = decision.by if decision else draft.by if draft else None
    return "\n".join(
        (
            person.says,
            f"It was decided by: {who.capacity if who else ''}, {who.institution if who else ''}.",
            REMEDIES,
            f"Reference: {draft.reference if draft else ''}.",
        )
    )


KINDS = (LiftDelay(), DelayNotice(), NotifyPerson())

"""What the provider and the issuing authority say to one another: questions, call-back, preservation.

Regulation (EU) 2023/1543, Art. 10.
"""

from __future__ import annotations

from dataclasses import replace

from rogatory.act import Author
from rogatory.procedure.acts.crossing import ADDRESSEE, ISSUING
from rogatory.procedure.acts.deciding import call_back_check
from rogatory.procedure.case import Case
from rogatory.procedure.kind import ActView, Body, Kind, Refusal, World
from rogatory.procedure.order import (
    Line,
    Words,
)
from rogatory.procedure.words import ISSUERS, Capacity, Phase, Role, State


class QuestionBody(Body):
    """What is incomplete, mistaken or unclear, or the answer to it."""

    words: Words


class Ask(Kind[QuestionBody]):
    """Ask the issuing authority to clarify: the addressee's time stands still."""

    name = "ask"
    phase = Phase.CROSSING
    title = "Ask for clarification"
    article = "Art. 10(6)"
    body = QuestionBody
    parts = {"words": ISSUING}
    role = Role.ADDRESSEE
    who = frozenset({Capacity.PROVIDER})
    states = frozenset({State.WITH_ADDRESSEE})
    events = {"clarification_asked": Role.ISSUING}

    def change(self, case: Case, act: ActView, body: QuestionBody) -> Case:
        return replace(case, asked=act.hash)


class Clarify(Kind[QuestionBody]):
    """Answer the addressee's question: its whole period starts anew."""

    name = "clarify"
    phase = Phase.CROSSING
    title = "Answer the question"
    article = "Art. 10(6)"
    body = QuestionBody
    parts = {"words": ADDRESSEE}
    role = Role.ISSUING
    who = ISSUERS
    states = frozenset({State.WITH_ADDRESSEE})
    events = {"clarification_given": Role.ADDRESSEE}

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.asked is None:
            return self.refuse("asked", "The addressee asked nothing.", "Nothing is to be answered.")
        return None

    def change(self, case: Case, act: ActView, body: QuestionBody) -> Case:
        return replace(case, asked=None)


class CallBackBody(Body):
    """The code that the issuing authority read out on the telephone, and with whom the provider spoke."""

    code: Line
    spoke_with: Words


class CallBack(Kind[CallBackBody]):
    """Record the call back: the number was the one in the trust list, the code was read out by the issuing authority."""

    name = "call back"
    phase = Phase.CROSSING
    title = "Record the call back"
    article = "Art. 10(4)"
    body = CallBackBody
    parts = {"code": ISSUING, "spoke_with": ISSUING}
    role = Role.ADDRESSEE
    who = frozenset({Capacity.PROVIDER})
    states = frozenset({State.WITH_ADDRESSEE})
    key = True

    def accept(self, case: Case, act: ActView, body: CallBackBody, world: World) -> Refusal | None:
        return self.premise(case, act.by) or self.needs(case, act.by, body, world)

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.emergency is None or case.emergency.call_back_check is None:
            return self.refuse("emergency", "This order was not issued in an emergency.", "No call back is needed.")
        return None

    def needs(self, case: Case, by: Author, body: CallBackBody, world: World) -> Refusal | None:
        emergency = case.emergency
        if emergency is None or call_back_check(emergency.issued, body.code) != emergency.call_back_check:
            return self.refuse(
                "code",
                "The code is not the one of this order.",
                "Call the number in the trust list again; release nothing until the code is right.",
                where="code",
            )
        return None

    def change(self, case: Case, act: ActView, body: CallBackBody) -> Case:
        return replace(case, emergency=replace(case.emergency, called_back=True)) if case.emergency else case

    def text(self, case: Case, by: Author, body: CallBackBody) -> str:
        return f"I called the issuing authority back and was read the code {body.code}. I spoke with: {body.spoke_with}"


class Preserve(Kind[QuestionBody]):
    """Say what is preserved. Preservation harms nobody and waits for nothing."""

    name = "preserve"
    phase = Phase.CROSSING
    title = "Preserve the data"
    article = "Art. 10(1)"
    body = QuestionBody
    parts = {"words": ISSUING}
    role = Role.ADDRESSEE
    who = frozenset({Capacity.PROVIDER})
    states = frozenset({State.WITH_ADDRESSEE, State.ANSWERED})


KINDS = (
    Ask(),
    Clarify(),
    CallBack(),
    Preserve(),
)

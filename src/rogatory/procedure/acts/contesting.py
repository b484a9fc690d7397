"""What stops an order or tests it: grounds for refusal, objection, review, withdrawal.

Regulation (EU) 2023/1543, Arts. 10(5)-(8), 12, 17.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from rogatory.act import Author
from rogatory.moments import Instant
from rogatory.procedure.acts.answering import QuestionBody
from rogatory.procedure.acts.crossing import ABROAD, ADDRESSEE, ENFORCING, ISSUING, OPEN_ABROAD, SOFTWARE
from rogatory.procedure.case import Case, Restriction
from rogatory.procedure.facts import with_stated
from rogatory.procedure.kind import ActView, Body, Kind, Refusal, World
from rogatory.procedure.order import (
    Circumstance,
    Line,
    Words,
)
from rogatory.procedure.words import ISSUERS, Capacity, Phase, Role, State


class RaiseBody(Body):
    """The grounds, the facts that establish them, and how the issuing authority was contacted first."""

    grounds: Annotated[tuple[Line, ...], Field(min_length=1)]
    facts: tuple[Circumstance, ...]
    explanation: Words
    contacted: Words


class RaiseGround(Kind[RaiseBody]):
    """Raise a ground for refusal: nothing may be released, and the issuing authority must withdraw."""

    name = "raise ground for refusal"
    phase = Phase.CROSSING
    title = "Raise a ground for refusal"
    article = "Art. 12(1)"
    body = RaiseBody
    parts = {
        "grounds": ISSUING | ADDRESSEE,
        "facts": ISSUING,
        "explanation": ISSUING,
        "contacted": ISSUING,
    }
    role = Role.ENFORCING
    who = frozenset({Capacity.ENFORCING_AUTHORITY})
    states = OPEN_ABROAD | {State.WITHDRAWN, State.LAPSED}
    law_act = "refuse"
    events = {"refusal_raised": None}

    def needs(self, case: Case, by: Author, body: RaiseBody, world: World) -> Refusal | None:
        is_open = world.assessment.grounds if world.assessment else ()
        closed = [ground for ground in body.grounds if ground not in is_open]
        if closed and not world.foreign:
            return self.refuse(
                "grounds",
                f"The facts do not establish {', '.join(closed)}.",
                "State the facts that do, or raise another ground of Art. 12(1).",
                where="grounds",
            )
        return None

    def change(self, case: Case, act: ActView, body: RaiseBody) -> Case:
        grounds = tuple(dict.fromkeys((*case.grounds, *body.grounds)))
        if "facts" not in act.parts:  # the addressee learns the ground, not the facts behind it
            return replace(case, grounds=grounds)
        told = with_stated(case.sent.facts if case.sent else {}, body.facts)
        changed = {fact.fact.partition(".")[0] for fact in body.facts}
        return replace(case, grounds=grounds, facts={**case.facts, **{name: told[name] for name in changed & told.keys()}})


class ClearBody(Body):
    """Whether both the issuing authority and the addressee are told."""

    to: Literal["both", "issuer"]


class Clear(Kind[ClearBody]):
    """Confirm that no ground for refusal will be raised."""

    name = "clear"
    phase = Phase.CROSSING
    title = "Confirm that no ground will be raised"
    article = "Art. 10(2)"
    body = ClearBody
    parts = {"to": ISSUING | ADDRESSEE}
    role = Role.ENFORCING
    who = frozenset({Capacity.ENFORCING_AUTHORITY})
    states = OPEN_ABROAD

    def reach(self, case: Case, body: ClearBody) -> frozenset[Role]:
        return ISSUING | ADDRESSEE if body.to == "both" else ISSUING

    def happens(self, act: ActView, body: ClearBody) -> Mapping[str, Instant]:
        return {"cleared_to_both" if body.to == "both" else "cleared_to_issuer": act.at}


class ObjectBody(Body):
    """On what the objection rests."""

    based_on: Annotated[tuple[Line, ...], Field(min_length=1)]
    explanation: Words


class Object(Kind[ObjectBody]):
    """Object: a third State's law forbids it, or it is protected in the enforcing State."""

    name = "object"
    phase = Phase.CROSSING
    title = "Object to the order"
    article = "Art. 17(2)"
    body = ObjectBody
    parts = dict.fromkeys(ObjectBody.model_fields, ISSUING | ENFORCING)
    role = Role.ADDRESSEE
    who = frozenset({Capacity.PROVIDER})
    states = frozenset({State.WITH_ADDRESSEE})
    law_act = "object"
    events = {"objection_filed": None}

    def change(self, case: Case, act: ActView, body: ObjectBody) -> Case:
        return replace(case, objection=act.hash, facts={**case.facts, "objection_based_on": list(body.based_on)})


class Uphold(Kind[QuestionBody]):
    """Uphold the order in spite of the objection, and ask the court to review it: the order is suspended."""

    name = "uphold"
    phase = Phase.CROSSING
    title = "Uphold the order and ask the court"
    article = "Art. 17(3)"
    body = QuestionBody
    parts = {"words": ADDRESSEE}
    role = Role.ISSUING
    who = ISSUERS
    states = frozenset({State.WITH_ADDRESSEE})
    events = {"court_review_requested": None}

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.objection is None:
            return self.refuse("objection", "The addressee did not object.", "Nothing is to be upheld.")
        return None

    def change(self, case: Case, act: ActView, body: QuestionBody) -> Case:
        return replace(case, upheld=True)


class WithdrawBody(Body):
    """Why, in words that the addressee may read."""

    words: Words


class Withdraw(Kind[WithdrawBody]):
    """Withdraw the order: nothing may be released, and what was received is restricted at once."""

    name = "withdraw"
    phase = Phase.CROSSING
    title = "Withdraw the order"
    article = "Art. 12(2)"
    body = WithdrawBody
    parts = {"words": ABROAD}
    role = Role.ISSUING
    who = ISSUERS | SOFTWARE
    states = OPEN_ABROAD | {State.REFUSED, State.LAPSED, State.AUTHORISED, State.ISSUED_IN_EMERGENCY}

    def reach(self, case: Case, body: WithdrawBody) -> frozenset[Role]:
        if case.sent is None:
            return frozenset()
        return ABROAD if case.sent.notification else ADDRESSEE

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if case.withdrawn is not None:
            return self.refuse("withdrawn", "The order was withdrawn already.", "Nothing remains to be withdrawn.")
        return None

    def change(self, case: Case, act: ActView, body: WithdrawBody) -> Case:
        closed = Restriction(act=act.hash, at=act.at, why="the order was withdrawn", article=self.article, final=True)
        return replace(case, withdrawn=act.hash, restrictions=(*case.restrictions, closed))


class SetAside(Withdraw):
    """Set the order aside, as the court that reviewed the objection."""

    name = "set aside"
    title = "Set the order aside"
    article = "Art. 17(4)"
    who = frozenset({Capacity.JUDGE, Capacity.COURT, Capacity.INVESTIGATING_JUDGE})
    states = frozenset({State.WITH_ADDRESSEE})
    key = True

    def premise(self, case: Case, by: Author) -> Refusal | None:
        if not case.upheld:
            return self.refuse("review", "No court was asked to review an objection.", "Withdraw the order instead.")
        return None

    def text(self, case: Case, by: Author, body: WithdrawBody) -> str:
        return f"{self.title}. Case {case.ref.id if case.ref else ''}. {body.words}"


KINDS = (
    RaiseGround(),
    Clear(),
    Object(),
    Uphold(),
    Withdraw(),
    SetAside(),
)

"""Acts that cross the border: the order, its notification, receipts, questions, objections, refusal and withdrawal.

Regulation (EU) 2023/1543, Arts. 5, 8, 10, 12, 17. The certificate is built by the software from what was decided; an
officer who sends it can change nothing in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.moments import Instant, parse_instant
from rogatory.procedure.acts.deciding import call_back_check
from rogatory.procedure.case import Case, Restriction, Sent
from rogatory.procedure.facts import facts_of, for_addressee, with_stated
from rogatory.procedure.kind import ActView, B, Body, Fresh, Kind, Refusal, World
from rogatory.procedure.order import (
    Circumstance,
    Hash,
    InstitutionUri,
    Item,
    Line,
    Part,
    Words,
)
from rogatory.procedure.words import ISSUERS, Capacity, Logging, Phase, Role, State

ISSUING = frozenset({Role.ISSUING})
ADDRESSEE = frozenset({Role.ADDRESSEE})
ENFORCING = frozenset({Role.ENFORCING})
ABROAD = ADDRESSEE | ENFORCING
SOFTWARE = frozenset({Capacity.SOFTWARE})
OPEN_ABROAD = frozenset({State.SENT, State.WITH_ADDRESSEE, State.ANSWERED, State.RECEIVED})


class Certificate(Body):
    """The certificate of Annex I, sections A to L, as the addressee sees it."""

    reference: Line
    decision: Hash
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    facts: Mapping[str, object]
    provisions: tuple[Line, ...]
    seal_to: Line
    notification: bool
    emergency: bool
    user_information: Line
    retention_days: Annotated[int, Field(ge=1)]
    addressee: InstitutionUri
    enforcing: InstitutionUri


def _certificate(case: Case, world: World, fresh: Fresh) -> dict[str, Value]:
    draft, emergency, decision = case.draft, case.emergency, case.decision
    if draft is None:
        return {}
    delayed = any(person.told == "delayed" for person in case.persons or ())
    return {
        "reference": draft.reference,
        "decision": decision.act if decision else emergency.issued if emergency else "",
        "items": [item.model_dump(mode="json", exclude_none=True) for item in case.granted],
        "provisions": [offence.provision for offence in draft.offences],
        "seal_to": case.sent.seal_to if case.sent else fresh.seal_to,
        "notification": _notifies(world),
        "emergency": emergency is not None,
        "user_information": "The addressee must not inform the person. The issuing authority "
        + ("delays it." if delayed else "informs the person."),
        "retention_days": draft.retention_days,
        "addressee": draft.addressee,
        "enforcing": draft.enforcing,
    }


def _notifies(world: World) -> bool:
    return world.assessment is not None and "notify-enforcing-authority" in world.assessment.duties


def _sent(act: ActView, body: Certificate, facts: Mapping[str, Value]) -> Sent:
    return Sent(
        act=act.hash,
        at=act.at,
        items=body.items,
        facts=facts,
        seal_to=body.seal_to,
        notification=body.notification,
        emergency=body.emergency,
        decision=body.decision,
    )


def _plain(act: ActView) -> Mapping[str, Value]:
    held = act.parts.get("facts")
    return held if isinstance(held, Mapping) else {}


def _parties(act: ActView, body: Certificate) -> dict[Role, str]:
    return {Role.ISSUING: act.by.institution, Role.ADDRESSEE: body.addressee, Role.ENFORCING: body.enforcing}


class Transmit(Kind[Certificate]):
    """Send the order to the addressee."""

    name = "transmit"
    phase = Phase.CROSSING
    title = "Send to the provider"
    article = "Art. 9(1)"
    discloses = True
    missing_step = "Art. 4(1)-(2)"
    body = Certificate
    parts = dict.fromkeys(Certificate.model_fields, ADDRESSEE)
    role = Role.ISSUING
    who = ISSUERS
    states = frozenset({State.AUTHORISED, State.ISSUED_IN_EMERGENCY})
    opens = True
    law_act = "issue"
    law_first = True
    law_abroad = True
    events = {"received": Role.ADDRESSEE}
    logging = Logging.DISCLOSE

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        return {**_certificate(case, world, fresh), "facts": for_addressee(facts_of(case, world))}

    def needs(self, case: Case, by: Author, body: Certificate, world: World) -> Refusal | None:
        if case.emergency and not case.decision and case.emergency.confirmed_by is None:
            return self.refuse(
                "second-person",
                "A second officer has not confirmed the emergency.",
                "Ask a colleague to confirm it.",
                article="Art. 4(5)",
            )
        decided = case.granted
        if body.items != decided:
            return self.refuse(
                "as-decided",
                "The certificate asks for something else than was decided.",
                "Send exactly what was authorised.",
                article="Art. 4",
                where="items",
            )
        return None

    def accept(self, case: Case, act: ActView, body: Certificate, world: World) -> Refusal | None:
        return decided_elsewhere(self, case, body)

    def change(self, case: Case, act: ActView, body: Certificate) -> Case:
        return replace(case, parties=_parties(act, body), sent=_sent(act, body, _plain(act)))

    def text(self, case: Case, by: Author, body: Certificate) -> str:
        return f"Order {body.reference} is sent to {body.addressee}."


def decided_elsewhere(kind: Kind[B], case: Case, body: Certificate) -> Refusal | None:
    """A receiver holds the decision that the certificate names, and finds in it exactly what the certificate asks."""
    act = case.act(body.decision)
    if act is None or act.kind not in {"authorise", "issue in emergency"}:
        return kind.refuse("decision", "The decision that it names is not here.", "Send the decision with the order.")
    decided = act.parts.get("order")
    items = [item.model_dump(mode="json", exclude_none=True) for item in body.items]
    if not isinstance(decided, list | tuple) or list(decided) != items:
        return kind.refuse(
            "as-decided",
            "The certificate asks for something else than was decided.",
            "Send exactly what was authorised.",
            article="Art. 4",
            where="items",
        )
    if act.kind == "issue in emergency" and not (case.emergency and case.emergency.call_back_check):
        return kind.refuse(
            "second-person",
            "Nobody has confirmed the emergency.",
            "Have a second officer confirm it.",
            article="Art. 4(5)",
        )
    return None


class SectionM(Part):
    """Annex I, section M: for the enforcing authority only (Art. 5(5), last sentence)."""

    summary: Words
    suspicion: Mapping[str, str]
    justifications: tuple[Mapping[str, str], ...]


class Notification(Certificate):
    """The certificate as the enforcing authority sees it: with section M, and with every fact."""

    section_m: SectionM


class NotifyEnforcingAuthority(Kind[Notification]):
    """Notify the enforcing authority at the same time."""

    name = "notify enforcing authority"
    phase = Phase.CROSSING
    title = "Notify the enforcing authority"
    article = "Art. 8(1)"
    body = Notification
    parts = dict.fromkeys(Notification.model_fields, ENFORCING)
    role = Role.ISSUING
    who = SOFTWARE | ISSUERS
    states = OPEN_ABROAD
    opens = True
    law_act = "issue"
    law_first = True
    law_abroad = True
    events = {"notified": Role.ENFORCING}
    logging = Logging.DISCLOSE
    automatic = True

    def complete(self, given: Mapping[str, Value], case: Case, by: Author, world: World, fresh: Fresh) -> Mapping[str, Value]:
        suspicion = _latest(case, "state suspicion")
        justifications = {str(act.parts.get("item")): _words(act) for act in case.acts if act.kind == "justify"}
        return {
            **_certificate(case, world, fresh),
            "facts": facts_of(case, world),
            "section_m": {
                "summary": case.draft.summary if case.draft else "none",
                "suspicion": _words(suspicion) if suspicion else {},
                "justifications": list(justifications.values()),
            },
        }

    def accept(self, case: Case, act: ActView, body: Notification, world: World) -> Refusal | None:
        return decided_elsewhere(self, case, body)

    def change(self, case: Case, act: ActView, body: Notification) -> Case:
        sent = case.sent or _sent(act, body, _plain(act))
        return replace(case, parties=_parties(act, body), sent=sent)


def _latest(case: Case, kind: str) -> ActView | None:
    return next((act for act in reversed(case.acts) if act.kind == kind), None)


def _words(act: ActView) -> dict[str, Value]:
    return {name: value for name, value in act.parts.items() if isinstance(value, str)}


class AcknowledgeBody(Body):
    """Which acts were received, when, and what this node found on checking them by its own law."""

    of: Annotated[tuple[Hash, ...], Field(min_length=1)]
    received_at: Line
    findings: tuple[Words, ...]


class Acknowledge(Kind[AcknowledgeBody]):
    """Acknowledge reception: from this instant the receiver's periods run."""

    name = "acknowledge"
    phase = Phase.CROSSING
    title = "Acknowledge reception"
    article = "Art. 10"
    body = AcknowledgeBody
    parts = dict.fromkeys(AcknowledgeBody.model_fields, frozenset(Role))
    role = None
    who = SOFTWARE
    states = frozenset(State) - {State.EMPTY}
    automatic = True

    def reach(self, case: Case, body: AcknowledgeBody) -> frozenset[Role]:
        authors = {act.by.institution for digest in body.of if (act := case.act(digest))}
        return frozenset(role for uri in authors if (role := case.role_of(uri)))

    def change(self, case: Case, act: ActView, body: AcknowledgeBody) -> Case:
        by = case.role_of(act.by.institution)
        pairs = frozenset((digest, act.by.institution) for digest in body.of)
        return replace(
            case,
            acknowledged=case.acknowledged | pairs,
            dissent=case.dissent + (body.findings if by is not None and act.by.institution == case.me else ()),
        )


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

    def needs(self, case: Case, by: Author, body: QuestionBody, world: World) -> Refusal | None:
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
    in_emergency = True
    body = CallBackBody
    parts = {"code": ISSUING, "spoke_with": ISSUING}
    role = Role.ADDRESSEE
    who = frozenset({Capacity.PROVIDER})
    states = frozenset({State.WITH_ADDRESSEE})
    key = True

    def accept(self, case: Case, act: ActView, body: CallBackBody, world: World) -> Refusal | None:
        return self.needs(case, act.by, body, world)

    def needs(self, case: Case, by: Author, body: CallBackBody, world: World) -> Refusal | None:
        emergency = case.emergency
        if emergency is None or emergency.call_back_check is None:
            return self.refuse("emergency", "This order was not issued in an emergency.", "No call back is needed.")
        if call_back_check(emergency.issued, body.code) != emergency.call_back_check:
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

    def needs(self, case: Case, by: Author, body: QuestionBody, world: World) -> Refusal | None:
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

    def change(self, case: Case, act: ActView, body: WithdrawBody) -> Case:
        closed = Restriction(act=act.hash, at=act.at, why="the order was withdrawn", article=self.article)
        return replace(case, withdrawn=act.hash, restrictions=(*case.restrictions, closed))


class SetAside(Withdraw):
    """Set the order aside, as the court that reviewed the objection."""

    name = "set aside"
    title = "Set the order aside"
    article = "Art. 17(4)"
    who = frozenset({Capacity.JUDGE, Capacity.COURT, Capacity.INVESTIGATING_JUDGE})
    states = frozenset({State.WITH_ADDRESSEE})
    key = True

    def needs(self, case: Case, by: Author, body: WithdrawBody, world: World) -> Refusal | None:
        if not case.upheld:
            return self.refuse("review", "No court was asked to review an objection.", "Withdraw the order instead.")
        return None

    def text(self, case: Case, by: Author, body: WithdrawBody) -> str:
        return f"{self.title}. Case {case.ref.id if case.ref else ''}. {body.words}"


def received_at(body: AcknowledgeBody) -> Instant:
    """The instant of reception, from which the receiver's periods run."""
    return parse_instant(body.received_at)


KINDS = (
    Transmit(),
    NotifyEnforcingAuthority(),
    Acknowledge(),
    Ask(),
    Clarify(),
    CallBack(),
    Preserve(),
    RaiseGround(),
    Clear(),
    Object(),
    Uphold(),
    Withdraw(),
    SetAside(),
)

"""Acts with which an order crosses the border: the certificate, its notification, the receipt of both.

Regulation (EU) 2023/1543, Arts. 5, 8, 9. The certificate is built by the software from what was decided; an
officer who sends it can change nothing in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from rogatory.act import Author
from rogatory.canonical import Value
from rogatory.moments import Instant, parse_instant
from rogatory.procedure.acts.preparing import goes_by_form
from rogatory.procedure.case import Case, Sent
from rogatory.procedure.facts import facts_of, for_addressee
from rogatory.procedure.kind import ActView, B, Body, Fresh, Kind, Refusal, World
from rogatory.procedure.order import (
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
OF_SUSPICION = frozenset({"facts", "reliability", "against", "basis", "jurisdiction"})
"""What of suspicion and forum helps to assess a ground for refusal (Art. 8(3)); which court uses the data, and how, does not."""
OPEN_ABROAD = frozenset({State.SENT, State.WITH_ADDRESSEE, State.ANSWERED, State.RECEIVED})


class Certificate(Body):
    """The certificate of Annex I, sections A to L, as the addressee sees it."""

    reference: Line
    decision: Hash
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    facts: Mapping[str, object]
    provisions: tuple[Line, ...]
    seal_to: Mapping[str, Line]
    notification: bool
    emergency: bool
    user_information: Line
    delay: tuple[Words, ...]
    retention_days: Annotated[int, Field(ge=1)]
    addressee: InstitutionUri
    enforcing: InstitutionUri


def _certificate(case: Case, world: World, fresh: Fresh) -> dict[str, Value]:
    draft, emergency, decision = case.draft, case.emergency, case.decision
    if draft is None:
        return {}
    delayed = [person for person in case.persons or () if person.told == "delayed"]
    return {
        "reference": draft.reference,
        "decision": decision.act if decision else emergency.issued if emergency else "",
        "items": [item.model_dump(mode="json", exclude_none=True) for item in case.granted],
        "provisions": [offence.provision for offence in draft.offences],
        "seal_to": case.sent.seal_to if case.sent else dict(zip((item.id for item in case.granted), fresh.seal_to, strict=False)),
        "notification": _notifies(world),
        "emergency": emergency is not None,
        "user_information": "The addressee must not inform the person. The issuing authority "
        + ("delays it." if delayed else "informs the person."),
        "delay": list(dict.fromkeys(one.justification for one in delayed if one.justification)),
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
        retention_days=body.retention_days,
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

    def premise(self, case: Case, by: Author) -> Refusal | None:
        return goes_by_form(self, case)

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
    """A receiver holds the decision that the certificate names, and finds in it exactly what the certificate asks.

    A delay of notice stands in the certificate with its short justification (Art. 13(2)), or is none.
    """
    if (body.facts.get("person_informed") == "delayed") != bool(body.delay):
        return kind.refuse(
            "delay",
            "The certificate says that the person is told later without justifying it, or justifies a delay that it does not state.",
            "Send the certificate with the short justification of the delay.",
            article="Art. 13(2)",
            where="delay",
        )
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
    victim_touched: bool
    """Whether the data of a victim are touched: then a refusal leaves no fingerprint at the enforcing node either."""
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
    who = SOFTWARE
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
                "victim_touched": any(person.sort == "victim" for person in case.persons or ()),
                "suspicion": {name: text for name, text in _words(suspicion).items() if name in OF_SUSPICION} if suspicion else {},
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


def received_at(body: AcknowledgeBody) -> Instant:
    """The instant of reception, from which the receiver's periods run."""
    return parse_instant(body.received_at)


KINDS = (
    Transmit(),
    NotifyEnforcingAuthority(),
    Acknowledge(),
)

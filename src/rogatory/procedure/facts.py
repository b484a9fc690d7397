"""The facts of the world that a case holds, in the vocabulary of `law/facts.yaml`, and the questions put to the law.

- At the issuing node they come from the draft and from what was decided; elsewhere from the certificate that crossed.
- The addressee is not shown what only the enforcing authority may weigh (Art. 5(5)); `for_addressee` leaves it out.
- Nothing here concludes anything: a fact that nobody stated is absent.
"""

from __future__ import annotations

from collections.abc import Mapping

from rogatory.canonical import Value
from rogatory.law import Question
from rogatory.procedure.case import Case, Draft
from rogatory.procedure.instruments import ORDERS
from rogatory.procedure.kind import World
from rogatory.procedure.order import Circumstance, Offence
from rogatory.procedure.retention import days_of
from rogatory.procedure.words import Role

ANSWERED_BY: Mapping[str, tuple[str, ...]] = {
    "link_reasoned": ("facts", "reliability", "against"),
    "jurisdiction_reasoned": ("basis", "jurisdiction"),
    "admissibility_reasoned": ("court", "admissibility"),
}
"""Facts that are told by answers in words, with the parts of 'state suspicion' that hold these; nobody states them as facts."""
NEVER_STATED = frozenset(ANSWERED_BY) | {"jurisdiction_basis"}
NOT_FOR_THE_ADDRESSEE = NEVER_STATED | {
    "person_resides_in",
    "person_nationality",
    "person_located_in",
    "already_tried",
    "rights_breach_evidence",
}
NOT_FOR_THE_ADDRESSEE_IN_OFFENCES = frozenset({"committed_in", "criminal_in_executing_state", "annex_iv_box"})
WORDS_OF_AN_OFFENCE = frozenset({"provision", "nature"})


def facts_of(case: Case, world: World) -> Mapping[str, Value]:
    """Every fact of the order that this node knows."""
    facts: dict[str, Value] = dict(case.sent.facts) if case.sent else {}
    draft = case.draft
    if draft:
        facts |= stated(draft.circumstances)
        items = case.granted or draft.items
        issuing = world.institutions.get(case.parties[Role.ISSUING])
        executing = world.institutions.get(case.parties.get(Role.ADDRESSEE, ""))
        facts |= {
            "measure": draft.measure,
            "data": sorted({kind for item in items for kind in item.data}),
            "data_purpose": "other" if any(item.purpose == "other" for item in items) else "identify-user-only",
            "retention_days": max(days_of(item, draft.retention_days) for item in items),
            "issuing_authority": draft.by.capacity,
            "validated_by": _validated_by(case),
            "offences": [offence_facts(offence) for offence in draft.offences],
            "necessity_reasoned": all(item.id in case.justified for item in draft.items),
            **_answered(case),
            **({"issuing_state": issuing.state} if issuing else {}),
            **({"executing_state": executing.state} if executing else {}),
            **(_by_form(draft) if draft.by_form else {}),
        }
    if case.persons is not None:
        facts |= _notice(case)
    return facts | dict(case.facts)


def _by_form(draft: Draft) -> dict[str, Value]:
    return {"executing_state": draft.executing_state, "measure_reserved_to": list(draft.reserved_to)}


def suspicion_of(case: Case) -> Mapping[str, Value]:
    """What was stated last of suspicion and forum, where this node holds it."""
    act = case.act(case.suspicion) if case.suspicion else None
    return act.parts if act else {}


def _answered(case: Case) -> dict[str, Value]:
    held = suspicion_of(case)
    told: dict[str, Value] = {fact: all(part in held for part in parts) for fact, parts in ANSWERED_BY.items()}
    return {**told, "jurisdiction_basis": held.get("basis", "none-stated")}


def _validated_by(case: Case) -> str:
    decision, draft = case.decision, case.draft
    if decision is None or draft is None or decision.by.officer == draft.by.officer:
        return "nobody"
    return decision.by.capacity


def _notice(case: Case) -> dict[str, Value]:
    delayed = [person for person in case.persons or () if person.told == "delayed"]
    if not delayed:
        return {"person_informed": "without-delay"}
    return {
        "person_informed": "delayed",
        "delay_grounds": sorted({ground for person in delayed for ground in person.grounds}),
        "delay_reasoned": all(person.reasons for person in delayed),
        "delay_justified": all(person.justification for person in delayed),
    }


def stated(circumstances: tuple[Circumstance, ...]) -> dict[str, Value]:
    """The facts that a person stated one by one."""
    return {one.fact: list(one.value) if isinstance(one.value, tuple) else one.value for one in circumstances}


def offence_facts(offence: Offence) -> dict[str, Value]:
    """The facts of one offence, without its words for people."""
    whole = offence.model_dump(mode="json", exclude_none=True)
    return {name: value for name, value in whole.items() if name not in WORDS_OF_AN_OFFENCE}


def for_addressee(facts: Mapping[str, Value]) -> dict[str, Value]:
    """The facts without those that the addressee may not see."""
    shown = {name: value for name, value in facts.items() if name not in NOT_FOR_THE_ADDRESSEE}
    offences = shown.get("offences")
    if isinstance(offences, list | tuple):
        shown["offences"] = [
            {key: value for key, value in offence.items() if key not in NOT_FOR_THE_ADDRESSEE_IN_OFFENCES}
            for offence in offences
            if isinstance(offence, Mapping)
        ]
    return shown


def with_stated(facts: Mapping[str, Value], circumstances: tuple[Circumstance, ...]) -> dict[str, Value]:
    """The facts with those that another authority adds; `offences.key` is added to every offence."""
    merged = dict(facts)
    for name, value in stated(circumstances).items():
        head, _, key = name.partition(".")
        offences = merged.get(head)
        if key and isinstance(offences, list | tuple):
            merged[head] = [{**offence, key: value} for offence in offences if isinstance(offence, Mapping)]
        else:
            merged[name] = value
    return merged


def _apart(case: Case) -> dict[str, tuple[Mapping[str, Value], ...]]:
    """How long each item is kept, with what it asks for: a State may limit one category and not another."""
    order = case.draft or case.sent
    items = case.granted or (order.items if order else ())
    days = order.retention_days if order else 0
    return {
        "retention_days": tuple(
            {"data": sorted(item.data), "data_purpose": item.purpose, "retention_days": days_of(item, days)} for item in items
        )
    }


def question(case: Case, act: str | None, world: World, more: Mapping[str, Value] | None = None) -> Question:
    """What the law is asked about an act of this case, now."""
    return Question(
        instrument=case.draft.instrument if case.draft else ORDERS,
        at=world.now,
        act=act,
        facts={**facts_of(case, world), **(more or {})},
        events={event: at for event, at in case.events.items() if at <= world.now},
        apart=_apart(case),
    )

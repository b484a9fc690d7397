"""The form of each kind of act: what the node already knows, and what a person gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rogatory.moments import format_instant
from rogatory.node.desk import CasePage
from rogatory.node.packs import load_states
from rogatory.procedure import KINDS, Case
from rogatory.procedure.acts.opening import ENDED, WHOLE
from rogatory.procedure.acts.telling import notice_text
from rogatory.procedure.facts import NEVER_STATED
from rogatory.procedure.words import Capacity
from rogatory.web.fields import Form
from rogatory.web.people import custodians, desk, filter_people, validators

FILLED = {
    "authorise": frozenset({"order", "text"}),
    "issue in emergency": frozenset({"order", "text"}),
    "confirm emergency": frozenset({"issued", "code", "check"}),
    "produce": frozenset({"packages", "sealed_to", "means", "available_until", "kept_until"}),
    "open": frozenset({"file"}),
    "apply for disclosure": frozenset({"under"}),
}
ALL_FILLED = frozenset({"transmit"})
DERIVED = frozenset({"validated_by", "necessity_reasoned", "person_informed"})
HINTS = {
    "at": "Date and time with the offset, such as 2026-09-01T18:00:00+02:00",
    "zone": "The name of the zone, such as Europe/Paris",
    "data": "Which kinds of data; each is judged by the law as what it is",
    "source": "The document from which the identifier is taken",
    "port": "The source port, where addresses are shared by many",
    "less_intrusive": "Which milder means were considered, and why they do not suffice",
    "never_says": "What the notice must not say",
    "read_back": "The identifier as you looked it up, sign by sign",
    "until": "The last day, which always has to be named",
    "retention_days": "Days for which the data are kept from the answer on; those of the order where an item names none",
    "contacted": "How and when the issuing authority was contacted first (Art. 12(3))",
}
OF_KIND = {
    "state suspicion": {
        "facts": "Which facts link the identifiers to the offence, in words",
        "reliability": "How these facts were obtained and checked",
        "against": "What speaks against the link, or where you looked for it",
        "basis": "Why this State may prosecute: the kind of basis",
        "jurisdiction": "How this case falls under that basis",
        "court": "The court that will try the case and use the result",
        "admissibility": "By which of its rules the court may use the result, and what could exclude it",
    }
}
"""What a field means in one kind of act alone."""


def _options(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Words of the law with what people read."""
    return tuple((word, word.replace("-", " ")) for word in words)


def form_of(kind: str, case: Case | None) -> Form:
    """The form of one kind of act."""
    house = desk().house
    facts = house.pack.vocabulary.facts
    now = house.clock.now()
    institutions = house.institutions(now).values()
    choices = {
        "to": validators(),
        "validator": validators(),
        "custodians": custodians(),
        "filter_person": filter_people(),
        "capacities": _options(one for one in Capacity if one is not Capacity.SOFTWARE),
        "addressee": tuple((one.uri, one.name) for one in institutions if "addressee" in one.roles),
        "reserved_to": _options(facts["measure_reserved_to"].words),
        "executing_state": tuple((code, f"{one.name} ({code})") for code, one in sorted(load_states().items())),
        "enforcing": tuple((one.uri, one.name) for one in institutions if "enforcing" in one.roles),
        "data": _options(facts["data"].words),
        "grounds": _options(facts["delay_grounds"].words),
        "based_on": _options(facts["objection_based_on"].words),
        "eu_provision": tuple((word, word) for word in house.pack.vocabulary.offence["eu_provision"].words),
        "annex_iv_box": _options(house.pack.vocabulary.offence["annex_iv_box"].words),
        "fact": tuple((name, name.replace("_", " ")) for name in facts if name not in NEVER_STATED),
        "use_for": _options(facts["use_for"].words),
        "basis": _options(word for word in facts["jurisdiction_basis"].words if word != "none-stated"),
    }
    if kind == "clear":
        choices.pop("to")
    if kind == "raise ground for refusal":
        choices["grounds"] = _options(house.pack.vocabulary.words["grounds"])
    if case is not None:
        items = case.draft.items if case.draft else case.sent.items if case.sent else ()
        choices["item"] = tuple((item.id, item.id) for item in items)
        if kind == "retain":
            choices["items"] = tuple((one, f"{one}, until now {day}") for one, day in sorted(case.ends.items()) if one not in case.ended)
        choices["opening"] = tuple(
            (one.act, f"opened at {format_instant(one.at)}") for one in case.openings if one.file not in {WHOLE, ENDED}
        )
        choices["referral"] = tuple((one.act, f"{one.sort}, {one.act[:12]}") for one in case.referrals if not one.outcome)
        choices["person"] = tuple((person.id, f"{person.id} ({person.sort})") for person in case.persons or ())
        choices["application"] = tuple((one, one[:12]) for one in case.applications)
        choices["complaint"] = tuple((one.act, f"{one.article}, {one.act[:12]}") for one in case.complaints if one.by == case.me)
        choices["restriction"] = tuple((one.act, one.why) for one in case.restrictions if not one.final)
        choices["package"] = tuple((one.line.digest, f"{one.line.item}, {one.line.size} bytes") for one in case.packages if one.received)
    schema = KINDS[kind].body.model_json_schema()
    filled = frozenset(KINDS[kind].parts) if kind in ALL_FILLED else FILLED.get(kind, frozenset())
    return Form(schema=schema, choices=choices, filled=filled, hints=HINTS | OF_KIND.get(kind, {}))


def initial(kind: str, page: CasePage | None) -> dict[str, Any]:
    """What stands in the form before anybody has written: the usual facts, the items, the text of the notice."""
    case = page.case if page else None
    if kind == "draft":
        given = desk().house.pack.vocabulary.given["ordinary-order"]
        circumstances = [{"fact": name, "value": value} for name, value in given.items() if name not in DERIVED]
        return {"measure": "production-order", "retention_days": 365, "circumstances": circumstances}
    if kind == "draft request":
        circumstances = [{"fact": "proceedings", "value": "criminal-proceedings"}, {"fact": "domestic_power", "value": True}]
        return {"measure": "investigation-order", "retention_days": 365, "circumstances": circumstances}
    if case is None:
        return {}
    if kind == "authorise" and case.draft:
        return {
            "decisions": [{"item": item.id} for item in case.draft.items],
            "reasons": [{"item": item.id} for item in case.draft.items],
        }
    if kind == "notify person" and case.persons:
        waiting = [one for one in case.persons if one.id not in {told.person for told in case.told}]
        first = (waiting or list(case.persons))[0]
        return {"person": first.id, "text": notice_text(case, first), "way": first.way}
    if kind == "open":
        return {"use_for": "these-proceedings"}
    return {}


__all__ = ["form_of", "initial"]

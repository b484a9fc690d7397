"""Forms filled from a case: what stands where, for whom, and what lacks."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.demo import facts
from rogatory.demo.cast import IE, PROVIDER
from rogatory.forms import Audience, Form, Head, document, fill, schema, values
from rogatory.node.packs import load_forms
from tests.forms.order_world import NOW, drafted, issued_in_emergency, sent, view

LIBRARY = load_forms()
EVERY = [(form, audience) for form in LIBRARY.forms.values() for audience in form.audiences]
COPIES = pytest.mark.parametrize(("form", "audience"), EVERY, ids=[f"{form.id} for {audience}" for form, audience in EVERY])
COMPLETED: dict[str, dict[str, Any]] = {
    "eio": {
        "C.description": "Identify the user of the account.",
        "C.measures": ["subscriber", "traffic-data"],
        "F.proceedings": "criminal",
        "K.certified": ["necessary", "correct"],
        "K.date": "2026-09-08",
    },
    "mla-request": {
        "1.treaty": "EU-US Agreement on mutual legal assistance",
        "2.purpose": "Identify the sender of a threat",
        "5.confidential": True,
        "5.use": "In the proceedings described, and for an immediate and serious threat to public security.",
        "6.date": "2026-09-08",
    },
    "later-request": {"D.request": "epoc", "D.authority": "Tribunal", "D.issued_on": "2026-09-08", "D.recipient": "Example Mail"},
    "extension": {"D.extended": ["thirty-days"], "D.date": "2026-09-08"},
    "non-execution": {"D.reasons": ["impossible"], "G.preserved": "preserved", "H.authorised_person": "C. Walsh", "H.date": "2026-09-08"},
}


@pytest.fixture(scope="module")
def known() -> Any:
    """What the case says at the issuing node, once the order was sent."""
    return values(view(sent(), about="user"))


def value_of(form: Form, known: Any, audience: Audience, entries: dict[str, Any] | None = None) -> dict[str, Any]:
    filled = fill(form, known, COMPLETED.get(form.id, {}) if entries is None else entries, audience)
    head = Head(
        case="0b7ce1a2-3d6c-4c0d-9f0e-2f5b8b9b7a10", reference="R", act="0" * 64, institution="https://fr.example", made_at=NOW, own=True
    )
    return json.loads(json.dumps(document(filled, head)))


@COPIES
def test_a_complete_copy_meets_the_schema_of_its_form(known: Any, form: Form, audience: Audience) -> None:
    whole = known
    if form.id in {"receipt", "non-execution"}:
        received = {"kind": "transmit", "act": "0" * 64, "sender": IE.institution, "received_at": "2026-09-07T10:00:00.000Z"}
        whole = {**known, "receipt.acts": [received], "order.received_at": received["received_at"]}
    if form.id in {"eio", "mla-request"}:
        whole = {**known, "fact.executing_state": "DE", "order.executing_authority": "Staatsanwaltschaft Berlin"}
    value = value_of(form, whole, audience)

    assert value["lacks"] == []
    jsonschema.validate(value, json.loads(json.dumps(schema(form))), cls=jsonschema.Draft202012Validator)


@COPIES
def test_an_empty_case_lacks_what_the_law_requires_and_breaks_nothing(form: Form, audience: Audience) -> None:
    value = value_of(form, {}, audience, {})

    assert value["complete"] is (value["lacks"] == [])
    assert all(one["article"] for one in value["lacks"])
    assert {one["code"] for one in value["lacks"]} <= {"missing"}


def test_the_certificate_asks_for_exactly_what_the_judge_decided(known: Any) -> None:
    value = value_of(LIBRARY.form("epoc"), known, Audience.ADDRESSEE)["sections"]

    assert value["E"]["identifiers"] == [{"type": "account", "value": facts.ACCOUNT}]
    assert value["F"]["identification"] == ["ip-connection-records"]
    assert value["F"]["traffic"] == ["session-history"]
    assert value["F"].keys() & {"subscriber", "content"} == set()
    assert [(one["item"], one["start"]) for one in value["F"]["items"]] == [
        ("identification", "2026-09-01T18:00:00+02:00"),
        ("traffic", "2026-08-30T00:00:00+02:00"),
    ]
    assert value["C"]["deadline"] == ["end-of-ten-days"]
    assert value["G"]["threshold"] == ["three-years"]
    assert value["H"]["grounds"] == ["avoid-obstructing-inquiries"]


def test_a_draft_that_nobody_sent_has_no_deadline_and_lacks_it() -> None:
    value = value_of(LIBRARY.form("epoc"), values(view(drafted())), Audience.ADDRESSEE)

    assert "C.deadline" in {one["field"] for one in value["lacks"]}


def test_subscriber_data_needs_no_threshold() -> None:
    order = values(view(sent(items=[facts.item_subscriber()])))
    value = value_of(LIBRARY.form("epoc"), {**order, "offence.max_custodial_months": 12}, Audience.ADDRESSEE)

    assert value["complete"]
    assert "threshold" not in value["sections"]["G"]


def test_an_emergency_has_eight_hours_its_kind_and_no_validating_authority() -> None:
    known = values(view(issued_in_emergency()))
    value = value_of(LIBRARY.form("epoc"), known, Audience.ADDRESSEE)

    assert value["complete"], value["lacks"]
    assert value["sections"]["C"] == {"deadline": ["eight-hours"], "emergency": "to-a-person"}
    assert value["sections"]["I"]["emergency_without_validation"] == ["issued"]
    assert value["sections"]["F"]["subscriber"] == ["identity-and-contact"]
    assert "validating_authority" not in value["sections"]["A"]
    assert value["sections"]["J"] == {}, "nobody has validated it, and the addressee is not told of what follows"


def test_a_preservation_order_fills_annex_ii_and_says_nothing_of_necessity_or_the_user() -> None:
    known = values(view(sent(measure="preservation-order")))
    value = value_of(LIBRARY.form("epoc-pr"), known, Audience.ADDRESSEE)
    whole = json.dumps(value)

    assert known["order.measure"] == "preservation-order"
    assert value["complete"], value["lacks"]
    assert value["sections"]["D"]["traffic"] == ["session-history"]
    assert not any(word in whole for word in ("kill her son", "rhythm", "obstruct", "avoid-obstructing-inquiries"))


SECRETS = (
    "a threat to kill her son",
    "a rhythm; log-ins at those hours",
    "One account, ten days, no content",
    "Open sources and the victim",
    "Five hours around the sending",
    "headers are complete and were checked",
    "public leak of 2024",
    "extortion-category-mark",
)


def test_nothing_of_section_m_is_in_the_addressees_copy(known: Any) -> None:
    secret = {**known, "offence.annex_iv": ["extortion"]}
    entries = {"M.extra": "extortion-category-mark"}
    enforcing = json.dumps(value_of(LIBRARY.form("epoc"), secret, Audience.ENFORCING, entries))
    addressee = json.dumps(value_of(LIBRARY.form("epoc"), secret, Audience.ADDRESSEE, entries))

    assert [one for one in SECRETS if one not in enforcing] == []
    assert [one for one in SECRETS if one in addressee] == []
    assert "annex_iv" not in addressee


def test_the_schema_refuses_section_m_in_an_addressees_copy(known: Any) -> None:
    form = LIBRARY.form("epoc")
    value = value_of(form, known, Audience.ENFORCING)
    value["audience"] = "addressee"

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(value, json.loads(json.dumps(schema(form))), cls=jsonschema.Draft202012Validator)


def test_the_reasons_of_a_decision_are_not_for_the_addressee(known: Any) -> None:
    form = LIBRARY.form("decision")

    assert "confined to one evening" in json.dumps(value_of(form, known, Audience.ENFORCING))
    assert "confined to one evening" not in json.dumps(value_of(form, known, Audience.ADDRESSEE))


def test_the_addressees_own_node_has_nothing_to_fill_section_m_with() -> None:
    """The copy at the provider is filled from what crossed to it; even a copy for another would have no section M."""
    from dataclasses import replace

    from rogatory.procedure import fold
    from rogatory.procedure.sharing import parts_for

    state = sent()
    shown = [
        replace(act, parts={name: act.parts[name] for name in parts_for(state.case, act, PROVIDER.institution)}, foreign=True)
        for act in state.case.acts
        if act.kind in {"authorise", "transmit"}
    ]
    there = view(state)
    known = values(replace(there, case=fold(shown, me=PROVIDER.institution)))

    assert {one for one in known if one.startswith("m.")} == set()
    assert known["delay.justification"] == "Telling the user now would obstruct the inquiries.", (
        "it crosses in the certificate (Art. 13(2))"
    )
    held = value_of(LIBRARY.form("epoc"), known, Audience.ADDRESSEE)["sections"]["H"]
    assert held["justification"] == known["delay.justification"]
    assert held["grounds"] == ["avoid-obstructing-inquiries"]
    assert "would destroy the device" not in str(known), "the reasons stay in the file"
    assert "offence.annex_iv" not in known


@given(st.text(max_size=400), st.sampled_from(["B.address", "C.additional", "M.extra", "F.items", "nothing"]))
def test_what_a_person_writes_is_kept_word_for_word_or_named_as_unknown(text: str, path: str) -> None:
    form = LIBRARY.form("epoc")
    filled = fill(form, {}, {path: text} if text else {}, Audience.ENFORCING)
    asked = {field.path for _, field in form.asked()}
    letter, _, name = path.partition(".")
    held = next((one.values.get(name) for one in filled.sections if one.section.id == letter), None)

    if text and path in asked:
        assert held == text
    else:
        assert not held
        assert bool(text) == any(one.code == "unknown-entry" for one in filled.lacks)


@pytest.mark.parametrize(
    ("form", "path", "value", "code"),
    [
        ("epoc", "B.email", "x" * 301, "too-long"),
        ("epoc", "D.issued_on", "8 September", "not-in-form"),
        ("epoc", "D.issued_on", "2026-02-30", "not-in-form"),
        ("epoc", "L.to", "nobody", "not-an-option"),
        ("non-execution", "D.reasons", ["boredom"], "not-an-option"),
        ("mla-request", "5.confidential", "yes", "not-in-form"),
        ("epoc", "E.identifiers", "another@mail.example", "unknown-entry"),
    ],
)
def test_an_entry_out_of_its_form_is_a_finding_with_its_provision(form: str, path: str, value: Any, code: str) -> None:
    definition = LIBRARY.form(form)
    filled = fill(definition, {}, {path: value}, definition.audiences[-1])

    assert (path, code) in {(one.path, one.code) for one in filled.lacks}
    assert all(one.article and one.says.endswith(".") for one in filled.lacks)

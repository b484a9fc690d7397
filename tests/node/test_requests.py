"""An investigation order and a request for assistance, from the draft to the sealed form, as the issuing node makes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rogatory.demo import facts
from tests.node.issuing import IssuingNode
from tests.node.test_refusals import REASONS, drafted, node, postgresql_or_nothing, reasons, seen, submitted  # noqa: F401  # fixtures

BERLIN = "Staatsanwaltschaft Berlin, Turmstraße 91, 10559 Berlin"
WASHINGTON = "Office of International Affairs, Criminal Division, Washington DC 20530"
HOST = "provider.localhost:8103"  # the settings of the process are those of the node in whose place this one runs
COMMON = {name: value for name, value in facts.draft(facts.item_traffic()).items() if name not in {"addressee", "enforcing"}}
CIRCUMSTANCES = [{"fact": "proceedings", "value": "criminal-proceedings"}, {"fact": "domestic_power", "value": True}]
EIO = {
    **COMMON,
    "measure": "investigation-order",
    "executing_state": "DE",
    "executing_authority": BERLIN,
    "reserved_to": ["investigating-judge"],
    "circumstances": CIRCUMSTANCES,
}
MLA = {**EIO, "measure": "assistance-request", "executing_state": "US", "executing_authority": WASHINGTON, "reserved_to": []}
ANNEX_A: dict[str, Any] = {
    "C.description": "Have the provider in Berlin hand over the log-ins of the ten days.",
    "C.measures": ["traffic-data"],
    "F.proceedings": "criminal",
    "K.certified": ["necessary", "correct"],
    "K.date": "2026-09-09",
}
REQUEST: dict[str, Any] = {
    "1.treaty": "Treaty between France and the United States of 10 December 1998, and the EU-US Agreement.",
    "2.purpose": "Evidence of who demanded the money.",
    "5.confidential": True,
    "5.use": "The proceedings PR-2026-0417 only.",
    "6.date": "2026-09-09",
}


def asked(node: IssuingNode, request: dict[str, Any], *, victims: bool = True) -> str:  # noqa: F811  # a fixture
    """A case that was put before the judge."""
    opened = node.act("officer", "draft request", request)
    assert hasattr(opened, "hash"), opened
    case = str(opened.case.id)
    persons = facts.persons(facts.notice_day(node.house.clock.now()))["persons"]
    for kind, given in (
        ("state suspicion", facts.suspicion()),
        ("justify", facts.justification("traffic")),
        ("name persons", {"persons": [one for one in persons if victims or one["sort"] != "victim"]}),
        ("submit", {"to": node.people["judge"]["pseudonym"], "note": "For decision"}),
    ):
        made = node.act("officer", kind, given, case)
        assert hasattr(made, "hash"), made
    return case


def granted(reasons: str) -> dict[str, Any]:
    """The decision that grants what is asked."""
    return {"decisions": [{"item": "traffic", "outcome": "granted"}], "reasons": [{"item": "traffic", "words": reasons}]}


def decided(node: IssuingNode, case: str) -> Any:  # noqa: F811  # a fixture
    """The judge grants it with her own key."""
    return node.act("judge", "authorise", granted("The log-ins tie the demands to one user; nothing milder would."), case)


def written(node: IssuingNode, part: str, case: str, form: str, entries: dict[str, Any]) -> Any:  # noqa: F811  # a fixture
    """The form is completed, by whomever."""
    given = [{"field": path, "value": value} for path, value in entries.items()]
    return node.act(part, "complete form", {"form": form, "entries": given}, case)


def client(node: IssuingNode, part: str) -> Any:  # noqa: F811  # a fixture
    from django.test import Client

    return Client(headers={"authorization": f"Bearer {node.people[part]['token']}", "host": HOST, "x-purpose": "Send it"})


@pytest.mark.parametrize(
    ("request_", "form", "entries", "name", "text"),
    [
        (EIO, "eio", ANNEX_A, BERLIN, "investigation-order, Directive 2014/41/EU. Addressee: Staatsanwaltschaft Berlin"),
        (MLA, "mla-request", REQUEST, WASHINGTON, "assistance-request, EU-US Agreement on mutual legal assistance. Addressee: Office"),
    ],
)
def test_a_request_is_drafted_justified_decided_and_its_form_is_sealed(
    node: IssuingNode,  # noqa: F811  # a fixture
    request_: dict[str, Any],
    form: str,
    entries: dict[str, Any],
    name: str,
    text: str,
) -> None:
    from rogatory.node.storage import load_case

    case = asked(node, request_)
    early = written(node, "judge", case, form, entries)
    shown = client(node, "judge").get(f"/api/v1/cases/{case}/forms/{form}").json()
    assert (shown["state"], hasattr(early, "hash")) == ("draft", True), "a form that nobody decided is no order"

    assert hasattr(decided(node, case), "hash")
    written(node, "officer", case, form, {**entries, "2.purpose" if form == "mla-request" else "C.description": "Something else."})
    page = client(node, "judge")
    assert page.get(f"/api/v1/cases/{case}/forms/{form}").json()["state"] == "draft", "the officer's words stand under no judge's name"
    last = written(node, "judge", case, form, entries)

    value = page.get(f"/api/v1/cases/{case}/forms/{form}").json()
    printed = page.get(f"/api/v1/cases/{case}/forms/{form}/pdf").content
    acts = load_case(node.house, case).case.acts
    assert (value["state"], value["complete"], value["act"]) == ("issued", True, last.hash), value["lacks"]
    assert name in json.dumps(value, ensure_ascii=False)
    assert printed.startswith(b"%PDF")
    assert b"/ByteRange" in printed
    decision = next(one for one in acts if one.kind == "authorise")
    assert text in str(decision.parts["text"])
    offered = page.get(f"/api/v1/cases/{case}/forms").json()
    assert form in offered
    assert "epoc" not in offered


def test_the_law_of_the_instrument_decides_and_is_named_in_front(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    ireland = node.act("officer", "draft request", {**EIO, "executing_state": "IE"})
    home = node.act("officer", "draft request", {**EIO, "executing_state": "FR"})
    abroad = node.act("officer", "draft request", {**MLA, "executing_state": "JP"})
    other = node.act("officer", "draft request", {**EIO, "circumstances": [{"fact": "proceedings", "value": "other"}, CIRCUMSTANCES[1]]})

    assert (ireland.rule, abroad.rule, other.rule) == ("eio.bound", "mlat-eu-us.parties", "eio.proceedings")
    assert (abroad.article, other.article) == ("mlat-eu-us Art. 1", "eio Art. 4")
    assert home.rule == "draft request.states"


def test_only_those_to_whom_the_measure_is_reserved_may_grant_it(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    case = str(node.act("officer", "draft request", EIO).case.id)
    for kind, given in (
        ("state suspicion", facts.suspicion()),
        ("justify", facts.justification("traffic")),
        ("name persons", facts.persons(facts.notice_day(node.house.clock.now()))),
        ("submit", {"to": node.people["prosecutor"]["pseudonym"], "note": "For decision"}),
    ):
        node.act("officer", kind, given, case)
    refused = node.desk.show(node.person("prosecutor"), "authorise", granted("Needed, and no less would do."), case)

    assert (refused.rule, refused.article) == ("eio.reserved", "eio Art. 2(c)")


def test_a_request_does_not_cross_from_node_to_node_and_is_no_order(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    case = asked(node, EIO)
    assert hasattr(decided(node, case), "hash")
    sent = node.act("officer", "transmit", {}, case)
    order = str(node.act("officer", "draft", facts.draft(facts.item_traffic())).case.id)
    other = node.act("officer", "draft request", EIO, order)
    again = str(node.act("officer", "draft request", EIO).case.id)
    turned = node.act("officer", "draft", facts.draft(facts.item_traffic()), again)

    gone = node.act("officer", "withdraw", {"words": "The account was deleted; nothing is left to ask for."}, case)
    assert hasattr(gone, "hash"), gone
    assert sent.rule == "transmit.by-form"
    assert other.rule == "draft request.order"
    assert (turned.rule, turned.article) == ("draft.by-form", "eu-e-evidence Art. 5(5)")


def test_the_api_and_the_pages_open_a_request(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    from django.test import Client

    made = client(node, "officer").post("/api/v1/requests", {"given": EIO}, content_type="application/json")
    assert made.status_code == 200, made.content
    pages = Client(headers={"host": HOST})
    pages.post("/demo/enter", {"part": "officer"})

    form = pages.get("/cases/new/request").content.decode()

    assert 'name="executing_state"' in form
    assert "Germany (DE)" in form
    assert "/cases/new/request" in pages.get("/").content.decode()


def test_the_pages_carry_a_request_to_its_form(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    from django.test import Client

    case = asked(node, EIO)
    pages = Client(headers={"host": HOST})
    pages.post("/demo/enter", {"part": "judge"})
    pages.post(f"/cases/{case}", {"purpose": "Decide on the order"})

    shown = pages.get(f"/cases/{case}").content.decode()
    decision = pages.get(f"/cases/{case}/authorise")
    assert hasattr(decided(node, case), "hash")
    written(node, "judge", case, "eio", ANNEX_A)
    after = pages.get(f"/cases/{case}").content.decode()
    form = pages.get(f"/cases/{case}/forms/eio", {"language": "de"})

    assert "eu-e-evidence Art. 5(2)" in shown
    assert (decision.status_code, form.status_code) == (200, 200)
    assert "transmit" not in after, "a button that could only be refused is not offered"
    assert BERLIN in form.content.decode()
    assert pages.get(f"/cases/{case}/forms/eio.json").json()["state"] == "issued"
    assert b"/ByteRange" in pages.get(f"/cases/{case}/forms/eio.pdf").content


def test_h4_what_was_declined_as_an_investigation_order_is_recognised_as_an_order_of_the_regulation(node: IssuingNode) -> None:  # noqa: F811  # a fixture
    first = asked(node, EIO, victims=False)
    assert hasattr(node.act("judge", "decline", {"reasons": REASONS}, first), "hash")
    again = drafted(node, facts.item_traffic())
    submitted(node, again)

    assert reasons(seen(node, "judge", again)) == [REASONS]

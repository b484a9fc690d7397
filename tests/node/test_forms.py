"""The forms of a case at a provider's node: which copies it may see, how they are recorded, printed and sealed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from rogatory.demo.cast import PROVIDER
from tests.fakes.issuing_state import IssuingState
from tests.node.test_reception import decided_by_the_judge, deliver, enrol, order, sent

__all__ = ["order"]  # a fixture
ME = PROVIDER.institution
LOOK = {"x-purpose": "Answer the order"}


@pytest.fixture
def case(house: Any, order: IssuingState) -> str:
    """An order that the provider has received."""
    decided_by_the_judge(order)
    sent(order)
    deliver(house, order, *enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    assert order.case.ref is not None
    return order.case.ref.id


@pytest.fixture
def client(house: Any) -> Any:
    """A client who is the provider's legal team."""
    from django.test import Client

    people = json.loads((house.settings.home / "people.json").read_text())
    token = next(one["token"] for one in people if one["part"] == "provider")
    return Client(headers={"authorization": f"Bearer {token}", "host": "provider.localhost:8103"})


@pytest.fixture
def page(house: Any, client: Any) -> Any:
    """The same person at the pages."""
    people = json.loads((house.settings.home / "people.json").read_text())
    client.post("/demo/enter", {"part": next(one["part"] for one in people if one["part"] == "provider")})
    return client


def ask(client: Any, path: str, **query: str) -> Any:
    return client.get(f"/api/v1{path}", query, headers=LOOK)


def test_the_addressee_is_offered_its_own_forms_and_its_copy_of_the_order(client: Any, case: str) -> None:
    assert set(ask(client, f"/cases/{case}/forms").json()) == {"epoc", "decision", "receipt", "non-execution"}


def test_a_form_is_shown_only_after_the_look_was_recorded(client: Any, case: str) -> None:
    from rogatory.node.installation import installation
    from rogatory.node.storage import load_case

    before = [act for act in load_case(installation(), case).case.acts if act.kind == "consult"]

    ask(client, f"/cases/{case}/forms/epoc")

    looks = [act for act in load_case(installation(), case).case.acts if act.kind == "consult"]
    assert (len(before), len(looks)) == (0, 1)
    assert looks[0].parts["purpose"] == LOOK["x-purpose"]


def test_the_addressee_cannot_ask_for_section_m(client: Any, case: str) -> None:
    own = ask(client, f"/cases/{case}/forms/epoc").json()
    other = ask(client, f"/cases/{case}/forms/epoc", audience="enforcing")

    assert own["audience"] == "addressee"
    assert "M" not in own["sections"]
    assert other.status_code == 404
    assert "its own role" in other.json()["cure"]


def test_a_view_of_anothers_form_is_not_sealed_and_says_so(client: Any, case: str) -> None:
    assert ask(client, f"/cases/{case}/forms/epoc").json()["state"] == "view"

    printed = ask(client, f"/cases/{case}/forms/epoc/pdf")

    assert printed.headers["content-type"] == "application/pdf"
    assert b"/ByteRange" not in printed.content


def test_the_receipt_of_this_node_is_sealed_with_its_document_key(client: Any, case: str) -> None:
    receipt = ask(client, f"/cases/{case}/forms/receipt").json()
    printed = ask(client, f"/cases/{case}/forms/receipt/pdf")

    assert (receipt["state"], receipt["complete"]) == ("issued", True)
    assert {one["kind"] for one in receipt["sections"]["1"]["acts"]} >= {"transmit"}
    assert b"/ByteRange" in printed.content
    assert b"ETSI.CAdES.detached" in printed.content


def test_form_iii_is_completed_by_an_act_and_then_sealed(client: Any, case: str) -> None:
    from rogatory.node.installation import installation
    from rogatory.node.storage import load_case

    entries = {
        "D.reasons": ["not-stored", "third-country"],
        "G.preserved": "preserved",
        "H.authorised_person": "Conor Walsh",
        "H.date": "2026-09-08",
    }
    given = {"form": "non-execution", "entries": [{"field": path, "value": value} for path, value in entries.items()]}
    answer = client.post(f"/api/v1/cases/{case}/acts/complete-form", {"given": given}, content_type="application/json")
    assert answer.status_code == 200

    value = ask(client, f"/cases/{case}/forms/non-execution").json()
    act = next(one for one in load_case(installation(), case).case.acts if one.hash == answer.json()["hash"])

    assert (value["state"], value["complete"], value["act"]) == ("issued", True, act.hash)
    assert value["sections"]["D"]["reasons"] == ["not-stored", "third-country"]
    assert b"/ByteRange" in ask(client, f"/cases/{case}/forms/non-execution/pdf").content


def test_an_entry_that_the_form_does_not_ask_for_is_a_lack_and_is_never_printed(client: Any, case: str) -> None:
    given = {"form": "non-execution", "entries": [{"field": "A.certificate", "value": "nothing at all"}]}
    client.post(f"/api/v1/cases/{case}/acts/complete-form", {"given": given}, content_type="application/json")

    value = ask(client, f"/cases/{case}/forms/non-execution").json()

    assert value["sections"]["A"]["certificate"] == "production-order"
    assert "unknown-entry" in {one["code"] for one in value["lacks"]}


def test_the_schema_of_every_form_is_public(house: Any) -> None:
    from django.test import Client

    stranger = Client(headers={"host": "provider.localhost:8103"})
    names = [one["form"] for one in stranger.get("/api/v1/forms").json()]

    assert len(names) == 11
    assert all(stranger.get(f"/api/v1/forms/{name}").json()["$schema"].endswith("2020-12/schema") for name in names)
    assert stranger.get("/api/v1/forms/nothing").status_code == 404


def test_a_case_leads_to_the_receipt_of_each_placed_act_as_a_page_with_its_whole_hash_a_code_and_the_file(
    page: Any, case: str, house: Any
) -> None:
    from rogatory.node.worker.placing import Placer

    Placer(house).step()
    page.post(f"/cases/{case}", {"purpose": "Answer the order"})

    [link, *_] = re.findall(r'href="(/receipts/([0-9a-f]{64})/print)"', page.get(f"/cases/{case}").content.decode())
    shown = page.get(link[0]).content.decode()

    assert f'<code class="evidence">{link[1]}</code>' in shown, "verifying needs it, and the receipt does not hold it"
    assert "data:image/svg+xml" in shown
    assert f'href="/receipts/{link[1]}"' in shown


def test_a_page_of_a_form_works_without_script_and_gives_both_files(page: Any, case: str) -> None:
    assert page.get(f"/cases/{case}/forms").content.count(b"look at") or page.get(f"/cases/{case}/forms").status_code == 200
    page.post(f"/cases/{case}", {"purpose": "Answer the order"})

    listed = page.get(f"/cases/{case}/forms").content.decode()
    shown = page.get(f"/cases/{case}/forms/epoc", {"language": "fr"}).content.decode()
    value = page.get(f"/cases/{case}/forms/epoc.json")
    printed = page.get(f"/cases/{case}/forms/epoc.pdf")

    assert "European Production Order Certificate" in listed
    assert "Section E. Pour identifier les données" in shown
    assert "redfox.7731@mail.example" in shown
    assert "<script" not in shown
    assert value.json()["form"] == "epoc"
    assert printed.content.startswith(b"%PDF")
    assert printed.headers["content-disposition"] == 'attachment; filename="epoc-addressee.pdf"'


def test_what_no_font_can_show_is_an_answer_with_its_field_and_no_fault(page: Any, case: str) -> None:
    page.post(f"/cases/{case}", {"purpose": "Answer the order"})
    page.post(f"/cases/{case}/forms/non-execution", {"D.explanation": "\u4e2d\u6587", "D.reasons": ["impossible"]})

    answer = page.get(f"/cases/{case}/forms/non-execution.pdf")

    assert answer.status_code == 422
    assert "D.explanation" in answer.content.decode()
    assert "ROGATORY_FONTS" in answer.content.decode()


def test_ten_thousand_characters_are_recorded_on_the_page_and_printed(page: Any, case: str) -> None:
    page.post(f"/cases/{case}", {"purpose": "Answer the order"})
    text = "word " * 2000

    answer = page.post(f"/cases/{case}/forms/non-execution?language=en", {"D.explanation": text, "H.date": "2026-09-08"})

    assert answer.status_code == 302
    value = page.get(f"/cases/{case}/forms/non-execution.json").json()
    assert value["sections"]["D"]["explanation"] == text.strip()
    assert value["sections"]["H"]["date"] == "2026-09-08"
    assert page.get(f"/cases/{case}/forms/non-execution.pdf").content.startswith(b"%PDF")


def test_a_page_refuses_what_is_too_long_to_be_recorded_and_says_where(page: Any, case: str) -> None:
    page.post(f"/cases/{case}", {"purpose": "Answer the order"})

    answer = page.post(f"/cases/{case}/forms/non-execution", {"D.explanation": "x" * 20001})

    assert answer.status_code == 422
    assert "entries" in answer.content.decode()

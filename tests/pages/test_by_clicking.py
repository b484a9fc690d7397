"""The pages in a real browser: the story by clicking, at desktop and phone width, without a script of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rogatory.demo.processes import running
from rogatory.demo.stories import Teller, decide_and_send, facts, prepare
from tests.nodes.conftest import town

pytestmark = [pytest.mark.pages, pytest.mark.nodes, pytest.mark.slow]
FR, IE, PROVIDER = "http://fr.localhost:8101", "http://ie.localhost:8102", "http://provider.localhost:8103"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Three nodes that run."""
    with town(tmp_path_factory.mktemp("pages"), "sqlite") as built, running(built):
        yield built


@pytest.fixture
def tell(made: Any) -> Iterator[Teller]:
    with Teller(made, lambda _who, _what: None) as teller:
        yield teller


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desktop", "phone"])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of a browser that runs no script: everything must work without."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def enter(page: Any, node: str, name: str) -> None:
    page.goto(f"{node}/sign-in")
    page.click(f"text={name}")


def look(page: Any, node: str, case: str, purpose: str) -> None:
    page.goto(f"{node}/cases/{case}")
    page.check(f"text={purpose}")
    page.click("text=Continue")


def no_wider_than_the_screen(page: Any) -> bool:
    box = page.locator("main").bounding_box()
    return bool(box["width"] <= page.viewport_size["width"])


def test_every_page_asks_who_you_are(page: Any, made: Any) -> None:
    for path in ("/", "/cases/new", "/cases/0b7ce1a2-3d6c-4c0d-9f0e-2f5b8b9b7a10"):
        page.goto(FR + path)
        assert page.url == f"{FR}/sign-in"
        assert page.locator("h1").inner_text() == "Who are you?"


def test_pages_forbid_everything_from_elsewhere(page: Any, made: Any) -> None:
    answer = page.goto(f"{FR}/sign-in")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert re.findall("<script[^>]*>", answer.text()) == ['<script src="/static/web/key.js" defer>'], (
        "it asks the key, and no other page needs one"
    )
    assert " style=" not in answer.text()


def test_the_judge_decides_each_item_and_signs_the_text_that_she_read(page: Any, tell: Teller) -> None:
    prepare(tell, facts.item_identification(), facts.item_traffic())
    tell("officer").act("submit", {"to": tell("judge").actor.pseudonym, "note": "For decision"}, tell.case)
    enter(page, FR, "Hélène Marchand")
    look(page, FR, tell.case, "Decide on the order")
    page.click("text=Grant what is marked as granted")
    assert page.locator("text=Decline the order").count()
    assert page.locator('[name="decisions.0.outcome"]').input_value() == ""  # no default
    page.select_option('[name="decisions.0.outcome"]', "granted")
    page.select_option('[name="decisions.1.outcome"]', "narrowed")
    for end, day in (("start", "2026-08-30"), ("end", "2026-12-02")):
        page.fill(f'[name="decisions.1.{end}.at"]', f"{day}T00:00:00+02:00")
        page.fill(f'[name="decisions.1.{end}.zone"]', "Europe/Paris")
    page.fill('[name="reasons.0.words"]', "One evening only.")
    page.fill('[name="reasons.1.words"]', "Three days suffice.")
    page.click("main form button:has-text('Grant')")
    assert page.title().startswith("Error: ")
    assert "does not lie within the one asked for" in page.locator(".problem").inner_text()
    assert page.locator('[name="reasons.1.words"]').input_value() == "Three days suffice."

    page.fill('[name="decisions.1.end.at"]', "2026-09-02T00:00:00+02:00")
    page.click("main form button:has-text('Grant')")
    text = page.locator("pre.statement").inner_text()
    assert "Item traffic: NARROWED." in text
    assert "Three days suffice" not in text
    page.click("text=Sign with the demonstration key")

    assert "authorised" in page.locator("dl.facts").first.inner_text()
    assert no_wider_than_the_screen(page)


def test_an_officer_who_ticks_is_told_what_to_write_and_the_judge_reads_the_answers(page: Any, tell: Teller) -> None:
    officer = tell("officer")
    tell.case = officer.act("draft", facts.draft(facts.item_identification()))["case"]
    enter(page, FR, "Nadia Lefèvre")
    look(page, FR, tell.case, "Follow the order through the procedure")
    assert page.locator(".questions .tag.stop").count() == 3
    page.click("text=State suspicion and forum")
    for name, text in {**facts.suspicion(), "admissibility": "ok"}.items():
        field = page.locator(f'[name="{name}"]')
        field.select_option(text) if name == "basis" else field.fill(text)
    page.click("main form button:has-text('State suspicion and forum')")
    assert "“ok” ticks the question off" in page.locator(".problem").inner_text()
    assert page.locator('[name="court"]').input_value() == facts.suspicion()["court"]
    page.fill('[name="admissibility"]', facts.suspicion()["admissibility"])
    page.click("main form button:has-text('State suspicion and forum')")
    assert "Done: state suspicion" in page.locator(".done").inner_text()
    assert page.locator(".questions .tag.stop").count() == 0
    officer.act("justify", facts.justification("identification"), tell.case)
    officer.act("name persons", facts.persons(facts.notice_day(tell.now())), tell.case)
    officer.act("submit", {"to": tell("judge").actor.pseudonym, "note": "For decision"}, tell.case)
    assert [one["open"] for one in tell("judge").case(tell.case)["questions"]] == [False] * 3

    enter(page, FR, "Hélène Marchand")
    look(page, FR, tell.case, "Decide on the order")
    page.click("text=Grant what is marked as granted")

    shown = page.locator(".questions").inner_text()
    assert facts.suspicion()["admissibility"] in shown
    assert "rests on an interpretation" in shown
    assert no_wider_than_the_screen(page)


def refused_in_ireland(tell: Teller, *sorts: str) -> str:
    """An order that the Irish authority refuses on the merits; then the same one again, as it lies before that authority."""
    for again in (False, True):
        officer = tell("officer")
        item = facts.item_traffic()
        item["identifiers"] = [{**item["identifiers"][0], "value": f"h4-{len(sorts)}.{id(tell)}@mail.example"}]
        tell.case = officer.act("draft", facts.draft(item))["case"]
        officer.act("state suspicion", facts.suspicion(), tell.case)
        officer.act("justify", facts.justification("traffic"), tell.case)
        first = facts.persons(facts.notice_day(tell.now()))["persons"][0]
        touched = {"persons": [{**first, "id": f"person-{number}", "sort": sort} for number, sort in enumerate(sorts)]}
        officer.act("name persons", touched, tell.case)
        officer.act("submit", {"to": tell("judge").actor.pseudonym, "note": "For decision"}, tell.case)
        granted = {"decisions": [{"item": "traffic", "outcome": "granted"}], "reasons": [{"item": "traffic", "words": "Needed."}]}
        tell("judge").sign("authorise", granted, tell.case)
        officer.act("transmit", {}, tell.case)
        tell("enforcing").wait("the notification", tell.case, lambda line: any(one["name"] == "raise_refusal" for one in line["periods"]))
        if not again:
            refusal = {
                "grounds": ["ne-bis-in-idem"],
                "facts": [{"fact": "already_tried", "value": True}],
                "explanation": "The user was acquitted of these threats in Cork.",
                "contacted": "By telephone on the day of the notification.",
            }
            tell("enforcing").act("raise ground for refusal", refusal, tell.case)
            tell("provider").state(tell.case, "ground for refusal raised")
    return str(tell.case)


def test_h4_what_the_enforcing_authority_refused_is_shown_to_it_alone_when_it_comes_back(page: Any, tell: Teller) -> None:
    case = refused_in_ireland(tell, "user")
    enter(page, IE, "Aoife Brennan")
    look(page, IE, case, "Check the notification")
    assert "ne-bis-in-idem: The user was acquitted of these threats in Cork." in page.locator(".warn").first.inner_text()
    page.click("text=Raise a ground for refusal")
    assert "Refused here before" in page.locator("main").inner_text()

    for node, name in ((FR, "Nadia Lefèvre"), (PROVIDER, "Conor Walsh")):
        enter(page, node, name)
        look(page, node, case, "Follow the order through the procedure")
        assert "Refused here before" not in page.locator("main").inner_text()
    assert "acquitted" not in page.content(), "the addressee learns of a refusal, never of what it rests on"


def test_h4_an_order_that_touches_a_victim_leaves_nothing_at_the_enforcing_authority_either(page: Any, tell: Teller) -> None:
    case = refused_in_ireland(tell, "user", "victim")
    enter(page, IE, "Aoife Brennan")
    look(page, IE, case, "Check the notification")

    assert "Refused here before" not in page.locator("main").inner_text()


def test_a_prosecutor_who_grants_traffic_data_is_told_the_article(page: Any, tell: Teller) -> None:
    prepare(tell, facts.item_traffic())
    tell("officer").act("submit", {"to": tell("prosecutor").actor.pseudonym, "note": "For decision"}, tell.case)
    enter(page, FR, "Claire Fontaine")
    look(page, FR, tell.case, "Decide on the order")
    page.click("text=Grant what is marked as granted")
    page.select_option('[name="decisions.0.outcome"]', "granted")
    page.fill('[name="reasons.0.words"]', "Needed.")
    page.click("main form button:has-text('Grant')")

    problem = page.locator(".problem").inner_text()
    assert "Art. 4(2)" in problem
    assert "Put it before one of those who may validate it." in problem


def test_enforcing_authority_clears_and_provider_produces_and_custodian_opens(page: Any, tell: Teller, tmp_path: Path) -> None:
    prepare(tell, facts.item_identification(), facts.item_traffic())
    decide_and_send(tell)
    enter(page, IE, "Aoife Brennan")
    look(page, IE, tell.case, "Check the notification")
    assert "raise refusal" in page.locator("main").inner_text()
    page.click("text=Confirm that no ground will be raised")
    page.select_option('[name="to"]', "both")
    page.click("main form button")
    tell("provider").wait("the clearance", tell.case, lambda _: "clear" in kinds(tell, "provider"))

    enter(page, PROVIDER, "Conor Walsh")
    look(page, PROVIDER, tell.case, "Answer the order")
    page.click("text=Produce the data")
    for item in ("identification", "traffic"):
        name, data = facts.EVIDENCE[item]
        (tmp_path / name).write_bytes(data)
        page.set_input_files(f'[name="files.{item}"]', str(tmp_path / name))
    page.select_option('[name="answer"]', "whole")
    page.fill('[name="words"]', "All records of the period.")
    page.fill('[name="read_back"]', facts.ACCOUNT)
    page.click("main form button:has-text('Produce')")
    assert "Done: produce" in page.locator(".done").inner_text()

    tell("custodian").state(tell.case, "evidence received")
    tell("custodian").wait(
        "both packages", tell.case, lambda _: all(one["received"] for one in tell("custodian").case(tell.case)["packages"])
    )
    enter(page, FR, "Paul Girard")
    look(page, FR, tell.case, "Receive and open the evidence")
    page.click("text=Open the package")
    page.select_option('[name="package"]', index=1)
    page.fill('[name="purpose"]', "Identify the sender")
    page.click("main form button:has-text('Open')")
    assert no_wider_than_the_screen(page)
    with page.expect_download() as copied:
        page.click("text=Take a copy")
    assert "copy for" in copied.value.suggested_filename
    assert Path(copied.value.path()).read_bytes() in {data for _, data in facts.EVIDENCE.values()}
    page.click("button:has-text('View')")
    frame = page.frame_locator("iframe.original")
    assert "redfox.7731" in frame.locator("table").inner_text()
    assert "Paul Girard" in frame.locator(".mark.top").inner_text()
    assert no_wider_than_the_screen(page)
    page.click("text=Chain of custody")
    for _ in range(100):  # the last opening has its place in the log at the next step, and the page says so until then
        if "their proof from the log yet" not in page.locator("main").inner_text():
            break
        page.wait_for_timeout(100)
        page.reload()
    assert "No gap" in page.locator("main").inner_text()
    assert ": 2 originals" in page.locator("main").inner_text()
    assert no_wider_than_the_screen(page)


def kinds(tell: Teller, part: str) -> set[str]:
    return {one["kind"] for one in tell(part).case(tell.case)["timeline"]}


def test_the_officer_drafts_an_order_by_filling_in_the_form(page: Any, made: Any) -> None:
    enter(page, FR, "Capitaine Nadia")
    page.goto(f"{FR}/cases/new")
    page.fill('[name="reference"]', "PR-2026-0500")
    page.select_option('[name="addressee"]', index=1)
    page.select_option('[name="enforcing"]', index=1)
    page.fill('[name="items.0.id"]', "subscriber")
    page.check('[name="items.0.data"][value="identity-and-contact"]')
    page.select_option('[name="items.0.purpose"]', "identify-user-only")
    page.select_option('[name="items.0.identifiers.0.type"]', "account")
    page.fill('[name="items.0.identifiers.0.value"]', facts.ACCOUNT)
    page.fill('[name="items.0.identifiers.0.source"]', "exhibit 3")
    page.fill('[name="items.0.start.at"]', "2026-09-01T18:00:00")
    page.fill('[name="items.0.start.zone"]', "Europe/Paris")
    page.fill('[name="items.0.end.at"]', "2026-09-01T23:00:00+02:00")
    page.fill('[name="items.0.end.zone"]', "Europe/Paris")
    page.fill('[name="items.0.wanted"]', "Name and address of the subscriber")
    page.fill('[name="offences.0.provision"]', "Code pénal, art. 312-1")
    page.fill('[name="offences.0.nature"]', "Extortion")
    page.fill('[name="offences.0.max_custodial_months"]', "84")
    page.fill('[name="summary"]', "A threat was sent.")
    page.click("main form button:has-text('Save the draft')")
    problem = page.locator(".problem").inner_text()
    assert "Annex I, section E" in problem  # a time without its zone
    page.fill('[name="items.0.start.at"]', "2026-09-01T18:00:00+02:00")
    page.click("main form button:has-text('Save the draft')")

    assert "Done: draft" in page.locator(".done").inner_text()
    assert no_wider_than_the_screen(page)

"""Which instruments are open, and what was refused before, on the pages of the officer and of the judge, without a script."""

from __future__ import annotations

from typing import Any

import pytest

from rogatory.demo.stories import Teller, facts, prepare
from tests.pages.test_by_clicking import FR, enter, look, made, no_wider_than_the_screen, page, tell  # noqa: F401  # fixtures

pytestmark = [pytest.mark.pages, pytest.mark.nodes, pytest.mark.slow]
REASONS = "Nothing ties this account to the offence but a nickname."


def test_the_officer_sees_what_is_open_and_the_judge_what_was_stricter_and_refused(page: Any, tell: Teller) -> None:  # noqa: F811  # fixtures
    prepare(tell, facts.item_identification())
    first = tell.case
    persons = facts.persons(facts.notice_day(tell.now()))["persons"]
    tell("officer").act("name persons", {"persons": [one for one in persons if one["sort"] != "victim"]}, first)
    tell("officer").act("submit", {"to": tell("judge").actor.pseudonym, "note": "For decision"}, first)
    tell("judge").sign("decline", {"reasons": REASONS}, first)
    prepare(tell, facts.item_traffic())

    enter(page, FR, "Nadia Lefèvre")
    look(page, FR, tell.case, "Follow the order through the procedure")
    assert not page.locator("#routes-title").count(), "the officer's page of the case is no list of routes"
    page.goto(f"{FR}/cases/{tell.case}/draft")
    shown = page.locator("section.routes").inner_text()
    assert "European Production Order" in shown
    assert "10 days from received (addressee; Art. 10(3))" in shown
    assert "Stricter routes" not in shown
    page.click("section.routes summary")
    assert "European Investigation Order" in page.locator("section.routes details").inner_text()
    assert no_wider_than_the_screen(page)

    tell("officer").act("submit", {"to": tell("judge").actor.pseudonym, "note": "For decision"}, tell.case)
    page.goto(f"{FR}/cases/{tell.case}")
    assert REASONS not in page.content()
    page.click("text=Sign out")
    enter(page, FR, "Hélène Marchand")
    look(page, FR, tell.case, "Decide on the order")
    for path in ("", "/authorise", "/decline"):
        page.goto(f"{FR}/cases/{tell.case}{path}")
        assert REASONS in page.locator("section.warn").inner_text()
        assert path == "/decline" or "Stricter routes that were open" in page.locator("section.routes").inner_text()
        assert no_wider_than_the_screen(page)


def test_an_unfinished_draft_is_told_what_is_missing_and_nothing_is_made(page: Any, tell: Teller) -> None:  # noqa: F811  # fixtures
    enter(page, FR, "Nadia Lefèvre")
    page.goto(f"{FR}/cases/new")
    page.click("text=See which instruments are open")

    assert page.title().startswith("Error: ")
    assert "Nothing is saved by looking" in page.locator(".problem").inner_text()

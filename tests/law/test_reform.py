"""What a draft would change is told case by case, counted by category and by State, and drawn to scale."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from rogatory.law.casefile import WorkedCase
from rogatory.law.comparison import changes
from rogatory.law.model import Assessment, Deadline, Question
from rogatory.law.reform import Change, by_category, by_route, category, compare, picture, table
from rogatory.moments import instant
from tests.law.asked import AT, PACK, answer, finding


def change(old: Assessment, new: Assessment, kind: str = "traffic", route: str = "FR -> DE") -> Change:
    question = Question(instrument="eio", at=AT, act="issue", facts={}, events={})
    case = WorkedCase(id="EV-1", title="A case", file="a.yaml", line=1, question=question, expect={})
    return Change(case=case, category=kind, route=route, old=old, new=new)


def deadline(**more: Any) -> Deadline:
    return Deadline(**{"name": "produce", "whom": "addressee", "state": "running", "cites": (), **more})


END = instant(datetime(2026, 9, 21, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("old", "new", "kind", "differences"),
    [
        (answer("permitted"), answer("permitted"), "same", ()),
        (answer("blocked"), answer("blocked"), "same", ()),
        (answer("blocked"), answer("permitted"), "opened", ("blocked -> permitted",)),
        (answer("permitted"), answer("needs"), "closed", ("permitted -> needs",)),
        (answer("needs"), answer("blocked"), "other", ("needs -> blocked",)),
        (answer(None), answer("blocked"), "other", ("not asked -> blocked",)),
        (answer("blocked"), answer(None), "other", ("blocked -> not asked",)),
        (
            answer("blocked", duties=("preserve", "withdraw")),
            answer("blocked", duties=("give-reasons", "preserve")),
            "other",
            ("duties: no longer withdraw", "duties: also give-reasons"),
        ),
        (answer("blocked", grounds=("a",)), answer("blocked"), "other", ("grounds: no longer a",)),
        (answer("blocked"), answer("blocked", forbidden=("b",)), "other", ("forbidden: also b",)),
        (
            answer("blocked", deadlines={"produce": deadline(legal=END)}),
            answer("blocked"),
            "other",
            ("produce: 2026-09-21T23:00+00:00 -> none",),
        ),
        (
            answer("blocked", deadlines={"produce": deadline(legal=END)}),
            answer("blocked", deadlines={"produce": deadline(state="suspended")}),
            "other",
            ("produce: 2026-09-21T23:00+00:00 -> suspended",),
        ),
        (
            answer("blocked", deadlines={"produce": deadline(state="suspended")}),
            answer("blocked", deadlines={"produce": deadline(legal=END)}),
            "other",
            ("produce: suspended -> 2026-09-21T23:00+00:00",),
        ),
        (answer("blocked"), answer("BLOCKED".lower()), "same", ()),
        (
            answer("blocked", findings=(finding("broken", "judge", rule="eio.1"), finding("broken", "judge", rule="eio.2"))),
            answer("blocked", findings=(finding("untold", "judge", rule="eio.2"), finding("broken", "judge", rule="eio.3"))),
            "other",
            ("for a human: no longer eio.1", "for a human: also eio.3"),
        ),
        (
            answer("blocked", findings=(finding("broken", "warn", rule="eio.1"), finding("broken", "warn", rule="eio.2"))),
            answer("blocked", findings=(finding("broken", "warn", rule="eio.2"), finding("broken", "warn", rule="eio.3"))),
            "other",
            ("advice: no longer eio.1", "advice: also eio.3"),
        ),
        (
            answer("blocked", deadlines={"produce": deadline(legal=END)}),
            answer("blocked", deadlines={"produce": deadline(legal=END)}),
            "same",
            (),
        ),
    ],
)
def test_a_change_says_what_would_be_answered_otherwise(old: Assessment, new: Assessment, kind: str, differences: tuple[str, ...]) -> None:
    one = change(old, new)

    assert (one.kind, one.differences) == (kind, differences)


def test_a_change_rests_on_the_rules_that_are_not_kept() -> None:
    said = (("eio.1", "broken"), ("eio.2", "kept"), ("eio.3", "untold"))
    stands = answer("blocked", deciding=tuple(finding(result, "blocked", rule=rule) for rule, result in said))

    assert change(answer("permitted"), stands).because == "eio.1 broken, eio.3 untold"
    assert change(stands, answer("permitted", deciding=(finding("kept", "blocked", rule="eio.2"),))).because == "nothing stands against it"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"data": ["identity-and-contact", "mailbox", "session-history"]}, "content"),
        ({"data": ["identity-and-contact", "session-history"]}, "traffic"),
        ({"data": ["ip-connection-records"]}, "traffic"),
        ({"data": ["ip-connection-records"], "data_purpose": "identify-user-only"}, "identification"),
        ({"data": ["identity-and-contact"]}, "subscriber"),
        ({"data": []}, "no data named"),
        ({"data": "mailbox"}, "no data named"),
        ({}, "no data named"),
    ],
)
def test_a_case_is_counted_under_the_most_intrusive_category(facts: dict[str, Any], found: str) -> None:
    assert category(Question(instrument="eu-e-evidence", at=AT, act="issue", facts=facts, events={}), PACK) == found


def test_only_cases_of_an_instrument_that_the_draft_holds_are_compared() -> None:
    case = change(answer(None), answer(None)).case
    asked = replace(case, question=replace(case.question, instrument="eu-e-evidence", facts={"issuing_state": "FR"}))

    found = compare([case, asked], lambda _: PACK, lambda one: PACK if one is asked else None)

    assert [(one.case, one.route, one.category, one.kind) for one in found] == [(asked, "FR -> ?", "no data named", "same")]


CHANGES = (
    change(answer("permitted"), answer("permitted")),
    change(answer("permitted"), answer("permitted"), "content"),
    change(answer("permitted"), answer("blocked"), "content", "FR -> IE"),
    change(answer("blocked"), answer("permitted"), "content", "FR -> IE"),
    change(answer("needs"), answer("blocked"), "content", "FR <& IE"),
)


def test_the_counts_stand_in_columns() -> None:
    def line(name: str, *cells: str) -> str:
        return name.ljust(22) + "".join(cell.rjust(30) for cell in cells)

    assert table(CHANGES, by_category, "category") == (
        line("category", "unchanged", "would be permitted", "would no longer be permitted", "answered otherwise"),
        line("content", "1", "1", "1", "1"),
        line("traffic", "1", "-", "-", "-"),
    )
    assert [line.split()[0:3] for line in table(CHANGES, by_route, "route")[1:]] == [
        ["FR", "->", "DE"],
        ["FR", "->", "IE"],
        ["FR", "<&", "IE"],
    ]


def test_the_picture_is_drawn_to_scale_and_says_its_numbers() -> None:
    drawn = picture(CHANGES, "A & B")

    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 220" width="860" height="220" role="img"')
    assert '<title>A &amp; B</title><rect width="860" height="220" fill="#fff"/>' in drawn
    legend = re.findall(r'<rect x="(\d+)" y="42" width="12" height="12" fill="(#\w+)"/><text x="(\d+)" y="53">([^<]*)<', drawn)
    assert legend == [
        ("16", "#b9c4cc", "34", "unchanged"),
        ("128", "#c2571a", "146", "would be permitted"),
        ("312", "#1f5f8b", "330", "would no longer be permitted"),
        ("576", "#7a6ba8", "594", "answered otherwise"),
    ]
    bars = re.findall(r'<rect x="([\d.]+)" y="(\d+)" width="([\d.]+)" height="20" fill="(#\w+)"/>', drawn)
    assert bars == [
        ("190.0", "76", "160.0", "#b9c4cc"),
        ("350.0", "76", "160.0", "#c2571a"),
        ("510.0", "76", "160.0", "#1f5f8b"),
        ("670.0", "76", "160.0", "#7a6ba8"),
        ("190.0", "102", "160.0", "#b9c4cc"),
        ("190.0", "128", "320.0", "#b9c4cc"),
        ("190.0", "154", "160.0", "#c2571a"),
        ("350.0", "154", "160.0", "#1f5f8b"),
        ("190.0", "180", "160.0", "#7a6ba8"),
    ]
    labels = re.findall(r'<text x="([\d.]+)" y="(\d+)" text-anchor="middle" fill="(#\w+)">(\d+)</text>', drawn)
    assert labels[0] == ("270.0", "91", "#000", "1")
    assert labels[1] == ("430.0", "91", "#fff", "1")
    assert labels[5] == ("350.0", "143", "#000", "2")
    assert '<g><title>FR &lt;&amp; IE: answered otherwise: 1</title><text x="16" y="194">FR &lt;&amp; IE</text>' in drawn
    assert "<title>content: unchanged: 1; would be permitted: 1; would no longer be permitted: 1; answered otherwise: 1</title>" in drawn


def test_a_bar_that_is_no_whole_number_of_points_wide_is_drawn_so() -> None:
    drawn = picture(CHANGES[2:4] + CHANGES[2:3], "A")

    assert '<rect x="190.0" y="76" width="213.3" height="20" fill="#c2571a"/>' in drawn
    assert '<text x="296.7" y="91" text-anchor="middle" fill="#fff">1</text>' in drawn


def test_without_any_case_the_picture_is_empty() -> None:
    assert 'height="90"' in picture((), "Nothing")


def test_two_packs_are_compared_part_by_part() -> None:
    def with_source(**source: Any) -> Any:
        return replace(PACK, source=source)

    def told(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
        return changes(with_source(**old), with_source(**new))

    assert changes(None, None) == ()
    assert changes(None, PACK) == ("begins to apply",)
    assert changes(PACK, None) == ("no longer applies",)
    assert changes(PACK, PACK) == ()
    rules = {"rules": [{"id": "a", "cite": ["x", "y"]}, {"id": "b"}]}
    assert told(rules, {"rules": [{"id": "b"}, {"id": "c"}]}) == ("- rules: a is gone", "+ rules: c is new")
    assert told(rules, {"rules": [{"id": "a", "cite": ["x", "z"]}, {"id": "b"}]}) == ("~ rules: a: cite[1]: was y, is z",)
    assert told(rules, {"rules": [{"id": "a", "cite": ["x"]}, {"id": "b"}]}) == ("~ rules: a: cite: was [x, y], is [x]",)
    assert told(rules, {"rules": [{"id": "a"}, {"id": "b", "mark": {"K": "1", "S": "2"}}]}) == (
        "~ rules: a: cite: was [x, y], is nothing",
        "~ rules: b: mark: was nothing, is {K: 1, S: 2}",
    )
    assert told({"terms": {"t": {"is": {"a": "1"}}}}, {"terms": {"t": {"is": {"a": "1\n  2"}}}}) == ("~ terms: t: is.a: was 1, is 1 2",)
    assert told({"duties": [{"name": "d", "if": "1"}, {"name": "d", "if": "2"}]}, {"duties": [{"name": "d", "if": "1"}]}) == (
        "- duties: d (again) is gone",
    )
    assert told(rules, {"rules": [{"id": "a", "cite": ["x", "y", "z"]}, {"id": "b"}]}) == ("~ rules: a: cite: was [x, y], is [x, y, z]",)
    assert told({"lists": ["x y"]}, {"lists": ["X Y".lower()]}) == ()
    assert told(rules, {"rules": [{"id": "a", "cite": ["X".lower(), "Y".lower()]}, {"id": "b"}]}) == ()
    many = {"rules": [{"id": "a", "cite": [str(number) for number in range(300)]}]}
    other = {"rules": [{"id": "a", "cite": [str(number) for number in range(299)] + ["x"]}]}
    assert told(many, other) == ("~ rules: a: cite[299]: was 299, is x",)
    assert told({"lists": ["x"]}, {"lists": "text"}) == ("- lists: x is gone",)

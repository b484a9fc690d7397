"""What a worked case may expect, and that an expectation that is not met is told, each kind of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from rogatory.errors import CaseFileError
from rogatory.law.casefile import Difference, WorkedCase, read_cases, read_facts, run
from rogatory.law.provisions import is_provision, provision, within
from tests.law.asked import PACK

ORDER = """- id: {id}
  title: An order for traffic data
  instrument: eu-e-evidence
  act: issue
  at: 2026-09-09T15:00:00+02:00
  given: ordinary-order
  facts: {{measure: production-order, data: [session-history], issuing_state: FR, executing_state: DE, issuing_authority: public-prosecutor,
    offences: [{{max_custodial_months: 60}}]{facts}}}
  events: {{received: 2026-09-09T12:00:00Z{events}}}
  expect: {{{expect}}}
"""


def case(expect: str, *, facts: str = "", events: str = "", name: str = "EV-1") -> WorkedCase:
    return read_cases("cases.yaml", ORDER.format(id=name, expect=expect, facts=facts, events=events), PACK.vocabulary)[0]


def unmet(expect: str, **more: str) -> list[tuple[str, Any, Any]]:
    return [(one.path, one.expected, one.answered) for one in run(case(expect, **more), PACK)]


NEEDS = "outcome: needs, needs: {validation: [judge, court, investigating-judge]}"


@pytest.mark.parametrize(
    "expect",
    [
        NEEDS,
        "outcome: needs, needs: {validation: [investigating-judge, court, judge]}",
        "articles: [Art. 4]",
        "articles: [Art. 4(2)]",
        "duties: [notify-enforcing-authority]",
        "no_duties: [withdraw]",
        "no_duties: []",
        "grounds: []",
        "forbidden: [inform-user-by-addressee]",
        "open_points: [O6]",
        "deadlines: {produce: {legal: 2026-09-22T00:00:00+02:00}}",
        "deadlines: {produce: {legal: 2026-09-21T22:00:00Z}}",
        "deadlines: {object: undetermined}",
    ],
)
def test_an_expectation_that_is_met_is_no_difference(expect: str) -> None:
    assert unmet(expect) == []


@pytest.mark.parametrize(
    ("expect", "path", "expected", "answered"),
    [
        ("outcome: permitted", "expect.outcome", "permitted", "needs"),
        (
            "outcome: needs, needs: {validation: [judge]}",
            "expect.needs",
            {"validation": ["judge"]},
            {"validation": ["court", "investigating-judge", "judge"]},
        ),
        (
            "outcome: needs, needs: {}",
            "expect.needs",
            {},
            {"validation": ["court", "investigating-judge", "judge"]},
        ),
        ("articles: [Art. 4(2), Art. 5(4)]", "expect.articles", ["Art. 5(4)"], ["Art. 4(2)(a)", "Art. 4(2)(b)"]),
        ("grounds: [ne-bis-in-idem]", "expect.grounds", ["ne-bis-in-idem"], []),
        ("deadlines: {produce: open}", "expect.deadlines.produce", "open", "running"),
        ("deadlines: {produce: suspended}", "expect.deadlines.produce", "suspended", "running"),
        ("deadlines: {produce: undetermined}", "expect.deadlines.produce", "undetermined", "running"),
        (
            "deadlines: {produce: {legal: 2026-09-21T23:59:59+02:00}}",
            "expect.deadlines.produce.legal",
            "2026-09-21T23:59:59+02:00",
            "2026-09-22T00:00:00+02:00",
        ),
        ("deadlines: {recognise: open}", "expect.deadlines.recognise", "open", "not stated"),
        (
            "deadlines: {produce: {legal: 2026-09-22T00:00:01+02:00}}",
            "expect.deadlines.produce.legal",
            "2026-09-22T00:00:01+02:00",
            "2026-09-22T00:00:00+02:00",
        ),
        (
            "deadlines: {produce: {elapsed: 2026-09-22T00:00:00+02:00}}",
            "expect.deadlines.produce.elapsed",
            "2026-09-22T00:00:00+02:00",
            "running",
        ),
    ],
)
def test_an_expectation_that_is_not_met_is_told_with_what_was_answered(expect: str, path: str, expected: Any, answered: Any) -> None:
    found = unmet(expect)

    assert found
    assert found[0][:2] == (path, expected)
    if path != "expect.articles":
        assert found[0][2] == answered


@pytest.mark.parametrize(
    ("expect", "key"),
    [
        ("duties: [withdraw]", "duties"),
        ("no_duties: [withdraw, notify-enforcing-authority]", "no_duties"),
        ("forbidden: [second-extension]", "forbidden"),
        ("forbidden: [inform-user-by-addressee, second-extension]", "forbidden"),
        ("open_points: [O1]", "open_points"),
    ],
)
def test_words_that_are_lacking_or_too_many_are_told(expect: str, key: str) -> None:
    assert [path for path, _, _ in unmet(expect)] == [f"expect.{key}"]


def test_a_ground_that_is_open_and_not_expected_is_told() -> None:
    assert unmet("grounds: [ne-bis-in-idem]", facts=", already_tried: true") == []
    assert unmet("grounds: []", facts=", already_tried: true") == [("expect.grounds", [], ["ne-bis-in-idem"])]


def test_a_missing_fact_is_told_if_the_engine_does_not_name_it() -> None:
    text = ORDER.format(id="EV-2", facts="", events="", expect="outcome: undetermined, missing: [offences.max_custodial_months]")
    left_out = text.replace("max_custodial_months: 60", "")

    assert run(read_cases("cases.yaml", left_out, PACK.vocabulary)[0], PACK) == ()
    other = left_out.replace("offences.max_custodial_months", "size_kb")
    found = run(read_cases("cases.yaml", other, PACK.vocabulary)[0], PACK)
    assert [one.path for one in found] == ["expect.missing"]


def test_a_deadline_that_differs_is_explained_by_its_steps_and_anything_else_by_the_findings() -> None:
    deadline, outcome = run(case("deadlines: {produce: open}, outcome: permitted"), PACK)[::-1]
    if deadline.path != "expect.deadlines.produce":
        deadline, outcome = outcome, deadline

    assert isinstance(deadline, Difference)
    assert deadline.because[0] == "produce running (Art. 10(3))"
    assert deadline.because[1] == "the day of the event, Wednesday 9 September 2026, is not counted"
    assert outcome.because[0].startswith("eu-e-evidence.E")
    assert " broken (Art. 4(2)" in outcome.because[0]


@pytest.mark.parametrize("name", ["EV-1", "EV-36b", "EV-36b-2", "EV-12-2", "A-0"])
def test_a_case_may_be_called_so(name: str) -> None:
    assert case("grounds: []", name=name).id == name


@pytest.mark.parametrize("name", ["ev-1", "EV1", "EV-", "EV-b", "EV-1bb", "EV-1-b", "EV-1-2-3"])
def test_a_case_may_not_be_called_so(name: str) -> None:
    with pytest.raises(CaseFileError, match="is no id"):
        case("grounds: []", name=name)


@pytest.mark.parametrize(
    ("expect", "complaint"),
    [
        ("outcome: needs", "needs is required with outcome: needs"),
        ("outcome: permitted, needs: {}", "is allowed only with outcome: needs"),
        ("needs: {}", "is allowed only with outcome: needs"),
        ("missing: [data]", "is allowed only with outcome: undetermined"),
        ("outcome: blocked, missing: [data]", "is allowed only with outcome: undetermined"),
        ("articles: [Art. 4, Art. 4]", "expect.articles: holds the same entry twice"),
        ("deadlines: {produce: {}}", "gives neither elapsed nor legal"),
        ("deadlines: {produce: {legal: tomorrow}}", "expect.deadlines.produce.legal: is not a date and time"),
        ("deadlines: {produce: [open]}", "must be a mapping"),
        ("outcome: undetermined, missing: [offences.colour]", "'offences.colour' is not one of"),
    ],
)
def test_an_expectation_that_cannot_be_is_refused(expect: str, complaint: str) -> None:
    with pytest.raises(CaseFileError) as caught:
        case(expect)

    assert complaint in str(caught.value)
    assert "cases.yaml:" in str(caught.value)


@pytest.mark.parametrize(
    ("facts", "complaint"),
    [
        (", data: []", "'data' "),
        (", committed_in: [FR]", "'committed_in' is not one of"),
        (", person_resides_in: fr", "facts.person_resides_in: 'fr' is no country code"),
        (", delay_grounds: [public-security, public-security]", "facts.delay_grounds: holds the same entry twice"),
        (", access_ends: soon", "facts.access_ends: is not a date and time"),
    ],
)
def test_a_fact_that_is_none_is_refused(facts: str, complaint: str) -> None:
    with pytest.raises(CaseFileError) as caught:
        case("grounds: []", facts=facts)

    assert complaint in str(caught.value) or (complaint == "'data' " and "the key data stands twice" in str(caught.value))


def test_states_offences_and_lists_that_may_be_empty_are_read_as_they_stand() -> None:
    one = case("grounds: []", facts=", delay_grounds: [], arrangement_states: [], access_ends: 2026-10-01T00:00:00Z")

    assert one.question.facts["delay_grounds"] == one.question.facts["arrangement_states"] == []
    assert one.question.facts["access_ends"] == "2026-10-01T00:00:00Z"
    assert one.question.facts["offences"] == [{"max_custodial_months": 60}]
    assert (one.file, one.line, one.title) == ("cases.yaml", 1, "An order for traffic data")
    states = ORDER.replace("max_custodial_months: 60", "committed_in: [FR, FR]")
    with pytest.raises(CaseFileError, match="holds the same entry twice"):
        read_cases("cases.yaml", states.format(id="EV-1", facts="", events="", expect="grounds: []"), PACK.vocabulary)


def test_an_event_may_be_as_late_as_the_question_and_no_later() -> None:
    assert case("grounds: []", events=", notified: 2026-09-09T13:00:00Z").question.events["notified"]
    with pytest.raises(CaseFileError, match="is later than the question"):
        case("grounds: []", events=", notified: 2026-09-09T13:00:01Z")


def test_an_outcome_needs_an_act() -> None:
    source = ORDER.replace("  act: issue\n", "")

    assert read_cases("cases.yaml", source.format(id="EV-1", facts="", events="", expect="grounds: []"), PACK.vocabulary)
    with pytest.raises(CaseFileError, match="an outcome needs an act"):
        read_cases("cases.yaml", source.format(id="EV-1", facts="", events="", expect="outcome: blocked"), PACK.vocabulary)


def test_facts_alone_are_read_as_those_of_a_case() -> None:
    source = "at: 2026-09-09T15:00:00+02:00\nfacts: {size_kb: 3}\ncalendar: {IE: [2026-10-26]}\nassume_in_force: true\n"

    question = read_facts("facts.yaml", source, PACK.vocabulary)

    assert (question.facts, question.act, question.instrument, question.assume_in_force) == ({"size_kb": 3}, None, "", True)
    assert [day.isoformat() for day in question.calendar["IE"]] == ["2026-10-26"]
    assert read_facts("facts.yaml", source.replace("assume_in_force: true\n", ""), PACK.vocabulary).assume_in_force is False
    many = [(date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(300)]
    assert len(read_facts("facts.yaml", source.replace("2026-10-26", ", ".join(many)), PACK.vocabulary).calendar["IE"]) == 300
    for wrong, complaint in (
        ("IE: [2026-10-26, 2026-10-26]", "holds the same entry twice"),
        ("IE: [2026-02-30]", "calendar.IE"),
        ("ie: [2026-10-26]", "'ie' is no country code"),
    ):
        with pytest.raises(CaseFileError, match=complaint):
            read_facts("facts.yaml", source.replace("IE: [2026-10-26]", wrong), PACK.vocabulary)


def test_a_provision_lies_within_another_step_by_step() -> None:
    assert provision("Art. 5(4)(a)", "eio") == ("eio", ("Art. 5", "(4)", "(a)"))
    assert provision("reg-2025-1550 Annex 3.3.3", "eio") == ("reg-2025-1550", ("Annex 3", ".3", ".3"))
    assert provision("somewhere", "eio") == ("somewhere", ())
    assert within("Art. 5(4)(a)", "Art. 5", "eio")
    assert not within("Art. 5", "Art. 5(4)", "eio")
    assert not within("Art. 50", "Art. 5", "eio")
    assert not within("led Art. 5", "Art. 5", "eio")
    assert not within("eio Art. 5", "led Art. 5", "eio")
    assert not within("led Art. 5", "eio Art. 5", "led")
    assert within("led Art. 5(1)", "led Art. 5", "eio")
    assert is_provision("Art. 5", ())
    assert is_provision("usc-18 Art. 2523", ())
    assert is_provision("eio Art. 5", ("eio",))
    assert not is_provision("eio Art. 5", ())
    assert not is_provision("Article 5", ("eio",))

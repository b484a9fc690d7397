"""Until when evidence is kept: each item has its own end, agreed before anything is released, moved by a judge alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rogatory.demo import facts
from rogatory.demo.stories import decision
from rogatory.law import assess
from rogatory.law.overlay import lay_over
from rogatory.moments import parse_day
from rogatory.procedure import State, periods
from rogatory.procedure.facts import question
from tests.law.overlaid import HEAD, NAME, RULE, base
from tests.procedure.evidence import answer_of, done, evidence, ordered, produced, refused
from tests.procedure.parties import FR, PACK, PROVIDER, Parties, pseudonym

DAYS = {"identification": 30, "traffic": 10}


def test_each_item_ends_on_its_own_day_and_the_case_with_the_last() -> None:
    parties = evidence(days=DAYS)
    answered = parties.now.date()
    assert parties.nodes["fr"].case.ends == {name: (answered + timedelta(days=days)).isoformat() for name, days in DAYS.items()}
    assert parties.nodes["provider"].case.ends == parties.nodes["fr"].case.ends

    parties.pass_time(24 * 11)
    assert parties.settle() == []

    for name in ("fr", "provider"):
        case = parties.nodes[name].case
        assert set(case.ended) == {"traffic"}, name
        assert case.purged is None
    package = next(one.line.digest for one in parties.nodes["fr"].case.packages if one.line.item == "traffic")
    look = {"package": package, "use_for": "these-proceedings", "purpose": "Read it"}
    assert refused(parties.act("custodian", "open", look)).rule == "open.destroyed"
    left = next(one.line.digest for one in parties.nodes["fr"].case.packages if one.line.item == "identification")
    done(parties.act("custodian", "open", {**look, "package": left}))

    parties.pass_time(24 * 20)
    assert parties.settle() == []
    assert {parties.nodes[name].case.state for name in ("fr", "provider", "ie")} == {State.PURGED}


def test_a_node_that_was_down_ends_each_item_with_its_own_legal_instant() -> None:
    parties = evidence(days=DAYS)

    parties.pass_time(24 * 40)

    ends = [act.parts for act in parties.nodes["fr"].case.acts if act.kind == "end keeping"]
    assert [(one["items"], one["whole"]) for one in ends] == [(["traffic"], False), (["identification"], True)]
    assert [str(one["as_of"])[:10] for one in ends] == [one["kept_until"] for one in ends]  # 24:00 in Paris is 22:00 UTC of that day


@pytest.mark.parametrize(("most", "outcome"), [(10, "kept"), (9, "broken")])
def test_a_state_limits_one_category_and_the_law_is_asked_of_each_item(most: int, outcome: str) -> None:
    parties = evidence(days=DAYS)
    rule = RULE.format(
        number=1, acts="issue", when="traffic_or_content", keep=f"retention_days <= {most}", broken="{as: blocked, cite: Art. 1(1)}"
    )
    source = (HEAD.format(side="issuing_state") + rule).replace("SI", "FR")
    pack = lay_over(base(), NAME.replace("/si/", "/fr/"), source)

    for name in ("fr", "provider"):  # both count alike, though only one holds the draft
        node = parties.nodes[name]
        asked = question(node.case, "issue", parties.world(node))
        found = {one.rule: one.result for one in assess(asked, pack).findings}
        assert found["eu-e-evidence.FR.1"] == outcome, name
        whole = {one.rule: one.result for one in assess(replace(asked, apart={}), pack).findings}
        assert whole["eu-e-evidence.FR.1"] == "broken", "the longest of all, which is kept of another category"


def test_every_item_shows_its_end_while_it_runs() -> None:
    parties = evidence(days=DAYS)
    node = parties.nodes["fr"]
    shown = {one.name: one.steps[0] for one in periods(node.case, parties.world(node), PACK, "Europe/Paris") if one.name.startswith("keep")}
    assert shown == {
        "keep traffic": f"traffic: kept until {node.case.ends['traffic']}, 24:00 in Europe/Paris",
        "keep the evidence": f"identification: kept until {node.case.ends['identification']}, 24:00 in Europe/Paris",
    }


def test_an_answer_that_states_another_end_releases_nothing() -> None:
    parties = ordered(days=DAYS)
    given = answer_of(parties, "identification", "traffic")
    later = (parties.now.date() + timedelta(days=31)).isoformat()
    answer = refused(parties.act("provider", "produce", {**given, "kept_until": {"identification": later, "traffic": later}}))
    assert (answer.rule, answer.article) == ("produce.kept-until", "led Art. 5")


def test_an_item_that_is_answered_later_is_kept_from_its_own_answer_on() -> None:
    parties = produced(ordered(days=DAYS), "traffic")
    first = dict(parties.nodes["fr"].case.ends)
    parties.pass_time(24 * 5)
    assert parties.settle() == []
    given = answer_of(parties, "identification")
    given["packages"][0]["digest"] = "f" * 64
    done(parties.act("provider", "produce", given))
    assert parties.settle() == []
    ends = parties.nodes["fr"].case.ends
    assert ends["traffic"] == first["traffic"]
    assert parse_day(ends["identification"]) == parse_day(first["identification"]) + timedelta(days=5)


def test_a_judge_may_have_an_item_kept_for_fewer_days_and_never_for_more() -> None:
    parties = Parties()
    done(parties.prepare(facts.item_identification(), facts.item_traffic(), persons=facts.persons("2030-01-01")))
    done(parties.act("officer", "submit", {"to": pseudonym(FR, "judge"), "note": "For decision"}))
    given = decision()
    for outcome in ("granted", "narrowed"):
        given["decisions"][0] = {"item": "identification", "outcome": outcome, "retention_days": 366}
        assert refused(parties.act("judge", "authorise", given)).rule == "authorise.kept-longer"
    given["decisions"][0] = {"item": "identification", "outcome": "narrowed", "retention_days": 90}
    text = str(done(parties.act("judge", "authorise", given)).parts["text"])
    assert "Kept for 90 days" in text
    assert "Kept for 365 days" in text


def test_a_later_end_is_a_judges_decision_that_the_other_nodes_answer() -> None:
    parties = evidence(days=DAYS)
    until = (parties.now.date() + timedelta(days=60)).isoformat()
    given = {"items": ["traffic"], "until": until, "reasons": "The trial is set for November."}
    assert refused(parties.act("officer", "retain", given)).rule == "retain.capacity"
    assert refused(parties.act("judge", "retain", {**given, "until": parties.nodes["fr"].case.ends["traffic"]})).rule == "retain.longer"
    done(parties.act("judge", "retain", given))
    assert parties.nodes["fr"].case.extensions[0].agreed == frozenset()

    assert parties.settle() == []

    assert parties.nodes["fr"].case.extensions[0].agreed == {PROVIDER.institution, "https://justice.ie.demo.invalid"}
    assert parties.nodes["provider"].case.ends["traffic"] == until
    shown = next(one for one in parties.nodes["provider"].case.acts if one.kind == "retain")
    assert set(shown.parts) == {"items", "until"}, "the reasons stay where they were given"
    parties.pass_time(24 * 31)
    assert set(parties.nodes["fr"].case.ended) == {"identification"}


def test_what_has_ended_is_neither_kept_longer_nor_sent_again() -> None:
    parties = evidence(days=DAYS)
    parties.pass_time(24 * 11)
    assert parties.settle() == []
    until = (parties.now.date() + timedelta(days=60)).isoformat()
    answer = refused(parties.act("judge", "retain", {"items": ["traffic"], "until": until, "reasons": "Too late."}))
    assert answer.rule == "retain.evidence"
    given = answer_of(parties, "traffic")
    given["packages"][0]["digest"] = "e" * 64
    assert refused(parties.act("provider", "produce", given)).rule in {"produce.ended", "produce.state"}


@pytest.mark.parametrize(
    ("days", "rule"), [(44, None), (46, "ask for longer availability.window"), (5, "ask for longer availability.later")]
)
def test_the_window_is_longer_only_on_request_and_by_the_providers_act(days: int, rule: str | None) -> None:
    parties = ordered()
    given = {**answer_of(parties, "identification"), "available_until": (parties.now.date() + timedelta(days=10)).isoformat()}
    done(parties.act("provider", "produce", given))
    assert parties.settle() == []
    until = (parties.now.date() + timedelta(days=days)).isoformat()
    assert refused(parties.act("provider", "leave available longer", {"until": until})).rule == "leave available longer.asked"
    asked = parties.act("custodian", "ask for longer availability", {"until": until, "words": "Our node moves to another house."})
    if rule:
        assert refused(asked).rule == rule
        return
    assert parties.settle() == []
    later = (parties.now.date() + timedelta(days=45)).isoformat()
    assert refused(parties.act("provider", "leave available longer", {"until": later})).rule == "leave available longer.until"
    done(parties.act("provider", "leave available longer", {}))
    assert parties.settle() == []
    assert [one.available_until for one in parties.nodes["fr"].case.packages] == [until]

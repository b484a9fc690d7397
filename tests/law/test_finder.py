"""Which instruments are open, what each needs, how long it takes, why the others are closed; and no price list for officers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from rogatory.cli.main import app
from rogatory.errors import PackError
from rogatory.law import Pack, Question, assess
from rogatory.law.conditions import lacking
from rogatory.law.finder import STATUS, Protection, Route, find, missing, protection_of, stricter, would_become
from rogatory.law.routes import LANGUAGES, read_routes
from rogatory.law.vocabulary import Fact
from rogatory.moments import instant
from rogatory.node.packs import corpus, find_routes, instruments, load_corpus, load_routes, packs_of
from tests.law.asked import TONGUES
from tests.law.asked import answer as said
from tests.law.overlaid import HEAD, RULE, laid

AT = instant(datetime(2026, 9, 9, 13, tzinfo=UTC))
VOCABULARY = load_corpus("eu-e-evidence").vocabulary
FACTS = {
    **VOCABULARY.given["ordinary-order"],
    "data": ["session-history"],
    "issuing_state": "FR",
    "executing_state": "DE",
    "issuing_authority": "public-prosecutor",
    "offences": [{"max_custodial_months": 60, "eu_provision": "none", "committed_in": ["FR"]}],
}
FILE = """at: 2026-09-09T15:00:00+02:00
given: ordinary-order
facts:
  data: [session-history]
  issuing_state: FR
  executing_state: {executing}
  issuing_authority: public-prosecutor
  offences:
    - {{max_custodial_months: 60, eu_provision: none, committed_in: [FR]}}
"""


def _question(**more: Any) -> Question:
    return Question(instrument="", at=AT, act=None, facts={**FACTS, **more}, events={})


def _found(**more: Any) -> dict[str, Route]:
    return {one.spec.id: one for one in find_routes(_question(**more))}


def test_between_france_and_germany_the_production_order_is_open_and_needs_a_judge() -> None:
    route = _found()["eu-e-evidence.production-order"]

    assert route.status == "open"
    assert route.answer.needs == {"validation": ("judge", "court", "investigating-judge")}
    assert [(time.name, time.count, time.unit, time.cites) for time in route.times] == [
        ("produce", 10, "days", ("Art. 10(3)",)),
        ("raise_refusal", 10, "days", ("Art. 12(1)",)),
    ]


def test_in_an_emergency_the_times_are_those_of_the_emergency() -> None:
    route = _found(imminent_threat="to-a-person")["eu-e-evidence.production-order"]

    assert [(time.count, time.unit) for time in route.times] == [(8, "hours"), (96, "hours")]


def test_where_it_is_not_told_whether_it_is_urgent_both_times_are_shown() -> None:
    told = {name: value for name, value in FACTS.items() if name != "imminent_threat"}
    routes = find_routes(Question(instrument="", at=AT, act=None, facts=told, events={}))
    route = next(one for one in routes if one.spec.id == "eu-e-evidence.production-order")

    assert [time.count for time in route.times if time.name == "produce"] == [8, 10]


def test_a_closed_route_says_why_with_rule_sentence_and_cure() -> None:
    for states in (("FR", "US"), ("GB", "US"), ("FR", "DK"), ("FR", "FR"), ("JP", "BR"), ("IN", "FR")):
        for route in _found(issuing_state=states[0], executing_state=states[1]).values():
            if route.status == "closed":
                assert route.answer.deciding
                assert all(one.rule and one.says["en"] and one.cure["en"] for one in route.answer.deciding)


def test_an_instrument_that_is_not_in_force_is_closed_and_says_so() -> None:
    found = _found(executing_state="JP")

    assert found["budapest-2ap.production-order"].status == "closed"
    assert "in force" in found["budapest-2ap.production-order"].answer.deciding[0].says["en"]


def test_the_overlay_of_a_state_counts_in_the_finder() -> None:
    asked = {"data": ["ip-connection-records"], "data_purpose": "identify-user-only"}

    assert _found(issuing_state="SI", **asked)["eu-e-evidence.production-order"].answer.needs
    assert not _found(issuing_state="FR", **asked)["eu-e-evidence.production-order"].answer.needs


def test_every_route_of_the_file_has_its_instrument_and_its_deadlines() -> None:
    for spec in load_routes():
        pack = load_corpus(spec.instrument)
        assert spec.instrument in instruments(corpus())
        assert set(spec.times) <= pack.periods.keys()
        assert set(spec.says) == set(LANGUAGES)


def _value(fact: Any) -> st.SearchStrategy[Any]:
    match fact.type:
        case "word":
            return st.sampled_from(fact.words)
        case "words":
            return st.lists(st.sampled_from(fact.words), unique=True, min_size=1, max_size=2)
        case "yes-no":
            return st.booleans()
        case "State":
            return st.sampled_from(["FR", "DE", "US", "GB", "JP", "SI"])
        case _:
            return st.integers(0, 90) if fact.type == "number" else st.nothing()


facts = st.fixed_dictionaries(
    {}, optional={name: _value(fact) for name, fact in VOCABULARY.facts.items() if fact.type not in {"offences", "States", "instant"}}
)


@given(facts)
@settings(max_examples=60, deadline=None)
def test_for_any_facts_the_route_with_most_protection_comes_first_and_the_law_decides_each(told: Any) -> None:
    question = Question(instrument="", at=AT, act=None, facts={**FACTS, **told}, events={})
    routes, packs = find_routes(question), packs_of(question)

    for one, after in pairwise(routes):
        assert STATUS.index(one.status) <= STATUS.index(after.status)
        if one.status == after.status:
            assert (one.spec.gives, after.spec.gives) != ("data", "nothing")
            assert one.spec.gives != after.spec.gives or sum(one.protection.ranks) >= sum(after.protection.ranks)
            assert not (one.spec.gives == after.spec.gives and after.protection.stricter_than(one.protection))
    for route in routes:
        asked = Question(
            instrument=route.spec.instrument, at=AT, act="issue", facts={**question.facts, "measure": route.spec.measure}, events={}
        )
        assert route.answer == assess(asked, packs[route.spec.instrument])
    assert set(missing(routes)) == {name for one in routes if one.status == "undecided" for name in one.answer.missing}


def test_stricter_is_a_partial_order_without_weights() -> None:
    all_ = [Protection(authority=a, abroad=b, told=c, gravity=d) for a, b, c, d in product(range(3), range(3), range(2), range(2))]

    assert not any(one.stricter_than(one) for one in all_)
    assert not any(one.stricter_than(other) and other.stricter_than(one) for one in all_ for other in all_)
    judge_alone = Protection(authority=2, abroad=0, told=0, gravity=0)
    abroad_alone = Protection(authority=0, abroad=2, told=0, gravity=0)
    assert not judge_alone.stricter_than(abroad_alone)
    assert not abroad_alone.stricter_than(judge_alone)


def test_the_judge_sees_the_stricter_routes_that_were_open() -> None:
    found = _found(measure_reserved_to=["judge"], validated_by="nobody")
    treaty = found["budapest.assistance-request"]

    above = {one.spec.id for one in stricter(found.values(), treaty)}

    assert treaty.status == "open"
    assert "eio.investigation-order" in above
    assert all(found[name].status != "closed" for name in above)


def test_only_a_judge_is_told_what_an_answer_would_open() -> None:
    question = _question()
    route = next(one for one in find_routes(question) if one.spec.id == "budapest.production-order")

    told = would_become(question, packs_of(question)["budapest"], route)

    assert told["provider_presence"] == {"in-territory": "permitted", "offers-services": "blocked", "neither": "blocked"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "facts.yaml"
    path.write_text(FILE.format(executing="DE"), encoding="utf-8")
    return path


def test_an_officer_gets_no_price_list(file: Path) -> None:
    run = CliRunner()

    officer = json.loads(run.invoke(app, ["law", "find", str(file), "--json"]).output)
    judge = json.loads(run.invoke(app, ["law", "find", str(file), "--json", "--for", "judge"]).output)

    assert officer.keys() == {"routes", "missing"}
    assert not any("protection" in route for route in officer["routes"])
    assert judge.keys() == {"routes", "missing", "would_become", "stricter"}
    assert [route["route"] for route in judge["routes"]] == [route["route"] for route in officer["routes"]]
    shown = run.invoke(app, ["law", "find", str(file)]).output
    assert "protects by" not in shown
    assert "in-territory: permitted" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_speaks_four_languages(file: Path, language: str) -> None:
    result = CliRunner().invoke(app, ["law", "find", str(file), "--lang", language, "--for", "judge"])

    assert result.exit_code == 0
    assert TONGUES[language].finder["stricter"] in result.output
    assert TONGUES[language].finder["closed"] in result.output


def test_a_file_that_cannot_be_read_is_wrong_input(tmp_path: Path, file: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(FILE.format(executing="Germany"), encoding="utf-8")
    run = CliRunner()

    assert run.invoke(app, ["law", "find", str(tmp_path / "none.yaml")]).exit_code == 2
    assert run.invoke(app, ["law", "find", str(file), "--for", "minister"]).exit_code == 2
    assert run.invoke(app, ["law", "find", str(file), "--lang", "la"]).exit_code == 2
    failed = run.invoke(app, ["law", "find", str(broken)])
    assert "is no country code" in str(failed.exception)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id: eio.investigation-order", "id: eio.a", "must be eio.investigation-order"),
        ("id: eio.investigation-order", "id: eio.order", "must be eio.investigation-order"),
        ("abroad: decides", "abroad: perhaps", "'perhaps' is not one of"),
        ("times: [produce, raise_refusal]", "times: [produse]", "'produse' is not one of"),
        ("gives: nothing", "gives: little", "'little' is not one of"),
    ],
)
def test_a_mistake_in_the_routes_names_the_place(old: str, new: str, complaint: str) -> None:
    source = (corpus() / "routes.yaml").read_text(encoding="utf-8")
    assert old in source

    with pytest.raises(PackError) as caught:
        read_routes("routes.yaml", source.replace(old, new, 1), VOCABULARY)

    assert complaint in str(caught.value)
    assert "routes.yaml:" in str(caught.value)


def test_a_release_without_an_instrument_offers_no_route_of_it() -> None:
    question = _question()

    routes = find(question, {"eio": load_corpus("eio")}, load_routes())

    assert {one.spec.instrument for one in routes} == {"eio"}


@pytest.mark.parametrize(("answers", "told"), [(0, False), (1, True), (8, True), (9, False)])
def test_a_judge_is_told_each_answer_where_there_are_eight_at_most(answers: int, told: bool) -> None:
    fact = Fact(name="colour", type="word", words=tuple(f"colour-{number}" for number in range(answers)), means="", cite="")
    pack = load_corpus("eio")
    asking = replace(pack, vocabulary=replace(pack.vocabulary, facts={**pack.vocabulary.facts, "colour": fact}))
    route = replace(next(iter(_found().values())), answer=said("undetermined", missing=("colour",)))

    found = would_become(_question(), asking, route)

    assert [*found] == (["colour"] if told else [])
    assert [*found.get("colour", ())] == (list(fact.words) if told else [])


def test_a_route_that_brings_the_data_is_no_stricter_way_to_have_them_kept() -> None:
    weak, strong = (Protection(authority=rank, abroad=0, told=0, gravity=0) for rank in (0, 2))
    route = next(iter(_found().values()))
    keeps, brings = (replace(route, status="open", spec=replace(route.spec, gives=gives)) for gives in ("nothing", "data"))

    assert stricter([replace(brings, protection=strong)], replace(keeps, protection=weak)) == ()
    assert stricter([replace(keeps, protection=strong)], replace(brings, protection=weak)) == ()
    assert len(stricter([replace(keeps, protection=strong)], replace(keeps, protection=weak))) == 1


SUBSCRIBER = {
    "data": ["subscriber-details"],
    "data_purpose": "identify-user-only",
    "issuing_state": "SI",
    "executing_state": "IE",
    "measure": "production-order",
}


def _protects(pack: Pack, **more: Any) -> Protection:
    told = {**VOCABULARY.given["ordinary-order"], **SUBSCRIBER, **more}
    question = Question(instrument="eu-e-evidence", at=AT, act="issue", facts=told, events={})
    return protection_of(question, pack, next(one for one in load_routes() if one.id == "eu-e-evidence.production-order"))


@pytest.mark.parametrize(
    ("keep", "kind", "asks"),
    [
        ("any(o.max_custodial_months >= 1 for o in offences)", "blocked", 1),
        ("any(o.max_custodial_months >= 0 for o in offences)", "blocked", 0),
        ("any(o.by_information_system for o in offences)", "blocked", 1),
        ("any(o.convention_offence for o in offences)", "blocked", 1),
        ('all(o.eu_provision != "none" for o in offences)', "blocked", 1),
        ("any(o.max_custodial_months >= 1 for o in offences)", "judge", 0),
        ("any(o.max_custodial_months >= 1 for o in offences)", "warn", 0),
        ("emergency", "blocked", 0),
    ],
)
def test_an_instrument_asks_gravity_if_the_slightest_offence_would_be_barred(keep: str, kind: str, asks: int) -> None:
    rule = RULE.format(number=1, acts="issue", when="production", keep=keep, broken=f"{{as: {kind}, cite: Art. 1(1)}}")

    assert _protects(load_corpus("eu-e-evidence")).gravity == 0
    assert _protects(laid(HEAD.format(side="issuing_state") + rule)).gravity == asks


@pytest.mark.parametrize(
    ("broken", "rank"),
    [
        ("needs, need: validation, givers: [judge]", 2),
        ("needs, need: reasons, givers: [issuing-authority]", 1),
        ("judge, need: validation, givers: [judge]", 1),
        ("unavailable, need: validation, givers: [judge]", 1),
        ("warn, need: validation, givers: [judge]", 1),
        ("blocked, need: validation, givers: [judge]", 1),
    ],
)
def test_a_judge_must_stand_behind_a_request_only_where_a_validation_is_needed(broken: str, rank: int) -> None:
    keep = 'validated_by == "judge"'
    rule = RULE.format(number=1, acts="issue", when="production", keep=keep, broken=f"{{cite: Art. 1(1), as: {broken}}}")

    assert _protects(load_corpus("eu-e-evidence")).authority == 1
    assert _protects(laid(HEAD.format(side="issuing_state") + rule)).authority == rank


def test_a_person_counts_as_told_where_it_is_not_settled_that_she_is_not() -> None:
    source = HEAD.format(side="issuing_state") + "duties: [{name: inform-person, if: validator_reachable}]\n"
    pack = replace(laid(source), duties=laid(source).duties[-1:])

    assert [_protects(pack, **told).told for told in ({}, {"validator_reachable": True}, {"validator_reachable": False})] == [1, 1, 0]


def test_a_period_is_shown_where_it_is_not_told_whether_it_runs_and_not_where_it_does_not() -> None:
    pack = load_corpus("eu-e-evidence")
    (period,) = pack.periods["seek_validation"]
    spec = replace(next(one for one in load_routes() if one.id == "eu-e-evidence.production-order"), times=("seek_validation",))

    def shown(when: Any) -> int:
        asking = replace(pack, periods={"seek_validation": (replace(period, when=when),)})
        (route,) = find(_question(), {"eu-e-evidence": asking}, [spec])
        return len(route.times)

    assert [shown(None), shown(lambda _: True), shown(lambda _: lacking("emergency")), shown(lambda _: False)] == [1, 1, 1, 0]

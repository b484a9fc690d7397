"""A State may add safeguards to an instrument, and can never take one away: by what an overlay may hold, and for any facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.errors import PackError
from rogatory.law import Question, assess
from rogatory.law.overlay import INTRUDES, lay_over, protection
from rogatory.moments import instant
from rogatory.node.packs import corpus, load_corpus, pack_for
from tests.law.overlaid import HEAD, NAME, RULE, base, laid

SLOVENIA = (corpus() / NAME).read_text(encoding="utf-8")
PLAIN = load_corpus("eu-e-evidence")
VOCABULARY = PLAIN.vocabulary
AT = instant(datetime(2026, 9, 9, 14, tzinfo=UTC))
CONDITIONS = (
    "production",
    "not production",
    "traffic_or_content",
    'issuing_authority == "judge"',
    "validated_by in three",
    "emergency",
    "at_home",
    'imminent_threat == "none"',
    "any(o.max_custodial_months >= 60 for o in offences)",
    "received",
    'passed("produce")',
)
BROKEN = (
    "{as: unavailable, cite: Art. 1(1)}",
    "{as: blocked, cite: Art. 1(1)}",
    "{as: judge, cite: Art. 1(1)}",
    "{as: warn, cite: Art. 1(1)}",
    "{as: needs, cite: Art. 1(1), need: validation, givers: [judge]}",
    "{as: needs, cite: Art. 1(1), need: reasons, givers: [issuing-authority]}",
)


def _value(fact: Any) -> st.SearchStrategy[Any]:
    match fact.type:
        case "word":
            return st.sampled_from(fact.words)
        case "words":
            return st.lists(st.sampled_from(fact.words), unique=True, min_size=1, max_size=3)
        case "yes-no":
            return st.booleans()
        case "number":
            return st.integers(0, 100)
        case "State":
            return st.sampled_from(["SI", "IE", "FR", "DK"])
        case "States":
            return st.lists(st.sampled_from(["SI", "IE", "FR"]), unique=True)
        case "instant":
            return st.just("2026-09-10T10:00:00Z")
        case _:
            return st.lists(_some(VOCABULARY.offence), min_size=1, max_size=2)


def _some(facts: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: _value(fact) for name, fact in facts.items()})


ORDINARY = VOCABULARY.given["ordinary-order"]
facts = st.one_of(
    _some(VOCABULARY.facts),
    _some(VOCABULARY.facts).map(lambda more: {**more, **ORDINARY, "executing_state": "IE", "measure": "production-order"}),
)
events = st.dictionaries(st.sampled_from(sorted(VOCABULARY.words["events"])), st.just(AT), max_size=4)


@st.composite
def overlays(draw: st.DrawFn) -> str:
    conditions = st.sampled_from(CONDITIONS)
    acts = draw(st.lists(st.sampled_from(sorted(INTRUDES & {act for rule in PLAIN.rules for act in rule.acts})), unique=True, min_size=1))
    rule = RULE.format(number=1, acts=", ".join(acts), when=draw(conditions), keep=draw(conditions), broken=draw(st.sampled_from(BROKEN)))
    head = HEAD.format(side=draw(st.sampled_from(["issuing_state", "executing_state"])))
    return head + rule + "earlier: [{deadline: seek_validation, hours: 24, cite: Art. 4(5)}]\n"


@given(overlays(), facts, events, st.sampled_from(sorted(PLAIN.vocabulary.words["acts"])))
@settings(max_examples=400, deadline=None)
def test_with_any_overlay_no_answer_is_more_permissive(source: str, told: Any, happened: Any, act: str) -> None:
    question = Question(instrument="eu-e-evidence", at=AT, act=act, facts=told, events=happened)

    before, after = assess(question, PLAIN), assess(question, laid(source))

    assert protection(after) >= protection(before)
    assert not (after.outcome == "permitted" and before.outcome != "permitted")
    assert set(before.duties) <= set(after.duties)
    assert set(before.forbidden) <= set(after.forbidden)
    assert before.grounds == after.grounds
    for name, one in before.deadlines.items():
        other = after.deadlines[name]
        if one.legal is not None and other.legal is not None:
            assert other.legal <= one.legal if name == "seek_validation" else other.legal == one.legal


@given(facts, events, st.sampled_from(sorted(PLAIN.vocabulary.words["acts"])))
@settings(max_examples=200, deadline=None)
def test_the_rank_of_an_answer_is_the_order_in_which_outcomes_are_decided(told: Any, happened: Any, act: str) -> None:
    answer = assess(Question(instrument="eu-e-evidence", at=AT, act=act, facts=told, events=happened), PLAIN)

    assert (
        answer.outcome
        in {
            0: ("permitted",),
            1: ("undetermined",),
            2: ("needs",),
            3: ("undetermined",),
            4: ("blocked",),
            5: ("unavailable",),
        }[protection(answer)]
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("rules:", "grounds: []\nrules:", "'grounds' is not one of"),
        ("rules:", "terms: {}\nrules:", "'terms' is not one of"),
        ("rules:", "lists: {three: [judge, public-prosecutor]}\nrules:", "'lists' is not one of"),
        ("id: eu-e-evidence.SI.user-of-an-address", "id: eu-e-evidence.E16", "must begin with eu-e-evidence.SI."),
        ("acts: [issue]", "acts: [issue, refuse]", "would make the act 'refuse' harder"),
        ("acts: [issue]", "acts: [issue, refuse, object]", "would make the act 'object' harder"),
        ("acts: [issue]", "acts: [issue, enforce]", "would open the act 'enforce'"),
        ("acts: [issue]", "acts: [issue, transfer-onward, enforce]", "would open the act 'enforce'"),
        ("acts: [issue]", "acts: [object]", "would make the act 'object' harder"),
        ("givers: [judge, court, investigating-judge]", "givers: [nobody]", "'nobody' is not one of"),
        ("instrument: eu-e-evidence", "instrument: eio", "'eio' is not one of eu-e-evidence"),
        ("state: SI", "state: FR", "should stand in overlays/fr/eu-e-evidence.yaml"),
        ("rules:", "earlier: [{deadline: seek_validation, hours: 72, cite: Art. 4(5)}]\nrules:", "72 is not earlier than the 48 hours"),
        ("rules:", "earlier: [{deadline: seek_validation, days: 1, cite: Art. 4(5)}]\nrules:", "must count as the instrument does"),
        ("rules:", "earlier: [{deadline: produce, days: 5, cite: Art. 10(2)}]\nrules:", "is no period in which an authority must act"),
        ("rules:", "earlier: [{deadline: raise_refusal, days: 5, cite: Art. 12(1)}]\nrules:", "opens something"),
        ("rules:", "earlier: [{deadline: answer_clarification, days: 2, cite: Art. 11(5)}]\nrules:", "opens something"),
        ("production and any", "prodution and any", "is no fact, term, list or event"),
    ],
)
def test_an_overlay_that_could_lower_a_safeguard_stops_the_load_with_place_cause_and_cure(old: str, new: str, complaint: str) -> None:
    assert old in SLOVENIA
    with pytest.raises(PackError) as caught:
        lay_over(base(), NAME, SLOVENIA.replace(old, new, 1))

    assert complaint in str(caught.value)
    assert f"{NAME}:" in str(caught.value) or complaint.startswith("should stand")
    assert caught.value.cure


def test_a_need_that_nobody_could_meet_is_no_safeguard_but_a_mistake() -> None:
    source = SLOVENIA.replace("givers: [judge, court, investigating-judge]", "givers: [public-prosecutor]")

    with pytest.raises(PackError, match="nobody could give it"):
        laid(source)


def _order(state: str, **more: Any) -> Question:
    told = {
        **ORDINARY,
        "measure": "production-order",
        "data": ["ip-connection-records"],
        "data_purpose": "identify-user-only",
        "issuing_state": state,
        "executing_state": "IE",
        "issuing_authority": "public-prosecutor",
        "offences": [{"max_custodial_months": 24}],
        **more,
    }
    return Question(instrument="eu-e-evidence", at=AT, act="issue", facts=told, events={})


def test_a_slovenian_prosecutor_needs_a_judge_to_learn_who_used_an_address() -> None:
    law = pack_for("eu-e-evidence", frozenset({"SI", "IE"}))

    answer = assess(_order("SI"), law)

    assert assess(_order("SI"), PLAIN).outcome == "permitted"
    assert answer.outcome == "needs"
    assert answer.needs == {"validation": ("judge", "court", "investigating-judge")}
    assert [one.rule for one in answer.deciding] == ["eu-e-evidence.SI.user-of-an-address"]
    assert assess(_order("SI", validated_by="judge"), law).outcome == "permitted"
    assert assess(_order("FR"), law).outcome == "permitted", "the overlay is that of Slovenia as issuing State alone"


def test_the_overlays_of_the_states_concerned_are_part_of_the_hash_and_no_others() -> None:
    assert pack_for("eu-e-evidence", frozenset({"IE", "FR"})).hash == PLAIN.hash
    assert pack_for("eu-e-evidence", frozenset({"SI", "FR"})).hash != PLAIN.hash


def test_a_period_ends_earlier_only_where_the_state_stands() -> None:
    pack = laid(HEAD.format(side="issuing_state") + "earlier: [{deadline: seek_validation, hours: 24, cite: Art. 4(5)}]\n")
    emergency = {
        "issuing_authority": "other-investigating-authority",
        "imminent_threat": "to-a-person",
        "validator_reachable": False,
        "domestic_without_validation": True,
    }

    ends = {}
    for state in ("SI", "FR"):
        order = _order(state, **emergency)
        asked = Question(instrument=order.instrument, at=AT, act="issue", facts=order.facts, events={"signed": AT})
        ends[state] = assess(asked, pack).deadlines["seek_validation"].elapsed

    assert ends["FR"] is not None
    assert ends["SI"] is not None
    assert (ends["FR"] - ends["SI"]).total_seconds() == 24 * 3600


@pytest.mark.parametrize(("days", "result"), [(180, "kept"), (181, "broken")])
def test_a_state_may_limit_for_how_long_data_are_kept(days: int, result: str) -> None:
    broken = "{as: blocked, cite: Art. 1(1)}"
    rule = RULE.format(number=1, acts="issue", when="traffic_or_content", keep="retention_days <= 180", broken=broken)
    told = {**ORDINARY, "issuing_state": "SI", "data": ["session-history"], "data_purpose": "other", "retention_days": days}

    answer = assess(
        Question(instrument="eu-e-evidence", at=AT, act="issue", facts=told, events={}), laid(HEAD.format(side="issuing_state") + rule)
    )

    assert {one.result for one in answer.findings if one.rule == "eu-e-evidence.SI.1"} == {result}


WHERE = """rules:
  - id: eu-e-evidence.SI.1
    from: [TEST]
    mark: I
    acts: [issue]
{when}    keep: [{{if: 'retention_days <= 180', cite: Art. 1(1)}}]
    broken: {{as: blocked, cite: Art. 1(1)}}
    says: {{en: "A fictional safeguard.", fr: "Fictif.", de: "Erfunden.", es: "Ficticio."}}
    cure: {{en: "None.", fr: "Aucun.", de: "Keine.", es: "Ninguno."}}
"""


def _of_the_overlay(when: str, **told: Any) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """What the one rule of an overlay says: its result, the facts that it used, what it lacks."""
    pack = laid(HEAD.format(side="issuing_state") + WHERE.format(when=f"    when: '{when}'\n" if when else ""))
    answer = assess(Question(instrument="eu-e-evidence", at=AT, act="issue", facts={"retention_days": 200, **told}, events={}), pack)
    return [(one.result, one.facts, one.missing) for one in answer.findings if one.rule == "eu-e-evidence.SI.1"]


@pytest.mark.parametrize("when", ["", "validator_reachable", 'validator_reachable and issuing_state == "SI"'])
def test_what_a_state_adds_holds_for_it_and_for_no_other_state(when: str) -> None:
    used = ("issuing_state", "retention_days", *(["validator_reachable"] if when else []))

    assert _of_the_overlay(when, issuing_state="SI", validator_reachable=True) == [("broken", used, ())]
    for other in ("FR", "SK"):
        assert _of_the_overlay(when, issuing_state=other, validator_reachable=True) == []


@pytest.mark.parametrize(
    ("told", "lacks"),
    [
        ({"validator_reachable": True}, [("issuing_state",)]),
        ({"validator_reachable": False}, []),
        ({}, [("issuing_state", "validator_reachable")]),
        ({"issuing_state": "SI"}, [("validator_reachable",)]),
        ({"issuing_state": "SI", "validator_reachable": False}, []),
        ({"issuing_state": "FR"}, []),
    ],
)
def test_where_it_is_not_told_which_state_asks_the_rule_of_a_state_is_untold_unless_its_condition_fails(told: Any, lacks: Any) -> None:
    found = _of_the_overlay("validator_reachable", **told)

    assert [missing for _, _, missing in found] == lacks
    assert {result for result, _, _ in found} <= {"untold"}


def test_where_nobody_acts_nothing_stands_against_it() -> None:
    answer = assess(Question(instrument="eu-e-evidence", at=AT, act=None, facts={}, events={}), PLAIN)

    assert not answer.findings
    assert protection(answer) == 0


def test_who_may_give_a_need_for_one_act_limits_nobody_for_another_act() -> None:
    broken = "{as: needs, cite: Art. 1(1), need: validation, givers: [independent-supervisor]}"
    of = {
        act: HEAD.format(side="issuing_state") + RULE.format(number=1, acts=act, when="production", keep="emergency", broken=broken)
        for act in ("issue", "use")
    }

    with pytest.raises(PackError, match="nobody could give it"):
        laid(of["issue"])
    assert laid(of["use"]).rules[-1].acts == {"use"}


def _earlier(length: str) -> str:
    return HEAD.format(side="issuing_state") + f"earlier: [{{deadline: seek_validation, {length}, cite: Art. 4(5)}}]\n"


@pytest.mark.parametrize(
    ("length", "complaint"),
    [
        ("hours: 48", "48 is not earlier than the 48 hours"),
        ("hours: 0", "0 is not earlier than the 48 hours"),
        ("plain_days: 1", "must count as the instrument does, in hours"),
        ("hours: 24, exact_hours: 24", "must count as the instrument does, in hours"),
    ],
)
def test_an_end_that_is_not_earlier_or_counts_otherwise_is_refused(length: str, complaint: str) -> None:
    with pytest.raises(PackError, match=complaint):
        laid(_earlier(length))


def test_an_earlier_end_without_a_length_is_refused() -> None:
    with pytest.raises(PackError, match="must count as the instrument does, in hours"):
        laid(HEAD.format(side="issuing_state") + "earlier: [{deadline: seek_validation, cite: Art. 4(5)}]\n")


@pytest.mark.parametrize("hours", [1, 47])
def test_an_end_may_be_earlier_by_any_whole_number_of_hours(hours: int) -> None:
    (period,) = laid(_earlier(f"hours: {hours}")).periods["seek_validation"]

    assert [one.count for one in period.lengths] == [hours, 48]


def test_what_a_state_wants_to_know_is_asked_where_it_stands_and_of_no_other_state() -> None:
    known = WHERE.replace("keep: [{{if: 'retention_days <= 180', cite: Art. 1(1)}}]", "known: [size_kb, retention_days]")
    pack = laid(HEAD.format(side="issuing_state") + known.format(when="    when: validator_reachable\n"))

    def says(**told: Any) -> list[tuple[str, tuple[str, ...]]]:
        asked = Question(instrument="eu-e-evidence", at=AT, act="issue", facts={"retention_days": 1, **told}, events={})
        return [(one.result, one.missing) for one in assess(asked, pack).findings if one.rule == "eu-e-evidence.SI.1"]

    there = {"issuing_state": "SI", "validator_reachable": True}
    assert says(**there) == [("untold", ("size_kb",))]
    assert says(**there, size_kb=1) == [("kept", ())]
    assert says(**{**there, "issuing_state": "FR"}) == []
    assert says(**{**there, "validator_reachable": False}) == []
    assert says(issuing_state="SI") == [("untold", ("size_kb", "validator_reachable"))]
    assert says(issuing_state="SI", size_kb=1) == [("kept", ())]


@pytest.mark.parametrize(
    ("traffic", "user", "result"), [(180, 365, "kept"), (181, 365, "broken"), (181, 10, "broken"), (180, 3650, "kept")]
)
def test_a_limit_for_one_category_says_nothing_of_another_in_the_same_order(traffic: int, user: int, result: str) -> None:
    broken = "{as: blocked, cite: Art. 1(1)}"
    rule = RULE.format(number=1, acts="issue", when="traffic_or_content", keep="retention_days <= 180", broken=broken)
    items = (
        {"data": ["identity-and-contact"], "data_purpose": "identify-user-only", "retention_days": user},
        {"data": ["session-history"], "data_purpose": "other", "retention_days": traffic},
    )
    data = ["identity-and-contact", "session-history"]
    told = {**ORDINARY, "issuing_state": "SI", "data": data, "data_purpose": "other", "retention_days": max(traffic, user)}
    question = Question(instrument="eu-e-evidence", at=AT, act="issue", facts=told, events={}, apart={"retention_days": items})

    answer = assess(question, laid(HEAD.format(side="issuing_state") + rule))

    found = [one for one in answer.findings if one.rule == "eu-e-evidence.SI.1"]
    assert [one.result for one in found] == [result]
    assert (answer.outcome == "blocked") is (result == "broken")


def test_a_limit_for_a_category_that_no_item_asks_for_is_not_met() -> None:
    broken = "{as: blocked, cite: Art. 1(1)}"
    rule = RULE.format(number=1, acts="issue", when="traffic_or_content", keep="retention_days <= 180", broken=broken)
    told = {**ORDINARY, "issuing_state": "SI", "data": ["identity-and-contact"], "data_purpose": "other", "retention_days": 365}
    items = ({"data": ["identity-and-contact"], "data_purpose": "other", "retention_days": 365},)
    question = Question(instrument="eu-e-evidence", at=AT, act="issue", facts=told, events={}, apart={"retention_days": items})

    assert not [
        one for one in assess(question, laid(HEAD.format(side="issuing_state") + rule)).findings if one.rule == "eu-e-evidence.SI.1"
    ]

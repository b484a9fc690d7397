"""What a condition means for facts that are told and facts that are not, and what may not be written in one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rogatory.errors import PackError
from rogatory.law.conditions import LONGEST, Compiler, Untold, closed
from rogatory.moments import instant
from tests.law.asked import AT, PACK, world

GRAVE, COMMITTED = "any(o.max_custodial_months >= 36 for o in offences)", "any(issuing_state in o.committed_in for o in offences)"
COMPILER = Compiler(PACK.vocabulary, {"two": ("judge", "court")}, ["production"], ["produce"])


def says(condition: str, facts: dict[str, Any] | None = None, events: dict[str, Any] | None = None) -> bool | set[str]:
    answer = COMPILER.condition(condition, "here")[0](world(facts or {}, events))
    return set(answer.missing) if isinstance(answer, Untold) else answer


@pytest.mark.parametrize(
    ("condition", "below", "equal", "above"),
    [
        ("sentence_months < 4", True, False, False),
        ("sentence_months <= 4", True, True, False),
        ("sentence_months > 4", False, False, True),
        ("sentence_months >= 4", False, True, True),
        ("sentence_months == 4", False, True, False),
        ("sentence_months != 4", True, False, True),
        ("not sentence_months == 4", True, False, True),
        ("4 < sentence_months", False, False, True),
    ],
)
def test_a_number_is_compared_as_it_is_written(condition: str, below: bool, equal: bool, above: bool) -> None:
    assert [says(condition, {"sentence_months": number}) for number in (3, 4, 5)] == [below, equal, above]
    assert says(condition, {"sentence_months": 1000}) is above, "numbers are compared by what they are worth"
    assert says(condition) == {"sentence_months"}


@pytest.mark.parametrize(
    ("condition", "facts", "answer"),
    [
        ("domestic_power and absconded", {"domestic_power": True, "absconded": True}, True),
        ("domestic_power and absconded", {"domestic_power": False}, False),
        ("domestic_power and absconded", {"absconded": False}, False),
        ("domestic_power and absconded", {"domestic_power": True}, {"absconded"}),
        ("domestic_power and absconded", {}, {"domestic_power", "absconded"}),
        ("domestic_power or absconded", {"absconded": True}, True),
        ("domestic_power or absconded", {"domestic_power": False, "absconded": False}, False),
        ("domestic_power or absconded", {"domestic_power": False}, {"absconded"}),
        ("domestic_power or absconded", {}, {"domestic_power", "absconded"}),
        ("not domestic_power", {"domestic_power": False}, True),
        ("not domestic_power", {}, {"domestic_power"}),
        ("True", {}, True),
        ("False", {}, False),
        ("domestic_power == absconded", {"domestic_power": False, "absconded": False}, True),
        ("domestic_power == absconded", {"domestic_power": False}, {"absconded"}),
        ("domestic_power == absconded", {"absconded": True}, {"domestic_power"}),
        ("domestic_power == absconded", {}, {"domestic_power", "absconded"}),
    ],
)
def test_a_condition_is_untold_only_as_long_as_a_missing_fact_decides(
    condition: str, facts: dict[str, Any], answer: bool | set[str]
) -> None:
    assert says(condition, facts) == answer


@pytest.mark.parametrize(
    ("condition", "facts", "answer"),
    [
        ('issuing_authority in ["judge", "court"]', {"issuing_authority": "court"}, True),
        ('issuing_authority in ["judge", "court"]', {"issuing_authority": "public-prosecutor"}, False),
        ('issuing_authority not in ["judge", "court"]', {"issuing_authority": "court"}, False),
        ("issuing_authority in two", {"issuing_authority": "judge"}, True),
        ('"mailbox" in data', {"data": ["mailbox", "messages"]}, True),
        ('"mailbox" not in data', {"data": ["messages"]}, True),
        ('"mailbox" in data', {}, {"data"}),
        ('issuing_state == "NO"', {"issuing_state": "NO"}, True),
        ('"NO" == issuing_state', {"issuing_state": "IE"}, False),
        ('issuing_state != "NO"', {"issuing_state": "IE"}, True),
        ('any(one == "mailbox" for one in data)', {"data": ["messages", "mailbox"]}, True),
        ('any(one == "mailbox" for one in data)', {"data": ["messages"]}, False),
        ('all(one == "mailbox" for one in data)', {"data": ["messages", "mailbox"]}, False),
        ('all(one == "mailbox" for one in data)', {"data": []}, True),
        ('any(one == "mailbox" for one in data)', {}, {"data"}),
        (GRAVE, {"offences": [{}, {"max_custodial_months": 36}]}, True),
        (GRAVE, {"offences": [{}, {"max_custodial_months": 35}]}, {"offences.max_custodial_months"}),
        (GRAVE.replace("any", "all"), {"offences": [{}, {"max_custodial_months": 35}]}, False),
        (GRAVE.replace("any", "all"), {"offences": [{}, {"max_custodial_months": 36}]}, {"offences.max_custodial_months"}),
        (COMMITTED, {"issuing_state": "ES", "offences": [{"committed_in": ["FR", "ES"]}]}, True),
        ("any(absconded or domestic_power for o in offences)", {"offences": [{}, {}]}, {"absconded", "domestic_power"}),
        ("some(data)", {"data": []}, False),
        ("some(data)", {"data": ["mailbox"]}, True),
        ("at_most_percent(penalty_eur, 2, turnover_eur)", {"penalty_eur": 2, "turnover_eur": 100}, True),
        ("at_most_percent(penalty_eur, 2, turnover_eur)", {"penalty_eur": 3, "turnover_eur": 149}, False),
        ("at_most_percent(penalty_eur, 2, turnover_eur)", {"penalty_eur": 3, "turnover_eur": 150}, True),
        ("at_most_percent(penalty_eur, 2, turnover_eur)", {"penalty_eur": 1, "turnover_eur": 100}, True),
        ("at_most_percent(penalty_eur, 2, turnover_eur)", {"penalty_eur": 0}, True),
        ("at_most_percent(penalty_eur, 2, turnover_eur)", {"penalty_eur": 1}, {"turnover_eur"}),
        ("at_most_percent(penalty_eur, 2, turnover_eur)", {}, {"penalty_eur", "turnover_eur"}),
        ("production", {"measure": "production-order"}, True),
    ],
)  # fmt: skip
def test_lists_offences_and_functions_say_what_they_say(condition: str, facts: dict[str, Any], answer: bool | set[str]) -> None:
    assert says(condition, facts) == answer


def test_an_event_has_happened_or_not_and_is_never_untold() -> None:
    assert says("received") is False
    assert says("received", {}, {"received": AT}) is True
    assert says('seconds_between("received", "notified") > 59', {}, {"received": AT, "notified": instant(AT.replace(minute=1))}) is True
    assert says('seconds_between("received", "notified") > 60', {}, {"received": AT, "notified": instant(AT.replace(minute=1))}) is False
    assert says('seconds_between("received", "notified") == 0', {}, {"received": AT}) is True
    three = {"received": AT, "signed": AT, "notified": instant(AT.replace(minute=1))}
    assert says('seconds_between("received", "notified") == 60', {}, three) is True


def test_the_facts_that_a_condition_names_are_said() -> None:
    names = COMPILER.condition("domestic_power and received and any(o.max_custodial_months > 1 for o in offences)", "here")[1]

    assert names == {"domestic_power", "offences", "offences.max_custodial_months"}


def test_what_is_missing_is_said_once_however_often_it_is_asked() -> None:
    first, both = Untold(frozenset({"data"})), Untold(frozenset({"data", "measure"}))

    assert both | first is both
    assert (first | both).missing == {"data", "measure"}


@pytest.mark.parametrize(
    ("condition", "complaint"),
    [
        ("domestic_power +", "is no condition"),
        ("1 < sentence_months < 4", "may not hold"),
        ("sentence_months + 1 > 4", "may not hold"),
        ("domestic_power.real", "may not hold"),
        ("(lambda: True)()", "may not hold"),
        ("some(data, data)", "some takes 1 arguments"),
        ("some(x=data)", "may not hold"),
        ("some()", "some takes 1 arguments"),
        ("some(sentence_months)", "some takes a words, not a number"),
        ("some(domestic_power)", "some takes a words, not a yes-no"),
        ("some_ground(1)", "some_ground takes 0 arguments"),
        ("exec(data)", "may not hold"),
        ("sum(data)", "may not hold"),
        ("any([one for one in data])", "may not hold"),
        ('any(one == "mailbox" for one in data if absconded)', "must go over a fact that is a list"),
        ('any(one == "mailbox" for one in measure)', "must go over a fact that is a list"),
        ('any(one == "mailbox" for one in data for other in data)', "must go over a fact that is a list"),
        ("any(one for one in data)", "is a word where a yes-no is needed"),
        ("any(o.max_months > 1 for o in offences)", "'max_months' is no key of an offence"),
        ("any(one.max_custodial_months > 1 for one in data)", "'max_custodial_months' is no key of an offence"),
        ("sentence_months", "is a number where a yes-no is needed"),
        ("not sentence_months", "is a number where a yes-no is needed"),
        ("domestic_power and sentence_months", "is a number where a yes-no is needed"),
        ("domestic_power < 4", "is a yes-no where a number is needed"),
        ("4 < domestic_power", "is a yes-no where a number is needed"),
        ("domestic_power is True", "may not compare like this"),
        ("domestic_power == 4", "compares a yes-no with a number"),
        ("4 == domestic_power", "compares a number with a yes-no"),
        ("sentence_months == measure", "compares a number with a word"),
        ("measure == sentence_months", "compares a word with a number"),
        ("issuing_state == measure", "compares a State with a word"),
        ("measure == issuing_state", "compares a word with a State"),
        ("two == measure", "compares a list with a word"),
        ("sentence_months in two", "looks for a number in a list"),
        ("two in two", "looks for a list in a list"),
        ("sentence_months in data", "looks for a number in a words"),
        ("issuing_state in data", "looks for a State in a words"),
        ('"judge" in two', "looks for a literal in a list"),
        ("measure in sentence_months", "looks for a word in a number"),
        ('"judge" == "judge"', "compares a literal with a literal"),
        ("two == two", "compares a list with a list"),
        ('sentence_months in ["judge"]', "looks for a number in a list"),
        ("domestic_power in data", "looks for a yes-no in a words"),
        ('"mailbx" in data', "'mailbx' is not one of"),
        ('issuing_authority in ["juge"]', "'juge' is not one of"),
        ('measure == "production"', "'production' is not one of"),
        ('issuing_state == "XX"', "'XX' is no country code of ISO 3166-1"),
        ('passed("prodce")', "'prodce' is no deadline"),
        ('passed("issue")', "'issue' is no deadline"),
        ("passed(measure)", "takes the name of a deadline in double quotes"),
        ('waiting("produce", "received")', "'produce' is no event"),
        ("in_force(measure)", "in_force takes a State, not a word"),
        ("domestic_powr", "is no fact, term, list or event (did you mean domestic_power?)"),
        ("passed()", "passed takes 1 arguments"),
        ('passed("produce", "produce")', "passed takes 1 arguments"),
        ("in_force()", "in_force takes 1 arguments"),
        ("passed(two)", "takes the name of a deadline in double quotes"),
        ("passed(issuing_state)", "takes the name of a deadline in double quotes"),
        ("waiting(sentence_months, received)", "takes the name of a event in double quotes"),
        ('flagged("prodce", "first")', "'prodce' is no deadline"),
        ("[1]", "may not hold"),
        ("4.5 < sentence_months", "may not hold"),
    ],
)
def test_what_a_condition_may_not_hold_is_refused_where_it_stands(condition: str, complaint: str) -> None:
    with pytest.raises(PackError) as caught:
        COMPILER.condition(condition, "pack.yaml:3:7: rules[0].when")

    assert complaint in str(caught.value)
    assert "pack.yaml:3:7" in str(caught.value)


OF_EACH_TYPE = {
    "word": "issuing_authority",
    "words": "data",
    "yes-no": "domestic_power",
    "number": "sentence_months",
    "State": "issuing_state",
    "States": "o.committed_in",
    "instant": "access_ends",
    "literal": '"judge"',
    "list": "two",
}
EQUAL = {*((one, one) for one in OF_EACH_TYPE if one not in {"literal", "list"}), ("word", "literal"), ("literal", "word")}
WITHIN = {("word", "list"), ("word", "words"), ("State", "States")}


@pytest.mark.parametrize("left", OF_EACH_TYPE)
@pytest.mark.parametrize("right", OF_EACH_TYPE)
@pytest.mark.parametrize(("how", "may"), [("==", EQUAL), ("!=", EQUAL), ("in", WITHIN), ("not in", WITHIN)])
def test_only_what_is_alike_is_compared_and_only_a_member_is_looked_for(left: str, right: str, how: str, may: set[tuple[str, str]]) -> None:
    condition = f"any({OF_EACH_TYPE[left]} {how} {OF_EACH_TYPE[right]} for o in offences)"

    if (left, right) in may:
        assert COMPILER.condition(condition, "here")
    else:
        with pytest.raises(PackError):
            COMPILER.condition(condition, "here")


@pytest.mark.parametrize(
    ("condition", "lacks"),
    [
        ("some(data)", {"data"}),
        ("in_force(executing_state)", {"executing_state"}),
        ('ends_before(access_ends, "produce")', {"access_ends"}),
        ('later_day("received", "notified", executing_state)', {"executing_state"}),
        ("at_most_percent(sentence_months, size_kb, 5)", {"sentence_months", "size_kb"}),
    ],
)
def test_a_function_that_lacks_a_fact_is_untold(condition: str, lacks: set[str]) -> None:
    test, _ = COMPILER.condition(condition, "here")
    answer = test(world({}, at=instant(datetime(2026, 8, 18, tzinfo=UTC))))

    assert isinstance(answer, Untold)
    assert answer.missing == lacks


def test_a_closed_fact_has_its_words_and_any_other_has_none() -> None:
    for fact in PACK.vocabulary.facts.values():
        assert closed(fact) == ((True, False) if fact.type == "yes-no" else fact.words if fact.type == "word" else ())


def test_a_condition_may_be_so_long_and_no_longer() -> None:
    longest = "domestic_power".ljust(LONGEST)

    assert COMPILER.condition(longest, "here")[1] == {"domestic_power"}
    with pytest.raises(PackError, match="is longer than 2000 characters"):
        COMPILER.condition(longest + " ", "here")


def test_what_may_not_stand_in_a_condition_is_shown_but_not_without_end() -> None:
    with pytest.raises(PackError) as caught:
        COMPILER.condition("'" + "a" * 58 + "' + 'b'", "here")

    assert f"may not hold {chr(34)}'{'a' * 58}'{chr(34)}" in str(caught.value)

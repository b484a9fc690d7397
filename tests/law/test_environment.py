"""What a question says of terms, deadlines and moments while it is asked: nothing that is missing is taken for granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rogatory.law.conditions import Answer, Untold
from rogatory.law.environment import Environment, frozen_facts
from rogatory.law.model import Named
from rogatory.moments import Instant, instant
from tests.law.asked import AT, PACK, world

BEGIN = datetime(2026, 8, 18, tzinfo=UTC)
PRODUCTION: dict[str, Any] = {"measure": "production-order", "imminent_threat": "none", "executing_state": "IE"}


def missing(answer: Answer) -> set[str]:
    assert isinstance(answer, Untold)
    return set(answer.missing)


def test_lists_and_offences_are_taken_as_they_are_told() -> None:
    facts = frozen_facts({"data": ["mailbox"], "offences": [{"committed_in": ["FR", "ES"], "max_custodial_months": 3}], "size_kb": 1})

    assert facts == {"data": ("mailbox",), "offences": ({"committed_in": ("FR", "ES"), "max_custodial_months": 3},), "size_kb": 1}


def test_what_is_supposed_of_offences_is_supposed_only_of_those_that_lack_it() -> None:
    env = world({"offences": [{"by_information_system": True}, {}]}).supposing({"offences.by_information_system": False, "absconded": True})

    assert env.fact("offences") == ({"by_information_system": True}, {"by_information_system": False})
    assert env.fact("absconded") is True
    assert missing(world({}).supposing({"offences.by_information_system": False}).fact("offences")) == {"offences"}


def test_a_fact_that_is_false_or_nought_is_told() -> None:
    assert world({"absconded": False}).fact("absconded") is False
    assert world({"size_kb": 0}).fact("size_kb") == 0
    assert missing(world({}).fact("size_kb")) == {"size_kb"}


@pytest.mark.parametrize(
    ("state", "moment", "applies"),
    [
        ("IE", BEGIN - timedelta(hours=1), True),  # in Dublin it is 00:00 of the first day
        ("IE", BEGIN - timedelta(hours=1, milliseconds=1), False),
        ("JP", BEGIN - timedelta(hours=9), True),
        ("JP", BEGIN - timedelta(hours=9, milliseconds=1), False),
        ("US", BEGIN + timedelta(hours=4), True),
        ("US", BEGIN + timedelta(hours=3, minutes=59), False),
    ],
)
def test_a_law_applies_from_midnight_of_the_state(state: str, moment: datetime, applies: bool) -> None:
    env = world({}, at=instant(moment))

    assert env.call("in_force", [state]) is applies


def test_where_the_state_is_not_known_a_law_is_in_force_once_it_is_so_everywhere() -> None:
    unknown = Untold(frozenset({"issuing_state"}))

    assert world({}, at=instant(BEGIN - timedelta(days=1))).call("in_force", [unknown]) is False
    assert world({}, at=instant(BEGIN + timedelta(days=1))).call("in_force", [unknown]) is True
    assert missing(world({}, at=instant(BEGIN)).call("in_force", [unknown])) == {"issuing_state"}
    assert world({}, at=instant(BEGIN - timedelta(days=99)), assumed=True).call("in_force", [unknown]) is True


def test_a_law_without_a_first_day_is_not_in_force() -> None:
    env = world({})
    waiting = Environment(env.question, replace(PACK, applies_from=None), env.facts)

    assert waiting.call("in_force", ["IE"]) is False


def test_a_function_that_is_none_of_the_list_is_a_fault() -> None:
    with pytest.raises(TypeError, match="passt"):
        world({}).call("passt", ["produce"])


@pytest.mark.parametrize(("at", "over"), [(timedelta(milliseconds=-1), False), (timedelta(), True), (timedelta(days=1), True)])
def test_a_deadline_has_passed_from_its_last_moment_on(at: timedelta, over: bool) -> None:
    end = instant(datetime(2026, 9, 21, 23, tzinfo=UTC))

    env = world(PRODUCTION, {"received": AT}, at=instant(end + at))

    assert env.call("passed", ["produce"]) is over
    assert env.call("runs", ["produce"]) is True


def test_what_is_not_there_or_stands_still_has_not_passed() -> None:
    late = instant(AT + timedelta(days=300))

    assert world(PRODUCTION, at=late).call("passed", ["produce"]) is False
    assert world(PRODUCTION, at=late).call("runs", ["produce"]) is False
    stopped = world(PRODUCTION, {"received": AT, "court_review_requested": AT}, at=late)
    assert stopped.call("passed", ["produce"]) is False
    assert stopped.call("runs", ["produce"]) is True


def test_a_deadline_that_lacks_a_fact_has_not_passed_before_its_least_end_and_is_untold_after() -> None:
    facts = {"measure": "production-order", "executing_state": "IE"}

    def asked(at: Instant) -> Answer:
        return world(facts, {"received": AT}, at=at).call("passed", ["produce"])

    assert asked(instant(AT + timedelta(hours=8, milliseconds=-1))) is False
    assert missing(asked(instant(AT + timedelta(hours=8)))) == {"imminent_threat"}
    assert missing(world({}, {"received": AT}).call("passed", ["produce"])) == {"measure"}


def test_beyond_the_listed_holidays_it_is_the_calendar_that_is_missing() -> None:
    facts = {**PRODUCTION, "executing_state": "AX"}

    env = world(facts, {"received": AT, "produced": instant(AT + timedelta(days=1))}, at=instant(AT + timedelta(days=30)))

    assert missing(env.call("passed", ["produce"])) == {"calendar"}
    assert missing(env.call("in_time", ["produced", "produce"])) == {"calendar"}
    assert missing(env.call("ends_before", ["2026-09-10T00:00:00Z", "produce"])) == {"calendar"}


@pytest.mark.parametrize(("came", "good"), [(timedelta(milliseconds=-1), True), (timedelta(), False), (timedelta(days=1), False)])
def test_an_event_is_in_time_before_the_end(came: timedelta, good: bool) -> None:
    end = datetime(2026, 9, 21, 23, tzinfo=UTC)
    late = instant(AT + timedelta(days=90))

    env = world(PRODUCTION, {"received": AT, "produced": instant(end + came)}, at=late)

    assert env.call("in_time", ["produced", "produce"]) is good
    assert env.call("in_time", ["cleared_to_both", "produce"]) is False


def test_an_event_without_a_deadline_is_in_time() -> None:
    assert world(PRODUCTION, {"produced": AT}).call("in_time", ["produced", "produce"]) is True
    assert world(PRODUCTION).call("in_time", ["produced", "produce"]) is False
    assert missing(world({}, {"received": AT, "produced": AT}).call("in_time", ["produced", "produce"])) == {"measure"}
    assert missing(world({}, {"received": AT}).call("in_time", ["produced", "produce"])) == {"measure"}


@pytest.mark.parametrize(
    ("moment", "before", "after"),
    [("2026-09-21T22:59:59Z", True, False), ("2026-09-21T23:00:00Z", False, False), ("2026-09-21T23:00:01Z", False, True)],
)
def test_a_moment_lies_before_or_after_the_end_or_at_it(moment: str, before: bool, after: bool) -> None:
    env = world(PRODUCTION, {"received": AT})

    assert env.call("ends_before", [moment, "produce"]) is before
    assert env.call("ends_after", [moment, "produce"]) is after


def test_before_the_event_there_is_no_end_to_compare_with() -> None:
    assert missing(world(PRODUCTION).call("ends_before", ["2026-09-21T22:59:59Z", "produce"])) == {"received"}
    assert missing(world({}, {"received": AT}).call("ends_after", ["2026-09-21T22:59:59Z", "produce"])) == {"measure"}


@pytest.mark.parametrize(
    ("events", "waits"),
    [
        ({}, False),
        ({"clarification_given": 0}, False),
        ({"clarification_asked": 0}, True),
        ({"clarification_asked": 1, "clarification_given": 0}, True),
        ({"clarification_asked": 0, "clarification_given": 0}, False),
        ({"clarification_asked": 0, "clarification_given": 1}, False),
    ],
)
def test_an_answer_is_waited_for_until_it_comes_after_the_question(events: dict[str, int], waits: bool) -> None:
    happened = {name: instant(AT + timedelta(hours=hour)) for name, hour in events.items()}

    assert world({}, happened, at=instant(AT + timedelta(days=1))).call("waiting", ["clarification_asked", "clarification_given"]) is waits


def test_a_later_day_is_one_of_the_state() -> None:
    evening = instant(datetime(2026, 9, 9, 22, 59, tzinfo=UTC))
    night = instant(datetime(2026, 9, 9, 23, 0, tzinfo=UTC))

    def later(state: str, **events: Instant) -> Answer:
        return world({}, events).call("later_day", ["received", "notified", state])

    assert later("IE", received=evening, notified=night) is True
    assert later("IE", received=evening, notified=night, signed=evening) is True
    assert later("FR", received=evening, notified=night) is False
    assert later("IE", received=night, notified=evening) is False
    assert later("IE", received=evening) is False
    assert later("IE", notified=evening) is False
    assert later("XX", received=evening, notified=night) is False


def test_a_flag_is_that_of_its_deadline() -> None:
    emergency = {**PRODUCTION, "imminent_threat": "to-a-person"}
    thursday = instant(datetime(2026, 9, 10, 10, 20, tzinfo=UTC))
    friday = instant(datetime(2026, 9, 11, 10, 20, tzinfo=UTC))

    assert world(emergency, {"notified": friday}, at=friday).call("flagged", ["raise_refusal", "fewer-than-two-working-days"]) is False
    anew = {"received": thursday, "clarification_asked": thursday, "clarification_given": friday}
    assert world(PRODUCTION, anew, at=friday).call("flagged", ["produce", "restarted"]) is True
    assert world(PRODUCTION, {"received": thursday}, at=friday).call("flagged", ["produce", "restarted"]) is False
    assert world(PRODUCTION, at=friday).call("flagged", ["produce", "restarted"]) is False


def test_some_ground_is_open_known_to_be_none_or_untold() -> None:
    none = {
        "protection_in_executing_state": "none-known",
        "rights_breach_evidence": False,
        "already_tried": False,
        "offences": [{"criminal_in_executing_state": True}],
    }

    assert world(none).call("some_ground", []) is False
    assert world({**none, "already_tried": True}).call("some_ground", []) is True
    assert world({"already_tried": True}).call("some_ground", []) is True
    assert missing(world({}).call("some_ground", [])) == {
        "protection_in_executing_state",
        "rights_breach_evidence",
        "already_tried",
        "offences",
    }


def test_a_calendar_that_the_question_gives_replaces_that_of_the_state_and_no_other() -> None:
    env = world({})
    ireland, france = env.place("IE"), env.place("FR")

    assert ireland is not None
    assert ireland.works(date(2026, 12, 25)), "this question names no holiday of Ireland"
    assert (ireland.listed_from, ireland.listed_until) == (date.min, date.max)
    assert france == PACK.places["FR"]
    assert env.place("XX") is None


def test_a_term_is_concluded_once_and_what_is_not_known_may_stand_for_an_answer() -> None:
    asked: list[int] = []

    def test(_: Environment) -> bool | Untold:
        asked.append(1)
        return Untold(frozenset({"data"}))

    term = replace(next(iter(PACK.terms.values())), test=test, unless_known=None)
    env = Environment(world({}).question, replace(PACK, terms={"open": term, "closed": replace(term, unless_known=False)}), {})

    assert missing(env.term("open")) == missing(env.term("open")) == {"data"}
    assert len(asked) == 1
    assert env.term("closed") is False


def test_a_deadline_that_asks_for_itself_is_not_yet_there() -> None:
    period = replace(PACK.periods["produce"][0], when=lambda env: env.call("runs", ["produce"]) is False)  # type: ignore[arg-type, return-value]  # a condition gives yes or no
    env = world(PRODUCTION, {"received": AT})
    looped = Environment(env.question, replace(PACK, periods={"produce": (period,)}), env.facts)

    assert looped.call("runs", ["produce"]) is True


def test_a_ground_that_is_open_hides_what_is_missing_for_others() -> None:
    ground = PACK.grounds[0]
    grounds: tuple[Named, ...] = (replace(ground, test=lambda _: Untold(frozenset({"data"}))), replace(ground, test=lambda _: False))
    env = Environment(world({}).question, replace(PACK, grounds=grounds), {})

    assert missing(env.call("some_ground", [])) == {"data"}


def test_of_a_state_that_is_not_told_it_is_said_which_it_is() -> None:
    for name in ("issuing_state", "executing_state"):
        assert missing(world({}, at=instant(BEGIN)).call("in_force", [Untold(frozenset({name}))])) == {name}


def test_what_else_happened_does_not_count_between_two_events() -> None:
    later = instant(AT + timedelta(days=1))
    events = {"received": AT, "notified": later, "signed": AT}

    assert world({}, events, at=later).call("seconds_between", ["received", "notified"]) == 24 * 3600
    assert world({}, events, at=later).call("later_day", ["received", "notified", "IE"]) is True


def test_what_is_no_more_than_a_share_is_at_most_that_share() -> None:
    assert [world({}).call("at_most_percent", [part, 2, 100]) for part in (1, 2, 3)] == [True, True, False]


def test_before_any_period_of_a_name_began_it_is_the_event_of_the_first_that_is_missing() -> None:
    (period,) = PACK.periods["seek_validation"]
    env = world(PRODUCTION)
    two = replace(PACK, periods={"produce": (replace(period, start="received"), replace(period, start="signed"))})

    assert missing(Environment(env.question, two, env.facts).call("ends_before", ["2026-09-10T00:00:00Z", "produce"])) == {"received"}

"""Where a deadline comes from: what starts, stops, lengthens and opens it, and what of it can be said while facts are missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rogatory.law.conditions import Untold, lacking
from rogatory.law.model import Deadline, Extended, Guarded, Length, Opens, PeriodRule
from rogatory.law.periods import first_stated, state
from rogatory.law.steps import Step
from rogatory.moments import Instant, format_instant, instant
from tests.law.asked import AT, ENGLISH, world

MONDAY = instant(datetime(2026, 9, 7, 9, 30, tzinfo=UTC))
DUBLIN: dict[str, Any] = {"executing_state": "IE"}


def yes(_: object) -> bool:
    return True


def no(_: object) -> bool:
    return False


def untold(_: object) -> Untold:
    return lacking("imminent_threat")


def length(count: int, *, unit: str = "days", test: Any = None, fact: str = "", cite: str = "Art. 2") -> Length:
    return Length(test=test, unit=unit, count=count, fact=fact, cites=(cite,))


def rule(*lengths: Length, **more: Any) -> PeriodRule:
    given: dict[str, Any] = {
        "name": "produce",
        "whom": "addressee",
        "when": None,
        "start": "received",
        "place": "executing_state",
        "lengths": lengths,
        "suspended": (),
        "restart": None,
        "opens": None,
        "extended": None,
        "undetermined": None,
        "at_once": None,
        "begins": None,
        "mark": "S",
        "origin": (),
        **more,
    }
    return PeriodRule(**given)


def stated(period: PeriodRule, facts: dict[str, Any] | None = None, **events: Instant) -> Deadline:
    found = state(period, world(DUBLIN if facts is None else facts, {"received": MONDAY, **events}))
    assert isinstance(found, Deadline)
    return found


def later(**span: int) -> Instant:
    return instant(MONDAY + timedelta(**span))


def ends(one: Deadline) -> str:
    return format_instant(one.legal)[:16] if one.legal else one.state


def test_there_is_no_deadline_before_its_event_or_where_it_does_not_apply() -> None:
    assert state(rule(length(10)), world(DUBLIN)) is None
    assert state(rule(length(10), when=no), world(DUBLIN, {"received": MONDAY})) is None
    assert state(rule(length(10), when=untold), world(DUBLIN)) is None
    assert state(rule(length(10), when=untold), world(DUBLIN, {"received": MONDAY})) == lacking("imminent_threat")


def test_a_deadline_that_applies_is_running_and_cites_its_length() -> None:
    one = stated(rule(length(8, test=no, cite="Art. 1"), length(10), when=yes))

    assert (one.state, ends(one), one.cites, one.missing) == ("running", "2026-09-17T23:00", ("Art. 2",), ())
    assert [step.code for step in one.steps] == ["event-day", "nth-day", "ends"]


def test_a_deadline_of_national_rules_is_undetermined_and_says_why() -> None:
    one = stated(rule(undetermined=("Art. 17(9)", "national-rules")))

    assert (one.state, one.cites, [step.code for step in one.steps]) == ("undetermined", ("Art. 17(9)",), ["national-rules"])


@pytest.mark.parametrize(("test", "known"), [(yes, "suspended"), (no, "running"), (untold, "running"), (None, "suspended")])
def test_only_what_is_known_to_stop_the_time_stops_it(test: Any, known: str) -> None:
    stops = Guarded(test=test, facts=frozenset(), cites=("Art. 16",))

    one = stated(rule(length(10), suspended=(stops,)))

    assert one.state == known
    assert one.cites == (("Art. 16",) if known == "suspended" else ("Art. 2",))


def test_what_is_to_be_done_at_once_has_no_end_and_a_period_that_begins_later_counts_from_there() -> None:
    at_once = stated(rule(length(10), at_once=("Art. 11",)))
    begins = rule(length(10, unit="plain_days"), begins=date(2026, 9, 10))

    assert (at_once.state, at_once.cites, [step.code for step in at_once.steps]) == ("open", ("Art. 11",), ["at-once"])
    later_ = stated(begins)
    assert (ends(later_), later_.steps[0].code) == ("2026-09-20T23:00", "begins")
    after = stated(begins, received=later(days=10))
    assert (ends(after), after.steps[0].code) == ("2026-09-27T23:00", "event-day")


def test_a_duty_may_lie_in_one_state_whoever_acts() -> None:
    assert ends(stated(rule(length(10), place="IE"), {})) == "2026-09-17T23:00"


def test_the_second_of_two_reasons_stops_the_time_as_well() -> None:
    stops = tuple(Guarded(test=test, facts=frozenset(), cites=(cite,)) for test, cite in ((no, "Art. 16"), (yes, "Art. 17")))

    assert stated(rule(length(10), suspended=stops)).cites == ("Art. 17",)


def test_an_end_beyond_every_calendar_is_undetermined_and_not_yet_over() -> None:
    one = stated(rule(length(10**9), length(10)))

    assert (one.state, one.legal, [step.code for step in one.steps]) == ("undetermined", None, ["no-calendar"])
    assert one.cites == ("Art. 2",)
    assert one.least is not None
    assert one.least > AT


def test_a_period_starts_anew_only_once_the_answer_came_after_the_question() -> None:
    anew = rule(length(10), restart=("clarification_given", "clarification_asked", "restarted"))
    day = later(days=2)

    assert ends(stated(anew)) == "2026-09-17T23:00"
    assert ends(stated(anew, clarification_given=day)) == "2026-09-17T23:00"
    assert ends(stated(anew, clarification_asked=day)) == "2026-09-17T23:00"
    one = stated(anew, clarification_asked=later(days=1), clarification_given=day)
    assert (ends(one), one.flags) == ("2026-09-21T23:00", {"restarted"})
    assert one.steps[0].code == "restarted"
    assert "2026-09-09T10:30:00+01:00" in one.steps[0].say(ENGLISH)
    assert stated(anew, clarification_given=day).flags == frozenset()


def test_while_two_lengths_may_apply_the_end_is_undetermined_and_the_shorter_is_the_least() -> None:
    one = stated(rule(length(5, test=untold, cite="Art. 1"), length(7, test=untold, cite="Art. 1a"), length(10)))

    assert (one.state, one.missing, one.cites) == ("undetermined", ("imminent_threat",), ("Art. 2",))
    assert one.least is not None
    assert format_instant(one.least) == "2026-09-12T06:30:00.000Z"
    assert one.steps[0].say(ENGLISH) == "not known: imminent_threat"


def test_a_length_that_is_not_known_to_apply_decides_nothing_where_it_is_the_same() -> None:
    one = stated(rule(length(10, test=untold, cite="Art. 1"), length(10)))

    assert (ends(one), one.missing, one.cites) == ("2026-09-17T23:00", (), ("Art. 1", "Art. 2"))


def test_lengths_of_one_number_in_different_units_are_not_the_same() -> None:
    one = stated(rule(length(10, test=untold, unit="hours"), length(10)))

    assert (one.state, one.missing) == ("undetermined", ("imminent_threat",))


def test_what_comes_after_a_length_that_applies_is_not_looked_at() -> None:
    assert ends(stated(rule(length(5, test=yes), length(10, test=untold), length(20)))) == "2026-09-14T23:00"


def test_a_day_period_needs_the_state_and_a_period_of_hours_does_not() -> None:
    days = stated(rule(length(10)), {})
    hours = stated(rule(length(8, unit="hours")), {})

    assert (days.state, days.missing) == ("undetermined", ("executing_state",))
    assert (hours.state, ends(hours)) == ("running", "2026-09-07T18:00")
    both = stated(rule(length(8, unit="hours", test=untold), length(10)), {})
    assert both.missing == ("executing_state", "imminent_threat")


@pytest.mark.parametrize(
    ("told", "end", "codes"),
    [
        (29, "2026-10-07T23:00", ["event-day"]),
        (30, "2026-10-07T23:00", ["event-day"]),
        (31, "2026-10-08T23:00", ["stated", "event-day"]),
    ],
)
def test_the_longer_of_the_instruments_days_and_those_of_the_order_counts(told: int, end: str, codes: list[str]) -> None:
    one = stated(rule(length(30, unit="plain_days", fact="stated_days")), {**DUBLIN, "stated_days": told})

    assert ends(one) == end
    assert [step.code for step in one.steps][: len(codes)] == codes


@pytest.mark.parametrize(("least", "codes"), [(0, ["event-day"]), (1, ["stated", "event-day"]), (2, ["event-day"])])
def test_the_order_is_said_to_give_more_only_where_the_instrument_gives_a_number(least: int, codes: list[str]) -> None:
    one = stated(rule(length(least, unit="plain_days", fact="stated_days")), {**DUBLIN, "stated_days": 2})

    assert ends(one) == "2026-09-09T23:00"
    assert [step.code for step in one.steps][: len(codes)] == codes
    alike = stated(rule(length(int("300"), unit="plain_days", fact="stated_days")), {**DUBLIN, "stated_days": int("300")})
    assert alike.steps[0].code == "event-day"


def test_two_steps_are_one_only_if_they_say_the_same() -> None:
    day = date(2026, 9, 9)
    one = Step("ends", day=day)

    assert one == Step("ends", day=day)
    for other in (Step("ends", day=day + timedelta(days=1)), Step("ends"), Step("begins", day=day), Step("weekend", day=day), "ends"):
        assert one != other
        assert other != one


def test_days_that_the_order_does_not_state_leave_the_end_open_but_not_the_least() -> None:
    one = stated(rule(length(30, unit="plain_days", fact="stated_days")))

    assert (one.state, one.missing) == ("undetermined", ("stated_days",))
    assert one.least is not None
    assert format_instant(one.least) == "2026-10-07T06:30:00.000Z"


def test_an_extension_counts_from_the_first_receipt_and_says_if_the_first_end_was_no_working_day() -> None:
    extended = Extended(event="extension_received", days=90, cite="Art. 11", flag="day-off")

    plain = stated(rule(length(60), extended=extended))
    sunday = stated(rule(length(60), extended=extended), extension_received=later(days=20))
    friday = stated(rule(length(5), extended=extended), extension_received=later(days=2), received=later(days=-3))

    assert (ends(plain), plain.flags) == ("2026-11-07T00:00", frozenset())
    assert (ends(sunday), sunday.flags, sunday.cites) == ("2026-12-08T00:00", frozenset(), ("Art. 11",))
    assert sunday.steps[0].code == "extended"
    assert "90 days" in sunday.steps[0].say(ENGLISH)
    assert friday.flags == frozenset()
    off = stated(rule(length(5), extended=extended), extension_received=later(days=2))
    assert off.flags == {"day-off"}, "the fifth day is a Saturday"


@pytest.mark.parametrize(
    ("before_end", "came", "known"),
    [
        (True, timedelta(days=10), "open"),
        (True, timedelta(days=30), "running"),
        (True, timedelta(days=10, hours=13, minutes=30), "running"),
        (True, timedelta(days=10, hours=13, minutes=29), "open"),
        (False, timedelta(days=30), "open"),
        (False, None, "running"),
        (True, None, "running"),
    ],
)
def test_a_period_runs_without_end_once_a_request_follows(before_end: bool, came: timedelta | None, known: str) -> None:
    opens = Opens(event="later_request", before_end=before_end, cite="Art. 11(2)")

    one = stated(rule(length(10), opens=opens), **({"later_request": instant(MONDAY + came)} if came else {}))

    assert one.state == known
    assert one.cites == (("Art. 11(2)",) if known == "open" else ("Art. 2",))


def test_a_request_opens_a_period_whose_end_is_not_known_and_a_target() -> None:
    opens = Opens(event="later_request", before_end=True, cite="Art. 11(2)")

    assert stated(rule(length(72, unit="elapsed_hours"), opens=opens), later_request=later(days=30)).state == "open"


def test_where_the_holidays_are_not_listed_the_end_is_undetermined_and_not_yet_over() -> None:
    one = stated(rule(length(10)), {"executing_state": "AX"})

    assert (one.state, one.legal, one.elapsed, one.missing) == ("undetermined", None, None, ())
    assert [step.code for step in one.steps] == ["not-listed"]
    assert one.least is not None
    assert format_instant(one.least) == "2026-09-17T06:30:00.000Z"


def test_a_target_alone_is_running() -> None:
    one = stated(rule(length(72, unit="elapsed_hours")))

    assert (one.state, one.legal, one.elapsed) == ("running", None, later(hours=72))


def test_of_the_deadlines_of_one_name_the_first_that_applies_is_stated() -> None:
    asked = world(DUBLIN, {"received": MONDAY})
    first, second = rule(length(5)), rule(length(10))

    def named(*rules: PeriodRule) -> Deadline | Untold | None:
        return first_stated(rules, asked)

    assert named() is None
    assert named(rule(length(5), when=no)) is None
    assert named(rule(length(5), when=no), second) == state(second, asked)
    assert named(first, second) == state(first, asked)
    assert named(rule(length(5), when=untold), second) == state(second, asked)
    other = rule(length(5), when=lambda _: lacking("data"))
    assert named(rule(length(5), when=untold), other) == Untold(frozenset({"imminent_threat", "data"}))

"""How periods are counted, to the second: T2 to T9 and T12, with every step in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rogatory.law.clocks import Place, days, elapsed_hours, exact_hours, hours, not_before, plain_days, working_days, yearly
from rogatory.moments import Instant, format_instant, parse_instant
from tests.law.asked import ENGLISH

DUBLIN = Place(zone="Europe/Dublin", holidays=frozenset({date(2026, 10, 26), date(2026, 12, 25), date(2026, 12, 28)}))


def at(text: str) -> Instant:
    return parse_instant(text)


def end(moment: Instant | None) -> str:
    return format_instant(moment) if moment else "none"


def test_a_tenth_day_on_a_sunday_before_a_holiday_moves_two_days_and_says_why() -> None:
    counted = days(10, at("2026-10-15T10:00:00+01:00"), DUBLIN)

    assert end(counted.legal) == "2026-10-28T00:00:00.000Z"
    assert counted.elapsed is None
    assert [step.say(ENGLISH) for step in counted.steps] == [
        "the day of the event, Thursday 15 October 2026, is not counted",
        "day 10 is Sunday 25 October 2026",
        "Sunday 25 October 2026 is no working day, so the end moves to Monday 26 October 2026",
        "Monday 26 October 2026 is a public holiday, so the end moves to Tuesday 27 October 2026",
        "so it ends on Tuesday 27 October 2026, 24:00 in Europe/Dublin (2026-10-28T00:00:00+00:00)",
    ]


def test_a_period_of_two_days_holds_two_working_days() -> None:
    counted = days(2, at("2026-12-24T10:00:00Z"), DUBLIN)

    assert end(counted.legal) == "2026-12-31T00:00:00.000Z", (
        "Christmas, a weekend and a holiday lie between: Tuesday and Wednesday are the two"
    )
    assert [step.code for step in counted.steps] == ["event-day", "nth-day", "weekend", "weekend", "holiday", "two-working-days", "ends"]
    assert counted.steps[-2].say(ENGLISH) == (
        "until Tuesday 29 December 2026 there are fewer than two working days, so the end moves to Wednesday 30 December 2026"
    )


def test_two_working_days_that_are_there_move_nothing() -> None:
    assert end(days(2, at("2026-12-14T10:00:00Z"), DUBLIN).legal) == "2026-12-17T00:00:00.000Z"


def test_a_single_day_needs_no_second_one() -> None:
    assert end(days(1, at("2026-12-23T10:00:00Z"), DUBLIN).legal) == "2026-12-25T00:00:00.000Z"


def test_working_days_leave_out_what_is_none_and_say_so() -> None:
    counted = working_days(2, at("2026-10-23T10:00:00+01:00"), DUBLIN)

    assert end(counted.legal) == "2026-10-29T00:00:00.000Z"
    assert [step.code for step in counted.steps] == [
        "event-day",
        "not-counted-weekend",
        "not-counted-weekend",
        "not-counted-holiday",
        "nth-working-day",
        "ends",
    ]


def test_plain_days_end_on_a_sunday() -> None:
    counted = plain_days(10, at("2026-10-15T10:00:00+01:00"), DUBLIN)

    assert end(counted.legal) == "2026-10-26T00:00:00.000Z"
    assert "nothing-moves" in [step.code for step in counted.steps]


@pytest.mark.parametrize(
    ("start", "elapsed", "legal"),
    [
        ("2026-09-09T10:00:00Z", "2026-09-09T18:00:00.000Z", "2026-09-09T19:00:00.000Z"),
        ("2026-09-09T10:00:01Z", "2026-09-09T18:00:01.000Z", "2026-09-09T19:00:00.000Z"),
        ("2026-09-09T10:59:59Z", "2026-09-09T18:59:59.000Z", "2026-09-09T19:00:00.000Z"),
    ],
)
def test_the_hour_of_the_event_is_not_counted(start: str, elapsed: str, legal: str) -> None:
    counted = hours(8, at(start), DUBLIN)

    assert (end(counted.elapsed), end(counted.legal)) == (elapsed, legal)
    assert counted.flags == frozenset()


@pytest.mark.parametrize(
    ("count", "start", "few"),
    [
        (48, "2026-09-12T22:20:00Z", True),  # Saturday, to Monday 24:00: Monday alone
        (96, "2026-10-23T10:20:00+01:00", True),  # Friday before a holiday: Tuesday alone
        (48, "2026-09-07T10:20:00Z", False),  # Monday: Tuesday and Wednesday
        (48, "2026-09-10T10:20:00Z", True),  # Thursday: Friday alone
        (48, "2026-09-11T10:20:00Z", True),  # Friday: none
        (47, "2026-09-11T10:20:00Z", False),  # not one of the periods of the open point
        (96, "2026-09-09T22:50:00Z", False),  # Wednesday 23:50 in Dublin, to Sunday 24:00: Thursday and Friday
    ],
)
def test_hours_that_hold_fewer_than_two_working_days_are_flagged_and_not_stretched(count: int, start: str, few: bool) -> None:
    counted = hours(count, at(start), DUBLIN)

    assert ("fewer-than-two-working-days" in counted.flags) is few
    assert ("hours-not-stretched" in [step.code for step in counted.steps]) is few


def test_a_target_alone_has_no_legal_end() -> None:
    counted = elapsed_hours(72, at("2026-10-24T20:10:00+02:00"), Place(zone="Europe/Berlin"))

    assert (end(counted.elapsed), counted.legal) == ("2026-10-27T18:10:00.000Z", None)


def test_forty_five_days_of_a_link_are_so_many_hours() -> None:
    counted = exact_hours(1080, at("2026-09-09T10:00:00+01:00"), DUBLIN)

    assert (end(counted.legal), counted.elapsed) == ("2026-10-24T09:00:00.000Z", None)


@pytest.mark.parametrize(("first", "last", "known"), [(2026, 2026, True), (2027, 2030, False), (2020, 2025, False)])
def test_days_are_counted_only_where_the_holidays_are_listed(first: int, last: int, known: bool) -> None:
    place = Place(zone="Europe/Dublin", listed_from=date(first, 1, 1), listed_until=date(last, 12, 31))

    for counted in (days(10, at("2026-09-09T10:00:00Z"), place), working_days(5, at("2026-09-09T10:00:00Z"), place)):
        assert (counted.legal is not None) is known
        if not known:
            assert [step.code for step in counted.steps] == ["not-listed"]


def test_the_first_and_the_last_listed_day_are_listed() -> None:
    place = Place(zone="Europe/Dublin", listed_from=date(2026, 9, 9), listed_until=date(2026, 9, 21))

    assert days(10, at("2026-09-09T10:00:00Z"), place).legal is not None
    assert days(12, at("2026-09-09T10:00:00Z"), place).legal is not None
    assert days(12, at("2026-09-08T10:00:00Z"), place).steps[0].say(ENGLISH).startswith("the holidays around Tuesday 8 September 2026"), (
        "the last day is listed: it is the first that is not"
    )
    assert days(13, at("2026-09-09T10:00:00Z"), place).steps[0].say(ENGLISH).startswith("the holidays around Tuesday 22 September 2026")
    assert days(10, at("2026-09-08T10:00:00Z"), place).steps[0].say(ENGLISH).startswith("the holidays around Tuesday 8 September 2026")


def test_no_state_ends_a_period_before_the_moment_that_holds_for_all() -> None:
    start = at("2026-10-15T23:59:00Z")

    assert end(not_before("days", 10, start)) == "2026-10-25T20:59:00.000Z"
    assert end(not_before("hours", 10, start)) == "2026-10-16T09:59:00.000Z"
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Dublin", "America/Havana"):
        counted = plain_days(10, start, Place(zone=zone))
        assert counted.legal is not None
        assert counted.legal - not_before("plain_days", 10, start) >= timedelta()


def test_an_odd_number_of_hours_is_counted_like_an_even_one() -> None:
    assert end(hours(3, at("2026-09-09T10:20:00Z"), DUBLIN).legal) == "2026-09-09T14:00:00.000Z"


def test_a_day_that_the_law_names_is_moved_by_nothing() -> None:
    sunday = yearly(331, at("2030-01-01T00:00:00Z"), DUBLIN)

    assert end(sunday.legal) == "2030-03-31T23:00:00.000Z"
    assert [step.code for step in sunday.steps] == ["named-day", "day-not-moved", "ends"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("2027-03-30T22:59:59+01:00", "2027-03-31T23:00:00.000Z"),
        ("2027-03-31T00:00:00+01:00", "2028-03-31T23:00:00.000Z"),
        ("2028-02-29T10:00:00Z", "2028-03-31T23:00:00.000Z"),
        ("2027-12-31T23:59:59Z", "2028-03-31T23:00:00.000Z"),
    ],
)
def test_the_next_day_of_that_name_lies_after_the_day_of_the_event(event: str, expected: str) -> None:
    assert end(yearly(331, at(event), DUBLIN).legal) == expected


def test_before_the_next_day_of_a_name_nothing_is_known_to_be_over() -> None:
    start = at("2026-10-16T09:59:00Z")

    assert not_before("yearly", 331, start) == start


@pytest.mark.parametrize("month_day", [101, 131, 1201, 1231])
def test_a_day_of_a_year_is_named_by_its_month_and_its_day(month_day: int) -> None:
    legal = yearly(month_day, at("2026-06-15T10:00:00Z"), Place(zone="UTC")).legal

    assert legal is not None
    last = legal - timedelta(days=1)
    assert last.month * 100 + last.day == month_day

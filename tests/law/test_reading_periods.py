"""A deadline states its start, its place, its length and its counting, or the law does not load."""

from __future__ import annotations

import pytest

from rogatory.errors import PackError
from rogatory.law.conditions import Condition
from rogatory.law.model import PeriodRule
from rogatory.law.period_reader import PeriodReader
from rogatory.law.tree import Node, Reader
from rogatory.law.vocabulary import pack_error
from rogatory.node.packs import corpus, vocabulary

START = "{name: produce, whom: addressee, from: [TEST], mark: S, start: received, place: executing_state, "


def _read(rest: str) -> PeriodRule:
    def condition(node: Node | None, _: str) -> Condition | None:
        return (lambda _: True) if node else None

    reader = Reader("deadlines.yaml", pack_error)
    periods = PeriodReader(reader, vocabulary(corpus()), condition, lambda _, __: (), lambda node, _: (node.text or "",))
    return periods.period(reader.read(START + rest), "deadlines[0]")


@pytest.mark.parametrize(
    ("rest", "complaint"),
    [
        ("mark: S}", "stands twice"),
        ("begins: 2026-08-18}", "needs one of length, undetermined, at_once"),
        ("length: [{days: 1, cite: x}], at_once: {cite: x}}", "needs one of length, undetermined, at_once"),
        ("length: [{days: 1, cite: x}], undetermined: {cite: x, because: x}}", "needs one of length, undetermined, at_once"),
        ("length: []}", "must end with a length that has no condition"),
        ("length: [{if: emergency, days: 1, cite: x}]}", "must end with a length that has no condition"),
        ("length: [{cite: x}]}", "needs one of days, working_days, plain_days, hours"),
        ("length: [{days: 1, hours: 24, cite: x}]}", "needs one of days, working_days, plain_days, hours"),
        ("length: [{hours: 1, yearly: 03-31, cite: x}]}", "needs one of days, working_days, plain_days, hours"),
        ("length: [{days: domestic_power, cite: x}]}", "must be a whole number, 0 or more"),
        ("length: [{days: data, cite: x}]}", "must be a whole number, 0 or more"),
        ("length: [{days: executing_state, cite: x}]}", "must be a whole number, 0 or more"),
        ("length: [{days: 5, or_longer: domestic_power, cite: x}]}", "'domestic_power' is not one of"),
        ("length: [{yearly: 03-31, or_longer: stated_days, cite: x}]}", "is no day that every year has"),
    ],
)
def test_a_deadline_that_does_not_say_how_it_ends_is_refused(rest: str, complaint: str) -> None:
    with pytest.raises(PackError) as caught:
        _read(rest)

    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("length", "count", "fact"),
    [("days: 5", 5, ""), ("days: stated_days", 0, "stated_days"), ("days: 5, or_longer: stated_days", 5, "stated_days")],
)
def test_a_length_is_a_number_or_what_a_fact_says_or_the_longer_of_both(length: str, count: int, fact: str) -> None:
    (read,) = _read(f"length: [{{{length}, cite: x}}]}}").lengths

    assert (read.unit, read.count, read.fact) == ("days", count, fact)


@pytest.mark.parametrize(
    ("day", "number"), [("01-01", 101), ("01-31", 131), ("02-28", 228), ("06-15", 615), ("04-30", 430), ("12-31", 1231)]
)
def test_a_named_day_is_one_that_every_year_has(day: str, number: int) -> None:
    (read,) = _read(f"length: [{{yearly: {day}, cite: x}}]}}").lengths

    assert (read.unit, read.count) == ("yearly", number)


@pytest.mark.parametrize("day", ["02-29", "02-30", "04-31", "06-31", "00-10", "13-01", "10-00", "10-32"])
def test_a_day_that_not_every_year_has_is_refused(day: str) -> None:
    with pytest.raises(PackError, match="is no day that every year has"):
        _read(f"length: [{{yearly: {day}, cite: x}}]}}")

"""What holds of the engine whatever the facts: missing facts never become permission, deadlines fall on working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.errors import PackError
from rogatory.law import Question, assess, load
from rogatory.law.casefile import read_cases
from rogatory.law.clocks import Place, days, hours, working_days
from rogatory.moments import instant
from rogatory.node.packs import corpus, load_corpus, pack_files

PACK = load_corpus("eu-e-evidence")
CASES = read_cases("first", (corpus() / "scenarios" / "eu-e-evidence" / "first.yaml").read_text(encoding="utf-8"), PACK.vocabulary)
IRELAND = PACK.places["IE"]
moments = st.datetimes(datetime(2026, 8, 18), datetime(2029, 12, 1), timezones=st.just(UTC)).map(instant)  # noqa: DTZ001  # the strategy takes naive bounds and gives aware moments


@given(st.sampled_from([case for case in CASES if case.question.act]), st.data())
@settings(max_examples=300, deadline=None)
def test_no_fact_taken_away_makes_a_refused_request_permitted(case: object, data: st.DataObject) -> None:
    question: Question = case.question  # type: ignore[attr-defined]
    refused = assess(question, PACK).outcome != "permitted"
    gone = data.draw(st.sets(st.sampled_from(sorted(question.facts) or ["measure"])))
    left = Question(
        instrument=question.instrument,
        at=question.at,
        act=question.act,
        facts={name: value for name, value in question.facts.items() if name not in gone},
        events=question.events,
        calendar=question.calendar,
    )

    answer = assess(left, PACK)

    assert not (refused and answer.outcome == "permitted")
    assert answer.to_value() == assess(left, PACK).to_value()


@given(st.integers(2, 90), moments)
def test_a_period_of_days_ends_after_a_working_day_and_holds_two(count: int, start: object) -> None:
    counted = days(count, start, IRELAND)  # type: ignore[arg-type]
    if counted.legal is None:
        return
    last = IRELAND.day_of(instant(counted.legal - timedelta(milliseconds=1)))
    first = IRELAND.day_of(start)  # type: ignore[arg-type]
    between = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]

    assert IRELAND.works(last)
    assert sum(IRELAND.works(day) for day in between) >= 2
    assert (last - first).days >= count


@given(st.integers(1, 10), moments)
def test_a_period_of_working_days_counts_exactly_those(count: int, start: object) -> None:
    counted = working_days(count, start, IRELAND)  # type: ignore[arg-type]
    assert counted.legal is not None
    last = IRELAND.day_of(instant(counted.legal - timedelta(milliseconds=1)))
    first = IRELAND.day_of(start)  # type: ignore[arg-type]
    assert sum(IRELAND.works(first + timedelta(days=number)) for number in range(1, (last - first).days + 1)) == count


@pytest.mark.parametrize("zone", sorted(available_timezones()))
def test_t5_hours_are_counted_in_utc_in_every_zone_across_both_changes_of_the_clock(zone: str) -> None:
    place = Place(zone=zone)
    for month, day in ((3, 28), (10, 24)):
        for hour in range(0, 48, 7):
            start = instant(datetime(2026, month, day, tzinfo=ZoneInfo(zone)) + timedelta(hours=hour, minutes=20))
            counted = hours(48, start, place)
            assert counted.elapsed == start + timedelta(hours=48)
            assert counted.legal is not None
            assert timedelta() < counted.legal - counted.elapsed <= timedelta(hours=1)


def test_a_deadline_beyond_the_listed_holidays_is_undetermined() -> None:
    place = Place(zone="Europe/Dublin", listed_until=date(2026, 12, 31))
    assert days(10, instant(datetime(2026, 12, 30, tzinfo=UTC)), place).legal is None


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('addressed_as == "controller"', 'addressed_as == "controler"', "'controler' is not one of controller, processor"),
        ("keep:\n      - {if: necessity_reasoned,", "keep:\n      - {if: necesity,", "is no fact, term, list or event"),
        ("sentence_months >= 4", 'sentence_months >= "four"', "where a number is needed"),
        ("mark: I\n    acts: [issue]\n    known", "mark: Z\n    acts: [issue]\n    known", "'Z' is not one of"),
        ("- {hours: 48, cite: Art. 4(5)}", "- {cite: Art. 4(5)}", "needs one of days"),
        ("if: emergency, hours: 8", "if: __import__(emergency), hours: 8", "may not hold"),
    ],
)
def test_a_mistake_in_a_pack_stops_the_load_and_names_the_place(old: str, new: str, complaint: str) -> None:
    root = corpus()
    files = pack_files(root / "instruments/eu-e-evidence/2026-08-18.yaml", root)
    name = "instruments/eu-e-evidence/2026-08-18.yaml"
    source = files[name]
    if old not in source:
        old = "{if: necessity_reasoned, cite: Art. 5(2)}"
        new = "{if: necesity, cite: Art. 5(2)}"
    assert old in source
    files[name] = source.replace(old, new, 1)

    with pytest.raises(PackError) as caught:
        load(files)

    assert complaint in str(caught.value)
    assert "2026-08-18.yaml:" in str(caught.value)


def test_the_hash_of_a_pack_does_not_depend_on_texts_for_people() -> None:
    root = corpus()
    files = pack_files(root / "instruments/eu-e-evidence/2026-08-18.yaml", root)
    name = "instruments/eu-e-evidence/2026-08-18.yaml"
    other = {**files, name: files[name].replace("The addressee must be in another Member State.", "In another State.")}
    assert load(other).hash == load(files).hash == PACK.hash
    changed = {**files, name: files[name].replace("max_custodial_months >= 36 for", "max_custodial_months >= 35 for", 1)}
    assert load(changed).hash != PACK.hash

"""What holds of the engine whatever the facts: missing facts never become permission, deadlines fall on working days."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.canonical import Value, encode
from rogatory.errors import PackError
from rogatory.law import assess, for_a_human, load
from rogatory.law.casefile import WorkedCase, read_cases
from rogatory.law.clocks import Place, days, hours, working_days
from rogatory.moments import instant
from rogatory.node.packs import corpus, load_corpus, pack_files

PACK = load_corpus("eu-e-evidence")
CASES = [
    case
    for path in sorted((corpus() / "scenarios").rglob("*.yaml"))
    for case in read_cases(str(path), path.read_text(encoding="utf-8"), PACK.vocabulary)
]
STEP = 1 if os.environ.get("ROGATORY_LAW_EXHAUSTIVE") else 251
"""Every hour of the year with the setting; otherwise every 251st, and all around the changes of the clocks."""
SAFEGUARDS: dict[str, Value] = {
    "validated_by": "judge",
    "necessity_reasoned": True,
    "person_informed": "without-delay",
    "delay_reasoned": True,
    "delay_justified": True,
    "executing_state_notified": True,
    "certified": True,
    "specific_target": True,
    "supplier_consents": True,
    "reciprocity_undertaken": True,
    "requester_verified": True,
    "request_states": [
        "authority",
        "offence-and-facts",
        "data-and-relation",
        "custodian-or-location",
        "necessity",
        "later-request",
        "emergency-facts",
    ],
    "supplied_on_condition": "none",
}
IRELAND = PACK.places["IE"]
moments = st.datetimes(datetime(2026, 8, 18), datetime(2029, 12, 1), timezones=st.just(UTC)).map(instant)  # noqa: DTZ001  # the strategy takes naive bounds and gives aware moments


@given(st.sampled_from([case for case in CASES if case.question.act]), st.data())
@settings(max_examples=300, deadline=None)
def test_no_fact_taken_away_makes_a_refused_request_permitted(case: WorkedCase, data: st.DataObject) -> None:
    question, pack = case.question, load_corpus(case.question.instrument)
    gone = data.draw(st.sets(st.sampled_from(sorted(question.facts) or ["measure"])))
    if question.act in {"access", "use"} and [one.rule for one in assess(question, pack).deciding] == ["budapest.parties"]:
        gone -= {"executing_state"}  # no request: whether that State is a Party is asked only "if one is given" (17.3)
    left = replace(question, facts={name: value for name, value in question.facts.items() if name not in gone})
    refused = assess(question, pack).outcome != "permitted"

    answer = assess(left, pack)

    assert not (refused and answer.outcome == "permitted")
    assert encode(answer.to_value()) == encode(assess(left, pack).to_value())


@given(st.sampled_from([case for case in CASES if case.question.act]), st.sets(st.sampled_from(sorted(SAFEGUARDS)), min_size=1))
@settings(max_examples=300, deadline=None)
def test_no_safeguard_added_makes_a_permitted_request_refused(case: WorkedCase, added: set[str]) -> None:
    question, pack = case.question, load_corpus(case.question.instrument)
    if assess(question, pack).outcome != "permitted":
        return
    safer = replace(question, facts={**question.facts, **{name: SAFEGUARDS[name] for name in added}})

    assert assess(safer, pack).outcome == "permitted"


QUESTIONS: dict[str, Value] = {
    "link_reasoned": True,
    "jurisdiction_reasoned": True,
    "jurisdiction_basis": "effects",
    "admissibility_reasoned": True,
}
ISSUED = sorted({case.question.instrument for case in CASES if case.question.act == "issue" and case.question.instrument != "led"})


@given(st.sampled_from([case for case in CASES if case.question.act == "issue"]), st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_asked_of_a_human_never_moves_the_outcome_and_is_listed_until_answered(case: WorkedCase, data: st.DataObject) -> None:
    pack = load_corpus(case.question.instrument)
    told = data.draw(st.dictionaries(st.sampled_from(sorted(QUESTIONS)), st.booleans()))
    bare = {name: value for name, value in case.question.facts.items() if name not in QUESTIONS}
    given_ = {name: (QUESTIONS[name] if said else "none-stated" if name == "jurisdiction_basis" else False) for name, said in told.items()}

    plain, answer = assess(replace(case.question, facts=bare), pack), assess(replace(case.question, facts={**bare, **given_}), pack)

    assert answer.outcome == plain.outcome
    assert for_a_human(replace(case.question, facts={**bare, **given_}), pack) == answer.for_a_human
    open_ = {one.rule.partition(".")[2] for one in answer.for_a_human}
    needed = {
        "link": {"link_reasoned"},
        "jurisdiction": {"jurisdiction_reasoned", "jurisdiction_basis"},
        "admissibility": {"admissibility_reasoned"},
    }
    assert open_ == {name for name, all_of in needed.items() if not all(told.get(one) for one in all_of)}


@pytest.mark.parametrize("instrument", ISSUED)
def test_every_instrument_that_opens_an_issue_asks_the_three_questions_and_says_that_it_interprets(instrument: str) -> None:
    rules = [rule for rule in load_corpus(instrument).rules if rule.kind == "judge"]

    assert [rule.id for rule in rules] == [f"{instrument}.{name}" for name in ("link", "jurisdiction", "admissibility")]
    assert {rule.mark for rule in rules} == {"I"}


def test_the_regulation_holds_every_clock_and_every_rule_of_its_facts() -> None:
    origins = {one for rule in PACK.rules for one in rule.origin} | {
        one for many in PACK.periods.values() for period in many for one in period.origin
    }

    assert {f"D{number}" for number in range(1, 19)} <= origins
    assert {f"EV-R{number:02d}" for number in range(1, 26)} - origins == {"EV-R15", "EV-R20", "EV-R25"}, "these are duties and bans"
    stated = {one.name: one.cites for one in (*PACK.duties, *PACK.forbidden)}
    assert stated["notify-enforcing-authority"] == ("Art. 8(1)",)
    assert {"section-m-to-addressee", "inform-user-by-addressee"} <= stated.keys()


def test_the_law_advises_without_moving_the_outcome() -> None:
    case = next(one for one in CASES if one.id == "EVX-118")
    answer = assess(case.question, PACK)

    assert [one.rule for one in answer.advice] == ["eu-e-evidence.consult"]
    assert answer.outcome == "permitted"
    quiet = assess(replace(case.question, facts={**case.question.facts, "protection_in_executing_state": "none-known"}), PACK)
    assert quiet.advice == ()


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
def test_t5_every_hour_of_a_year_is_counted_alike_in_every_zone(zone: str) -> None:
    place, first = Place(zone=zone), datetime(2026, 1, 1, tzinfo=UTC)
    for hour in range(0, 365 * 24, STEP) if STEP == 1 else [*range(0, 365 * 24, STEP), *_around_the_changes(zone, first)]:
        start = instant(first + timedelta(hours=hour, minutes=20))
        eight, ten = hours(8, start, place), days(10, start, place)

        assert eight.elapsed == start + timedelta(hours=8)
        assert eight.legal is not None
        assert ten.legal is not None
        assert eight.legal - start == timedelta(hours=8, minutes=40)
        last = place.day_of(instant(ten.legal - timedelta(milliseconds=1)))
        assert place.day_of(ten.legal) == last + timedelta(days=1), "it ends at the first moment of the next local day"
        assert place.works(last)
        assert last - place.day_of(start) in {timedelta(days=10), timedelta(days=11), timedelta(days=12)}


def _around_the_changes(zone: str, first: datetime) -> list[int]:
    """The hours of the year around each change of the clocks of a zone."""
    offsets = [(first + timedelta(hours=hour)).astimezone(ZoneInfo(zone)).utcoffset() for hour in range(0, 365 * 24, 24)]
    changes = [24 * day for day in range(1, 365) if offsets[day] != offsets[day - 1]]
    return [
        hour for change in changes for near in (change - 24, change - 24 * 10, change - 24 * 11) for hour in range(max(near, 0), near + 26)
    ]


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
        ("yearly: 03-31", "yearly: 02-29", "is no day that every year has"),
        ("yearly: 03-31", "yearly: 04-31", "is no day that every year has"),
        ("yearly: 03-31", "yearly: 90", "is no day that every year has"),
        ("place: BE", "place: ZZ", "'ZZ' is not one of"),
        ("begins: 2027-08-18", "begins: soon", "is no day"),
        ("at_once: {cite: Art. 10(1)}", "begins: 2026-08-18", "needs one of length, undetermined, at_once"),
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


def test_an_act_on_which_an_instrument_holds_no_rule_is_not_opened_by_it() -> None:
    case = next(one for one in CASES if one.question.instrument == "led")

    answer = assess(replace(case.question, act="issue"), load_corpus("led"))

    assert answer.outcome == "unavailable"
    assert answer.deciding == ()

"""States as data: every question has an answer or says that it has none, and no answer is a guess."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from rogatory.cli.main import app
from rogatory.errors import PackError
from rogatory.law import Question, load
from rogatory.law.clocks import Place
from rogatory.law.jurisdiction import DECLARED, read_jurisdiction, with_declarations
from rogatory.law.safeguards import KNOWN, SCALES
from rogatory.moments import instant
from rogatory.node.packs import corpus, load_corpus, load_states, pack_files

STATES = load_states()
PACK = load_corpus("eu-e-evidence")
AUSTRIA = (corpus() / "jurisdictions" / "at.yaml").read_text(encoding="utf-8")
UNION = {state for state, one in STATES.items() if one.union == "EU"}


def _asked(state: str, **facts: object) -> Question:
    at = instant(datetime(2026, 9, 1, tzinfo=UTC))
    return Question(instrument="budapest", at=at, act="refuse", facts={"executing_state": state, **facts}, events={})  # type: ignore[dict-item]  # words and lists of words


def test_there_are_the_member_states_and_five_more_of_other_traditions() -> None:
    assert len(UNION) == 27
    assert STATES.keys() - UNION == {"GB", "US", "JP", "BR", "IN"}


@pytest.mark.parametrize("state", sorted(STATES))
def test_a_state_answers_every_question_or_says_that_it_is_not_known(state: str) -> None:
    one = STATES[state]

    assert one.safeguards.keys() == SCALES.keys()
    assert one.known.keys() == set(KNOWN)
    assert one.bonds.keys() == PACK.vocabulary.words["instruments"].keys()
    assert one.place.listed_until >= date(2026, 12, 31)
    answers = [*one.bonds.values(), *filter(None, one.safeguards.values()), *(each for many in one.known.values() for each in many or ())]
    assert all(answer.source.cite and answer.source.source and answer.source.mark in "SKI" for answer in answers)


@pytest.mark.parametrize(("instrument", "name"), [("eu-e-evidence", "bound"), ("budapest", "parties"), ("eio", "bound")])
def test_whom_an_instrument_binds_is_said_alike_in_it_and_in_the_states(instrument: str, name: str) -> None:
    source = max((corpus() / "instruments" / instrument).glob("*.yaml")).read_text(encoding="utf-8")
    listed = set(source.partition(f"  {name}: [")[2].partition("]")[0].split(", "))

    assert {state for state, one in STATES.items() if one.bonds[instrument].status == "bound"} == listed & STATES.keys()


def test_what_a_state_declared_fills_only_what_a_case_does_not_say() -> None:
    assert with_declarations(_asked("AT"), STATES).facts[DECLARED] == ["dual-criminality-for-disclosure"]
    assert with_declarations(_asked("CZ"), STATES).facts[DECLARED] == []
    assert with_declarations(_asked("AT", executing_state_declared=[]), STATES).facts[DECLARED] == []


def test_what_is_not_known_of_a_state_fills_nothing() -> None:
    for state in ("NL", "JP", "ZZ"):
        assert DECLARED not in with_declarations(_asked(state), STATES).facts


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("  health_secrecy: unknown\n", "", "'health_secrecy' is missing"),
        ("  health_secrecy: unknown\n", "  health_secrecy:\n", "must be a mapping"),
        ("    is: judge-order", "    is: judge-odrer", "'judge-odrer' is not one of"),
        (
            "    mark: S\n    checked_on: 2026-11-24\n  budapest:",
            "    mark: X\n    checked_on: 2026-11-24\n  budapest:",
            "'X' is not one of",
        ),
        ("    since: 2012-10-01", "    since: none", "since is a day or unknown"),
        ("declared: [dual-criminality-for-disclosure]", "declared: [dual-criminality]", "'dual-criminality' is not one of"),
        ("    checked_on: 2026-11-24", "    checked_on: yesterday", "is no day"),
        ("state: AT", "state: Austria", "is no country code"),
        ("zone: Europe/Vienna", "zone: Vienna", "is no time zone"),
        ("  - 2026-01-01\n", "  - 2026-01-01\n  - 2026-01-01\n", "name no day twice"),
        ("  - 2026-01-01\n  - 2026-01-06\n", "  - 2026-01-06\n  - 2026-01-01\n", "must be sorted"),
        ("  consent: unknown", "  consent: []", "write unknown"),
    ],
)
def test_a_mistake_in_a_state_stops_the_load_and_names_the_place(old: str, new: str, complaint: str) -> None:
    assert old in AUSTRIA

    with pytest.raises(PackError) as caught:
        read_jurisdiction("jurisdictions/at.yaml", AUSTRIA.replace(old, new, 1), PACK.vocabulary)

    assert complaint in str(caught.value)
    assert "jurisdictions/at.yaml:" in str(caught.value)


def test_norway_is_a_country_and_not_a_no() -> None:
    source = AUSTRIA.replace("state: AT", "state: NO").replace("name: Austria", "name: Norway")

    assert read_jurisdiction("jurisdictions/no.yaml", source, PACK.vocabulary).state == "NO"


def test_what_a_state_declared_is_part_of_the_pack_and_what_people_read_of_it_is_not() -> None:
    root = corpus()
    files = pack_files(root / "instruments/eu-e-evidence/2026-08-18.yaml", root)
    since = {**files, "jurisdictions/at.yaml": AUSTRIA.replace("since: 2026-08-18", "since: 2026-08-19")}
    said = {**files, "jurisdictions/at.yaml": AUSTRIA.replace("Information from banks", "What banks know")}

    assert load(files).hash == load(said).hash != load(since).hash


def test_the_command_shows_a_state_with_what_is_not_known() -> None:
    shown = CliRunner().invoke(app, ["law", "state", "in"])
    told = json.loads(CliRunner().invoke(app, ["law", "state", "IN", "--json"]).output)

    assert shown.exit_code == 0
    assert "Data of payment systems must be stored only in India." in shown.output
    assert told["safeguards"]["notice_to_person"] == "unknown"
    assert CliRunner().invoke(app, ["law", "state", "ZZ"]).exit_code == 2


def test_holidays_are_listed_from_the_year_of_the_first_and_one_is_enough() -> None:
    listed = AUSTRIA[AUSTRIA.index("holidays:\n") :]

    def place(*days: str) -> Place:
        text = AUSTRIA.replace(listed, "holidays:\n" + "".join(f"  - {day}\n" for day in days))
        return read_jurisdiction("jurisdictions/at.yaml", text, PACK.vocabulary).place

    assert place("2025-12-25", "2026-01-01").listed_from == date(2025, 1, 1)
    assert place("2026-05-01").listed_from == date(2026, 1, 1)
    many = sorted({date(2026, 1, 1) + timedelta(days=number) for number in range(300)})
    assert place(*map(str, many)).holidays == set(many)


@pytest.mark.parametrize(
    ("status", "since", "good"),
    [
        ("bound", "2026-08-18", True),
        ("bound", "none", False),
        ("not-bound", "none", True),
        ("not-bound", "2026-08-18", False),
        ("no-party-needed", "none", True),
        ("unknown", "unknown", False),
        ("bound", "unknown", True),
    ],
)
def test_since_when_a_state_is_bound_is_said_of_those_that_are(status: str, since: str, good: bool) -> None:
    head, name, rest = AUSTRIA.partition("  eu-e-evidence:\n")
    lines = rest.split("\n")
    assert [line.partition(":")[0].strip() for line in lines[:2]] == ["status", "since"]
    text = head + name + "\n".join([f"    status: {status}", f"    since: {since}", *lines[2:]])

    if good:
        read = read_jurisdiction("jurisdictions/at.yaml", text, PACK.vocabulary).bonds["eu-e-evidence"]
        assert (read.status, read.since) == (status, date(2026, 8, 18) if since.startswith("2") else None)
    else:
        with pytest.raises(PackError, match="since is a day or unknown"):
            read_jurisdiction("jurisdictions/at.yaml", text, PACK.vocabulary)

"""For each safeguard the strictest and the weakest State and instrument, and where it is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner

from rogatory.cli.law.comparing import USUAL
from rogatory.cli.main import app
from rogatory.law.casefile import read_facts
from rogatory.law.crosswalk import Answered, Row, crosswalk
from rogatory.law.safeguards import SCALES
from rogatory.law.telling import answered
from rogatory.node.packs import corpus, instruments, load_corpus, load_routes, load_states, vocabulary
from tests.law.asked import ENGLISH
from tests.law.overlaid import HEAD, RULE, laid


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    question = read_facts("usual", USUAL, vocabulary(corpus()))
    packs = {name: load_corpus(name) for name in instruments(corpus())}
    return {row.safeguard: row for row in crosswalk(question, packs, load_routes(), load_states())}


def _words(row: Row) -> dict[str, str]:
    return {one.who: answered(one, ENGLISH) for one in row.answers}


def test_the_regulation_asks_a_judge_for_content_and_a_letter_rogatory_a_court(rows: dict[str, Row]) -> None:
    row = rows["validation_content"]

    assert {one.who for one in row.strictest} == {"eu-e-evidence.production-order", "letters-rogatory.assistance-request"}
    assert _words(row)["eio.investigation-order"] == "public prosecutor"
    assert _words(rows["validation_subscriber"])["eu-e-evidence.production-order"] == "public prosecutor"


def test_thresholds_are_those_of_the_law(rows: dict[str, Row]) -> None:
    content = _words(rows["threshold_content"])

    assert content["eu-e-evidence.production-order"] == "36 months"
    assert content["cloud-act-us-uk.production-order"] == "36 months"
    assert content["un-cybercrime.assistance-request"] == "48 months"
    assert content["budapest.assistance-request"] == "any offence"
    assert _words(rows["threshold_subscriber"])["eu-e-evidence.production-order"] == "any offence"


def test_the_answer_moves_with_the_law(rows: dict[str, Row]) -> None:
    """The table is asked of the packs: another pack gives another answer."""
    from rogatory.law import load
    from rogatory.node.packs import pack_files

    period = corpus() / "instruments/eu-e-evidence/2026-08-18.yaml"
    files = pack_files(period, corpus())
    name = "instruments/eu-e-evidence/2026-08-18.yaml"
    assert "max_custodial_months >= 36 for" in files[name]
    files[name] = files[name].replace("max_custodial_months >= 36 for", "max_custodial_months >= 60 for", 1)
    question = read_facts("usual", USUAL, vocabulary(corpus()))

    found = crosswalk(question, {"eu-e-evidence": load(files)}, load_routes(), {})

    row = next(one for one in found if one.safeguard == "threshold_content")
    assert _words(row) == {"eu-e-evidence.production-order": "60 months"}


def test_every_state_stands_in_every_row_with_a_word_or_as_unknown(rows: dict[str, Row]) -> None:
    for name, scale in SCALES.items():
        assert {one.who for one in rows[name].answers} == load_states().keys()
        for one in rows[name].answers:
            assert (one.rank is None) == (one.who in rows[name].unknown)
            assert one.rank is None or scale[one.rank] == one.word


def test_where_the_instrument_itself_has_the_person_told_the_table_says_so(rows: dict[str, Row]) -> None:
    told = _words(rows["notice"])

    assert told["eu-e-evidence.production-order"] == "yes"
    assert told["budapest.assistance-request"] == "left to domestic law"
    assert {(answered(one, ENGLISH), one.rank) for one in rows["notice"].answers} == {("yes", 1), ("left to domestic law", 0)}


@pytest.mark.parametrize(
    ("keep", "kind", "word"),
    [
        ("any(o.max_custodial_months >= 100 for o in offences)", "blocked", "120 months"),
        ("any(o.max_custodial_months >= 100 for o in offences)", "judge", "any offence"),
        ("any(o.max_custodial_months >= 100 for o in offences)", "warn", "any offence"),
        ("any(o.by_information_system for o in offences)", "blocked", "more than 120 months"),
        ("any(o.convention_offence for o in offences)", "blocked", "more than 120 months"),
    ],
)
def test_the_threshold_is_the_least_sentence_that_no_rule_on_the_offence_bars(keep: str, kind: str, word: str) -> None:
    rule = RULE.format(number=1, acts="issue", when="production", keep=keep, broken=f"{{as: {kind}, cite: Art. 1(1)}}")
    question = read_facts("usual", USUAL, vocabulary(corpus()))
    question = replace(question, facts={**question.facts, "issuing_state": "SI"})

    found = crosswalk(question, {"eu-e-evidence": laid(HEAD.format(side="issuing_state") + rule)}, load_routes(), {})

    row = next(one for one in found if one.safeguard == "threshold_subscriber")
    assert _words(row) == {"eu-e-evidence.production-order": word}


def test_unknown_is_neither_strict_nor_weak() -> None:
    row = Row(
        safeguard="x",
        of="states",
        answers=(Answered(who="AA", word="", rank=None), Answered(who="BB", word="low", rank=0), Answered(who="CC", word="high", rank=2)),
    )
    nothing = Row(safeguard="x", of="states", answers=(Answered(who="AA", word="", rank=None),))

    assert [one.who for one in row.strictest] == ["CC"]
    assert [one.who for one in row.weakest] == ["BB"]
    assert row.unknown == ("AA",)
    assert nothing.strictest == nothing.weakest == ()


def test_the_command_shows_a_table_one_row_and_json() -> None:
    run = CliRunner()

    whole: Any = json.loads(run.invoke(app, ["law", "crosswalk", "--json"]).output)
    shown = run.invoke(app, ["law", "crosswalk"]).output
    one = run.invoke(app, ["law", "crosswalk", "bank_secrecy"]).output

    assert {"validation_traffic", "threshold_content", "notification", "notice", "retention", "refusal_grounds", *SCALES} <= {
        row["safeguard"] for row in whole["safeguards"]
    }
    assert shown.count("    strictest  ") == shown.count("    unknown    ") == len(whole["safeguards"])
    assert "judge order: AT, BR" in one
    assert run.invoke(app, ["law", "crosswalk", "happiness"]).exit_code == 2

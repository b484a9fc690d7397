"""Worked cases: our own, and every case of the contract; one test each."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from rogatory.cli.main import app
from rogatory.law.casefile import WorkedCase, read_cases, run
from rogatory.node.packs import corpus, load_corpus, pack_of

PACK = load_corpus("eu-e-evidence")
CASES, ADDED = (
    [
        case
        for path in sorted((corpus() / folder).rglob("*.yaml"))
        for case in read_cases(str(path), path.read_text(encoding="utf-8"), PACK.vocabulary)
    ]
    for folder in ("scenarios", "overlay-scenarios")
)
BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_law_gives_the_answer_of_the_worked_case(case: WorkedCase) -> None:
    assert run(case, load_corpus(case.question.instrument)) == ()


@pytest.mark.parametrize("case", ADDED, ids=lambda case: case.id)
def test_with_what_the_states_add_the_law_gives_the_answer_of_the_worked_case(case: WorkedCase) -> None:
    assert run(case, pack_of(case.question)) == ()


def test_what_a_state_adds_or_declared_is_no_part_of_a_case_unless_it_is_asked_for() -> None:
    added = str(corpus() / "overlay-scenarios")

    assert CliRunner().invoke(app, ["law", "test", added, "--overlays"]).exit_code == 0
    assert CliRunner().invoke(app, ["law", "test", added]).exit_code == 1


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_case_file_with_one_defect_is_an_error_that_names_the_place(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")

    result = CliRunner().invoke(app, ["law", "test", str(path)])

    assert result.exit_code == 2
    assert expected in result.output


def test_a_failed_case_says_what_was_expected_and_what_it_rests_on(tmp_path: Path) -> None:
    source = (corpus() / "scenarios" / "eu-e-evidence" / "first.yaml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(source.replace("outcome: unavailable", "outcome: permitted"), encoding="utf-8")

    result = CliRunner().invoke(app, ["law", "test", str(wrong)])

    assert result.exit_code == 1
    assert "EV-28" in result.output
    assert "expected permitted, answered unavailable" in result.output
    assert "eu-e-evidence.E2 broken" in result.output
    assert result.output.strip().splitlines()[-1] == "28 cases: 27 passed, 1 failed"


def test_no_case_at_all_is_an_error(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["law", "test", str(tmp_path)]).exit_code == 2

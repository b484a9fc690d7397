"""A law file with one defect is refused, with file, line, cause and cure. The complaint stands in the file's first line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rogatory.cli.main import app
from rogatory.law.tree import LIMIT
from rogatory.node.packs import corpus

BAD = Path(__file__).parent / "bad_packs"


def law_with(folder: Path, files: dict[str, str]) -> Path:
    """A folder of law that holds the real vocabulary, one State, English, and these files of one instrument."""
    (folder / "instruments" / "eio").mkdir(parents=True)
    (folder / "jurisdictions").mkdir()
    (folder / "languages").mkdir()
    shutil.copy(corpus() / "facts.yaml", folder / "facts.yaml")
    for name in ("jurisdictions/ie.yaml", "languages/en.yaml"):
        shutil.copy(corpus() / name, folder / name)
    for name, text in files.items():
        (folder / "instruments" / "eio" / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", sorted(BAD.iterdir()), ids=lambda path: path.stem)
def test_a_law_file_with_one_defect_is_refused_with_file_line_cause_and_cure(path: Path, tmp_path: Path) -> None:
    texts = (
        {one.name: one.read_text(encoding="utf-8") for one in path.iterdir()}
        if path.is_dir()
        else {"2017.yaml": path.read_text(encoding="utf-8")}
    )
    complaint = min(texts.items())[1].splitlines()[0].removeprefix("# ")

    result = CliRunner().invoke(app, ["law", "check", "--law", str(law_with(tmp_path / "law", texts))])

    assert result.exit_code in {1, 2}
    assert complaint in result.output
    assert "To cure it: " in result.output or result.exit_code == 1


def test_a_file_of_ten_megabytes_is_refused_without_being_read_to_its_end(tmp_path: Path) -> None:
    folder = law_with(tmp_path / "law", {"2017.yaml": "# long\n" + "a" * (10 << 20)})

    result = CliRunner().invoke(app, ["law", "check", "--law", str(folder)])

    assert result.exit_code == 2
    assert f"instruments/eio/2017.yaml:1:1: is longer than {LIMIT} bytes" in result.output


def test_a_file_nested_without_end_is_refused(tmp_path: Path) -> None:
    folder = law_with(tmp_path / "law", {"2017.yaml": "a: " + "[" * 100_000})

    result = CliRunner().invoke(app, ["law", "check", "--law", str(folder)])

    assert result.exit_code == 2
    assert "is nested more than 40 deep" in result.output


def test_a_law_that_does_not_speak_english_is_refused(tmp_path: Path) -> None:
    folder = law_with(tmp_path / "law", {"2017.yaml": (BAD / "misspelt-fact.yaml").read_text(encoding="utf-8")})
    (folder / "languages" / "en.yaml").unlink()

    result = CliRunner().invoke(app, ["law", "check", "--law", str(folder)])

    assert result.exit_code == 2
    assert "needs languages/en.yaml" in result.output


def test_norway_is_no_truth_value() -> None:
    source = corpus() / "instruments" / "budapest" / "2004-07-01.yaml"
    assert ", NO, " in source.read_text(encoding="utf-8")

    result = CliRunner().invoke(app, ["law", "check"])

    assert result.exit_code == 0


def test_the_law_is_sound_and_every_rule_is_tried_both_ways() -> None:
    result = CliRunner().invoke(app, ["law", "check", "--on", "2026-11-24"])

    assert result.exit_code == 0, result.output
    assert "lacking" not in result.output
    assert "nothing is due for review on 2026-11-24" in result.output


def test_what_is_due_for_review_is_listed_and_breaks_nothing() -> None:
    result = CliRunner().invoke(app, ["law", "check", "--on", "2028-01-01"])

    assert result.exit_code == 0
    assert "budapest: was to be reviewed by 2027-05-23" in result.output

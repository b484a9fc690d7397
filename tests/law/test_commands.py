"""The commands by which a lawyer reads, compares, reforms and keeps the law: what they print, and how they end."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET  # reads only what this test wrote
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from typer.testing import CliRunner

from rogatory.cli.main import app
from rogatory.node.packs import corpus, load_corpus, pack_for

EVIDENCE = "instruments/eu-e-evidence/2026-08-18.yaml"


def law(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["law", *map(str, words)])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["NOT MET *decides*  eu-e-evidence.E16  Art. 4(2)", "facts used: data = [mailbox]", "cure: Put it before"]),
        ("fr", ["NON REMPLI *décisif*  eu-e-evidence.E16", "faits retenus", "remède: Soumettez-la"]),
        ("de", ["NICHT ERFÜLLT *entscheidet*  eu-e-evidence.E16", "herangezogene Tatsachen", "Abhilfe: Legen Sie"]),
        ("es", ["NO CUMPLIDO *decide*  eu-e-evidence.E16", "hechos usados", "remedio: Preséntela"]),
    ],
)
def test_a_case_is_explained_in_each_language(language: str, words: list[str]) -> None:
    status, output = law("explain", "EVX-40", "--lang", language)

    assert status == 0
    for one in words:
        assert one in output


def test_a_deadline_explains_itself_step_by_step_in_french() -> None:
    _, output = law("explain", "EVX-60", "--lang", "fr")

    assert "le jour de l'événement, le jeudi 15 octobre 2026, n'est pas compté" in output
    assert "le lundi 26 octobre 2026 est un jour férié : la fin est reportée au mardi 27 octobre 2026" in output
    assert "2026-10-28T00:00:00Z" in output


def test_a_finding_that_rests_on_an_interpretation_says_so() -> None:
    _, output = law("explain", "EVX-40")

    assert "(rests on an interpretation)" in output


@pytest.mark.parametrize(
    "words", [("explain", "NO-99"), ("explain", "EV-05", "--lang", "xx"), ("show", "eu-e-evidence.E99"), ("show", "x")]
)
def test_what_is_not_there_ends_with_status_two_and_says_what_is(words: tuple[str, ...]) -> None:
    status, output = law(*words)

    assert status == 2
    assert output.strip()


def test_a_rule_shows_what_keeps_it_what_breaks_it_and_whether_it_is_in_force() -> None:
    status, output = law("show", "eu-e-evidence.E9", "--on", "2026-08-17")

    assert status == 0
    assert "On 2026-08-17 it is not in force." in output
    assert "kept if: domestic_power and preservation  [Art. 6(3)]" in output
    assert "if broken, blocked: otherwise  [Art. 5(2)]" in output


def test_between_two_days_the_law_began_to_apply() -> None:
    assert law("diff", "2026-08-17", "2026-08-18")[1].splitlines()[:2] == ["eu-e-evidence:", "  begins to apply"]
    assert law("diff", "2026-09-01", "2026-09-02") == (0, "nothing changed\n")


def test_between_two_folders_a_changed_number_is_told_with_its_place(tmp_path: Path) -> None:
    shutil.copytree(corpus(), tmp_path / "law")
    _change(tmp_path / "law", "{days: 10, cite: Art. 10(3)}", "{days: 12, cite: Art. 10(3)}")

    status, output = law("diff", corpus(), tmp_path / "law")

    assert status == 1
    assert "~ deadlines: produce: length[2].days: was 10, is 12" in output
    assert output.endswith("\n1 change\n")


def _change(folder: Path, old: str, new: str) -> None:
    path = folder / EVIDENCE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_draft_is_run_over_past_cases_and_drawn(tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    text = (corpus() / EVIDENCE).read_text(encoding="utf-8")
    draft.write_text(text.replace("o.max_custodial_months >= 36 for", "o.max_custodial_months >= 60 for", 1), encoding="utf-8")
    past = tmp_path / "past.yaml"
    own = (
        (corpus() / "scenarios" / "eu-e-evidence" / "own.yaml")
        .read_text(encoding="utf-8")
        .replace("max_custodial_months: 72", "max_custodial_months: 48")
    )
    past.write_text(own, encoding="utf-8")

    status, output = law("reform", draft, "--over", past, "--picture", tmp_path / "reform.svg")

    assert status == 0
    assert "permitted -> undetermined" in output or "permitted -> blocked" in output
    assert "because: eu-e-evidence.E8" in output
    assert "would be answered otherwise" in output
    root = ET.parse(tmp_path / "reform.svg").getroot()  # our own picture
    assert root.tag.endswith("svg")
    assert root.find("{http://www.w3.org/2000/svg}title") is not None


def test_a_draft_that_is_no_law_is_told_its_mistake(tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text("instrument: eio\n", encoding="utf-8")

    result = CliRunner().invoke(app, ["law", "reform", str(draft), "--over", str(corpus() / "scenarios")])

    assert "draft.yaml:1:1: the key 'name' is missing" in str(result.exception)


def _key(folder: Path) -> tuple[Path, str]:
    key = Ed25519PrivateKey.generate()
    path = folder / "owner.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def test_a_kept_pack_answers_as_it_did_although_the_law_has_changed(tmp_path: Path) -> None:
    key, public = _key(tmp_path)
    assert law("keep", "eio", "--out", tmp_path / "kept", "--key", key)[0] == 0
    (pack,) = (tmp_path / "kept").iterdir()

    status, output = law("test", corpus() / "scenarios" / "eio", "--pack", pack, "--signed-by", public)

    assert (status, output) == (0, "17 cases: 17 passed, 0 failed\n")
    assert json.loads(pack.read_text(encoding="utf-8"))["hash"] == pack.stem
    assert "is kept already" in law("keep", "eio", "--out", tmp_path / "kept", "--key", key)[1]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("criminal-proceedings", "criminal-proceeding5", "its signature does not hold"),
        ('"review_by":"2027', '"review_by":"2099', "its signature does not hold"),
        ('"form":"rogatory.law.pack.v1"', '"form":"rogatory.law.pack.v2"', "is no kept pack"),
        ('{"checked_on"', ' {"checked_on"', "is no kept pack"),
    ],
)
def test_a_kept_pack_that_was_changed_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    law("keep", "eio", "--out", tmp_path / "kept", "--key", _key(tmp_path)[0])
    (pack,) = (tmp_path / "kept").iterdir()
    text = pack.read_text(encoding="utf-8")
    assert old in text
    pack.write_text(text.replace(old, new, 1), encoding="utf-8")

    result = CliRunner().invoke(app, ["law", "test", str(corpus() / "scenarios" / "eio"), "--pack", str(pack)])

    assert result.exit_code != 0
    assert complaint in str(result.exception)


def test_a_pack_signed_by_somebody_else_is_refused(tmp_path: Path) -> None:
    law("keep", "eio", "--out", tmp_path / "kept", "--key", _key(tmp_path)[0])
    (pack,) = (tmp_path / "kept").iterdir()

    result = CliRunner().invoke(app, ["law", "test", str(corpus() / "scenarios" / "eio"), "--pack", str(pack), "--signed-by", "00" * 32])

    assert "is signed by" in str(result.exception)


def test_packs_are_kept_with_what_states_add_as_acts_pin_them(tmp_path: Path) -> None:
    status, output = law("keep", "eio", "--out", tmp_path / "kept", "--key", _key(tmp_path)[0], "--overlays")
    kept = {path.stem for path in (tmp_path / "kept").iterdir()}

    assert status == 0
    assert "eio in EE, 2017-05-22.yaml" in output
    assert kept == {load_corpus("eio").hash, pack_for("eio", frozenset({"EE", "FR"})).hash}
    laid = tmp_path / "kept" / f"{pack_for('eio', frozenset({'EE'})).hash}.json"
    cases = corpus() / "overlay-scenarios" / "ee"
    assert law("test", cases, "--pack", laid)[1].endswith(" 0 failed\n")


def test_a_draft_of_what_a_state_adds_is_run_over_past_cases(tmp_path: Path) -> None:
    draft = tmp_path / "eio.yaml"
    text = (corpus() / "overlays" / "ee" / "eio.yaml").read_text(encoding="utf-8")
    draft.write_text(text.replace("broken: {as: needs", "broken: {as: warn", 1), encoding="utf-8")

    status, output = law("reform", draft, "--over", corpus() / "overlay-scenarios")

    assert status == 0, output
    assert "needs -> permitted" in output
    assert "EE" in output


def test_the_same_draft_of_an_instrument_answers_otherwise_where_overlays_count(tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text((corpus() / "instruments/eio/2017-05-22.yaml").read_text(encoding="utf-8"), encoding="utf-8")

    plain = law("reform", draft, "--over", corpus() / "overlay-scenarios" / "ee")
    laid = law("reform", draft, "--over", corpus() / "overlay-scenarios" / "ee", "--overlays")

    assert plain[0] == laid[0] == 0
    assert plain[1].endswith(" 0 would be answered otherwise\n")
    assert laid[1].endswith(" 0 would be answered otherwise\n")


def test_a_draft_that_takes_a_safeguard_away_stops_the_load(tmp_path: Path) -> None:
    draft = tmp_path / "eio.yaml"
    text = (corpus() / "overlays" / "ee" / "eio.yaml").read_text(encoding="utf-8")
    draft.write_text(text.replace("rules:", "without: [eio.issuer]\nrules:", 1), encoding="utf-8")

    result = CliRunner().invoke(app, ["law", "reform", str(draft), "--over", str(corpus() / "overlay-scenarios")])

    assert "'without' is not one of" in str(result.exception)

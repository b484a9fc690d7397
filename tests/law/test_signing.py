"""The law carries its owner's signature, and the check says honestly whether it still holds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from typer.testing import CliRunner

from rogatory.cli.law.signing import OWNER, SIGNATURE, owner_key, standing
from rogatory.cli.main import app
from rogatory.errors import PackError
from rogatory.law.signing import read_signed
from rogatory.node import packs
from rogatory.node.packs import corpus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of law with two instruments, nobody's yet."""
    law = tmp_path / "law"
    shutil.copytree(corpus(), law, ignore=shutil.ignore_patterns("scenarios", "overlay-scenarios", "schema", SIGNATURE, OWNER))
    for path in (law / "jurisdictions").iterdir():
        if path.stem not in {"ee", "ie"}:
            path.unlink()
    for path in (law / "instruments").iterdir():
        if path.name not in {"eio", "led"}:
            shutil.rmtree(path)
    for path in (law / "overlays").glob("*/*.yaml"):
        if path.stem != "eio":
            path.unlink()
    return law


def key(folder: Path, name: str = "owner") -> tuple[Path, str]:
    made = Ed25519PrivateKey.generate()
    path = folder.parent / f"{name}.key"
    path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path, made.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signed(folder: Path) -> str:
    path, public = key(folder)
    result = CliRunner().invoke(app, ["law", "sign", "--key", str(path), "--on", "2026-11-25", "--law", str(folder)])
    assert result.exit_code == 0, result.output
    return public


def forget() -> None:
    for one in (packs.load_period, packs.vocabulary, packs.overlays):
        one.cache_clear()


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget()


def test_a_law_that_nobody_signed_says_so_and_fails_only_a_reader_who_wants_a_signature(folder: Path) -> None:
    assert standing(folder)[0].startswith("not signed")
    assert standing(folder)[1] == ()
    assert standing(folder, by="00" * 32)[1] == ("the law is not signed",)


def test_a_signed_law_names_its_owner_its_day_and_its_review_and_writes_nothing_secret(folder: Path) -> None:
    public = signed(folder)
    line, wrong = standing(folder, by=public)

    assert line == (
        f"signed on 2026-11-25 by The maintainers of law/ (see law/README.md), key {public[:16]}, review by 2027-05-23; "
        "every file and pack is as it was signed"
    )
    assert wrong == ()
    assert owner_key(folder) == public
    assert "PRIVATE" not in (folder / OWNER).read_text() + (folder / SIGNATURE).read_text()
    held = read_signed(SIGNATURE, (folder / SIGNATURE).read_text().strip())
    assert held.packs["eio/2017-05-22"] == packs.load_corpus("eio", folder).hash
    assert held.packs["eio/2017-05-22+EE"] == packs.pack_for("eio", frozenset({"EE"}), folder).hash
    assert {"facts.yaml", "routes.yaml", "jurisdictions/ie.yaml", "overlays/ee/eio.yaml", "forms/shared.yaml"} <= held.files.keys()


def test_what_was_changed_added_or_removed_since_is_named(folder: Path) -> None:
    public = signed(folder)
    period = folder / "instruments/eio/2017-05-22.yaml"
    period.write_text(period.read_text().replace("{days: 30,", "{days: 31,", 1))
    (folder / "providers/quay-names.yaml").unlink()
    shutil.copy(folder / "providers/tidewater.yaml", folder / "providers/another.yaml")
    forget()

    line, wrong = standing(folder, by=public)

    for change in ("providers/another.yaml is new", "providers/quay-names.yaml is gone", "instruments/eio/2017-05-22.yaml was changed"):
        assert change in line
    assert "pack eio/2017-05-22 is another" in line
    assert wrong == ("5 things are not as they were signed",)
    assert standing(folder)[1] == ()


@pytest.mark.parametrize(("old", "new"), [("2027-05-23", "2099-05-23"), ("The maintainers", "Somebody else"), ('"led/', '"lad/')])
def test_a_signature_that_was_changed_is_refused(folder: Path, old: str, new: str) -> None:
    signed(folder)
    path = folder / SIGNATURE
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))

    with pytest.raises(PackError, match="its signature does not hold"):
        standing(folder)
    assert CliRunner().invoke(app, ["law", "check", "--law", str(folder)]).exit_code == 2


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"form":"rogatory.law.signature.v1"}'])
def test_something_else_in_its_place_is_refused(folder: Path, text: str) -> None:
    (folder / SIGNATURE).write_text(text)

    with pytest.raises(PackError, match="is no signature of the law"):
        standing(folder)


def test_a_signature_by_another_key_than_the_owners_is_told(folder: Path) -> None:
    signed(folder)
    mine = (folder / OWNER).read_bytes()
    path, other = key(folder, "other")
    refused = CliRunner().invoke(app, ["law", "sign", "--key", str(path), "--on", "2026-11-26", "--law", str(folder)])
    changed = CliRunner().invoke(app, ["law", "sign", "--key", str(path), "--on", "2026-11-26", "--new-owner", "--law", str(folder)])
    (folder / OWNER).write_bytes(mine)

    assert refused.exit_code == 2
    assert "--new-owner" in refused.output
    assert changed.exit_code == 0
    assert standing(folder)[1][0].startswith(f"signed with the key {other}, and owner.pem holds ")


def test_the_check_prints_the_standing_and_a_reader_may_ask_for_a_key(folder: Path) -> None:
    shutil.rmtree(folder / "providers")  # they serve States that this folder leaves out
    public = signed(folder)
    plain = CliRunner().invoke(app, ["law", "check", "--law", str(folder)])
    asked = CliRunner().invoke(app, ["law", "check", "--law", str(folder), "--signed-by", "00" * 32])

    assert f"key {public[:16]}" in plain.output
    assert f"signed with the key {public}, not with {'00' * 32}" in asked.output
    assert asked.exit_code == 1


def test_the_law_of_this_release_is_as_its_signature_says_or_says_that_it_is_not() -> None:
    line, wrong = standing(corpus())

    assert wrong == ()
    assert line.startswith(("signed on ", "not signed"))
    if (corpus() / SIGNATURE).is_file():
        held = json.loads((corpus() / SIGNATURE).read_text())
        assert held["signature"]["key"] == owner_key(corpus())

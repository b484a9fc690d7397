"""The chain of custody as a file: sealed, readable aloud, and checked offline holder by holder, also when somebody changed it."""

from __future__ import annotations

import contextlib
import copy
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfua
import pytest
from typer.testing import CliRunner

from rogatory.cli.main import app, exit_status
from rogatory.demo.cast import FR
from rogatory.demo.stories import Teller
from rogatory.errors import RogatoryError
from tests.nodes.evidence.acts import READ, cleared, http, listing, produced
from tests.nodes.evidence.packages import read_package

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
ODD = "scan \u202efdp.exe \U0001f4a9 ቃል.txt"
PROOF = dict[str, Any]


def rogatory(*arguments: str | Path, folder: Path) -> tuple[int, str]:
    """The exit status of the command and what it says, as `rogatory.cli.main` would end it."""
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, [str(one) for one in arguments])
    if isinstance(done.exception, RogatoryError):
        return exit_status(done.exception), str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def told(running_town: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A case with two packages that were opened and read, its custody as PDF and as data, and the packages."""
    folder = tmp_path_factory.mktemp("court")
    with Teller(running_town[0], lambda _who, _what: None) as tell:
        cleared(tell)
        lines = produced(tell, {"identification": {"a.txt": b"a" * 100_000, ODD: b"b"}, "traffic": {"t.csv": b"1,2"}})
        for line in lines:
            listing(tell, line["digest"])
        with http(tell, "custodian") as client:
            for name in ("a.txt", ODD):
                path = f"/api/v1/cases/{tell.case}/packages/{lines[0]['digest']}/open-file"
                assert client.post(path, json={**READ, "file": name}).status_code == 200
        actor = tell.town.actors["custodian"]
        (folder / "token").write_text(actor.token)

        def placed(_line: dict[str, Any]) -> bool:
            with http(tell, "custodian") as client:
                shown = client.get(f"/api/v1/cases/{tell.case}/custody", headers={"x-purpose": "For the court"}).json()
            return all("log_index" in one for one in shown["links"])

        tell("custodian").wait("a place in the log for each", tell.case, placed)
        with http(tell, "custodian") as client:
            for name, kind in (("custody.pdf", "pdf"), ("custody.json", "proof")):
                answer = client.get(f"/api/v1/cases/{tell.case}/custody/{kind}", headers={"x-purpose": "For the court"})
                assert answer.status_code == 200, answer.text
                (folder / name).write_bytes(answer.content)
            refused = client.get(f"/api/v1/cases/{tell.case}/custody/pdf", headers={"x-purpose": ""})
            assert refused.status_code == 422
        for line in lines:
            (folder / f"{line['digest']}.age").write_bytes(read_package(tell.town.home(FR), line["digest"]))
        shutil.copy(tell.town.folder / "anchor.pub", folder)
        return {"folder": folder, "lines": lines, "case": tell.case, "node": actor.stage.base_url}


def test_a_court_checks_the_pdf_and_the_packages_alone(told: dict[str, Any]) -> None:
    folder: Path = told["folder"]
    packages = [f"{line['digest']}.age" for line in told["lines"]]

    status, text = rogatory("custody", "check", "custody.pdf", *packages, folder=folder)

    assert status == 0, text
    assert re.search(r"holds +no byte of the PDF was changed since it was sealed by", text)
    for digest in (line["digest"] for line in told["lines"]):
        part = text.partition(f"Package {digest}")[2].partition("\n\n")[0]
        assert re.findall(r"(sealed at its source|received, counted and hashed)", part) == [
            "sealed at its source",
            "received, counted and hashed",
        ]
    assert "DOES NOT HOLD" not in text
    assert "bytes were not given" not in text
    assert text.count("Opened") == 7  # two lists; three originals that were given with them, and two read again
    assert "\u202e" not in text
    assert "scan [U+202E]fdp.exe" in text
    assert "bytes were not given" in rogatory("custody", "check", "custody.json", folder=folder)[1]


def test_the_proof_shows_nothing_of_the_case_but_its_custody(told: dict[str, Any]) -> None:
    from rogatory.act import disclose, read

    proof = json.loads((told["folder"] / "custody.json").read_text())
    shown = {name for act in proof["file"]["acts"] for name in disclose(read(act["skeleton"]), act["disclosures"]).body}
    assert {"packages", "digest", "file", "purpose"} <= shown
    assert not shown & {"items", "grounds", "offence", "persons", "words", "read_back", "reasons"}


def test_the_pdf_is_sealed_archivable_and_can_be_read_aloud(told: dict[str, Any]) -> None:
    path = told["folder"] / "custody.pdf"
    if shutil.which("pdfsig") is None:
        pytest.skip("NOT TESTED with readers of PDF: install poppler-utils and qpdf (sudo apt-get install poppler-utils qpdf)")

    def run(*command: str) -> str:
        return subprocess.run([*command], capture_output=True, text=True, check=False).stdout

    assert "Signature is Valid." in run("pdfsig", str(path))
    assert "Total document signed" in run("pdfsig", str(path))
    metadata = run("pdfinfo", "-meta", str(path))
    for claim in ('pdfaid:part="3"', 'pdfaid:conformance="A"', 'pdfuaid:part="1"'):
        assert claim in metadata
    assert [str(one) for one in pdfua.validate(str(path)).findings] == []
    text = re.sub(r"[\s\u200b]+", "", run("pdftotext", str(path), "-"))
    assert all(line["digest"] in text for line in told["lines"])
    assert "scan[U+202E]fdp.exe[U+1F4A9]" in text, "a sign that hides, or that no font has, is shown by its number"


def changed(told: dict[str, Any], change: Callable[[PROOF], None], name: str) -> str:
    """What the check says of a proof that somebody changed; it must not hold."""
    proof = copy.deepcopy(json.loads((told["folder"] / "custody.json").read_text()))
    change(proof)
    (told["folder"] / name).write_text(json.dumps(proof))
    status, text = rogatory("custody", "check", name, folder=told["folder"])
    assert status == 1, text
    assert "NOT VERIFIED" in text
    return text


def test_one_changed_byte_of_a_package_is_found_at_each_of_its_holders(told: dict[str, Any]) -> None:
    folder, digest = told["folder"], told["lines"][0]["digest"]
    data = bytearray((folder / f"{digest}.age").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "changed").mkdir()
    (folder / "changed" / f"{digest}.age").write_bytes(data)
    other = f"{told['lines'][1]['digest']}.age"
    status, text = rogatory("custody", "check", "custody.pdf", f"changed/{digest}.age", other, folder=folder)
    assert status == 1
    assert text.partition(f"Package {digest}")[2].partition("\n\n")[0].count("DOES NOT HOLD") == 2
    assert text.count("DOES NOT HOLD") == 2, "the other package still holds"
    (folder / "stranger.bin").write_bytes(b"x")
    status, text = rogatory("custody", "check", "custody.pdf", "stranger.bin", folder=folder)
    assert status == 1
    assert "is that of no package of this custody" in text


@pytest.mark.parametrize("place", [0.1, 0.4, 0.9])
def test_one_changed_byte_of_the_pdf_is_found(told: dict[str, Any], place: float) -> None:
    data = bytearray((told["folder"] / "custody.pdf").read_bytes())
    data[int(len(data) * place)] ^= 1
    (told["folder"] / "changed.pdf").write_bytes(data)
    status, text = rogatory("custody", "check", "changed.pdf", folder=told["folder"])
    assert status in {1, 2}, text


def test_a_custody_that_tells_otherwise_than_its_acts_does_not_hold(told: dict[str, Any]) -> None:
    def later(proof: PROOF) -> None:
        proof["custody"]["holders"][1]["since"] = "2026-01-01T00:00:00.000Z"

    def hidden_reading(proof: PROOF) -> None:
        proof["custody"]["links"] = [one for one in proof["custody"]["links"] if one["kind"] != "open"]

    def other_reader(proof: PROOF) -> None:
        next(one for one in proof["custody"]["links"] if one["kind"] == "open")["by"]["officer"] = "urn:x#somebody"

    def other_file(proof: PROOF) -> None:
        one = next(one for one in proof["custody"]["links"] if one["kind"] == "open" and "a.txt" in one["detail"])
        one["detail"] = one["detail"].replace("a.txt", "b.txt")

    def no_holder(proof: PROOF) -> None:
        del proof["custody"]["holders"][0]

    assert "the custody says since 2026-01-01" in changed(told, later, "later.json")
    assert "leaves it out" in changed(told, hidden_reading, "hidden.json")
    assert "the custody says officer urn:x#somebody" in changed(told, other_reader, "reader.json")
    assert "its act says file a.txt" in changed(told, other_file, "file.json")
    assert "does not name this holder" in changed(told, no_holder, "holder.json")


def test_acts_and_receipts_that_do_not_hold_are_named_at_the_holder_they_make(told: dict[str, Any]) -> None:
    def no_receipt(proof: PROOF) -> None:
        del act_of(proof, "receive")["receipt"]

    def other_receipt(proof: PROOF) -> None:
        act_of(proof, "receive")["receipt"] = act_of(proof, "produce")["receipt"]

    def no_announcement(proof: PROOF) -> None:
        proof["file"]["acts"].remove(act_of(proof, "produce"))

    def bent(proof: PROOF) -> None:
        act = act_of(proof, "receive")
        head, body, signature = act["skeleton"].split(".")
        act["skeleton"] = f"{head}.{body}.{'A' * len(signature)}"

    def withheld(proof: PROOF) -> None:
        act_of(proof, "receive")["disclosures"] = []

    assert "it has no receipt" in changed(told, no_receipt, "a.json")
    assert "DOES NOT HOLD" in changed(told, other_receipt, "b.json")
    assert "did not announce this package" in changed(told, no_announcement, "c.json")
    assert "DOES NOT HOLD" in changed(told, bent, "d.json")
    assert "DOES NOT HOLD" in changed(told, withheld, "e.json")


def act_of(proof: PROOF, kind: str) -> dict[str, Any]:
    from rogatory.act import read

    return next(one for one in proof["file"]["acts"] if read(one["skeleton"]).kind == kind)


def test_fetch_saves_it_from_a_node_and_never_over_a_file(told: dict[str, Any]) -> None:
    folder, case = told["folder"], told["case"]
    asked = ("--node", told["node"], "--token", "token", "--purpose", "For the court")
    status, text = rogatory("custody", "fetch", case, "saved.pdf", *asked, folder=folder)
    assert status == 0, text
    assert rogatory("custody", "check", "saved.pdf", folder=folder)[0] == 0
    status, text = rogatory("custody", "fetch", case, "saved.pdf", *asked, folder=folder)
    assert (status, "is there already" in text) == (2, True)
    (folder / "no-token").write_text("wrong")
    wrong = ("--node", told["node"], "--token", "no-token", "--purpose", "For the court")
    status, text = rogatory("custody", "fetch", case, "none.pdf", *wrong, folder=folder)
    assert (status, (folder / "none.pdf").exists()) == (2, False)


def test_what_is_no_custody_is_wrong_input_and_says_what_to_give(told: dict[str, Any]) -> None:
    folder = told["folder"]
    (folder / "no.pdf").write_bytes(b"%PDF-1.7 nothing")
    (folder / "no.json").write_text('{"v": 1}')
    for name in ("no.pdf", "no.json", "absent.pdf", "token"):
        status, text = rogatory("custody", "check", name, folder=folder)
        assert (status, "give the PDF" in text or "save it again" in text) == (2, True), text
    status, text = rogatory("custody", "check", "custody.pdf", "--anchor", "wrong", folder=folder)
    assert status == 2

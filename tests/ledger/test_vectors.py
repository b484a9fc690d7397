"""The vectors of the ledger: one scenario a folder, named by what was changed; two readers that share no code agree on each."""

import base64
import json
import subprocess
import sys

import pytest

from rogatory.cli.case_file import CaseFile, read_case_file
from rogatory.errors import FormError, ProofError
from rogatory.exchange.message import read_signing_public
from rogatory.ledger import (
    Accepted,
    Check,
    Remembered,
    check_add_checkpoint,
    inspect_log,
    read_checkpoint,
    read_receipt,
    read_vkey,
    verify_growth,
    verify_receipt,
)
from rogatory.ledger.lines import read_hash
from tests.architecture.source import ROOT

FOLDER = ROOT / "tests" / "vectors" / "ledger"
VECTORS = sorted(file.parent for file in FOLDER.rglob("vector.json"))
KEYS = {
    "receipt": {"act", "log_key", "witnesses", "quorum", "fails"},
    "growth": {"log_key", "witnesses", "quorum", "fails"},
    "log": {"log", "without", "names", "log_key", "witnesses", "quorum", "fails"},
    "request": {"log_key", "remembered", "status", "body", "conflict"},
    "case": {"anchor", "quorum", "fails"},
}


def text(file):
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise FormError("is no UTF-8", where=file.name) from error


@pytest.mark.parametrize("folder", VECTORS, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_vector_is_judged_as_it_says(folder):
    vector = json.loads((folder / "vector.json").read_text(encoding="utf-8"))
    assert vector.keys() == KEYS[vector["is"]] | {"is", "says"}, "an unknown key may change what the vector asks"
    {"receipt": receipt, "growth": growth, "log": log, "request": request, "case": case}[vector["is"]](folder, vector)


def asked(vector):
    return {
        "log_vkey": read_vkey(vector["log_key"]),
        "witnesses": [read_vkey(one) for one in vector["witnesses"]],
        "quorum": vector["quorum"],
    }


def expect(judge, fails):
    if not fails:
        assert judge()
        return
    with pytest.raises((FormError, ProofError)) as caught:
        judge()
    where = Check.FORM.where if isinstance(caught.value, FormError) else caught.value.where
    assert where == Check(fails).where


def receipt(folder, vector):
    expect(lambda: verify_receipt(vector["act"], read_receipt(text(folder / "receipt.tlog-proof")), **asked(vector)), vector["fails"])


def growth(folder, vector):
    def judge():
        proof = [read_hash(line, where="proof") for line in text(folder / "proof").splitlines()]
        return verify_growth(read_checkpoint(text(folder / "old")), read_checkpoint(text(folder / "new")), proof, **asked(vector))

    expect(judge, vector["fails"])


def log(folder, vector):
    def read(name):
        file = folder / name if (folder / name).is_file() else FOLDER / "logs" / vector["log"] / name
        return None if name in vector["without"] or not file.is_file() else file.read_bytes()

    found = inspect_log(read, **asked(vector)).findings
    assert min((one.check for one in found), default=0) == vector["fails"]
    assert sorted({one.file for one in found}) == vector["names"], "what is named is what was altered"


def case(folder, vector):
    try:
        value = read_case_file(text(folder / "case.json"), where="case.json")
    except FormError:
        assert vector["fails"] == Check.FORM
        return
    file = CaseFile(value=value, anchor=read_signing_public(vector["anchor"]), folder=folder, quorum=vector["quorum"])
    assert next((line.check for line in file.lines() if line.ok is False), 0) == vector["fails"]


def request(folder, vector):
    key = read_vkey(vector["log_key"])
    size = vector["remembered"]["size"]
    known = {key.name: Remembered(size=size, root=base64.b64decode(vector["remembered"]["root"]))} if size else {}
    answer = check_add_checkpoint(text(folder / "request"), logs={key.name: [key]}, remembered=known)
    assert answer.status == vector["status"]
    if isinstance(answer, Accepted):
        assert answer.remember.size >= size
    else:
        assert (answer.body, answer.equivocation) == (vector["body"], vector["conflict"])


def test_a_second_verifier_that_shares_no_code_agrees_on_every_vector():
    verifier = ROOT / "tools" / "second_verifier.py"
    assert "import rogatory" not in verifier.read_text(encoding="utf-8")
    assert "from rogatory" not in verifier.read_text(encoding="utf-8")
    done = subprocess.run([sys.executable, verifier, "vectors", FOLDER], capture_output=True, text=True, check=False, env={})
    assert done.stdout == f"All {len(VECTORS)} vectors are judged as they say.\n", done.stdout + done.stderr


def test_the_vectors_cover_every_step_that_can_fail_and_carry_its_number():
    folders = {folder.name for folder in FOLDER.iterdir() if folder.is_dir()} - {"logs", "witness"}
    expected = {f"{check.value:02d}-{check.title.replace(' ', '-')}" for check in Check}
    assert folders == expected - {"05-place-in-step"} | {"00-holds"}, "step 5 alone cannot fail: step 6 says that the root is not there"


def test_making_the_vectors_again_leaves_no_difference(tmp_path):
    script = "import sys, pathlib; sys.path[:0] = ['tools']; import make_vectors as m; m.FOLDER = pathlib.Path(sys.argv[1]); m.main()"
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True, cwd=ROOT, capture_output=True)
    made, kept = ({file.relative_to(top): file.read_bytes() for file in top.rglob("*") if file.is_file()} for top in (tmp_path, FOLDER))
    kept = {name: data for name, data in kept.items() if name.name != "README.md"}
    assert made == kept, "run: make vectors, and read the difference: it is a change of format"

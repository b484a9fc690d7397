"""The CASE/UCO description: the same bytes at every call, and nothing that the ontology's own validator would complain about."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rogatory.canonical import encode
from rogatory.custody.description import describe

FILES = [("sessions.csv", 120, "a" * 64), ("folder/größe.bin", 0, "b" * 64)]
STATED = {"order": "0" * 64, "item": "traffic", "producer": "https://provider.example", "at": "2026-11-24T10:00:00.000Z"}


def described() -> bytes:
    return b"".join(describe(FILES, **STATED))


def test_the_description_is_canonical_and_the_same_at_every_call() -> None:
    assert described() == described()
    assert encode(json.loads(described())) == described()


def validated(data: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """What `case_validate` says, with nothing allowed."""
    path = folder / "description.jsonld"
    path.write_bytes(data)
    return subprocess.run([str(Path(sys.executable).with_name("case_validate")), str(path)], capture_output=True, text=True, check=False)


def test_the_strict_validator_of_the_ontology_accepts_it(tmp_path: Path) -> None:
    done = validated(described(), tmp_path)
    assert "Conforms: True" in done.stdout, done.stdout
    assert done.returncode == 0
    assert done.stderr == ""


def test_the_validator_would_notice(tmp_path: Path) -> None:
    done = validated(described().replace(b"SHA256", b"SHA999"), tmp_path)
    assert "Conforms: False" in done.stdout

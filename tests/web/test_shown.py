"""Poison: at least a hundred files that have hurt others are sealed, opened and shown, and nothing escapes, acts or grows."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rogatory.custody import ENTROPY, Purpose, SourceFile, new_identity, recipient_of, seal
from rogatory.errors import PackageError
from rogatory.moments import parse_instant
from rogatory.web.shown import MOST_TEXT, show, visible
from tests.custody.poison import HOSTILE_NAMES

ROOT = Path(__file__).resolve().parents[2]
IDENTITY = new_identity(bytes(range(32)))


def run(*command: str) -> str:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_t14_no_poison_escapes_acts_or_grows(tmp_path: Path) -> None:
    run("tests.custody.poison", str(tmp_path))
    before = {path.name for path in tmp_path.iterdir()}
    assert len(before) > 150

    result = json.loads(run("tests.web.poison_shown", str(tmp_path)))

    assert result["wrong"] == {}
    assert len(result["shown"]) >= 100
    assert result["shown"]["script-1-as-svg"] == "text"
    assert result["shown"]["pdf-and-html"] == "pdf"
    assert result["shown"]["zip-bomb"] == "other"
    assert result["peak_mib"] < 512
    assert {path.name for path in tmp_path.iterdir()} == before | {"package.age"}
    assert not Path("/tmp/escaped").exists()


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=ascii)
def test_t14_a_hostile_name_is_refused_before_anything_is_written(name: str) -> None:
    out = io.BytesIO()
    with pytest.raises(PackageError, match="no name that a package may hold"):
        seal(
            [SourceFile(name=name, stream=io.BytesIO(b"x"), size=1)],
            Purpose(order="0" * 64, item="a", facts={}),
            recipient=recipient_of(IDENTITY),
            at=parse_instant("2026-11-24T00:00:00Z"),
            entropy=os.urandom(ENTROPY),
            out=out,
        )
    assert len(out.getvalue()) < 300  # the header alone


def test_what_hides_is_shown_by_its_number() -> None:
    assert visible("a\u202eb\u200bc\0") == "a⟨U+202E⟩b⟨U+200B⟩c⟨U+0000⟩"


def test_a_large_text_is_shown_in_its_first_part_and_the_page_says_so() -> None:
    read = []

    def pieces():
        for _ in range(5):
            read.append(1)
            yield "ä".encode() * (MOST_TEXT // 2)

    shown = show("a.txt", 65 << 20, pieces())
    assert len(read) < 5
    assert "are shown" in shown.note
    assert len(shown.text) <= MOST_TEXT

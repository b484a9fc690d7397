"""An old copy of a node's database: its log has signed more than it holds, and is never continued."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from rogatory.demo.cast import FR, PROVIDER
from rogatory.demo.processes import running
from rogatory.demo.town import Town
from rogatory.ledger import SignedCheckpoint, read_checkpoint
from tests.nodes.conftest import town
from tests.nodes.copies import newest_size, put_back, take
from tests.postgres import ON_POSTGRESQL

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
PATIENCE = 120.0


def get(path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{PROVIDER.port}{path}", headers={"host": PROVIDER.host}, timeout=5, trust_env=False)


def head() -> SignedCheckpoint | None:
    answer = get("/log/checkpoint")
    return read_checkpoint(answer.text) if answer.is_success else None


def wait_for(what: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.1)


def cosigned(beyond: int) -> bool:
    found = head()
    return found is not None and found.checkpoint.size > beyond and len(found.note.signatures) > 2


@pytest.mark.parametrize("database", ["sqlite", ON_POSTGRESQL])
def test_t7_a_restored_log_that_is_shorter_than_what_it_signed_is_never_continued(tmp_path: Path, database: str) -> None:
    with town(tmp_path / "town", database) as made:
        home, copy = made.home(PROVIDER), tmp_path / "old"
        with running(made):
            wait_for(lambda: cosigned(2))
            take(made, PROVIDER, copy)
            wait_for(lambda: cosigned(25))

        put_back(made, PROVIDER, copy)
        before = newest_size(made, PROVIDER)
        assert "is not the one that this log has signed" in _work_alone(made), "the mark beside the keys knows more"
        assert newest_size(made, PROVIDER) == before, "nothing more is signed"

        (home / "keys" / "log.signed").unlink()
        assert "may be an old copy" in _work_alone(made), "nobody has said yet what they know"
        assert newest_size(made, PROVIDER) == before
        with running(made):
            wait_for(lambda: "This log is closed." in get("/log").text)
            found = [one for one in get("/log/evidence.json").json() if one["kind"] == "shrunk log"]
            known = read_checkpoint(found[0]["known"]).checkpoint
            assert known.size > 25 > read_checkpoint(found[0]["shown"]).checkpoint.size
            origin = hashlib.sha256(f"{FR.name}.demo.invalid/log".encode()).hexdigest()
            assert get(f"/witness/{origin}/checkpoint").status_code == 503, "nor does it cosign for its peers: it has forgotten"
        assert newest_size(made, PROVIDER) == before


def _work_alone(made: Town) -> str:
    """What the worker says when it is started with nobody to ask."""
    command = [sys.executable, "-m", "rogatory.cli.main", "work"]
    with subprocess.Popen(command, env=made.environment(PROVIDER), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if "job=place" in line:
                break
        process.terminate()
        process.stdout.read()
    return "".join(lines)

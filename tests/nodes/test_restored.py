"""A node that was restored from a backup: what was destroyed since does not come back, and nothing is shown before that is known."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from rogatory.demo.cast import FR
from rogatory.demo.client import RefusedError
from rogatory.demo.processes import running
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests.nodes.conftest import town
from tests.nodes.copies import put_back, take
from tests.nodes.evidence.acts import cleared, listing, produced, wait_until
from tests.nodes.evidence.test_purge import wait_empty
from tests.postgres import ON_POSTGRESQL

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
DESTROY = {"defence": "It needs nothing of it.", "remedy": "None is asked.", "reasons": "The order was withdrawn."}
PARTS = ("casekeys", "evidence", "keys")


def backup(made: Town, to: Path) -> None:
    """Everything that a careful operator copies, while the node runs."""
    to.mkdir()
    for part in PARTS:
        shutil.copytree(made.home(FR) / part, to / part)
    take(made, FR, to / "database")


def restore(made: Town, copy: Path) -> None:
    """The whole disk as it was, the mark beside the keys included."""
    home = made.home(FR)
    put_back(made, FR, copy / "database")
    for part in PARTS:
        shutil.rmtree(home / part)
        shutil.copytree(copy / part, home / part)


def served_alone(made: Town) -> httpx.Response:
    """What the node shows while nobody else is there to be asked."""
    command = [sys.executable, "-m", "rogatory.cli.main", "serve", "--port", str(FR.port)]
    with subprocess.Popen(command, env=made.environment(FR)) as process:
        try:
            ends = time.monotonic() + 60
            while time.monotonic() < ends:
                try:
                    assert httpx.get(f"http://127.0.0.1:{FR.port}/healthz", headers={"host": FR.host}, trust_env=False).text == "ok"
                    return httpx.get(f"http://127.0.0.1:{FR.port}/sign-in", headers={"host": FR.host}, timeout=60, trust_env=False)
                except httpx.TransportError:
                    time.sleep(0.1)
            raise TimeoutError
        finally:
            process.terminate()


@pytest.mark.parametrize("database", ["sqlite", ON_POSTGRESQL])
def test_h10_what_was_destroyed_does_not_come_back_with_a_backup(tmp_path: Path, database: str) -> None:
    with town(tmp_path / "town", database) as made:
        home, copy = made.home(FR), tmp_path / "copy"
        with running(made), Teller(made, lambda _who, _what: None) as tell:
            cleared(tell)
            digest = produced(tell, {"identification": {"a.txt": b"of a case that fell"}})[0]["digest"]
            fallen = tell.case
            cleared(tell)
            kept = produced(tell, {"identification": {"b.txt": b"of a case that stands"}})[0]["digest"]
            standing = tell.case
            tell.case = fallen
            backup(made, copy)
            tell("officer").act("withdraw", {"words": "Withdrawn."}, fallen)
            tell("judge").sign("purge", DESTROY, fallen)
            wait_empty(tell, fallen)
            assert not [*(home / "casekeys").glob(f"{fallen}.seal-*")]

        restore(made, copy)
        assert [*(home / "casekeys").glob(f"{fallen}.seal-*")], "the copy brings the keys back"
        assert (home / "evidence" / f"{digest}.age").exists()
        alone = served_alone(made)
        assert alone.status_code == 503
        assert "asks its peers what was destroyed" in alone.text

        with running(made), Teller(made, lambda _who, _what: None) as tell:
            tell.case = fallen
            tell("custodian").state(fallen, "purged")
            wait_until(tell, "the keys to go", lambda: not [*(home / "casekeys").glob(f"{fallen}.seal-*")])
            assert not (home / "evidence" / f"{digest}.age").exists()
            with pytest.raises(RefusedError, match="destroyed"):
                listing(tell, digest)
            tell.case = standing
            assert [one["name"] for one in listing(tell, kept)["files"]] == ["b.txt"]

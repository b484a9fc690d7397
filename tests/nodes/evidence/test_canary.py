"""Evidence is looked for everywhere while its whole story is told, on SQLite."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import pytest

from rogatory.demo.cast import FR
from rogatory.demo.processes import Processes
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests.nodes.evidence.acts import audited, cleared, produced
from tests.nodes.evidence.canary import Watched, search_finds, search_finds_rows, story
from tests.nodes.evidence.secrets_of import secrets

pytestmark = [pytest.mark.nodes, pytest.mark.slow]


@pytest.fixture
def watched(running_town: tuple[Town, Processes]) -> Watched:
    """The town of the tests of evidence, and somebody who searches it."""
    return Watched(*running_town)


def test_t6_no_plain_byte_of_evidence_is_written_anywhere_at_any_moment_of_its_story(tell: Teller, watched: Watched) -> None:
    watcher = watched.watcher()
    with watcher.watching():
        story(tell, watched)
    assert watcher.found == set()
    assert watcher.rounds > 10
    assert watcher.searched > 100


def test_whoever_searches_finds_what_is_planted(watched: Watched) -> None:
    search_finds(watched)
    search_finds_rows(watched)


def test_the_three_copies_that_operators_make_are_a_whole_node_again(tell: Teller, watched: Watched, tmp_path: Path) -> None:
    if tell.town.databases:
        pytest.skip("NOT TESTED with pg_restore: PostgreSQL's own")
    cleared(tell)
    produced(tell, {"identification": {"a.txt": b"a"}})
    copies, home = watched.backup(FR), tell.town.home(FR)
    for name in ("evidence", "casekeys"):
        with tarfile.open(next(copies.glob(f"*/{name}.tar"))) as packed:
            packed.extractall(tmp_path, filter="data")
    shutil.copy(copies / "TABLES" / "node.sqlite3", tmp_path)
    shutil.copytree(home / "keys", tmp_path / "keys", ignore=shutil.ignore_patterns("log.signed"))
    for name in ("node.toml", "trust.json", "anchor.pub", "people.json"):
        shutil.copy(home / name, tmp_path)
    assert audited(tell, tmp_path) == ""
    assert secrets(tmp_path, tell.case) == secrets(home, tell.case)
    shutil.rmtree(copies)

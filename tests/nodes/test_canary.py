"""Evidence is looked for everywhere while its whole story is told, on PostgreSQL: its pages and its write-ahead log too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rogatory.demo.processes import running
from rogatory.demo.stories import Teller
from tests.nodes.conftest import town
from tests.nodes.evidence.canary import Watched, search_finds_rows, story
from tests.nodes.evidence.watching import watchable

pytestmark = [pytest.mark.nodes, pytest.mark.slow]


@pytest.mark.skipif(not os.environ.get("ROGATORY_DRILLS"), reason="NOT RUN on PostgreSQL here: `make drills` does (a minute)")
def test_t6_no_plain_byte_of_evidence_is_written_by_postgresql_at_any_moment_of_its_story(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    with watchable(folder), town(folder, "postgresql") as made, running(made) as processes:
        watched = Watched(made, processes)
        watcher = watched.watcher()
        with Teller(made, lambda _who, _what: None) as tell, watcher.watching():
            story(tell, watched)
        assert watcher.found == set()
        assert watcher.rounds > 10
        search_finds_rows(watched)

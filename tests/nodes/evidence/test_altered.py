"""Somebody has all rights on a node: an audit names each thing that was altered, and what came back of a purged case."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rogatory.demo.cast import FR
from rogatory.demo.stories import Teller
from tests.nodes.evidence.acts import audited, cleared, produced
from tests.nodes.evidence.test_proof_of_purge import WORDS
from tests.nodes.evidence.test_purge import wait_empty

pytestmark = [pytest.mark.nodes, pytest.mark.slow]


def copied(home: Path, to: Path) -> Path:
    """A node's folder as it lies there now, its tables as one consistent file."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("node.sqlite3*"))
    with closing(sqlite3.connect(home / "node.sqlite3", timeout=10)) as tables:
        tables.execute("VACUUM INTO ?", (str(to / "node.sqlite3"),))
    return to


def without_triggers(home: Path) -> sqlite3.Connection:
    """The tables, in the hands of somebody whom no trigger stops."""
    tables = sqlite3.connect(home / "node.sqlite3", isolation_level=None)
    for (name,) in tables.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        tables.execute(f"DROP TRIGGER {name}")
    return tables


def test_t7_what_was_altered_around_the_evidence_of_a_node_is_named(tell: Teller, tmp_path: Path) -> None:
    if tell.town.databases:
        pytest.skip("NOT TESTED on PostgreSQL: the tables are copied as a file")
    cleared(tell)
    first, second = produced(tell, {"identification": {"a.txt": b"a"}, "traffic": {"b.txt": b"b"}})
    home = copied(tell.town.home(FR), tmp_path / "fr")
    assert audited(tell, home) == ""

    case = tell.case.replace("-", "")
    with closing(without_triggers(home)) as tables:
        sent = tables.execute('SELECT hash, "to" FROM outbox WHERE "case" = ? ORDER BY id LIMIT 1', (case,)).fetchone()
        tables.execute('DELETE FROM outbox WHERE hash = ? AND "to" = ?', sent)
        tables.execute("DELETE FROM package WHERE digest = ?", (first["digest"],))
        tables.execute("DELETE FROM witness_head")
        tables.execute("INSERT INTO destroyed_case VALUES (?, ?, '2026-01-01 00:00:00', NULL)", (case, "0" * 64))
    (home / "evidence" / f"{second['digest']}.age").unlink()
    (home / "casekeys" / f"{tell.case}.seal-traffic").unlink()
    told = audited(tell, home)
    for says in (
        f"act {sent[0]}: is due to {sent[1]}, and neither waits for it nor was sent",
        f"package {first['digest']}: is announced by act",
        f"package {second['digest']}: does not lie in the store",
        f"case {tell.case}: is listed as destroyed by act {'0' * 64}, which is not here",
        f"case {tell.case}: what was sealed to it for traffic cannot be opened",
    ):
        assert says in told, told
    proved = [one for one in ("ie", "provider") if f"memory of {one}.demo.invalid/log: was set back" in told]
    assert proved, f"of at least one log a proof came that carries this node's cosignature: {told}"


def test_h12_what_somebody_brings_back_of_a_purged_case_is_named(tell: Teller, tmp_path: Path) -> None:
    if tell.town.databases:
        pytest.skip("NOT TESTED on PostgreSQL: the tables are copied as a file")
    cleared(tell)
    (line,) = produced(tell, {"identification": {"a.txt": b"of a case that fell"}})
    before = copied(tell.town.home(FR), tmp_path / "before")
    tell("officer").act("withdraw", {"words": "Withdrawn."}, tell.case)
    tell("judge").sign("purge", WORDS, tell.case)
    wait_empty(tell, tell.case)
    home = copied(tell.town.home(FR), tmp_path / "fr")
    assert audited(tell, home) == ""

    case = tell.case.replace("-", "")
    with closing(without_triggers(home)) as tables:
        tables.execute("ATTACH ? AS old", (str(before / "node.sqlite3"),))
        draft = tables.execute("SELECT hash FROM act_skeleton WHERE kind = 'draft' AND \"case\" = ?", (case,)).fetchone()[0]
        tables.execute("INSERT INTO act_contents SELECT * FROM old.act_contents WHERE hash = ?", (draft,))
        tables.execute("UPDATE package SET state = 'received' WHERE digest = ?", (line["digest"],))
    for name in (f"casekeys/{tell.case}.seal-identification", f"evidence/{line['digest']}.age"):
        shutil.copy(before / name, home / name)
    told = audited(tell, home)
    for says in (
        f"act {draft}: its contents are here again",
        f"case {tell.case}: casekeys/{tell.case}.seal-identification is here again",
        f"package {line['digest']}: is here again, or listed as received",
    ):
        assert says in told, told

"""A disk that fills up under a running node: it says so, goes on reading, and is whole again once there is room (a public log died of a
full disk, Mammoth 2024h1). Needs root, for a small file system of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql

from rogatory.ledger import read_receipt, verify_receipt
from tests import postgres
from tests.drills.one_node import OneNode, one_node
from tests.drills.test_killed import assert_whole, log_key

pytestmark = [pytest.mark.nodes]
SIZE = "32m"
FULL = 507


@dataclass(frozen=True)
class Small:
    """A node of which something lies on a small file system: everything with SQLite, the tables alone with PostgreSQL."""

    folder: Path
    home: Path
    database: str = ""

    @property
    def filler(self) -> Path:
        return self.folder / "filler"

    def node(self) -> AbstractContextManager[OneNode]:
        return one_node(self.home, database=self.database)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def small(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Small]:
    if request.param == "sqlite":
        with mounted(tmp_path / "small") as folder:
            yield Small(folder=folder, home=folder)
        return
    with postgres.kept_server() as kept, mounted(kept.data.parent / "small", owner=kept.data.stat().st_uid) as folder:
        with psycopg.connect(kept.address, autocommit=True) as connection:
            (folder / "tables").mkdir()
            os.chown(folder / "tables", kept.data.stat().st_uid, kept.data.stat().st_gid)
            connection.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(folder / "tables"))))
            connection.execute("CREATE DATABASE small TABLESPACE small")
        yield Small(folder=folder, home=tmp_path / "node", database=kept.address.replace("/postgres?", "/small?"))
        kept.stop()


@contextlib.contextmanager
def mounted(folder: Path, *, owner: int = 0) -> Iterator[Path]:
    """A file system of 32 MB."""
    folder.mkdir()
    options = f"size={SIZE},uid={owner}"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"NOT TESTED with a full disk: no file system can be mounted here ({done.stderr.decode().strip()})")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(filler: Path) -> None:
    """Take the room that is left, to the last byte."""
    with filler.open("ab", buffering=0) as file:
        for block in (1 << 16, 1 << 12, 1 << 6, 1):
            with contextlib.suppress(OSError):
                while file.write(bytes(block)):
                    pass


def try_draft(node: OneNode) -> httpx.Response:
    return node.draft(str(uuid.uuid4()))


def test_a_full_disk_is_named_reading_goes_on_and_nothing_is_lost(small: Small) -> None:
    with small.node() as node:
        node.start()
        node.wait_for(node.answers)
        node.wait_for(lambda: try_draft(node).is_success)
        first = next(iter(node.told.values()))
        node.wait_for(lambda: node.receipt(first) is not None)

        fill(small.filler)
        refused = until_refused(node, small.filler)
        assert (refused.status_code, refused.headers["content-type"]) == (FULL, "application/problem+json")
        problem = refused.json()
        assert problem["code"] == "full"
        assert "node.sqlite3" in problem["where"] or "disk" in problem["where"]
        assert "make room" in problem["cure"]
        assert node.get("/api/v1/cases").is_success, "reading goes on"
        assert node.get("/log/checkpoint").is_success
        text = node.receipt(first)
        assert text is not None
        verify_receipt(first, read_receipt(text), log_vkey=log_key(node))

        (small.filler).unlink()
        assert node.wait_for(lambda: try_draft(node).is_success) < 30
        for digest in node.told.values():
            assert node.wait_for(lambda digest=digest: node.receipt(digest) is not None) < 30  # type: ignore[misc]
        assert_whole(node, {})


def until_refused(node: OneNode, filler: Path) -> httpx.Response:
    """What has room in a file that is there already is still written; then no more is."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        answer = try_draft(node)
        if not answer.is_success:
            return answer
        fill(filler)
    raise AssertionError("it goes on writing to a full disk")


def test_a_node_whose_disk_is_full_can_be_stopped_and_started(small: Small) -> None:
    with small.node() as node:
        node.start()
        node.wait_for(node.answers)
        node.wait_for(lambda: try_draft(node).is_success)
        fill(small.filler)
        node.stop()
        node.start("serve")
        node.wait_for(node.answers)
        assert node.get("/api/v1/cases").json(), "the case is read"
        (small.filler).unlink()
        node.start("work")
        first = next(iter(node.told.values()))
        node.wait_for(lambda: node.receipt(first) is not None)
        assert node.audit()["ok"]

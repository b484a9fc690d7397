"""What was deleted stays in SQLite's log of writes until that is cut; who reads meanwhile holds up nobody."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def database(house: Any) -> Path:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its own log of writes")
    return Path(connection.settings_dict["NAME"])


def test_what_went_leaves_the_log_of_writes_once_nobody_reads_and_no_writer_waits_for_that(database: Path) -> None:
    from rogatory.node import write_log
    from rogatory.node.models import PreparedStatement

    secret = os.urandom(64)
    row = kept(PreparedStatement, secret)
    log = database.with_name(database.name + "-wal")
    assert secret in log.read_bytes()
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        rows = reader.execute("SELECT * FROM act_skeleton, (SELECT 1 UNION SELECT 2)")
        rows.fetchone()
        row.delete()
        begun = time.monotonic()
        assert not write_log.cut()
        kept(PreparedStatement, os.urandom(8)).delete()
        assert time.monotonic() - begun < 5.0, "half a minute, when a reader was waited for"
        assert secret in log.read_bytes()
        rows.close()
    assert write_log.cut()
    assert log.read_bytes() == b""
    assert secret not in database.read_bytes()


def kept(table: Any, sealed: bytes) -> Any:
    """A row that holds these bytes."""
    import uuid
    from datetime import UTC, datetime

    return table.objects.create(id=uuid.uuid4(), officer="x", case=None, version=0, sealed=sealed, made_at=datetime.now(UTC))

"""Towns of real processes, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rogatory.demo.cast import STAGES
from rogatory.demo.town import Town, build
from rogatory.moments import instant
from tests.postgres import server


@contextmanager
def town(folder: Path, database: str, step_ms: int = 100) -> Iterator[Town]:
    """Three prepared nodes, each with a database of its own."""
    with ExitStack() as stack:
        databases: dict[str, str] = {}
        if database == "postgresql":
            address = stack.enter_context(server())
            import psycopg

            with psycopg.connect(address, autocommit=True) as connection:
                for stage in STAGES:
                    connection.execute(f"CREATE DATABASE rogatory_{stage.name}")  # type: ignore[arg-type]
                    databases[stage.name] = address.replace("/postgres?", f"/rogatory_{stage.name}?")
        yield build(folder, now=instant(datetime.now(UTC)), step_ms=step_ms, databases=databases)

"""Towns of real processes, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rogatory.demo.cast import STAGES
from rogatory.demo.town import Town, build
from rogatory.moments import instant
from tests import objects
from tests.postgres import server

BUCKET = "evidence-of-the-tests"


@contextmanager
def town(folder: Path, database: str, step_ms: int = 100, store: objects.Objects | None = None) -> Iterator[Town]:
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
        made = build(folder, now=instant(datetime.now(UTC)), step_ms=step_ms, databases=databases)
        if store is not None:
            keep_in_bucket(made, store)
        yield made


def keep_in_bucket(town: Town, store: objects.Objects) -> None:
    """Have all three nodes keep their packages in one bucket, each under its own prefix."""
    store.client().create_bucket(Bucket=BUCKET)
    for stage in STAGES:
        home = town.home(stage)
        with (home / "node.toml").open("a") as settings:
            settings.write(f'[evidence]\nbucket = "{BUCKET}"\nendpoint = "{store.endpoint}"\nregion = "us-east-1"\n')
        (home / "keys" / "bucket.secret").write_text(f"{objects.ACCESS}\n{objects.SECRET}\n")
        (home / "keys" / "bucket.secret").chmod(0o600)

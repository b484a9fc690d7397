"""Towns of real processes, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from rogatory.demo.cast import STAGES
from rogatory.demo.town import Town, build
from rogatory.moments import instant
from tests import objects
from tests.postgres import server

BUCKET = "evidence-of-the-tests"


@contextmanager
def databases(kind: str) -> Iterator[dict[str, str]]:
    """The address of a database for each node, on a server of the test's own; none for SQLite, where each has its file."""
    if kind == "sqlite":
        yield {}
        return
    with server() as address, psycopg.connect(address, autocommit=True) as connection:
        for stage in STAGES:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"rogatory_{stage.name}")))
        yield {stage.name: urlsplit(address)._replace(path=f"/rogatory_{stage.name}").geturl() for stage in STAGES}


@contextmanager
def town(folder: Path, database: str, step_ms: int = 100, store: objects.Objects | None = None) -> Iterator[Town]:
    """Three prepared nodes, each with a database of its own."""
    with databases(database) as addresses:
        made = build(folder, now=instant(datetime.now(UTC)), step_ms=step_ms, databases=addresses)
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

"""A copy of a node's database, taken while the node runs, and put back: as the tools of each database do it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from rogatory.demo.cast import Stage
from rogatory.demo.town import Town
from tests.postgres import binaries


def take(town: Town, stage: Stage, copy: Path) -> None:
    """A consistent copy of a database in use."""
    address = town.databases.get(stage.name)
    if address:
        _run("pg_dump", "--format=custom", "--file", str(copy), address)
        return
    with closing(sqlite3.connect(_file(town, stage))) as one, closing(sqlite3.connect(copy)) as two:
        one.backup(two)


def put_back(town: Town, stage: Stage, copy: Path) -> None:
    """The database as it was; nothing of the present one remains."""
    address = town.databases.get(stage.name)
    if address:
        name = sql.Identifier(urlsplit(address).path.lstrip("/"))
        with psycopg.connect(urlsplit(address)._replace(path="/postgres").geturl(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        _run("pg_restore", "--exit-on-error", "--dbname", address, str(copy))
        return
    file = _file(town, stage)
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    shutil.copy(copy, file)


def newest_size(town: Town, stage: Stage) -> int:
    """How many entries the database says that its log has."""
    question, address = "SELECT max(size) FROM log_checkpoint", town.databases.get(stage.name)
    with closing(psycopg.connect(address) if address else sqlite3.connect(_file(town, stage))) as database:
        return int(database.execute(question).fetchone()[0])


def _file(town: Town, stage: Stage) -> Path:
    return town.home(stage) / "node.sqlite3"


def _run(program: str, *arguments: str) -> None:
    folder = binaries()
    assert folder is not None, "a server runs, so its programs are here"
    subprocess.run([str(folder / program), *arguments], check=True)

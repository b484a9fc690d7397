"""A PostgreSQL server of the tests' own: in a temporary folder, run as an ordinary user, on a socket only.

- PostgreSQL refuses to run as root: then it runs as `nobody`, in a folder that only `nobody` (and root) may enter.
- It holds nothing worth keeping, so it does not wait for the disk; a test of durability asks for `server(durable=True)`.
- Where no server is installed, `server` skips the test aloud and says what would install one.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

ABSENT = "NOT TESTED on PostgreSQL: no server is installed. To install one: sudo apt-get install postgresql"
ON_POSTGRESQL = pytest.param(
    "postgresql",
    marks=[
        pytest.mark.postgres,
        pytest.mark.skipif(not os.environ.get("ROGATORY_DRILLS"), reason="NOT RUN on PostgreSQL here: `make drills` does (half a minute)"),
    ],
)
"""For long stories that hold on PostgreSQL as well, and would take the time of everybody."""
LAX = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, of the newest server that is installed."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = packaged[-1] if packaged else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """The address of a server that lives as long as the context."""
    with kept_server(durable=durable) as kept:
        yield kept.address


@dataclass(frozen=True)
class Kept:
    """A server that can be stopped, so that its files can be touched, and started again. Its pages carry checksums."""

    address: str
    data: Path
    start: Callable[[], None]
    stop: Callable[[], None]


@contextmanager
def kept_server(*, durable: bool = False, connections: int = 60) -> Iterator[Kept]:
    """A server that lives as long as the context."""
    folder = binaries()
    if folder is None:
        pytest.skip(ABSENT)
    root = Path(tempfile.mkdtemp(prefix="rogatory-pg-"))
    owner = _owner(root)
    data = root / "data"

    def call(program: str, *arguments: str) -> None:
        subprocess.run([str(folder / program), "-D", str(data), *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL, **owner)

    settings = ["listen_addresses=", f"max_connections={connections}", *(() if durable else LAX)]
    options = " ".join([f"-k {root}", *(f"-c {setting}" for setting in settings)])
    try:
        call("initdb", "-U", "rogatory", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--data-checksums")
        start = partial(call, "pg_ctl", "-o", options, "-w", "-l", str(root / "log"), "start")
        start()
        stop = partial(call, "pg_ctl", "-m", "fast", "-w", "stop")
        yield Kept(address=f"postgresql://rogatory@/postgres?host={root}", data=data, start=start, stop=stop)
    finally:
        if (data / "postmaster.pid").exists():
            call("pg_ctl", "-m", "immediate", "-w", "stop")
        shutil.rmtree(root)


@contextmanager
def database(address: str, name: str) -> Iterator[str]:
    """The address of a new, empty database on that server; dropped at the end, whoever still uses it."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _owner(root: Path) -> dict[str, object]:
    """Who runs the server: whoever runs the tests, or `nobody` in the place of root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(root, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

"""A PostgreSQL server of the tests' own: in a temporary folder, run as an ordinary user, on a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def binaries() -> Path | None:
    """The folder of `initdb`, if a server is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(one) for one in [shutil.which("initdb")] if one]
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """The address of a server that lives as long as the context; skips loudly where none is installed."""
    folder = binaries()
    if folder is None:
        pytest.skip("NOT TESTED on PostgreSQL: no server here. To install it: sudo apt-get install postgresql")
    root = Path(tempfile.mkdtemp(prefix="rogatory-pg-"))
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(root, "nobody")
        root.chmod(0o755)
    run = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    data = root / "data"

    def call(*arguments: str) -> None:
        subprocess.run([*run, *arguments], check=True, capture_output=True, cwd="/")

    try:
        call(str(folder / "initdb"), "-D", str(data), "-U", "rogatory", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {root} -c listen_addresses='' -c max_connections=60"
        call(str(folder / "pg_ctl"), "-D", str(data), "-o", options, "-w", "-l", str(root / "log"), "start")
        yield f"postgresql://rogatory@/postgres?host={root}"
    finally:
        subprocess.run([*run, str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], check=False, capture_output=True, cwd="/")
        shutil.rmtree(root, ignore_errors=True)
    assert user

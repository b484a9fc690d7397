"""An S3-compatible store of the tests' own: Ceph's gateway (radosgw) on a monitor and one OSD that holds everything in memory.

- It is the real server that many States run, not a stand-in: signatures, parts, ranges, conditional writes and versions are its own.
- It lives in a temporary folder, on free ports of loopback, and needs no manager. It starts in about three seconds.
- What was deleted is collected at once, so that a test can search the bytes of the whole pool (`pool_bytes`).
- Where it is not installed, `server` skips the test aloud and says what would install it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

PROGRAMS = ("radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph", "rados", "monmaptool", "ceph-authtool")
ABSENT = "NOT TESTED on S3: Ceph's gateway is not installed. To install it: sudo apt-get install radosgw ceph-mon ceph-osd"
ACCESS, SECRET = "TESTACCESS00KEY", "canary-secret-of-the-store-9c41"
DATA = "default.rgw.buckets.data"
PATIENCE = 60.0
CAPS = {
    "mon.": ("mon", "allow *"),
    "client.admin": ("mon", "allow *", "osd", "allow *", "mgr", "allow *"),
    "osd.0": ("mon", "allow profile osd", "osd", "allow *"),
    "client.rgw": ("mon", "allow rw", "osd", "allow rwx"),
}


@dataclass(frozen=True)
class Objects:
    """A running store: its address, and the file of its settings."""

    endpoint: str
    settings: Path

    def client(self) -> Any:
        """Another implementation's client (`botocore`), to make buckets and to look from outside."""
        return client(self.endpoint)

    def admin(self, *arguments: str) -> str:
        """A command of its operator."""
        return run("radosgw-admin", "-c", str(self.settings), "-n", "client.rgw", *arguments)

    def pool_bytes(self) -> bytes:
        """Every byte that the store keeps of any object, once it has collected what was deleted."""
        self.admin("gc", "process", "--include-all")
        rados = ("rados", "-c", str(self.settings), "-p", DATA)
        names = run(*rados, "ls").splitlines()
        return b"".join(
            subprocess.run([*rados, "get", name, "-"], check=True, capture_output=True, env=environment()).stdout for name in names
        )


def client(endpoint: str) -> Any:
    """The same for whoever knows the store by its address only."""
    import botocore.session

    return botocore.session.get_session().create_client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=ACCESS, aws_secret_access_key=SECRET
    )


@contextmanager
def server() -> Iterator[Objects]:
    """A store that lives as long as the context, with one account (`ACCESS`, `SECRET`)."""
    if not all(map(shutil.which, PROGRAMS)):
        pytest.skip(ABSENT)
    root = Path(tempfile.mkdtemp(prefix="rogatory-s3-"))
    monitor, gateway = free_port(), free_port()
    settings = _write_settings(root, monitor, gateway)
    objects = Objects(endpoint=f"http://127.0.0.1:{gateway}", settings=settings)
    running: list[subprocess.Popen[bytes]] = []

    def start(program: str, *arguments: str) -> None:
        with (root / f"{program}.out").open("wb") as out:
            command = [program, "-c", str(settings), *arguments, "-f"]
            running.append(subprocess.Popen(command, stdout=out, stderr=out, env=environment()))

    try:
        start("ceph-mon", "-i", "a")
        ceph = ("ceph", "-c", str(settings), "--connect-timeout", "30")
        disk = str(uuid.uuid4())
        run(*ceph, "osd", "new", disk)
        run("ceph-osd", "-c", str(settings), "-i", "0", "--mkfs", "--osd-uuid", disk)
        start("ceph-osd", "-i", "0")
        _wait("the OSD of Ceph", lambda: "1 up" in run(*ceph, "osd", "stat"))
        objects.admin("user", "create", "--uid=node", "--display-name=node", f"--access-key={ACCESS}", f"--secret-key={SECRET}")
        start("radosgw", "-n", "client.rgw")
        _wait("Ceph's gateway", lambda: answers(objects.endpoint))
        yield objects
    finally:
        for process in running:
            process.kill()
            process.wait()
        shutil.rmtree(root)


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(endpoint: str) -> bool:
    """Whether somebody answers there."""
    try:
        return httpx.get(endpoint, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def run(*command: str) -> str:
    """What a command of Ceph says; an error shows its last words."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE, env=environment())
    assert done.returncode == 0, f"{command[0]}: {done.stderr[-500:]}"
    return done.stdout


def environment() -> dict[str, str]:
    """Without what a user's own Ceph may have said."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CEPH_")}


def _wait(what: str, holds: object) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < ends, f"{what} did not start"
        time.sleep(0.1)


def _write_settings(root: Path, monitor: int, gateway: int) -> Path:
    cluster, path, keyring = str(uuid.uuid4()), root / "ceph.conf", root / "keyring"
    for name in ("mon", "osd", "rgw"):
        (root / name).mkdir()
    path.write_text(
        f"[global]\nfsid = {cluster}\nmon host = [v2:127.0.0.1:{monitor}/0]\npublic addr = 127.0.0.1\nms bind msgr1 = false\n"
        f"keyring = {keyring}\nrun dir = {root}\nadmin socket = {root}/$name.asok\nlog file = {root}/$name.log\npid file =\n"
        "osd pool default size = 1\nosd pool default min size = 1\nosd pool default pg num = 1\nosd pool default pgp num = 1\n"
        "osd pool default pg autoscale mode = off\nmon allow pool size one = true\nosd crush chooseleaf type = 0\n"
        "mon max pg per osd = 1000\nmon data avail warn = 0\nmon data avail crit = 0\npaxos propose interval = 0.05\npaxos min wait = 0\n"
        f"[mon.a]\nmon data = {root}/mon\n"
        f"[osd.0]\nosd data = {root}/osd\nosd objectstore = memstore\nmemstore device bytes = 6G\n"
        f"[client.rgw]\nrgw data = {root}/rgw\nrgw frontends = beast endpoint=127.0.0.1:{gateway}\nrgw gc obj min wait = 0\n"
    )
    for name, caps in CAPS.items():
        pairs = [word for kind, cap in zip(caps[::2], caps[1::2], strict=True) for word in ("--cap", kind, cap)]
        run("ceph-authtool", str(keyring), *(() if keyring.exists() else ("--create-keyring",)), "--gen-key", "-n", name, *pairs)
    address = f"[v2:127.0.0.1:{monitor}/0]"
    run("monmaptool", "--create", "--fsid", cluster, "--addv", "a", address, str(root / "monmap"))
    run("ceph-mon", "-c", str(path), "--mkfs", "-i", "a", "--monmap", str(root / "monmap"), "--keyring", str(keyring))
    return path

"""`rogatory witness` as its operator runs it: set up by its command, killed at random, asked by two logs at once, on a full disk."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.demo.cast import FR
from rogatory.demo.town import build
from rogatory.exchange.trust import make_trust, read_trust
from rogatory.ledger import AddCheckpoint, Checkpoint, consistency_proof, read_checkpoint, root_at, sign_checkpoint
from rogatory.moments import instant
from rogatory.node.keys import NodeKeys
from tests.drills.test_full_disk import fill, mounted
from tests.ledger.ledger_worlds import Log, step_root

pytestmark = [pytest.mark.nodes]
KILLS = int(os.environ.get("ROGATORY_KILLS", "4"))
NAME, ORIGIN = "witness.example", f"{FR.name}.demo.invalid/log"
COMMAND = [sys.executable, "-m", "rogatory.cli.main", "witness"]


@dataclass
class Alone:
    """The folder of a witness, and the key of the log that it serves."""

    folder: Path
    log_key: Ed25519PrivateKey
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> int:
        """Another process over the same folder; the port at which it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        command = [*COMMAND, str(self.folder), "--port", str(port)]
        self.running[port] = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            assert self.running[port].poll() is None, "it does not start"
            try:
                if httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).is_success:
                    return port
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError("it does not answer")

    def kill(self, port: int) -> None:
        process = self.running.pop(port)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def head(self, port: int) -> Checkpoint | None:
        digest = hashlib.sha256(ORIGIN.encode()).hexdigest()
        answer = httpx.get(f"http://127.0.0.1:{port}/{digest}/checkpoint", trust_env=False, timeout=30)
        return read_checkpoint(answer.text).checkpoint if answer.is_success else None

    def request(self, entries: Sequence[int], old: int) -> tuple[str, bytes]:
        """That the log with these entries has grown from an old size; and its root."""
        log = Log().grow(*map(step_root, entries))
        head = Checkpoint(origin=ORIGIN, size=len(entries), root=root_at(len(entries), log.nodes))
        proof = consistency_proof(old, head.size, log.nodes) if 0 < old < head.size else ()
        return AddCheckpoint(old_size=old, proof=proof, checkpoint=sign_checkpoint(head, key=self.log_key)).text, head.root


def ask(port: int, text: str) -> httpx.Response:
    return httpx.post(f"http://127.0.0.1:{port}/add-checkpoint", content=text.encode(), trust_env=False, timeout=30)


def set_up(folder: Path) -> Alone:
    """As the operator's page says: draw the key, have the anchor name it, lay the list beside it."""
    now, anchor = instant(datetime.now(UTC)), Ed25519PrivateKey.generate()
    town = build(folder / "town", now=now, step_ms=1000, anchor=anchor, prepared=False)
    made = subprocess.run([*COMMAND, str(folder / "witness"), "--new", NAME], capture_output=True, text=True, check=True)
    listed = read_trust((town.home(FR) / "trust.json").read_text(), anchor=anchor.public_key(), at=now)
    payload: dict[str, Any] = json.loads(listed.payload.model_dump_json(by_alias=True, exclude_none=True))
    payload["seq"] += 1
    payload["witnesses"].append({"name": NAME, "vkey": made.stdout.strip(), "url": "https://witness.example"})
    (folder / "witness" / "trust.json").write_text(make_trust(payload, key=anchor, kid="demo-anchor"))
    shutil.copy(town.home(FR) / "anchor.pub", folder / "witness")
    key = NodeKeys.load(town.home(FR)).log_key
    shutil.rmtree(folder / "town")
    return Alone(folder=folder / "witness", log_key=key)


@pytest.fixture
def witness_in() -> Iterator[Callable[[Path], Alone]]:
    """Sets up a witness in a folder; what still runs of it when the test ends is killed."""
    made: list[Alone] = []

    def make(folder: Path) -> Alone:
        made.append(set_up(folder))
        return made[-1]

    yield make
    for alone in made:
        for port in list(alone.running):
            alone.kill(port)


def test_t7_a_witness_killed_at_random_cosigns_one_history(tmp_path: Path, witness_in: Callable[[Path], Alone]) -> None:
    alone, chance = witness_in(tmp_path), random.Random(os.environ.get("PYTEST_XDIST_WORKER", "0"))
    entries: list[int] = []
    cosigned: dict[int, set[bytes]] = {}
    for _ in range(KILLS):
        port = alone.start()
        timer = threading.Timer(chance.uniform(0.1, 1.0), alone.kill, [port])
        timer.start()
        last = entries
        while timer.is_alive():
            last = [*entries, chance.randrange(1 << 30)]
            text, root = alone.request(last, len(entries))
            try:
                status = ask(port, text).status_code
            except httpx.HTTPError:
                break  # killed: it may have remembered what it did not answer
            if status == 200:
                cosigned.setdefault(len(last), set()).add(root)
                entries = last
        timer.join()
        port = alone.start()
        found = alone.head(port)
        if found is not None and found.size == len(entries) + 1:  # remembered, and killed before it was answered
            entries = last
            text, root = alone.request(entries, len(entries))
            assert ask(port, text).status_code == 200
            cosigned.setdefault(len(entries), set()).add(root)
        assert (found.size if found else 0) == len(entries)
        assert found is None or found.root == alone.request(entries, 0)[1]
        alone.kill(port)
    assert all(len(roots) == 1 for roots in cosigned.values())
    assert entries, "something was cosigned"


def test_t7_of_two_histories_asked_of_two_processes_at_once_one_is_cosigned(tmp_path: Path, witness_in: Callable[[Path], Alone]) -> None:
    alone = witness_in(tmp_path)
    ports = (alone.start(), alone.start())
    entries: list[int] = []
    for size in range(1, 31):
        rivals = ([*entries, 2 * size], [*entries, 2 * size + 1])
        won: list[int] = []

        def one(port: int, rival: Sequence[int], old: int, won: list[int]) -> None:
            if ask(port, alone.request(rival, old)[0]).status_code == 200:
                won.append(rival[-1])

        threads = [threading.Thread(target=one, args=(port, rival, size - 1, won)) for port in ports for rival in rivals]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        entries.append(won[0])
    told = subprocess.run([*COMMAND, str(alone.folder), "--conflicts"], capture_output=True, text=True, check=True)
    heads = [[read_checkpoint(one[side]).checkpoint for side in ("known", "shown")] for one in json.loads(told.stdout)["conflicts"]]
    assert heads
    assert all(known.size == shown.size and known.root != shown.root for known, shown in heads)


def test_clients_that_send_half_a_request_stop_nobody(tmp_path: Path, witness_in: Callable[[Path], Alone]) -> None:
    alone = witness_in(tmp_path)
    port = alone.start()
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(8)]
    for one in slow:
        one.sendall(b"POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nold 0")
    time.sleep(0.5)
    assert ask(port, alone.request([1], 0)[0]).status_code == 200
    for one in slow:
        one.close()


def test_a_witness_on_a_full_disk_signs_nothing_and_goes_on_once_there_is_room(tmp_path: Path, witness_in: Callable[[Path], Alone]) -> None:
    with mounted(tmp_path / "small") as small:
        alone = witness_in(small)
        port = alone.start()
        assert ask(port, alone.request([1], 0)[0]).status_code == 200
        fill(small / "filler")
        statuses = {ask(port, alone.request([*range(1, size + 1)], size - 1)[0]).status_code for size in range(2, 40)}
        assert 507 in statuses
        assert statuses <= {200, 409, 507}
        found = alone.head(port)
        assert found is not None, "reading goes on"
        (small / "filler").unlink()
        size = found.size + 1
        assert ask(port, alone.request([*range(1, size + 1)], size - 1)[0]).status_code == 200
        alone.kill(port)
        alone.kill(alone.start())

"""One real node, as processes that can be killed: one that serves, one that works. Its State makes acts of its own, alone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from rogatory.demo import facts
from rogatory.demo.cast import FR
from rogatory.demo.town import Town, build
from rogatory.moments import instant

PATIENCE = 60.0
QUICK = httpx.Timeout(10.0, connect=2.0)


@dataclass
class OneNode:
    """The node of an issuing State; `told` is every act that its API has acknowledged, by hash."""

    town: Town
    port: int
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    @property
    def logs(self) -> Path:
        """Where the processes write what they say: on the same disk, which may be full."""
        return self.town.folder

    @property
    def home(self) -> Path:
        return self.town.home(FR)

    def start(self, *tasks: str) -> None:
        for task in tasks or ("serve", "work"):
            more = ["--port", str(self.port)] if task == "serve" else []
            with (self.logs / f"{task}.log").open("ab") as log:
                command = [sys.executable, "-m", "rogatory.cli.main", task, *more]
                environment = self.town.environment(FR) | {"RUNTIME_DIRECTORY": str(self.town.folder / "run")}
                self.running[task] = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)

    def kill(self, task: str, what: signal.Signals = signal.SIGKILL) -> None:
        process = self.running.pop(task)
        os.killpg(process.pid, what)
        process.wait()

    def stop(self) -> None:
        for task in list(self.running):
            self.kill(task)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", headers=self._headers, timeout=QUICK, trust_env=False)

    def wait_for(self, what: Callable[[], bool], patience: float = PATIENCE) -> float:
        """Until it has come about; how many seconds that took. While the node does not answer it has not."""
        begun = time.monotonic()
        while not _now(what):
            assert time.monotonic() - begun < patience, f"it did not come about: {self.last_words()}"
            time.sleep(0.05)
        return time.monotonic() - begun

    def answers(self) -> bool:
        return self.get("/healthz").is_success

    def draft(self, key: str) -> httpx.Response:
        """One act, under a key of the caller's: the same key again is the same act."""
        order = facts.draft(facts.item_identification())
        headers = {**self._headers, "idempotency-key": key}
        url = f"http://127.0.0.1:{self.port}/api/v1/cases"
        answer = httpx.post(url, json={"given": order}, headers=headers, timeout=QUICK, trust_env=False)
        if answer.is_success:
            self.told[key] = answer.json()["hash"]
        return answer

    def receipt(self, digest: str) -> str | None:
        answer = self.get(f"/api/v1/acts/{digest}/receipt")
        return answer.text if answer.is_success else None

    def audit(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "rogatory.cli.main", "audit", "--json"]
        done = subprocess.run(command, env=self.town.environment(FR), capture_output=True, check=False)
        found: dict[str, Any] = json.loads(done.stdout or b'{"ok": false, "differences": []}')
        return found | {"said": done.stderr.decode()}

    def last_words(self) -> str:
        return "\n".join(one.read_text(errors="replace")[-1500:] for one in sorted(self.logs.glob("*.log")))

    @property
    def _headers(self) -> dict[str, str]:
        return {"host": f"{FR.host}:{FR.port}", "authorization": f"Bearer {self.town.actors['officer'].token}"}


def _now(what: Callable[[], bool]) -> bool:
    try:
        return what()
    except httpx.TransportError:
        return False


@contextmanager
def one_node(folder: Path, *, step_ms: int = 50, database: str = "") -> Iterator[OneNode]:
    """The node, prepared and not started."""
    town = build(folder, now=instant(datetime.now(UTC)), step_ms=step_ms, databases={FR.name: database} if database else {}, prepared=False)
    subprocess.run([sys.executable, "-m", "rogatory.demo.prepare"], env=town.environment(FR), check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    (town.folder / "run").mkdir()  # what its machine remembers until it is switched off; nobody restores it
    node = OneNode(town=town, port=port)
    try:
        yield node
    finally:
        node.stop()

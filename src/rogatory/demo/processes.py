"""Start and stop the processes of the demonstration: for each node one that serves and one that works, and a witness.

They share no memory: each has its own database, keys and log, and they speak HTTP over loopback. A process that dies is
started again by `keep_running`, as a service manager would.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from rogatory.demo.cast import STAGES, WITNESS_PORT, Stage
from rogatory.demo.town import Town
from rogatory.errors import ConfigurationError

START, STOP = 30.0, 8.0
WITNESS = ("witness", "witness")


class Processes:
    """The running processes of a town, by node and task."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.running: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start everything, and wait until every node answers. `ConfigurationError` if a port is taken, and nothing was started."""
        for port in (*(stage.port for stage in STAGES), WITNESS_PORT):
            _must_be_free(port)
        for stage in STAGES:
            for task in ("serve", "work"):
                self._start(stage.name, task)
        self._start(*WITNESS)
        threading.Thread(target=self._keep_running, daemon=True).start()
        self.wait()

    def wait(self) -> None:
        """Wait until every node answers."""
        ends = time.monotonic() + START
        for stage in STAGES:
            while not answers(stage):
                if time.monotonic() > ends:
                    raise ConfigurationError(
                        "does not answer", where=stage.base_url, why=self._last_words(stage.name), cure="mend that, and try again"
                    )
                time.sleep(0.05)

    def _last_words(self, name: str) -> str:
        """The last line that a node's serving process wrote."""
        lines = (self.town.folder / f"{name}-serve.log").read_text(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "its process wrote nothing")[:300]

    def _start(self, name: str, task: str) -> None:
        stage = next((one for one in STAGES if one.name == name), None)
        arguments = [sys.executable, "-m", "rogatory.cli.main", task]
        if stage is None:
            arguments += [str(self.town.witness), "--port", str(WITNESS_PORT)]
        elif task == "serve":
            arguments += ["--port", str(stage.port)]
        environment = dict(os.environ) if stage is None else self.town.environment(stage)
        with _log(self.town.folder / f"{name}-{task}.log") as log:
            self.running[(name, task)] = subprocess.Popen(  # noqa: S603  # our own command
                arguments, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def _keep_running(self) -> None:
        while not self._stopping.wait(0.1):
            with self._lock:
                for (name, task), process in list(self.running.items()):
                    if process.poll() is not None and not self._stopping.is_set():
                        _kill_group(process, signal.SIGKILL)
                        self._start(name, task)

    def kill(self, name: str, task: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a process and its children: at once, as a crash would, or as it is asked to. It is started again."""
        with self._lock:
            _kill_group(self.running[(name, task)], how)

    def stop(self) -> None:
        """Stop everything: asked first, then forced."""
        self._stopping.set()
        with self._lock:
            for process in self.running.values():
                _kill_group(process, signal.SIGTERM)
            ends = time.monotonic() + STOP
            for process in self.running.values():
                try:
                    process.wait(max(0.1, ends - time.monotonic()))
                except subprocess.TimeoutExpired:
                    _kill_group(process, signal.SIGKILL)
                    process.wait()
            for process in self.running.values():
                _kill_group(process, signal.SIGKILL)


@contextmanager
def running(town: Town) -> Iterator[Processes]:
    """The processes of a town, stopped in any case."""
    processes = Processes(town)
    try:
        processes.start()
        yield processes
    finally:
        processes.stop()


@contextmanager
def _log(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _kill_group(process: subprocess.Popen[bytes], what: signal.Signals) -> None:
    try:
        os.killpg(process.pid, what)
    except ProcessLookupError:
        return


def _must_be_free(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            raise ConfigurationError(
                "is taken",
                where=f"port {port} of 127.0.0.1",
                why="another demonstration, or something else, listens there",
                cure="stop it, then try again",
            ) from error


def answers(stage: Stage) -> bool:
    """Whether a node's serving process answers."""
    try:
        return httpx.get(f"http://127.0.0.1:{stage.port}/healthz", headers={"host": stage.host}, timeout=1, trust_env=False).is_success
    except httpx.HTTPError:
        return False

"""Somebody who searches for plain evidence all along, wherever the processes of nodes may write: while a story is told, not after it.

- Searched, round after round: every file below given folders (tables, write-ahead logs, packages, keys, logs of processes, temporary
  files, backups); what processes hold open or mapped though it has no name any more; core files beside them.
- A file that was removed between two rounds is searched too: `keeping_removed/sitecustomize.py` gives it another name until then.
- Searched for: the bytes themselves, in hexadecimal, and in base64 wherever in it they begin.
- Only root sees what other processes hold open (they are not dumpable); who runs the tests as somebody else searches files alone.
"""

from __future__ import annotations

import base64
import os
import resource
import stat
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

SEES_PROCESSES = os.geteuid() == 0
REMOVED = "ROGATORY_TEST_REMOVED"
PAUSE = 0.2
"""Seconds between two rounds, in which the story goes on."""
STILL = 1_000_000_000
"""Nanoseconds after which a file that has not changed is not searched again."""


def forms(canary: bytes) -> Iterator[bytes]:
    """The canary as it may stand in a file. Its base64 begins at three places; what neighbours change of it is cut away."""
    yield canary
    yield canary.hex().encode()
    yield canary.hex().upper().encode()
    for before in range(3):
        first, last = -(-before * 4 // 3), (before + len(canary)) * 4 // 3
        yield base64.b64encode(bytes(before) + canary)[first:last]


class Watcher:
    """What was found where, and how often everything was looked at."""

    def __init__(self, folders: Iterable[Path], sessions: Callable[[], set[int]], canary: bytes) -> None:
        self._folders = tuple(folders)
        self._sessions = sessions
        self._forms = tuple(forms(canary))
        self._seen: dict[tuple[int, int], tuple[int, int]] = {}
        self._round: set[tuple[int, int]] = set()
        self.found: set[str] = set()
        self.rounds = self.searched = 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Search as long as the block runs, and once more at its end."""
        stop = threading.Event()
        removed = Path(os.environ[REMOVED])
        failures: list[BaseException] = []

        def search() -> None:
            try:
                while not stop.wait(PAUSE):
                    self.look()
            except BaseException as error:  # noqa: BLE001  # told to the test, which runs in another thread
                failures.append(error)

        removed.mkdir()
        thread = threading.Thread(target=search)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            assert not failures, failures
            self.look()
            removed.rename(removed.with_name("searched"))
            for path in removed.with_name("searched").iterdir():
                path.unlink()
            removed.with_name("searched").rmdir()

    def look(self) -> None:
        """One round: each file once, by the first of its names."""
        self._round.clear()
        for folder in self._folders:
            for path in folder.rglob("*"):
                self._search(path, str(path))
        removed = Path(os.environ[REMOVED])
        for path in removed.iterdir() if removed.is_dir() else ():
            self._search(path, f"removed: {path.name}")
            path.unlink()
        for path in Path.cwd().glob("core*"):
            self._search(path, str(path))
        for process in self._processes():
            for path in held(process):
                self._search(path, f"held by {process.name}")
        self.rounds += 1

    def _processes(self) -> Iterator[Path]:
        sessions = self._sessions() if SEES_PROCESSES else set()
        for status in Path("/proc").glob("[0-9]*/stat") if sessions else ():
            with suppress(OSError):
                if int(status.read_text().rpartition(")")[2].split()[3]) in sessions:
                    yield status.parent

    def _search(self, path: Path, where: str) -> None:
        """Search a file, unless it is as it was when it was searched; the bytes of one that changed just now may change again."""
        with suppress(OSError):  # it went away
            now = path.stat()
            file, known = (now.st_dev, now.st_ino), (now.st_size, now.st_mtime_ns)
            if not stat.S_ISREG(now.st_mode) or file in self._round or self._seen.get(file) == known:
                return
            self._round.add(file)
            data = path.read_bytes()
            self.searched += 1
            if any(form in data for form in self._forms):
                self.found.add(where)
            if time.time_ns() - now.st_mtime_ns > STILL and not path.name.endswith("-shm"):  # mapped: its time stands still
                self._seen[file] = known


@contextmanager
def watchable(folder: Path) -> Iterator[None]:
    """Processes that are started in this context write temporary files below the folder, and cores as large as they like."""
    temporary, removed = folder / "temporary", folder.with_name(f"{folder.name}-removed")
    temporary.mkdir(parents=True)
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TMPDIR", str(temporary))
        environment.setenv(REMOVED, str(removed))
        environment.setenv("PYTHONPATH", str(Path(__file__).parent / "keeping_removed"), prepend=os.pathsep)
        yield
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def held(process: Path) -> Iterator[Path]:
    """What a process holds open, and what it has mapped though it was removed."""
    with suppress(OSError):
        yield from (process / "fd").iterdir()
    with suppress(OSError):
        for mapped in (process / "map_files").iterdir():
            with suppress(OSError):
                if str(mapped.readlink()).endswith(" (deleted)"):
                    yield mapped

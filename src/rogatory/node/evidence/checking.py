"""The first opening of a package checks all of it: in a thread of its own, so that no call waits for a disk image.

- A call waits for `PATIENCE`; if the check is not done by then it is told how far it is (`CheckingError`), and comes again.
- The package is read once: its digest is computed while it is decrypted. Nothing is shown before both were compared.
- What turns out to be wrong while the bytes are still those that were announced is the sender's doing; if they are not, it is our store's.
- Nothing is remembered but the result: a process that dies begins anew.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import connections

from rogatory.custody import Opened, open_package
from rogatory.errors import CheckingError, PackageError
from rogatory.node.evidence.workers import workers
from rogatory.node.installation import Installation
from rogatory.node.stores.store import damaged
from rogatory.procedure import Refusal

PATIENCE = 5.0
"""Seconds for which a call waits: most packages are checked by then."""

Judge = Callable[[Opened | PackageError], Opened | Refusal]
"""Takes what the package says of itself, or why it cannot be opened; gives what becomes of it."""


@dataclass
class _Check:
    """A check under way: its thread, how far it is, and its result once it is done."""

    size: int
    done: int = 0
    result: Opened | Refusal | None = None
    error: BaseException | None = None
    finished: threading.Event = field(default_factory=threading.Event)


_under_way: dict[tuple[str, str], _Check] = {}
_lock = threading.Lock()


def checked(house: Installation, digest: str, identity: str, judge: Judge) -> Opened | Refusal:
    """The package, opened with its item's identity and checked whole.

    `CheckingError` while that goes on; `StorageError` if it was damaged where it lies.
    """
    key = (str(house.settings.home), digest)
    with _lock:
        check = _under_way.get(key)
        if check is None:
            check = _under_way[key] = _Check(size=house.store.size(digest) or 0)
            threading.Thread(target=_run, args=(key, check, house, identity, judge), daemon=True).start()
    if not check.finished.wait(PATIENCE):
        raise CheckingError(
            "is being checked before it is opened", where=digest[:16], why=f"{check.done} of {check.size} bytes are done",
            cure="ask again in a moment, with the same Idempotency-Key; the opening is recorded already",
        )  # fmt: skip
    if check.error is not None:
        raise check.error
    assert check.result is not None  # one of the two is set before it is finished
    return check.result


def _run(key: tuple[str, str], check: _Check, house: Installation, identity: str, judge: Judge) -> None:
    try:
        check.result = judge(_opened(house, key[1], identity, check))
    except BaseException as error:  # noqa: BLE001  # whoever asked is told, whatever it is
        check.error = error
    finally:
        with _lock:
            del _under_way[key]
        check.finished.set()
        connections.close_all()


def _opened(house: Installation, digest: str, identity: str, check: _Check) -> Opened | PackageError:
    with house.store.open_unchecked(digest) as stream, workers() as lent:
        read = _Digesting(stream, check)
        try:
            opened: Opened | PackageError = open_package(read, identity, workers=lent)  # type: ignore[arg-type]  # it reads, and nothing else
        except PackageError as error:
            opened = error
        while read.read(1 << 20):
            pass
    if read.digest.hexdigest() != digest:
        raise damaged(digest, read.digest.hexdigest())
    return opened


class _Digesting:
    """A stream that is hashed and counted as it is read."""

    def __init__(self, stream: BinaryIO, check: _Check) -> None:
        self._stream, self._check = stream, check
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        return self._taken(self._stream.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        return self._taken(self._stream.readline(size))

    def _taken(self, piece: bytes) -> bytes:
        self.digest.update(piece)
        self._check.done += len(piece)
        return piece

    def readinto(self, into: memoryview, /) -> int:
        count: int = self._stream.readinto(into)  # type: ignore[attr-defined]  # every binary stream has it; typeshed's protocol has not
        self.digest.update(into[:count])
        self._check.done += count
        return count


__all__ = ["PATIENCE", "Judge", "checked"]

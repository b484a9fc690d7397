"""What a node and a witness do alike with the files of their folder: private files, and the trust list.

A private file has mode 0600, and is whole or not there. The trust list is read again when its file changes.
"""

from __future__ import annotations

import contextlib
import os
import threading
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rogatory.errors import ConfigurationError, RogatoryError
from rogatory.exchange.message import read_signing_public
from rogatory.exchange.trust import TrustList, read_trust
from rogatory.ledger import VerifierKey, read_vkey
from rogatory.moments import Instant


def left_beside(path: Path) -> list[Path]:
    """What crashes left of a file that was being written."""
    return [*path.parent.glob(f".{path.name}.*.new")]


def remove_left(folder: Path, age: timedelta) -> None:
    """Remove what crashes left of files that were being written, once something was written in that folder so much later."""
    for path in folder.glob(".*.new"):
        with contextlib.suppress(FileNotFoundError):  # it was being written
            if folder.stat().st_mtime - path.stat().st_mtime > age.total_seconds():
                path.unlink()


def write_durably(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write a file of mode 0600 so that it is whole or not there, and survives a crash; whoever else writes it at the same moment.

    A crash may leave what was being written, as one of `left_beside`.
    """
    beside = path.with_name(f".{path.name}.{os.urandom(8).hex()}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            _write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        if replace:
            beside.replace(path)
        else:
            with contextlib.suppress(FileExistsError):  # what is there is kept
                os.link(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def append_durably(path: Path, line: bytes) -> None:
    """Add a line to a file of mode 0600, so that it survives a crash."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        _write_all(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    """Write to the last byte: a disk that is almost full takes a part, and says so only the next time."""
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def read_private(path: Path, *, size: int | None = None, cure: str = "restore it from its own backup") -> bytes:
    """Read a file that nobody else may read. `ConfigurationError` if others may, it is not there or has another size."""
    try:
        data, mode = path.read_bytes(), path.stat().st_mode
    except FileNotFoundError as error:
        raise ConfigurationError("is not there", where=str(path), cure=cure) from error
    if mode & 0o077:
        raise ConfigurationError("may be read by others", where=str(path), cure=f"chmod 600 {path}")
    if size is not None and len(data) != size:
        raise ConfigurationError(f"has not {size} bytes", where=str(path), cure="restore it from its own backup")
    return data


class TrustFile:
    """`trust.json` beside `anchor.pub`, of which only newer lists are taken up, also after a restart.

    `trust.seen` holds the number of each list that was taken up, with the anchor that signed it, one a line. Lines are only ever
    appended, so that processes which take up two lists at once lose neither; the highest number of the anchor counts.
    `trust.witnesses` holds, in the same way, the key of each witness that a list has named: what it cosigned stays readable when
    a later list drops it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = folder / "trust.seen"
        self._named = folder / "trust.witnesses"
        self._lock = threading.Lock()
        self._list: TrustList | None = None
        self._stamp = (0, 0)

    def at(self, at: Instant) -> TrustList:
        """The list in force. `TrustError` if it cannot be relied on, `ConfigurationError` if it is not there."""
        path = self._folder / "trust.json"
        try:
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            with self._lock:
                if self._list is None or stamp != self._stamp:
                    signer = (self._folder / "anchor.pub").read_text().strip()
                    anchor, newest = self._anchor(signer), self._newest(signer)
                    read = read_trust(path.read_text().strip(), anchor=anchor, at=at, newest_seq=newest)
                    if read.seq > newest:
                        append_durably(self._seen, f"{signer} {read.seq}\n".encode("ascii"))
                    self._keep_witnesses(read)
                    self._list = read
                    self._stamp = stamp
                found = self._list
        except FileNotFoundError as error:
            raise ConfigurationError(
                "is not there", where=str(error.filename), cure="copy the trust list and its anchor's key here"
            ) from error
        found.check_in_force(at)
        return found

    def _anchor(self, signer: str) -> Ed25519PublicKey:
        try:
            return read_signing_public(signer)
        except RogatoryError as error:
            where = str(self._folder / "anchor.pub")
            raise ConfigurationError(
                "is no key of an anchor", where=where, why=str(error), cure="copy the anchor's key here again"
            ) from error

    def witnesses(self) -> tuple[VerifierKey, ...]:
        """The key of each witness that a list taken up here has ever named."""
        lines = self._named.read_text().splitlines() if self._named.exists() else []
        try:
            return tuple(read_vkey(line) for line in dict.fromkeys(lines))
        except RogatoryError as error:
            cure = "restore it from its backup, or take the line away: what that witness cosigned is then of nobody who is known"
            raise ConfigurationError(
                "holds a line that is no key of a witness", where=str(self._named), why=str(error), cure=cure
            ) from error

    def _keep_witnesses(self, read: TrustList) -> None:
        known = set(self._named.read_text().splitlines()) if self._named.exists() else set()
        for one in read.payload.witnesses:
            if one.vkey not in known:
                append_durably(self._named, f"{one.vkey}\n".encode())

    def _newest(self, signer: str) -> int:
        """The highest number of a list of that anchor that was ever taken up here; 0 if none was."""
        lines = [line.split() for line in self._seen.read_text().splitlines()] if self._seen.exists() else []
        if not all(len(line) == 2 and line[1].isascii() and line[1].isdigit() for line in lines):  # noqa: PLR2004  # anchor and number
            raise ConfigurationError("holds a line that is no anchor and number", where=str(self._seen), cure="restore it from its backup")
        return max((int(number) for anchor, number in lines if anchor == signer), default=0)

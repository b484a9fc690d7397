"""Where sealed packages lie, each under its digest; what is still under way lies on the local disk, sealed as well.

- A package is written beside its place, hashed, made durable and only then given its name; what is there is never changed.
- One that arrives in parts lies under `.arriving` until it is whole; what was acknowledged of it is durable.
- Nothing here is ever plain: what is on its way in is encrypted before it is written.

Left to each store: keeping, reading, listing and deleting whole packages (`local`, `bucket`).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rogatory.custody import Readable
from rogatory.errors import PackageError, RequestError, StorageError
from rogatory.node.stores.steadily import SteadyFile

CHUNK = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass
class Staged:
    """A package that is being written; it is kept under its digest, or it was never there."""

    file: SteadyFile
    digest: str | None = None


class Store(ABC):
    """The packages of one node, and the local folders of what is under way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.temporary, self._arriving, self.uploads = folder / ".incoming", folder / ".arriving", folder / ".uploads"
        for one in (self.temporary, self._arriving, self.uploads):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)

    @abstractmethod
    def size(self, digest: str) -> int | None:
        """How many bytes the whole package has, if it lies here."""

    @abstractmethod
    def open_unchecked(self, digest: str) -> BinaryIO:
        """A package, to be read by somebody who checks it. `StorageError` if it is not here."""

    @abstractmethod
    def digests(self) -> Iterator[tuple[str, float]]:
        """Every package here, with the time of its last change in seconds."""

    @abstractmethod
    def _keep(self, digest: str, path: Path) -> None:
        """Give a whole, checked and durable file its place, at once; the file goes. Doing it again changes nothing."""

    @abstractmethod
    def _forget(self, digest: str) -> None:
        """Remove a whole package, durably, if it is here."""

    def has(self, digest: str) -> bool:
        """Whether the whole package lies here."""
        return self.size(digest) is not None

    @contextmanager
    def stage(self) -> Iterator[Staged]:
        """A file to write a package into; when the block ends it is kept durably under the digest that was set."""
        handle, name = tempfile.mkstemp(dir=self.temporary)
        beside = Path(name)
        try:
            with SteadyFile(handle) as out:
                staged = Staged(file=out)
                yield staged
            if staged.digest is not None:
                self._keep(checked_name(staged.digest), beside)
        finally:
            beside.unlink(missing_ok=True)

    def scratch(self) -> BinaryIO:
        """A file without a name, for sealed bytes that are handed on at once and never kept."""
        return tempfile.TemporaryFile(dir=self.temporary)

    def put(self, digest: str, stream: Readable) -> None:
        """Store a package durably. `PackageError` if its bytes have another digest; nothing is kept then."""
        with self.stage() as staged:
            found = hashlib.sha256()
            while piece := stream.read(CHUNK):
                found.update(piece)
                staged.file.write(piece)
            _same(found.hexdigest(), digest)
            staged.digest = digest

    def open(self, digest: str) -> BinaryIO:
        """A package, to be read, once its bytes have been checked. `StorageError` if it is not here or was damaged where it lies."""
        stream = self.open_unchecked(digest)
        found = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # a file opened for reading bytes
        if found != digest:
            stream.close()
            raise damaged(digest, found)
        stream.seek(0)
        return stream

    def arrived(self, digest: str) -> int:
        """How many bytes of a package are here, durable: all of them, or the part that has arrived."""
        whole = self.size(digest)
        if whole is None:
            with suppress(FileNotFoundError):
                return self._part(digest).stat().st_size
        return whole or 0

    def append(self, digest: str, offset: int, stream: Readable, *, size: int) -> int:
        """Add what arrives at `offset`; when all `size` bytes are here the package is checked and kept. How many bytes are here.

        `RequestError` if the part ends elsewhere or somebody else is adding to it; `PackageError` if the whole has another digest:
        then nothing of it is kept.
        """
        part = self._part(digest)
        if self.has(digest):
            part.unlink(missing_ok=True)
            return size
        with part.open("ab") as out:
            hold(out, digest)
            here = out.seek(0, os.SEEK_END)
            if here != offset:
                raise RequestError("continues elsewhere", where=digest, why=f"{here} bytes are here", cure="ask for the offset")
            while here < size and (piece := stream.read(min(CHUNK, size - here))):
                out.write(piece)
                here += len(piece)
            out.flush()
            os.fsync(out.fileno())
            if here == size:
                self._complete(digest, part)
        return here

    def _complete(self, digest: str, part: Path) -> None:
        with part.open("rb") as whole:
            found = hashlib.file_digest(whole, "sha256").hexdigest()
        if found != digest:
            part.unlink()
        _same(found, digest)
        self._keep(digest, part)

    def delete(self, digest: str) -> None:
        """Remove a package, and what has arrived of it; its order's identity was destroyed before."""
        self._part(digest).unlink(missing_ok=True)
        sync(self._arriving)
        self._forget(digest)

    def _part(self, digest: str) -> Path:
        return self._arriving / f"{checked_name(digest)}.age"


def checked_name(digest: str) -> str:
    """The digest, if it is one. `PackageError` otherwise: no path is made of anything else."""
    if not _DIGEST.fullmatch(digest):
        raise PackageError("is no digest", where=digest[:80])
    return digest


def damaged(digest: str, found: str) -> StorageError:
    """What is said of a package whose bytes have another digest now."""
    return StorageError(
        "was damaged where it lies", where=f"{digest}.age", why=f"it now has the digest {found}",
        cure="restore it from the backup, or ask its producer to send it again",
    )  # fmt: skip


def hold(file: BinaryIO, what: str) -> None:
    """Be the only one who writes this file. `RequestError` if somebody else does."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise RequestError("is being sent by somebody else", where=what, cure="wait, and ask for the offset") from error


def sync(folder: Path) -> None:
    """Make names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _same(found: str, digest: str) -> None:
    if found != digest:
        raise PackageError(
            "is not what was announced", where=digest, why=f"its bytes have the digest {found}", cure="send it again, unchanged"
        )

"""Sealed packages on the local disk, one file each, named by digest.

A package is written beside its place, hashed, made durable and only then given its name; what is there is never changed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Protocol

from rogatory.errors import PackageError, StorageError

CHUNK = 1 << 20


class Readable(Protocol):
    """Something that gives its bytes piece by piece."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


class LocalStore:
    """The packages of one node."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.temporary = folder / ".incoming"
        self.temporary.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not all(char in "0123456789abcdef" for char in digest):  # noqa: PLR2004  # SHA-256
            raise PackageError("is no digest", where=digest[:80])
        return self._folder / f"{digest}.age"

    def put(self, digest: str, stream: Readable) -> None:
        """Store a package durably. `PackageError` if its bytes have another digest; nothing is kept then."""
        path = self._path(digest)
        handle, name = tempfile.mkstemp(dir=self.temporary)
        beside = Path(name)
        try:
            found = hashlib.sha256()
            with os.fdopen(handle, "wb") as out:
                while piece := stream.read(CHUNK):
                    found.update(piece)
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            if found.hexdigest() != digest:
                raise PackageError(
                    "is not what was announced", where=digest, why=f"its bytes have the digest {found.hexdigest()}",
                    cure="send it again, unchanged",
                )  # fmt: skip
            beside.replace(path)
            self._sync()
        finally:
            beside.unlink(missing_ok=True)

    def open(self, digest: str) -> BinaryIO:
        """A package, to be read. `StorageError` if it is not here or was damaged on the disk."""
        path = self._path(digest)
        try:
            stream = path.open("rb")
        except FileNotFoundError as error:
            raise StorageError("is not here", where=digest, why="it was destroyed, or never arrived") from error
        found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != digest:
            stream.close()
            raise StorageError("was damaged on the disk", where=str(path.name), why=f"it now has the digest {found}")
        stream.seek(0)
        return stream

    def delete(self, digest: str) -> None:
        """Remove a package; its order's identity was destroyed before."""
        self._path(digest).unlink(missing_ok=True)
        self._sync()

    def _sync(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

"""Sealed packages on the local disk, one file each, named by digest: the store of a node that names no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from rogatory.errors import StorageError
from rogatory.node.stores.store import Store, checked_name, sync


class LocalStore(Store):
    """The packages of one node, in its own folder."""

    def size(self, digest: str) -> int | None:
        """How many bytes a package has, if it lies here."""
        with suppress(FileNotFoundError):
            return self._path(digest).stat().st_size
        return None

    def open_unchecked(self, digest: str) -> BinaryIO:
        """A package, to be read by somebody who checks it."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError as error:
            raise StorageError("is not here", where=digest, why="it was destroyed, or never arrived") from error

    def digests(self) -> Iterator[tuple[str, float]]:
        """Every package here, and when its file was changed."""
        for path in self._folder.glob("*.age"):
            with suppress(FileNotFoundError):
                yield path.stem, path.stat().st_mtime

    def _keep(self, digest: str, path: Path) -> None:
        path.replace(self._path(digest))
        sync(self._folder)

    def _forget(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)
        sync(self._folder)

    def _path(self, digest: str) -> Path:
        return self._folder / f"{checked_name(digest)}.age"

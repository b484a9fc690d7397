"""One key for each case, each in a file of its own outside the database; and the order's own age identity beside it."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rogatory.errors import StorageError
from rogatory.folder import left_beside, write_durably
from rogatory.node.keys.node import NodeKeys
from rogatory.node.keys.wrapping import seal, unseal

HOUSE = "house"
ITEM = b"rogatory/item/v1"
CASE = 36
"""The length of a case's name, with which each of its files begins."""


def seal_key(item: str) -> str:
    """The name of the identity that opens the packages of one item: each item of an order has a key of its own, which ends with it."""
    return f"seal-{item}"


class CaseKeys:
    """The keys of all cases of a node."""

    def __init__(self, home: Path, keys: NodeKeys) -> None:
        self._folder = home / "casekeys"
        self._keys = keys
        self._known = lru_cache(maxsize=4096)(self._read_file)
        self._known_items = lru_cache(maxsize=4096)(self._derive)

    def ensure(self, case: str) -> None:
        """Draw a key for a case that has none."""
        path = self._folder / f"{case}.key"
        if not path.exists():
            write_durably(path, self._keys.seal(os.urandom(32), aad=f"case {case}".encode()))

    def seal(self, case: str, plain: bytes, *, aad: bytes) -> bytes:
        """Encrypt under the case's key, drawing it if there is none."""
        try:
            key = self._read(case)
        except StorageError:
            self.ensure(case)
            key = self._read(case)
        return seal(key, plain, aad)

    def unseal(self, case: str, sealed: bytes, *, aad: bytes) -> bytes:
        """Decrypt. `StorageError` if the key was destroyed."""
        return unseal(self._read(case), sealed, aad, f"case {case}")

    def keep(self, case: str, name: str, secret: bytes) -> None:
        """Keep a secret of the case, such as the identity of its order's recipient, under the case's key."""
        write_durably(self._folder / f"{case}.{name}", self.seal(case, secret, aad=name.encode()), replace=True)

    def kept(self, case: str, name: str) -> bytes:
        """The secret of that name. `StorageError` if it was destroyed."""
        try:
            sealed = (self._folder / f"{case}.{name}").read_bytes()
        except FileNotFoundError as error:
            raise StorageError("was destroyed, or never was here", where=f"{name} of case {case}") from error
        return self.unseal(case, sealed, aad=name.encode())

    def seal_for_item(self, case: str, item: str, plain: bytes, *, aad: bytes) -> bytes:
        """Encrypt what ends with one item, under a key that goes with the identity of the item."""
        return seal(self._of_item(case, item), plain, aad)

    def unseal_for_item(self, case: str, item: str, sealed: bytes, *, aad: bytes) -> bytes:
        """Decrypt. `StorageError` if the identity of the item was destroyed."""
        return unseal(self._of_item(case, item), sealed, aad, f"item {item} of case {case}")

    def holding(self) -> set[str]:
        """The cases of which a secret is kept."""
        return {path.name[:CASE] for path in self._folder.glob("*.*") if path.suffix != ".key"}

    def names(self, case: str) -> tuple[str, ...]:
        """The names of the secrets that are kept of a case, its own key left out."""
        return tuple(sorted(path.name[len(case) + 1 :] for path in self._folder.glob(f"{case}.*") if path.suffix != ".key"))

    def destroy_kept(self, case: str, name: str) -> None:
        """Destroy a secret: with an order's identity go all copies of its packages, wherever they lie."""
        path = self._folder / f"{case}.{name}"
        for one in (path, *left_beside(path)):
            _destroy(one)
        self._known_items.cache_clear()

    def destroy(self, case: str) -> None:
        """Destroy the key of a case and every secret under it. What is written of the case afterwards is under a new key."""
        for path in sorted(self._folder.glob(f"*{case}.*"), key=lambda path: path.suffix == ".key"):  # secrets first, then their key
            _destroy(path)
        self._known.cache_clear()
        self._known_items.cache_clear()

    def _read(self, case: str) -> bytes:
        """The key, as long as its file is there: another process may have destroyed it since this one has read it."""
        try:
            stat = (self._folder / f"{case}.key").stat()
        except FileNotFoundError as error:
            raise _gone(case) from error
        return self._known(case, (stat.st_ino, stat.st_mtime_ns))

    def _of_item(self, case: str, item: str) -> bytes:
        """As above: another process may have destroyed the identity since this one has read it."""
        try:
            stat = (self._folder / f"{case}.{seal_key(item)}").stat()
        except FileNotFoundError as error:
            raise _gone(case, f"item {item} of ") from error
        return self._known_items(case, item, (stat.st_ino, stat.st_mtime_ns))

    def _derive(self, case: str, item: str, _stamp: tuple[int, int]) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=ITEM).derive(self.kept(case, seal_key(item)))

    def _read_file(self, case: str, _stamp: tuple[int, int]) -> bytes:
        path = self._folder / f"{case}.key"
        try:
            sealed = path.read_bytes()
        except FileNotFoundError as error:
            raise _gone(case) from error
        return self._keys.unseal(sealed, aad=f"case {case}".encode())


def _gone(case: str, of: str = "") -> StorageError:
    return StorageError("has no key here, or it was destroyed", where=f"{of}case {case}")


def _destroy(path: Path) -> None:
    """Overwrite a file and remove it, durably. A disk that keeps old blocks keeps ciphertext under the node's own key."""
    with suppress(FileNotFoundError):
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

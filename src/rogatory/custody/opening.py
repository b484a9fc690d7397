"""Open a package and check everything in it: every original against its hash, the bag against its manifests.

Nothing may be shown before `open_package` has returned: hashes stand at the end. A wrong key, a changed byte, a missing or
added file, a path that would escape are `PackageError`s that name the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import pyrage

from rogatory.canonical import Value, decode
from rogatory.custody import bag
from rogatory.custody.archive import Unpacker, check_name
from rogatory.custody.seal import PackedFile
from rogatory.errors import FormError, PackageError

TAGS = frozenset(
    {
        "bagit.txt",
        "bag-info.txt",
        "manifest-sha256.txt",
        "metadata/chain.json",
        "metadata/description.jsonld",
        "metadata/order.json",
        "tagmanifest-sha256.txt",
    }
)
MAX_TAG = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A package whose every part holds."""

    files: tuple[PackedFile, ...]
    order: Mapping[str, Value]


def open_package(source: BinaryIO, identity: str, sink: Callable[[str, bytes], None]) -> Opened:
    """Decrypt and check a package; each piece of each original goes to `sink(name, piece)` as it comes."""
    try:
        key = pyrage.x25519.Identity.from_str(identity)
    except (pyrage.IdentityError, ValueError) as error:
        raise PackageError("is no age identity", where="identity") from error
    reading = _Reading(sink)
    unpacker = Unpacker(reading.begin, reading.piece, reading.end)
    try:
        pyrage.decrypt_io(source, unpacker, [key])
    except (pyrage.DecryptError, OSError) as error:
        if reading.failure is not None:
            raise reading.failure from error
        raise PackageError("cannot be opened", where="package", why="a byte was changed, it was cut off, or the key is another") from error
    if reading.failure is not None:
        raise reading.failure
    unpacker.finish()
    return reading.checked()


class _Reading:
    """What has been read so far. A failure is kept, because the decrypting library turns it into its own error."""

    def __init__(self, sink: Callable[[str, bytes], None]) -> None:
        self._sink = sink
        self._name = ""
        self._tag: bytearray | None = None
        self._hash = hashlib.sha256()
        self._size = 0
        self.tags: dict[str, bytes] = {}
        self.files: dict[str, PackedFile] = {}
        self.failure: PackageError | None = None

    def begin(self, path: str, size: int) -> None:
        self._name, self._hash, self._size = path, hashlib.sha256(), 0
        self._tag = bytearray() if path in TAGS else None
        known = path in self.tags or path in self.files
        if known or (self._tag is None and not path.startswith("data/")) or (self._tag is not None and size > MAX_TAG):
            self._fail("may not stand in a package here", path)
        if path.startswith("data/"):
            try:
                check_name(path.removeprefix("data/"))
            except PackageError as error:
                self.failure = error
                raise

    def piece(self, data: bytes) -> None:
        self._hash.update(data)
        self._size += len(data)
        if self._tag is not None:
            self._tag += data
        else:
            self._sink(self._name.removeprefix("data/"), data)

    def end(self) -> None:
        if self._tag is not None:
            self.tags[self._name] = bytes(self._tag)
        else:
            self.files[self._name] = PackedFile(name=self._name.removeprefix("data/"), size=self._size, sha256=self._hash.hexdigest())

    def _fail(self, what: str, path: str) -> None:
        self.failure = PackageError(what, where=ascii(path)[:120])
        raise self.failure

    def checked(self) -> Opened:
        """The package, once every digest of both manifests holds."""
        missing = sorted(TAGS - self.tags.keys())
        if missing or self.tags["bagit.txt"] != bag.DECLARATION:
            raise PackageError("lacks a part, or is no bag of version 1.0", where=missing[0] if missing else "bagit.txt")
        payload = bag.read_manifest(self.tags["manifest-sha256.txt"], where="manifest-sha256.txt")
        _compare(payload, {path: one.sha256 for path, one in self.files.items()})
        tags = bag.read_manifest(self.tags["tagmanifest-sha256.txt"], where="tagmanifest-sha256.txt")
        listed = {name: hashlib.sha256(data).hexdigest() for name, data in self.tags.items() if name != "tagmanifest-sha256.txt"}
        _compare(tags, listed)
        try:
            order = decode(self.tags["metadata/order.json"], where="metadata/order.json")
        except FormError as error:
            raise PackageError(error.what, where=error.where) from error
        return Opened(files=tuple(self.files.values()), order=order if isinstance(order, dict) else {})


def _compare(expected: Mapping[str, str], found: Mapping[str, str]) -> None:
    for path in sorted(expected.keys() | found.keys()):
        if expected.get(path) != found.get(path):
            raise PackageError(
                "is not what the manifest says",
                where=ascii(path)[:120],
                why=f"expected {expected.get(path, 'nothing')}, found {found.get(path, 'nothing')}",
            )

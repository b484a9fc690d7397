"""Open a package and check everything in it: every original against its hash, the bag against its manifests.

- `open_package` reads the whole and gives an index. Hashes stand at the end: what came before it returned proves nothing.
- `original` reads one file of a package that was checked, from where the index says that it begins, and checks it again.
- A wrong key, a changed byte, a missing or added file, a path that would escape are `PackageError`s that name the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from rogatory.canonical import Value, decode
from rogatory.custody.age import INLINE, Header, Workers, opened, opened_from, read_header
from rogatory.custody.archive import Unpacker, check_name
from rogatory.custody.bagit import check_bag
from rogatory.custody.seal import PackedFile
from rogatory.errors import FormError, PackageError

ROOT_TAGS = frozenset({"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"})
HELD_TAGS = ROOT_TAGS | {"metadata/chain.json", "metadata/order.json"}
TAGS = HELD_TAGS | {"metadata/description.jsonld"}
MAX_TAG = 64 << 20
MAX_HEADER = 1 << 16
WORTH_A_WORKER = 1 << 17


Sink = Callable[[str, bytes | memoryview], None]
"""Takes a piece of the original of that name; the piece is good until it returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A package whose every part holds: its originals, what it says of the order, and who held it."""

    files: tuple[PackedFile, ...]
    order: Mapping[str, Value]
    chain: tuple[Value, ...]


def sealed_to(source: BinaryIO, identity: str) -> Header:
    """The header of a package that is sealed to this identity; nothing of what it holds is read. `PackageError` if it is not."""
    header = read_header(source)
    header.file_key([identity])
    return header


def open_package(source: BinaryIO, identity: str, sink: Sink | None = None, *, workers: Workers = INLINE) -> Opened:
    """Decrypt and check a package; each piece of each original goes to `sink(name, piece)` as it comes."""
    reading = _Reading(sink, workers)
    unpacker = Unpacker(reading.begin, reading.piece, reading.end)
    reading.position = lambda: unpacker.position
    for piece in opened(source, read_header(source), identity, workers=workers):
        unpacker.write(piece)
    unpacker.finish()
    return reading.checked()


def original(source: BinaryIO, identity: str, one: PackedFile, *, workers: Workers = INLINE) -> Iterator[bytes]:
    """The bytes of one original of a seekable package. `PackageError` at the end if they are not those of the index."""
    digest, left = hashlib.sha256(), one.size
    if left:
        source.seek(0)
        for piece in opened_from(source, read_header(source), identity, at=one.at, workers=workers):
            mine = bytes(piece[:left])
            digest.update(mine)
            left -= len(mine)
            yield mine
            if not left:
                break
    if left or digest.hexdigest() != one.sha256:
        raise PackageError("is not what the index says", where=ascii(one.name)[:120], cure="have the package checked again")


class _Reading:
    """What has been read so far."""

    def __init__(self, sink: Sink | None, workers: Workers) -> None:
        self._sink, self._workers = sink, workers
        self.position: Callable[[], int] = lambda: 0
        self._name = ""
        self._tag: bytearray | None = None
        self._hash = hashlib.sha256()
        self._size = self._at = 0
        self.tags: dict[str, bytes] = {}
        self.digests: dict[str, str] = {}
        self.files: list[PackedFile] = []

    def begin(self, path: str, size: int) -> None:
        """A member begins."""
        self._name, self._hash, self._size, self._at = path, hashlib.sha256(), 0, self.position()
        self._tag = bytearray() if path in HELD_TAGS else None
        if path in self.digests or not (path in TAGS or path.startswith("data/")) or (path in HELD_TAGS and size > MAX_TAG):
            raise PackageError("may not stand in a package here", where=ascii(path)[:120])
        if path.startswith("data/"):
            check_name(path.removeprefix("data/"))

    def piece(self, data: bytes | memoryview) -> None:
        """A piece of the member: hashed beside whatever the sink does with it, where it is worth a worker."""
        self._size += len(data)
        if self._tag is not None:
            self._hash.update(data)
            self._tag += data
        elif self._sink is None or self._name in TAGS:
            self._hash.update(data)
        else:
            hashed = self._workers.any_order.submit(self._hash.update, data) if len(data) >= WORTH_A_WORKER else None
            try:
                self._sink(self._name.removeprefix("data/"), data)
            finally:
                self._hash.update(data) if hashed is None else hashed.result()

    def end(self) -> None:
        """The member ends."""
        self.digests[self._name] = self._hash.hexdigest()
        if self._tag is not None:
            self.tags[self._name] = bytes(self._tag)
        elif self._name not in TAGS:
            name = self._name.removeprefix("data/")
            self.files.append(PackedFile(name=name, size=self._size, sha256=self.digests[self._name], at=self._at))

    def checked(self) -> Opened:
        """The package, once every digest of both manifests holds."""
        missing = sorted(TAGS - self.digests.keys())
        if missing:
            raise PackageError("lacks a part", where=missing[0])
        tags = {name: data for name, data in self.tags.items() if name in ROOT_TAGS}
        version = check_bag(tags, {path: {"sha256": digest} for path, digest in self.digests.items()})
        if version != "1.0":
            raise PackageError("is no bag of version 1.0", where="bagit.txt")
        listed = self.tags["tagmanifest-sha256.txt"].decode("utf-8", "replace")
        unlisted = [name for name in sorted(TAGS - {"tagmanifest-sha256.txt"}) if f"  {name}\n" not in listed]
        if unlisted:
            raise PackageError("is not named by the manifest of tags", where=unlisted[0])
        order, chain = self._value("metadata/order.json"), self._value("metadata/chain.json")
        custody = chain.get("custody", ())
        return Opened(files=tuple(self.files), order=order, chain=tuple(custody) if isinstance(custody, list | tuple) else ())

    def _value(self, name: str) -> Mapping[str, Value]:
        try:
            value = decode(self.tags[name], max_bytes=MAX_TAG, where=name)
        except FormError as error:
            raise PackageError(error.what, where=error.where) from error
        if not isinstance(value, dict):
            raise PackageError("is not in its form", where=name)
        return value

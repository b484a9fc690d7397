"""Seal evidence where it arises, before anything parses it (THREATS, T6).

A package is an age file (any court can open it with the public `age` tool) that holds, as an uncompressed tar written in one
pass, a BagIt bag with the originals untouched, a CASE/UCO description, the order that it answers, and the custody so far.

- One pass over each original: it is hashed and encrypted piece by piece; memory stays flat for any size.
- The same originals give other bytes each time: the randomness is age's own.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import pyrage

from rogatory.canonical import Value, encode, sha256_hex
from rogatory.custody import archive, bag
from rogatory.custody.description import describe
from rogatory.errors import PackageError
from rogatory.moments import Instant, format_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """An original: its name, its bytes, and how many there are."""

    name: str
    stream: BinaryIO
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """An original as it was packed."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was sealed: the digest and size of the sealed bytes, and each original."""

    digest: str
    size: int
    files: tuple[PackedFile, ...]


def recipient_of(identity: str) -> str:
    """The recipient (public) of an age identity. `PackageError` if it is none."""
    try:
        return str(pyrage.x25519.Identity.from_str(identity).to_public())
    except (pyrage.IdentityError, ValueError) as error:
        raise PackageError("is no age identity", where="identity") from error


def seal(  # noqa: PLR0913  # each is a different thing that the package states
    files: Sequence[SourceFile],
    *,
    order: str,
    category: str,
    facts: Mapping[str, Value],
    chain: Sequence[Value],
    recipient: str,
    at: Instant,
    out: BinaryIO,
) -> Manifest:
    """Seal originals to a recipient, into `out`. `PackageError` for a bad name, a wrong size, or no file at all."""
    names = [archive.check_name(one.name) for one in files]
    if not names or len(set(names)) != len(names):
        raise PackageError("must hold files of different names", where="package", cure="rename or remove one")
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except (pyrage.RecipientError, ValueError) as error:
        raise PackageError("is no age recipient", where="seal_to") from error
    packed: list[PackedFile] = []
    counted = _Counted(out)
    content = _content(files, packed, order, category, facts, chain, at)
    pulled = _Pulled(content)
    try:
        pyrage.encrypt_io(io.BufferedReader(pulled, archive.CHUNK), counted, [to])
    except (pyrage.EncryptError, OSError) as error:
        raise pulled.failure or PackageError("cannot be sealed", where="package", why=str(error)) from error
    return Manifest(digest=counted.hash.hexdigest(), size=counted.size, files=tuple(packed))


def _content(  # noqa: PLR0913, PLR0917  # as `seal`
    files: Sequence[SourceFile],
    packed: list[PackedFile],
    order: str,
    category: str,
    facts: Mapping[str, Value],
    chain: Sequence[Value],
    at: Instant,
) -> Iterator[bytes]:
    seconds = int(at.timestamp())
    for one in files:
        yield archive.header(f"data/{one.name}", one.size, seconds)
        yield from _original(one, packed)
        yield archive.padding(one.size)
    producer = str(facts.get("addressee", "the addressee"))
    described = describe(
        [(one.name, one.size, one.sha256) for one in packed],
        order=order, item=category, producer=producer, at=format_instant(at),
    )  # fmt: skip
    tags = {
        "bagit.txt": bag.DECLARATION,
        "bag-info.txt": bag.information(
            day=at.date().isoformat(),
            octets=sum(one.size for one in packed),
            files=len(packed),
            order=order,
            category=category,
        ),
        "manifest-sha256.txt": bag.manifest({f"data/{one.name}": one.sha256 for one in packed}),
        "metadata/chain.json": encode({"custody": list(chain)}),
        "metadata/description.jsonld": encode(described),
        "metadata/order.json": encode({**facts, "order": order, "item": category}),
    }
    tags["tagmanifest-sha256.txt"] = bag.manifest({name: sha256_hex(data) for name, data in tags.items()})
    for name, data in sorted(tags.items()):
        yield archive.header(name, len(data), seconds)
        yield data
        yield archive.padding(len(data))
    yield archive.END


def _original(one: SourceFile, packed: list[PackedFile]) -> Iterator[bytes]:
    digest, size = hashlib.sha256(), 0
    for piece in archive.chunks(one.stream):
        digest.update(piece)
        size += len(piece)
        if size > one.size:
            break
        yield piece
    if size != one.size:
        raise PackageError(f"has {size} bytes or more, {one.size} were announced", where=one.name, cure="send the file again")
    packed.append(PackedFile(name=one.name, size=size, sha256=digest.hexdigest()))


class _Pulled(io.RawIOBase):
    """A readable file over an iterator of bytes."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source = source
        self._rest = memoryview(b"")
        self.failure: PackageError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io calls it with a memoryview
        while not self._rest:
            try:
                piece = next(self._source, None)
            except PackageError as error:  # the encrypting library turns it into its own
                self.failure = error
                raise
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


class _Counted:
    """A writer that counts and hashes what it passes on."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.size += len(data)
        self._out.write(data)
        return len(data)

    def flush(self) -> None:
        self._out.flush()

"""Seal evidence where it arises, before anything parses it (THREATS, T6).

A package is an age file (any court can open it with the public `age` tool) that holds, as an uncompressed tar written in one
pass, a BagIt bag with the originals untouched, a CASE/UCO description, the order that it answers, and the custody so far.

- One pass over each original: it is hashed and encrypted piece by piece; memory stays flat for any size.
- The randomness of a package is an argument: the same originals give other bytes each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rogatory.canonical import Value, encode, sha256_hex
from rogatory.custody import archive, bag
from rogatory.custody.age import INLINE, Sealing, Workers, Writable
from rogatory.custody.archive import Readable
from rogatory.custody.description import describe
from rogatory.errors import PackageError
from rogatory.moments import Instant, format_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """An original: its name, its bytes, how many there are, and the digest that its sender stated, if it did."""

    name: str
    stream: Readable
    size: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """An original as it was packed, and where in the archive its bytes begin."""

    name: str
    size: int
    sha256: str
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was sealed: the digest and size of the sealed bytes, and each original."""

    digest: str
    size: int
    files: tuple[PackedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a package answers: the order, its item, what else is stated of both, and who held the data so far."""

    order: str
    item: str
    facts: Mapping[str, Value]
    chain: Sequence[Value] = ()


def seal(  # noqa: PLR0913  # what, for whom, when, with which randomness, where to, with whose help
    files: Iterable[SourceFile],
    purpose: Purpose,
    *,
    recipient: str,
    at: Instant,
    entropy: bytes,
    out: Writable,
    workers: Workers = INLINE,
) -> Manifest:
    """Seal originals to a recipient, into `out`. `PackageError` for a bad name, a wrong size or digest, or no file at all.

    Files are taken one by one, so that they need not all be open at once.
    """
    packed: list[PackedFile] = []
    writing = Sealing(out, recipient=recipient, entropy=entropy, workers=workers)
    try:
        for piece in _content(files, packed, purpose, at):
            writing.write(piece)
        writing.close()
    except BaseException:
        writing.abandon()
        raise
    return Manifest(digest=writing.hash.hexdigest(), size=writing.size, files=tuple(packed))


def _content(files: Iterable[SourceFile], packed: list[PackedFile], purpose: Purpose, at: Instant) -> Iterator[bytes | memoryview]:
    seconds = int(at.timestamp())
    names: set[str] = set()
    for one in files:
        name = archive.check_name(one.name)
        if name in names:
            raise PackageError("stands twice", where=ascii(name)[:120], cure="rename or remove one")
        names.add(name)
        yield archive.header(f"data/{name}", one.size, seconds)
        yield from _original(one, packed)
        yield archive.padding(one.size)
    if not packed:
        raise PackageError("must hold a file", where="package", cure="answer that nothing is held")
    digests: dict[str, str] = {}
    for name, data in sorted(_tags(packed, purpose, at).items()):
        digests[name] = sha256_hex(data)
        yield from _member(name, data, seconds)
    yield from _description(packed, purpose, at, digests)
    yield from _member("tagmanifest-sha256.txt", bag.manifest(digests), seconds)
    yield archive.END


def _tags(packed: Sequence[PackedFile], purpose: Purpose, at: Instant) -> dict[str, bytes]:
    return {
        "bagit.txt": bag.DECLARATION,
        "bag-info.txt": bag.information(
            day=at.date().isoformat(),
            octets=sum(one.size for one in packed),
            files=len(packed),
            order=purpose.order,
            category=purpose.item,
        ),
        "manifest-sha256.txt": bag.manifest({f"data/{one.name}": one.sha256 for one in packed}),
        "metadata/chain.json": encode({"custody": list(purpose.chain)}),
        "metadata/order.json": encode({**purpose.facts, "order": purpose.order, "item": purpose.item}),
    }


def _description(packed: Sequence[PackedFile], purpose: Purpose, at: Instant, digests: dict[str, str]) -> Iterator[bytes]:
    """Counted first and written then, because it may be large and its length stands before it."""
    name, files = "metadata/description.jsonld", [(one.name, one.size, one.sha256) for one in packed]
    producer = str(purpose.facts.get("addressee", "the addressee"))
    stated = {"order": purpose.order, "item": purpose.item, "producer": producer, "at": format_instant(at)}
    size = sum(len(piece) for piece in describe(files, **stated))
    digest = hashlib.sha256()
    yield archive.header(name, size, int(at.timestamp()))
    for piece in describe(files, **stated):
        digest.update(piece)
        yield piece
    yield archive.padding(size)
    digests[name] = digest.hexdigest()


def _member(name: str, data: bytes, seconds: int) -> Iterator[bytes]:
    yield archive.header(name, len(data), seconds)
    yield data
    yield archive.padding(len(data))


def _original(one: SourceFile, packed: list[PackedFile]) -> Iterator[bytes | memoryview]:
    digest, size = hashlib.sha256(), 0
    for piece in archive.chunks(one.stream):
        digest.update(piece)
        size += len(piece)
        if size > one.size:
            break
        yield piece
    if size != one.size:
        raise PackageError(f"has {size} bytes or more, {one.size} were announced", where=ascii(one.name)[:120], cure="send the file again")
    if one.sha256 is not None and one.sha256 != digest.hexdigest():
        raise PackageError(
            "is not what its sender stated", where=ascii(one.name)[:120], why=f"it has the digest {digest.hexdigest()}",
            cure="send the file again",
        )  # fmt: skip
    packed.append(PackedFile(name=one.name, size=size, sha256=digest.hexdigest()))

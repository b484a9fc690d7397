"""Originals on their way in from a provider's own software: resumable, and never in plain on the disk.

The protocol is that of the IETF's resumable uploads (draft-ietf-httpbis-resumable-upload): the client asks for the offset, and
goes on from there. An upload is a file of records, each encrypted under the case's key; a record that was cut off by a crash
is dropped at the next look, so what was acknowledged is exactly what can be read.

Everything that arrives is made durable before it is acknowledged. What is never sealed is removed after `LIVES`.
"""

from __future__ import annotations

import os
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from rogatory.canonical import Value, decode, encode
from rogatory.custody import Readable
from rogatory.errors import RequestError, StorageError
from rogatory.moments import Instant
from rogatory.node.evidence.pieces import Pieces
from rogatory.node.installation import Installation
from rogatory.node.models import Upload
from rogatory.node.stores.store import hold, sync

RECORD = 1 << 20
OVERHEAD = 12 + 16
LIVES = timedelta(hours=48)
MOST = 1 << 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the client says of an original before it sends it."""

    item: str
    name: str
    size: int
    sha256: str | None = None


def begin(house: Installation, case: str, officer: str, given: Given) -> str:
    """Make room for one original. Its name for the calls that follow."""
    name = str(uuid.uuid4())
    meta: dict[str, Value] = {"item": given.item, "name": given.name, **({"sha256": given.sha256} if given.sha256 else {})}
    sealed = house.case_keys.seal(case, encode(meta), aad=name.encode())
    _path(house, name).touch(mode=0o600)
    sync(house.store.uploads)
    Upload.objects.create(id=name, case=case, officer=officer, size=given.size, sealed=sealed, touched_at=house.clock.now())
    return name


def find(name: str, officer: str) -> Upload:
    """The upload of that name of this officer. `RequestError` if there is none."""
    row = Upload.objects.filter(pk=uuid.UUID(name), officer=officer).first()
    if row is None:
        raise RequestError("there is no such upload", where=name, why="it was sealed, cancelled or left for too long", cure="begin anew")
    return row


def given_of(house: Installation, row: Upload) -> Given:
    """What the client said of it."""
    value = decode(house.case_keys.unseal(str(row.case), bytes(row.sealed), aad=str(row.id).encode()), where="upload")
    if not isinstance(value, dict):
        raise StorageError("is not in its form", where=f"upload {row.id}")
    digest = value.get("sha256")
    return Given(item=str(value["item"]), name=str(value["name"]), size=row.size, sha256=str(digest) if digest else None)


def offset(house: Installation, row: Upload) -> int:
    """How many bytes are here, durable."""
    with _open(house, str(row.id), "rb") as file:
        return sum(length - OVERHEAD for _, length in _records(file))


def append(house: Installation, row: Upload, at: int, stream: Readable) -> int:
    """Add what comes at the offset `at`, until the client stops or the original is whole. How many bytes are here, durable.

    `RequestError` if the upload ends elsewhere, or holds more than was announced.
    """
    name, case = str(row.id), str(row.case)
    with _open(house, name, "r+b") as file:
        hold(file, name)
        number, here = _mend(house, case, name, file)
        if at != here:
            raise RequestError("continues elsewhere", where="Upload-Offset", why=f"{here} bytes are here", cure="ask for the offset")
        for piece in _pieces(stream):
            if here + len(piece) > row.size:
                raise RequestError("is longer than was announced", where=name, cure="begin anew with the right size")
            sealed = house.case_keys.seal(case, piece, aad=f"{name}:{number}".encode())
            file.write(struct.pack(">I", len(sealed)) + sealed)
            number, here = number + 1, here + len(piece)
        file.flush()
        os.fsync(file.fileno())
    Upload.objects.filter(pk=row.pk).update(touched_at=house.clock.now())
    return here


def stored(house: Installation, row: Upload) -> Readable:
    """The original of an upload, to be read once."""
    return Pieces(_read(house, row))


def remove(house: Installation, row: Upload) -> None:
    """Forget an upload: its file first, so that no file is ever without its row."""
    _path(house, str(row.id)).unlink(missing_ok=True)
    Upload.objects.filter(pk=row.pk).delete()


def remove_left(house: Installation, now: Instant) -> int:
    """Remove what nobody has touched for too long. How many there were."""
    rows = list(Upload.objects.filter(touched_at__lt=now - LIVES))
    for row in rows:
        remove(house, row)
    return len(rows)


def _path(house: Installation, name: str) -> Path:
    return house.store.uploads / str(uuid.UUID(name))


def _open(house: Installation, name: str, mode: str) -> BinaryIO:
    try:
        return _path(house, name).open(mode)  # type: ignore[return-value]  # a mode for bytes
    except FileNotFoundError as error:
        raise RequestError("there is no such upload", where=name, cure="begin anew") from error


def _records(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Where each whole record begins, and the length of what is sealed in it."""
    end = file.seek(0, os.SEEK_END)
    place = 0
    while place + 4 <= end:
        file.seek(place)
        length = struct.unpack(">I", file.read(4))[0]
        if place + 4 + length > end or length < OVERHEAD:
            return
        yield place, length
        place += 4 + length


def _mend(house: Installation, case: str, name: str, file: BinaryIO) -> tuple[int, int]:
    """Drop what a crash has left of the last record. How many records there are, and how many bytes in them."""
    records = list(_records(file))
    if records:
        place, length = records[-1]
        file.seek(place + 4)
        try:
            house.case_keys.unseal(case, file.read(length), aad=f"{name}:{len(records) - 1}".encode())
        except StorageError:
            records.pop()
    end = records[-1][0] + 4 + records[-1][1] if records else 0
    file.truncate(end)
    file.seek(end)
    return len(records), sum(length - OVERHEAD for _, length in records)


def _pieces(stream: Readable) -> Iterator[bytes]:
    """Pieces of one record each: what trickles in is gathered first."""
    gathered = bytearray()
    while piece := stream.read(RECORD - len(gathered)):
        gathered += piece
        if len(gathered) == RECORD:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


def _read(house: Installation, row: Upload) -> Iterator[bytes]:
    name = str(row.id)
    with _open(house, name, "rb") as file:
        for number, (place, length) in enumerate(_records(file)):
            file.seek(place + 4)
            yield house.case_keys.unseal(str(row.case), file.read(length), aad=f"{name}:{number}".encode())

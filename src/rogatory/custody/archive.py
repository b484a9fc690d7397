"""A tar archive written in one pass and read in one pass, in flat memory (POSIX ustar with pax names).

Writing pulls: an iterator of bytes. Reading pushes: bytes are fed in, members come out. Only regular files; no path may
leave the archive, stand twice, or hide what it is.
"""

from __future__ import annotations

import re
import tarfile
import unicodedata
from collections.abc import Callable, Iterator
from typing import Protocol

from rogatory.errors import PackageError

CHUNK = 1 << 20
MAX_PAX = 1 << 16
BLOCK = 512
END = b"\0" * (2 * BLOCK)
_HEADERS = {tarfile.XHDTYPE}


class Readable(Protocol):
    """Something that gives its bytes piece by piece."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


def check_name(name: str) -> str:
    """The name of an original, if it may stand in a package. `PackageError` says why not."""
    parts = name.split("/")
    bad = (
        not name
        or len(name.encode("utf-8", "surrogatepass")) > 900  # noqa: PLR2004  # what every file system takes with room to spare
        or name.startswith("/")
        or "\\" in name
        or any(part in {"", ".", ".."} for part in parts)
        or any(unicodedata.category(char) in {"Cc", "Cs"} for char in name)
    )
    if bad:
        raise PackageError("is no name that a package may hold", where=ascii(name)[:120], cure="rename the file")
    return name


def header(name: str, size: int, at: int) -> bytes:
    """The header of a regular file."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, at, 0o600
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def padding(size: int) -> bytes:
    """What fills the last block."""
    return b"\0" * (-size % BLOCK)


def chunks(stream: Readable) -> Iterator[bytes | memoryview]:
    """The bytes of a stream, piece by piece; a piece is good until the next is asked for."""
    into = getattr(stream, "readinto", None)
    if into is None:
        while piece := stream.read(CHUNK):
            yield piece
        return
    buffer = memoryview(bytearray(CHUNK))
    while count := into(buffer):
        yield buffer[:count]


class Unpacker:
    """Takes the bytes of an archive as they come, and hands on the pieces of each member."""

    def __init__(self, begin: Callable[[str, int], None], piece: Callable[[bytes | memoryview], None], end: Callable[[], None]) -> None:
        self._begin, self._piece, self._end = begin, piece, end
        self._buffer = bytearray()
        self._fed = 0
        self._left = self._pad = 0
        self._pax: bytearray | None = None
        self._name: str | None = None
        self._size: int | None = None
        self._done = False

    def write(self, data: bytes | memoryview) -> int:
        """Feed bytes in. `PackageError` for anything but plain files."""
        if self._left and not self._buffer and self._pax is None and len(data) <= self._left:  # the usual case, without a copy
            self._fed += len(data)
            self._left -= len(data)
            self._piece(data)
            if not self._left:
                self._member_ended()
            return len(data)
        self._buffer += data
        self._fed += len(data)
        while self._step():
            pass
        return len(data)

    @property
    def position(self) -> int:
        """Where in the archive the reader stands: inside `begin`, where the data of the member begin."""
        return self._fed - len(self._buffer)

    def finish(self) -> None:
        """The archive must have ended. `PackageError` if it was cut off."""
        if not self._done or self._left:
            raise PackageError("ends too early", where="package", why="it was cut off")

    def _step(self) -> bool:
        if self._left:
            return self._data()
        if self._pad:
            if len(self._buffer) < self._pad:
                return False
            del self._buffer[: self._pad]
            self._pad = 0
        if len(self._buffer) < BLOCK:
            return False
        block = bytes(self._buffer[:BLOCK])
        del self._buffer[:BLOCK]
        if self._done or not any(block):
            if any(block):
                raise PackageError("goes on after its end", where="package")
            self._done = True
            return True
        self._header(block)
        return True

    def _data(self) -> bool:
        if not self._buffer:
            return False
        piece = bytes(self._buffer[: self._left])
        del self._buffer[: len(piece)]
        self._left -= len(piece)
        if self._pax is not None:
            self._pax += piece
        else:
            self._piece(piece)
        if not self._left:
            self._member_ended()
        return True

    def _member_ended(self) -> None:
        if self._pax is not None:
            (self._name, self._size), self._pax = _pax_values(bytes(self._pax)), None
        else:
            self._name = self._size = None
            self._end()

    def _header(self, block: bytes) -> None:
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise PackageError("holds a damaged header", where="package", why=str(error)) from error
        self._left, self._pad = info.size, -info.size % BLOCK
        if info.type in _HEADERS:
            if info.size > MAX_PAX:
                raise PackageError("holds a header that is too long", where="package")
            self._pax = bytearray()
            return
        if info.type not in {tarfile.REGTYPE, tarfile.AREGTYPE}:
            raise PackageError("holds something that is no plain file", where=ascii(info.name)[:120])
        if self._size is not None:  # more than a plain header can say (8 GiB)
            self._left, self._pad = self._size, -self._size % BLOCK
        self._begin(self._name or info.name, self._left)
        if not self._left:
            self._member_ended()


def _pax_values(data: bytes) -> tuple[str | None, int | None]:
    """The name and the size that a pax header states, where it does."""
    name, size = None, None
    while data:
        length = data.partition(b" ")[0]
        if not length.isdigit() or int(length) > len(data) or int(length) <= len(length) + 1:
            raise PackageError("holds a damaged header", where="package")
        record = data[len(length) + 1 : int(length) - 1]
        key, _, value = record.partition(b"=")
        if key == b"path":
            name = _utf8(value)
        elif key == b"size":
            if not re.fullmatch(rb"[0-9]{1,15}", value):
                raise PackageError("holds a damaged header", where="package", why="a size that is none")
            size = int(value)
        data = data[int(length) :]
    return name, size


def _utf8(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackageError("holds a name that is not UTF-8", where="package") from error

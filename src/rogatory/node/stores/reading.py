"""A file that lies elsewhere, read by ranges: small ones where somebody looks in, larger ones as somebody reads on.

The next range is fetched while the one before is used, so that hashing and decrypting do not wait for the network. Memory: two
ranges of `LARGEST`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

FIRST, LARGEST = 128 << 10, 8 << 20

Fetch = Callable[[int, int], memoryview]
"""Gives so many bytes from a place on, or raises."""


def stream_of(fetch: Fetch, size: int) -> BinaryIO:
    """A readable, seekable stream over what `fetch` gives."""
    return io.BufferedReader(_Ranges(fetch, size), 1 << 16)


class _Ranges(io.RawIOBase):
    def __init__(self, fetch: Fetch, size: int) -> None:
        super().__init__()
        self._fetch, self._size, self._at = fetch, size, 0
        self._start, self._here = 0, memoryview(b"")
        self._ahead: tuple[int, Future[memoryview]] | None = None
        self._length = FIRST
        self._pool = ThreadPoolExecutor(1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, into: bytearray | memoryview, /) -> int:  # type: ignore[override]  # a buffer that can be written
        if self._at >= self._size:
            return 0
        if not self._start <= self._at < self._start + len(self._here):
            self._advance()
        place = self._at - self._start
        piece = self._here[place : place + len(into)]
        into[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _advance(self) -> None:
        """Take the range that begins here, and have the one behind it fetched."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == self._at:
            self._here = ahead[1].result()
        else:
            self._length = FIRST
            self._here = self._fetch(self._at, min(self._length, self._size - self._at))
        self._start = self._at
        behind = self._at + len(self._here)
        self._length = min(2 * self._length, LARGEST)
        if behind < self._size:
            self._ahead = behind, self._pool.submit(self._fetch, behind, min(self._length, self._size - behind))

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        super().close()

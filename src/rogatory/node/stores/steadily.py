"""A large file, written once, at the disk's own pace.

Room is taken a piece ahead, so that a large file lies in few pieces and is written without looking for room each time. What has
been written goes to the disk at once and not all at the end, beside the work that makes the rest (`benchmarks/seal.py`). Where
the system is not Linux, it is a plain file.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

AHEAD: Final = 64 << 20
WINDOW: Final = 16 << 20


class SteadyFile:
    """Takes bytes at the end of a new file that it owns. Left without an exception, the file is durable; it is closed either way."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._written = self._sent = self._room = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        try:
            if failed is None:
                os.ftruncate(self._handle, self._written)
                os.fsync(self._handle)
        finally:
            os.close(self._handle)

    def write(self, data: bytes | memoryview, /) -> int:
        """All of the bytes; how many they are. `OSError` if the disk is full."""
        left = memoryview(data)
        while left:
            count = os.write(self._handle, left)
            self._written += count
            left = left[count:]
        if sys.platform == "linux" and self._written - self._sent >= WINDOW:
            self._send()
        return len(data)

    def _send(self) -> None:
        """Let the disk begin with what has been written; take room for what may come, as far as there is any."""
        os.posix_fadvise(self._handle, self._sent, self._written - self._sent, os.POSIX_FADV_DONTNEED)
        self._sent = self._written
        if self._written + WINDOW > self._room:
            self._room = self._written + AHEAD
            with suppress(OSError):  # if it is too little, the writing says so
                os.posix_fallocate(self._handle, self._written, AHEAD)

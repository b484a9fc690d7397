"""What comes in pieces, read as a file is read: once, from the beginning."""

from __future__ import annotations

from collections.abc import Iterator


class Pieces:
    """A stream over pieces that are made as they are asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        if not self._rest:
            self._rest = bytes(next(self._pieces, b""))
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

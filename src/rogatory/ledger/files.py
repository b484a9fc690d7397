"""Read the files of a log, and say which are missing, cut short or of another form.

C2SP `tlog-tiles`: where a partial file has gone because the full one is there, its beginning stands for it.

- Each file is read at most once for each question; nothing is kept.
- What cannot be read is a finding, never an exception: the other files are still looked at.

Left to others: opening (`read` is given), whether the hashes are right (`verify`, `damage`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from rogatory.errors import FormError
from rogatory.ledger.findings import Check, Finding
from rogatory.ledger.tiles import (
    ENTRY_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Address,
    bundles_of,
    read_address,
    read_bundle,
    read_tile,
    tiles_of,
)
from rogatory.ledger.tree import HASH_BYTES

Read: TypeAlias = Callable[[str], bytes | None]
"""Gives the bytes of a file of the log by its path, such as `tile/0/000`, or nothing if it is not there."""

_FRAME = 2 + ENTRY_BYTES


@dataclass(slots=True, kw_only=True)
class LogFiles:
    """The tiles and bundles of a log, with what was found wrong while reading them."""

    read: Read
    findings: dict[str, Finding] = field(default_factory=dict)

    def hashes(self, address: Address) -> tuple[bytes, ...] | None:
        """The hashes of a tile; nothing, and a finding, if there is none that can be read."""
        data = self._data(address)
        if data is None:
            return None
        try:
            if data[1].width > address.width:
                return read_tile(data[0], data[1])[: address.width]
            return read_tile(data[0], address)
        except FormError as error:
            self._malformed(data[1], address, error)
            return None

    def entries(self, address: Address) -> tuple[bytes, ...] | None:
        """The entries of a bundle; nothing, and a finding, if there is none that can be read."""
        data = self._data(address)
        if data is None:
            return None
        try:
            return (_uniform(*data) or read_bundle(*data))[: address.width]
        except FormError as error:
            self._malformed(data[1], address, error)
            return None

    def _data(self, address: Address) -> tuple[bytes, Address] | None:
        for candidate in (address, address.whole):
            data = self.read(candidate.path)
            if data is not None:
                return data, candidate
        self._report(address, address, "is missing")
        return None

    def _malformed(self, held: Address, address: Address, error: FormError) -> None:
        detail = error.why if error.where == held.path else f"{error.where.rpartition(', ')[2]}: {error.why}"
        self._report(held, address, f"{error.what} ({detail})")

    def _report(self, held: Address, address: Address, says: str) -> None:
        first = address.index * TILE_WIDTH
        what = "entries" if address.level is None else "hashes"
        self.findings[held.path] = Finding(
            check=Check.FORM,
            file=held.path,
            index=first,
            says=f"{says}; it should hold {what} {first} to {first + address.width - 1}",
        )


def _uniform(data: bytes, address: Address) -> tuple[bytes, ...] | None:
    """The entries of a bundle in which each is 32 bytes long, which is nearly all; nothing for another bundle."""
    width = address.width
    if len(data) != width * _FRAME or data[::_FRAME] != bytes(width) or data[1::_FRAME] != bytes([HASH_BYTES]) * width:
        return None
    return tuple([data[start : start + ENTRY_BYTES] for start in range(2, len(data), _FRAME)])


def inspect_leftovers(read: Read, paths: Iterable[str], size: int) -> Iterator[Finding]:
    """What lies in a log's folder beside the files of its present size: older partial files must be their beginning.

    Files beyond the size are passed over: a log writes them before it signs the checkpoint that covers them.
    """
    files = LogFiles(read=read)
    due = {address.path for address in (*bundles_of(size), *tiles_of(size))}
    for path in paths:
        if path in due:
            continue
        try:
            address = read_address(path)
        except FormError as error:
            yield Finding(check=Check.FORM, file=path, says=f"it is no file of a log ({error.what})")
            continue
        hashes = size if address.level is None else size >> address.level * TILE_HEIGHT
        if address.index * TILE_WIDTH + address.width <= hashes:
            yield from _beginning(files, address, min(TILE_WIDTH, hashes - address.index * TILE_WIDTH))


def _beginning(files: LogFiles, address: Address, width: int) -> Iterator[Finding]:
    present = Address(level=address.level, index=address.index, width=width)
    get = files.entries if address.level is None else files.hashes
    old, new = get(address), get(present)
    if old is None and address.path in files.findings:
        yield files.findings[address.path]
    elif old is not None and new is not None and old != new[: address.width]:
        place = next(number for number, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1])
        number = address.index * TILE_WIDTH + place
        check = Check.ENTRIES if address.level is None else Check.TILES
        says = f"it is an older part of {present.path} and differs from it at number {number}"
        yield Finding(check=check, file=address.path, index=number, says=says)

"""Tiles and entry bundles: the files in which a log is kept, served and copied.

C2SP `tlog-tiles`. Tile L/N holds, for i from 0 to 255, the root of the complete subtree of `256**L` entries that is
number `N * 256 + i`; a partial tile (`.p/W`) holds the first W. Bundle N holds the entries themselves.

- One spelling of each address; numbers in groups of three digits, all but the last with an `x`.
- An entry is preceded by its length in two bytes. Our entries are the 32-byte roots of steps (only the first entry of a
  log that succeeds another one is something else: the last checkpoint of that one).
- A tile is a whole number of hashes, as many as its address says; a bundle holds as many entries as its address says.

Left to others: reading and writing files (the node, `cli/verify.py`), whether the hashes are right (`verify`).

>>> Address(level=0, index=1234067, width=256).path
'tile/0/x001/x234/067'
>>> Address(level=None, index=273, width=112).path
'tile/entries/273.p/112'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rogatory.errors import FormError
from rogatory.ledger.tree import HASH_BYTES, Nodes, node_hash

TILE_WIDTH = 256
TILE_HEIGHT = 8
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65535
ENTRY_BYTES = 32

_ADDRESS = re.compile(
    r"tile/(?P<level>entries|0|[1-5]?[0-9]|6[0-3])/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One tile, or one entry bundle where the level is absent."""

    level: int | None
    index: int
    width: int

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= MAX_LEVEL:
            raise FormError("is no level of a tile", where=str(self.level))
        if self.index < 0 or not 1 <= self.width <= TILE_WIDTH:
            raise FormError("is no tile", where=f"index {self.index}, width {self.width}")

    @property
    def path(self) -> str:
        """Where it lies below the log's folder or URL."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level is None else str(self.level)
        return f"tile/{level}/{number}" + ("" if self.width == TILE_WIDTH else f".p/{self.width}")

    @property
    def whole(self) -> Address:
        """The full tile or bundle that takes the place of a partial one."""
        return Address(level=self.level, index=self.index, width=TILE_WIDTH)


def read_address(path: str) -> Address:
    """Read the path of a tile or bundle."""
    match = _ADDRESS.fullmatch(path[:200])
    if not match:
        raise FormError("is no path of a tile or an entry bundle", where=path[:200])
    level, width = match["level"], match["width"]
    address = Address(
        level=None if level == "entries" else int(level),
        index=int(match["index"].replace("x", "").replace("/", "")),
        width=TILE_WIDTH if width is None else int(width),
    )
    if address.path != path:
        raise FormError("is not the one path of this tile", where=path[:200], why=f"that is {address.path}")
    return address


def bundles_of(size: int) -> Iterator[Address]:
    """The entry bundles of a log of this size, in order."""
    return _addresses(None, size)


def tiles_of(size: int) -> Iterator[Address]:
    """The tiles of a log of this size, level by level."""
    level = 0
    while size:
        yield from _addresses(level, size)
        level, size = level + 1, size >> TILE_HEIGHT


def new_addresses(old_size: int, new_size: int) -> Iterator[Address]:
    """The tiles and bundles that must be written when a log grows from one size to another."""
    levels: list[tuple[int | None, int]] = [(None, 0)]
    levels += [(level, level * TILE_HEIGHT) for level in range(-(-new_size.bit_length() // TILE_HEIGHT))]
    for level, shift in levels:
        old, new = old_size >> shift, new_size >> shift
        if new > old:
            yield from _addresses(level, new, start=old >> TILE_HEIGHT)


def _addresses(level: int | None, hashes: int, *, start: int = 0) -> Iterator[Address]:
    full, rest = divmod(hashes, TILE_WIDTH)
    for index in range(start, full):
        yield Address(level=level, index=index, width=TILE_WIDTH)
    if rest:
        yield Address(level=level, index=full, width=rest)


def tile_content(address: Address, nodes: Nodes) -> bytes:
    """The bytes of a tile, from the hashes of complete subtrees."""
    if address.level is None:
        raise FormError("is an entry bundle, not a tile", where=address.path)
    height, first = address.level * TILE_HEIGHT, address.index * TILE_WIDTH
    return b"".join(nodes(height, first + place) for place in range(address.width))


def read_tile(data: bytes, address: Address) -> tuple[bytes, ...]:
    """The hashes of a tile."""
    if len(data) != address.width * HASH_BYTES:
        why = f"{len(data)} bytes, not {address.width * HASH_BYTES}"
        raise FormError("is not as long as its name says", where=address.path, why=why)
    return tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))


def bundle_content(entries: Iterable[bytes]) -> bytes:
    """The bytes of an entry bundle."""
    parts: list[bytes] = []
    for entry in entries:
        if not 1 <= len(entry) <= MAX_ENTRY_BYTES:
            raise FormError(f"has not 1 to {MAX_ENTRY_BYTES} bytes", where="entry")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def read_bundle(data: bytes, address: Address) -> tuple[bytes, ...]:
    """The entries of a bundle."""
    entries: list[bytes] = []
    start = 0
    while start < len(data) and len(entries) < address.width:
        end = start + 2 + int.from_bytes(data[start : start + 2], "big")
        if not start + 2 < end <= len(data):
            raise FormError("is cut short", where=f"{address.path}, byte {start}", why=f"entry {len(entries)} of it")
        entries.append(data[start + 2 : end])
        start = end
    if len(entries) != address.width or start != len(data):
        why = f"{len(entries)} entries in {start} of {len(data)} bytes, not {address.width}"
        raise FormError("does not hold as many entries as its name says", where=address.path, why=why)
    return tuple(entries)


def nodes_from_tiles(read: Callable[[Address], bytes], size: int) -> Nodes:
    """An accessor over the tiles of a log of this size, for making proofs; each tile is read once, and hashed once."""
    held: dict[tuple[int, int], list[Sequence[bytes]]] = {}

    def rows(level: int, index: int) -> list[Sequence[bytes]]:
        if (level, index) not in held:
            width = min(TILE_WIDTH, (size >> level * TILE_HEIGHT) - index * TILE_WIDTH)
            address = Address(level=level, index=index, width=width)
            held[level, index] = list(_rows(read_tile(read(address), address)))
        return held[level, index]

    def nodes(level: int, index: int) -> bytes:
        row, height = divmod(level, TILE_HEIGHT)
        number, place = divmod(index, TILE_WIDTH >> height)
        hashes = rows(row, number)
        if not (height < len(hashes) and 0 <= place < len(hashes[height])):
            raise FormError("is no complete subtree", where=f"level {level}, index {index} of {size} entries")
        return hashes[height][place]

    return nodes


def _rows(hashes: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The hashes of a tile, and above them, row by row, those of the complete subtrees over them."""
    while hashes:
        yield hashes
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=False)]

"""Say which file of a log is altered, and where in it, once something does not fit.

The checkpoint's root is the one thing that is signed, so the search goes downwards from it: what leads to a believed hash
is believed, and of two that disagree the one that leads there is right. Often the entry or hash itself can be named; where
an entry and its tile were changed together, the tile and the entries that it covers are.

- `Walk` is what a pass over the whole log has left: rows of tile roots, the right edge, the tiles in doubt.
- Only tiles in doubt are read again.

Left to others: the pass (`verify`), files that cannot be read (`files` has reported them).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rogatory.ledger.checkpoint import Checkpoint
from rogatory.ledger.files import LogFiles
from rogatory.ledger.findings import Check, Finding
from rogatory.ledger.tiles import TILE_HEIGHT, TILE_WIDTH, Address
from rogatory.ledger.tree import EMPTY_ROOT, leaf_hash, node_hash, root_of_leaves


@dataclass(slots=True, kw_only=True)
class Walk:
    """What one pass over a log has left behind."""

    size: int
    rows: list[list[bytes | None]] = field(default_factory=list)
    edges: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    doubtful: set[tuple[int, int]] = field(default_factory=set)
    root: bytes | None = EMPTY_ROOT

    @property
    def edge_levels(self) -> list[int]:
        """The levels whose last tile is partial, lowest first; the root follows from these tiles alone."""
        widths = range(-(-self.size.bit_length() // TILE_HEIGHT))
        return [level for level in widths if (self.size >> level * TILE_HEIGHT) % TILE_WIDTH]

    def address(self, level: int, index: int) -> Address:
        """The address of a tile of this log."""
        width = min(TILE_WIDTH, (self.size >> level * TILE_HEIGHT) - index * TILE_WIDTH)
        return Address(level=level, index=index, width=width)


def root_of_edges(edges: Mapping[int, Sequence[bytes]]) -> bytes | None:
    """The root that the partial tiles at the right edge lead to."""
    root: bytes | None = None
    for level in sorted(edges):
        hashes = edges[level]
        end = len(hashes)
        while end:
            width = end & -end
            part = root_of_leaves(hashes[end - width : end])
            root = part if root is None else node_hash(part, root)
            end -= width
    return root


def locate(walk: Walk, files: LogFiles, checkpoint: Checkpoint) -> Iterator[Finding]:
    """Everything in the log's files that is not what the checkpoint signs."""
    if not walk.doubtful and walk.root == checkpoint.root:
        return
    search = _Search(walk=walk, files=files)
    yield from search.edges(checkpoint)
    for level in range(len(walk.rows), -1, -1):
        for index in sorted(place for row, place in walk.doubtful if row == level):
            yield from search.tile(level, index)


@dataclass(slots=True, kw_only=True)
class _Search:
    walk: Walk
    files: LogFiles
    believed: dict[tuple[int, int], tuple[bytes, ...]] = field(default_factory=dict)

    def edges(self, checkpoint: Checkpoint) -> Iterator[Finding]:
        """Settle the right edge by the root that is signed."""
        walk = self.walk
        stored = {level: walk.edges[level] for level in walk.edge_levels if level in walk.edges}
        below = {level: hashes for level in walk.edge_levels if (hashes := self._whole_below(level))}
        trials = [stored, *({**stored, level: hashes} for level, hashes in below.items()), {**stored, **below}]
        right = next((trial for trial in trials if root_of_edges(trial) == checkpoint.root), None)
        if right is None and walk.size:
            found = root_of_edges(stored)
            yield Finding(
                check=Check.ROOT,
                file="checkpoint",
                says=f"the tiles do not lead to the root that was signed for {walk.size} entries",
                expected=checkpoint.root.hex(),
                found=found.hex() if found else "nothing",
            )
        for level, hashes in (right or stored).items():
            index = (walk.size >> level * TILE_HEIGHT) // TILE_WIDTH
            self.believed[level, index] = tuple(hashes)
            if hashes != stored.get(level):
                yield from self._blame_tile(level, index, stored.get(level), hashes)

    def _whole_below(self, level: int) -> tuple[bytes, ...] | None:
        hashes = self._below(level, (self.walk.size >> level * TILE_HEIGHT) // TILE_WIDTH)
        whole = tuple(item for item in hashes if item)
        return whole if whole and len(whole) == len(hashes) else None

    def tile(self, level: int, index: int) -> Iterator[Finding]:
        """Settle one tile by the hash above it, then name what below it does not fit."""
        address = self.walk.address(level, index)
        if (level, index) not in self.believed and address.width < TILE_WIDTH:
            return  # at the edge, and neither the file nor what lies below can be read: reported as missing
        if (level, index) not in self.believed:
            stored = self.files.hashes(address)
            below = self._below(level, index)
            whole = tuple(item for item in below if item)
            expected = self._above(level, index)
            if stored and root_of_leaves(stored) == expected:
                self.believed[level, index] = stored
            elif len(whole) == address.width and root_of_leaves(whole) == expected:
                self.believed[level, index] = whole
                yield from self._blame_tile(level, index, stored, whole)
            else:
                yield self._unexplained(address, expected, stored)
                return
        yield from self._blame_below(level, index)

    def _above(self, level: int, index: int) -> bytes | None:
        number, place = divmod(index, TILE_WIDTH)
        if (level + 1, number) not in self.believed:
            stored = self.files.hashes(self.walk.address(level + 1, number))
            if stored is None:
                return self.walk.rows[level][index]
            self.believed[level + 1, number] = stored
        return self.believed[level + 1, number][place]

    def _below(self, level: int, index: int) -> Sequence[bytes | None]:
        address = self.walk.address(level, index)
        if level:
            first = index * TILE_WIDTH
            return self.walk.rows[level - 1][first : first + address.width]
        entries = self.files.entries(Address(level=None, index=index, width=address.width))
        return [leaf_hash(entry) for entry in entries or ()]

    def _blame_tile(self, level: int, index: int, stored: Sequence[bytes] | None, right: Sequence[bytes]) -> Iterator[Finding]:
        address = self.walk.address(level, index)
        for place, (found, expected) in enumerate(zip(stored or (), right, strict=False)):
            if found != expected:
                number = index * TILE_WIDTH + place
                yield Finding(
                    check=Check.TILES,
                    file=address.path,
                    index=number,
                    says=f"hash {number} (bytes {place * 32} to {place * 32 + 31}) is altered",
                    expected=expected.hex(),
                    found=found.hex(),
                )

    def _blame_below(self, level: int, index: int) -> Iterator[Finding]:
        right = self.believed[level, index]
        for place, found in enumerate(self._below(level, index)):
            if found is None or found == right[place]:
                continue
            number = index * TILE_WIDTH + place
            if level:
                self.walk.doubtful.add((level - 1, number))
                continue
            yield Finding(
                check=Check.ENTRIES,
                file=Address(level=None, index=index, width=len(right)).path,
                index=number,
                says=f"entry {number} is altered",
                expected=right[place].hex(),
                found=found.hex(),
            )

    def _unexplained(self, address: Address, expected: bytes | None, stored: Sequence[bytes] | None) -> Finding:
        span = TILE_WIDTH ** ((address.level or 0) + 1)
        first = address.index * span
        last = min(first + span, self.walk.size) - 1
        return Finding(
            check=Check.TILES,
            file=address.path,
            index=address.index,
            says=f"it does not lead to its hash in the tile above; altered is something in entries {first} to {last}",
            expected=expected.hex() if expected else "",
            found=root_of_leaves(stored).hex() if stored else "nothing",
        )

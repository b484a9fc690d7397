"""Hash a Merkle tree, make its proofs and check them.

RFC 6962 section 2.1 and RFC 9162 section 2.1, over SHA-256.

- A leaf is hashed as `0x00 || entry`, a node as `0x01 || left || right`: no entry can pass for a node.
- The root of no entries is SHA-256 of nothing.
- Adding a leaf touches the right edge only: a `Frontier` of at most 63 hashes is all that must be kept to go on.
- Proofs are made from an accessor that knows complete subtrees only; such a hash never changes while the log grows.
- A proof is as long as the sizes require: too short, too long and empty where it must not be are all refused.

Left to others: which entry a leaf stands for (`step`), signatures (`checkpoint`), storing hashes (`tiles`, the node).

>>> frontier = EMPTY.append(leaf_hash(b"first")).frontier
>>> frontier.root == leaf_hash(b"first")
True
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rogatory.errors import FormError, ProofError

Nodes: TypeAlias = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree at (level, index): leaves `index << level` up to `(index + 1) << level`."""

HASH_BYTES = 32
MAX_SIZE = (1 << 63) - 1
MAX_PROOF = 63
_COUNT_BYTES = 8

_INCLUSION = "inclusion proof"
_CONSISTENCY = "consistency proof"

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees that stand side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(entries: Iterable[bytes]) -> bytes:
    """The root of a tree of these entries."""
    return root_of_leaves([leaf_hash(entry) for entry in entries])


def root_of_leaves(leaves: Sequence[bytes]) -> bytes:
    """The root over these hashes, which are leaf hashes or the roots of complete subtrees of one height."""
    if not leaves:
        return EMPTY_ROOT
    sha256 = hashlib.sha256
    row = list(leaves)
    while len(row) > 1:
        lone = row[-1:] if len(row) & 1 else []
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + lone
    return row[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A complete subtree: its height, its number from the left, its hash."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What one more leaf leads to: the next frontier, and the subtrees that have just become complete."""

    frontier: Frontier
    completed: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The right edge of a tree: the roots of its largest complete subtrees, from left to right."""

    size: int
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise FormError("is no size of a tree", where=f"frontier of size {self.size}")
        if len(self.hashes) != self.size.bit_count() or any(len(item) != HASH_BYTES for item in self.hashes):
            raise FormError(
                "does not hold one hash of 32 bytes for each complete subtree",
                where=f"frontier of size {self.size}",
                cure="rebuild it from the tiles of the log",
            )

    @property
    def root(self) -> bytes:
        """The root of the tree that ends here."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def append(self, leaf: bytes) -> Grown:
        """Add one leaf hash: as many hashes as the size has low bits set, and never more than 63."""
        hashes = list(self.hashes)
        node = Node(level=0, index=self.size, hash=leaf)
        completed = [node]
        while node.index & 1:
            node = Node(level=node.level + 1, index=node.index >> 1, hash=node_hash(hashes.pop(), node.hash))
            completed.append(node)
        return Grown(
            frontier=Frontier(size=self.size + 1, hashes=(*hashes, node.hash)),
            completed=tuple(completed),
        )

    def to_bytes(self) -> bytes:
        """The one form in which it is saved: the size in 8 bytes, then the hashes."""
        return self.size.to_bytes(_COUNT_BYTES, "big") + b"".join(self.hashes)


EMPTY = Frontier(size=0, hashes=())


def read_frontier(data: bytes) -> Frontier:
    """Read what `Frontier.to_bytes` wrote."""
    hashes = data[_COUNT_BYTES:]
    if len(data) < _COUNT_BYTES or len(hashes) % HASH_BYTES:
        raise FormError("is no saved frontier", where="frontier", cure="rebuild it from the tiles of the log")
    return Frontier(size=int.from_bytes(data[:_COUNT_BYTES], "big"), hashes=_cut(hashes))


def _cut(data: bytes) -> tuple[bytes, ...]:
    return tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))


def frontier_at(size: int, nodes: Nodes) -> Frontier:
    """The frontier of the first `size` leaves."""
    hashes: list[bytes] = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            hashes.append(nodes(level, start >> level))
            start += 1 << level
    return Frontier(size=size, hashes=tuple(hashes))


def root_at(size: int, nodes: Nodes) -> bytes:
    """The root of the first `size` leaves."""
    return frontier_at(size, nodes).root


def inclusion_proof(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """The siblings of leaf `index` in the tree of `size` leaves, from the leaf upwards."""
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError("has no such leaf", where=f"tree of {size} leaves", why=f"leaf {index} was asked for")
    inner = (index ^ size - 1).bit_length()
    proof = [nodes(level, index >> level ^ 1) for level in range(inner - 1)]
    if inner:  # where the path leaves the right edge: its sibling is the edge itself, complete or not
        proof.append(_range_hash((index >> inner - 1 ^ 1) << inner - 1, size, nodes))
    proof += [nodes(level, (index >> level) - 1) for level in range(inner, index.bit_length()) if index >> level & 1]
    return tuple(proof)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prover:
    """Makes the inclusion proofs of one tree. Above a node that one proof has passed, the next asks for nothing again."""

    size: int
    nodes: Nodes
    made: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    """A proof through each node that was passed, by its number as in a heap (the root is 1): above a node all proofs are the same."""

    def prove(self, index: int) -> tuple[bytes, ...]:
        """The siblings of leaf `index`, from the leaf upwards."""
        size, nodes, made = self.size, self.nodes, self.made
        inner = (index ^ size - 1).bit_length() if 0 <= index < size else 0
        first = at = 1 << size.bit_length() | index
        known = 0
        while known < inner and at not in made:
            known, at = known + 1, at >> 1
        if known < inner:
            proof = (*[nodes(level, index >> level ^ 1) for level in range(known)], *made[at][known:])
        else:
            proof = inclusion_proof(index, size, nodes)
        while first != at:
            made[first] = proof
            first >>= 1
        return proof


def consistency_proof(old: int, new: int, nodes: Nodes) -> tuple[bytes, ...]:
    """What shows that the tree of `new` leaves begins with the tree of `old` leaves."""
    if not 0 <= old <= new <= MAX_SIZE:
        raise ProofError("cannot shrink", where=f"tree of {old} leaves", why=f"{new} leaves were asked for")
    if old in (0, new):
        return ()
    start, end = 0, new
    proof: list[bytes] = []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_hash(middle, end, nodes))
            end = middle
        else:
            proof.append(_range_hash(start, middle, nodes))
            start = middle
    if start:
        proof.append(_range_hash(start, end, nodes))
    return tuple(reversed(proof))


def _split(width: int) -> int:
    """The largest power of two that is smaller than the width."""
    return 1 << (width - 1).bit_length() - 1


def _range_hash(start: int, end: int, nodes: Nodes) -> bytes:
    """The root over leaves `start` to `end`, where `start` is a multiple of the smallest power of two that holds them."""
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return nodes(level, start >> level)
    middle = start + _split(width)
    return node_hash(_range_hash(start, middle, nodes), _range_hash(middle, end, nodes))


def root_from_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a leaf and its siblings lead to (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError("names a leaf outside the tree", where=_INCLUSION, why=f"leaf {index} of {size}")
    _hashes_only((leaf, *proof), _INCLUSION)
    # The first hashes are siblings on either side, as the index says; above, where the path runs along the right edge, all stand left.
    inner = (index ^ size - 1).bit_length()
    needed = inner + (index >> inner).bit_count()
    if len(proof) != needed:
        what = "is too long" if len(proof) > needed else "is too short"
        raise ProofError(what, where=_INCLUSION, why=f"{len(proof)} hashes for leaf {index} of {size}")
    sha256, root = hashlib.sha256, leaf
    for level in range(inner):
        sibling = proof[level]
        root = sha256(b"\x01" + sibling + root if index >> level & 1 else b"\x01" + root + sibling).digest()
    for sibling in proof[inner:]:
        root = sha256(b"\x01" + sibling + root).digest()
    return root


def verify_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bytes:
    """The root, once the leaf is shown to stand at `index` below it."""
    found = root_from_inclusion(leaf, index=index, size=size, proof=proof)
    if found != root:
        raise ProofError("leads to another root", where=_INCLUSION, why=f"expected {root.hex()}, found {found.hex()}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionVerifier:
    """Verifies the inclusion proofs of one tree, each as `verify_inclusion` does. A node that several proofs share is hashed once.

    Of each node that was shown to lead to the root it keeps what is hashed into it, and one proof that passes it. A later proof that
    comes to the same there, and goes on as that one does, leads to the root as well. All else is left to `verify_inclusion`.
    """

    size: int
    root: bytes
    shown: dict[int, tuple[bytes, tuple[bytes, ...]]] = field(default_factory=dict)

    def verify(self, leaf: bytes, *, index: int, proof: tuple[bytes, ...]) -> bytes:
        """The root, once the leaf is shown to stand at `index` below it."""
        size, shown, sha256 = self.size, self.shown, hashlib.sha256
        inner = (index ^ size - 1).bit_length() if 0 <= index < size and len(leaf) == HASH_BYTES else 0
        first = at = 1 << size.bit_length() | index
        node = leaf
        passed: list[bytes] = []
        for sibling in proof[:inner]:
            both = b"\x01" + sibling + node if at & 1 else b"\x01" + node + sibling
            at >>= 1
            if at in shown:
                held, other = shown[at]
                level = len(passed) + 1
                if held == both and other[level:] == proof[level:]:
                    break
            passed.append(both)
            node = sha256(both).digest()  # below a sibling of another length it is no node, and meets none
        else:
            verify_inclusion(leaf, index=index, size=size, proof=proof, root=self.root)
        for both in passed:
            first >>= 1
            shown[first] = both, proof
        return self.root


def verify_consistency(*, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bytes:
    """The new root, once the old tree is shown to be its beginning (RFC 9162, section 2.1.4.2).

    From the empty tree there is nothing to prove, so a proof from size 0 is refused: the caller must mean it.
    """
    if not 0 < old_size <= new_size <= MAX_SIZE:
        raise ProofError("must go from some leaves to more", where=_CONSISTENCY, why=f"from {old_size} to {new_size}")
    _hashes_only(proof, _CONSISTENCY)
    if old_size == new_size:
        return _same_size(old_size, old_root, new_root, proof)
    if not proof:
        raise ProofError("is empty", where=_CONSISTENCY, why=f"from {old_size} leaves to {new_size}")
    found_old, found_new = _roots_from_consistency(old_size, old_root, new_size, proof)
    for name, found, expected in (("old", found_old, old_root), ("new", found_new, new_root)):
        if found != expected:
            why = f"expected {expected.hex()}, found {found.hex()}"
            raise ProofError(f"leads to another {name} root", where=_CONSISTENCY, why=why)
    return new_root


def _same_size(size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bytes:
    if proof:
        raise ProofError("must be empty here", where=_CONSISTENCY, why=f"both trees have {size} leaves")
    if old_root != new_root:
        why = f"{old_root.hex()} and {new_root.hex()}"
        raise ProofError(f"joins two roots of {size} leaves", where=_CONSISTENCY, why=why)
    return new_root


def _roots_from_consistency(old_size: int, old_root: bytes, new_size: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    path = (old_root, *proof) if old_size & (old_size - 1) == 0 else tuple(proof)
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("is too long", where=_CONSISTENCY, why=f"from {old_size} leaves to {new_size}")
        if place & 1 or place == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found_new = node_hash(found_new, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("is too short", where=_CONSISTENCY, why=f"from {old_size} leaves to {new_size}")
    return found_old, found_new


def _hashes_only(hashes: Iterable[bytes], where: str) -> None:
    if {*map(len, hashes)} - {HASH_BYTES}:
        raise ProofError("holds something that is no SHA-256 hash", where=where)

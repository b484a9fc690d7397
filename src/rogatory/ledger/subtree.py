"""Proofs about a part of a tree: leaves `start` to `end`, where the part is a tree of its own.

C2SP `tlog-cosignature` and `tlog-witness` (`sign-subtree`) speak of such parts; Merkle Tree Certificates
(draft-ietf-plants-merkle-tree-certs, section 4) defines the proofs. Our logs sign whole trees only, so nothing here stands in
a receipt; it is for reading what others make.

- A part is a tree of its own if `start` is a multiple of the smallest power of two that is not below its width.
- A leaf is proved in the part as in a tree of that width (RFC 9162, section 2.1.3.2).
- That the part belongs to a tree is proved as RFC 9162, section 2.1.4.2, with the left edge of the part held beside.

>>> check_part(8, 13), check_part(4, 6)
(5, 2)
"""

from __future__ import annotations

from collections.abc import Sequence

from rogatory.errors import ProofError
from rogatory.ledger.tree import EMPTY_ROOT, HASH_BYTES, MAX_SIZE, node_hash, verify_inclusion

_WHERE = "subtree proof"


def check_part(start: int, end: int) -> int:
    """The width of the part; `ProofError` if leaves `start` to `end` are no tree of their own."""
    width = end - start
    if not 0 <= start < end <= MAX_SIZE or start % (1 << (width - 1).bit_length()):
        raise ProofError("is about leaves that are no tree of their own", where=_WHERE, why=f"{start} to {end}")
    return width


def verify_part_inclusion(leaf: bytes, *, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes) -> bytes:
    """The root of the part, once the leaf is shown to stand in it; `index` counts from the beginning of the log."""
    width = check_part(start, end)
    return verify_inclusion(leaf, index=index - start, size=width, proof=proof, root=root)


def verify_part(*, start: int, end: int, part_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bytes:
    """The root of the tree of `size` leaves, once the part is shown to belong to it. An empty part belongs to every tree."""
    if not 0 <= start <= end <= size <= MAX_SIZE:
        raise ProofError("is about leaves beyond the tree", where=_WHERE, why=f"{start} to {end} of {size}")
    if any(len(item) != HASH_BYTES for item in proof):
        raise ProofError("holds something that is no SHA-256 hash", where=_WHERE)
    if start == end:
        if proof or part_root != EMPTY_ROOT:
            raise ProofError("says more of an empty part than that it is empty", where=_WHERE)
        return root
    check_part(start, end)
    found_part, found = _roots((start, end - 1, size - 1), part_root, list(proof))
    for name, value, expected in (("part", found_part, part_root), ("tree", found, root)):
        if value != expected:
            raise ProofError(f"leads to another root of the {name}", where=_WHERE, why=f"expected {expected.hex()}, found {value.hex()}")
    return root


def _roots(edges: tuple[int, int, int], part_root: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """The roots of the part and of the tree that the proof leads to, from the first, the last and the tree's last leaf."""
    first, last, end = edges
    at_end = last == end
    while first != last and (at_end or last & 1):
        first, last, end = first >> 1, last >> 1, end >> 1
    if first == last:
        proof = [part_root, *proof]
    if not proof:
        raise ProofError("is empty", where=_WHERE)
    found_part = found = proof[0]
    for sibling in proof[1:]:
        if end == 0:
            raise ProofError("is too long", where=_WHERE)
        if last & 1 or last == end:
            found_part = node_hash(sibling, found_part) if first < last else found_part
            found = node_hash(sibling, found)
            while not last & 1 and last:
                first, last, end = first >> 1, last >> 1, end >> 1
        else:
            found = node_hash(found, sibling)
        first, last, end = first >> 1, last >> 1, end >> 1
    if end:
        raise ProofError("is too short", where=_WHERE)
    return found_part, found

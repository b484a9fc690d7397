"""Log verification a second beside `pymerkle`: the same entries hashed to a root, and inclusion proofs verified.

python benchmarks/verify.py
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from statistics import median

from rogatory.ledger import EMPTY, inclusion_proof, leaf_hash, root_of, verify_inclusion

warnings.simplefilter("ignore")
import pymerkle  # noqa: E402  # its import warns

SIZE = 4096


def rate(work: Callable[[], int], seconds: float = 0.7) -> float:
    """How many a second."""
    begun, count = time.perf_counter(), 0
    while time.perf_counter() < begun + seconds:
        count += work()
    return count / (time.perf_counter() - begun)


def main() -> None:
    entries = [os.urandom(32) for _ in range(SIZE)]
    nodes: dict[tuple[int, int], bytes] = {}
    frontier = EMPTY
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        grown = frontier.append(leaf_hash(entry))
        nodes |= {(one.level, one.index): one.hash for one in grown.completed}
        frontier = grown.frontier
        other.append_entry(entry)
    root = frontier.root
    proofs = [(n, inclusion_proof(n, SIZE, lambda level, at: nodes[(level, at)])) for n in range(0, SIZE, 64)]
    theirs = [(n, other.prove_inclusion(n + 1, SIZE)) for n in range(0, SIZE, 64)]
    state = other.get_state()

    def mine_proofs() -> int:
        for number, proof in proofs:
            verify_inclusion(leaf_hash(entries[number]), index=number, size=SIZE, proof=proof, root=root)
        return len(proofs)

    def their_proofs() -> int:
        for number, proof in theirs:
            pymerkle.verify_inclusion(other.get_leaf(number + 1), state, proof)
        return len(theirs)

    def mine_log() -> int:
        assert root_of(entries) == root
        return SIZE

    def their_log() -> int:
        tree = pymerkle.InmemoryTree(algorithm="sha256")
        for entry in entries:
            tree.append_entry(entry)
        assert tree.get_state()
        return SIZE

    for title, ours, reference in (("log entries verified", mine_log, their_log), ("inclusion proofs verified", mine_proofs, their_proofs)):
        rounds = [(rate(ours), rate(reference)) for _ in range(5)]
        mine, their = median(one for one, _ in rounds), median(one for _, one in rounds)
        print(f"{title}: ours {mine:9.0f}/s, pymerkle {their:9.0f}/s, ratio {mine / their:.1f}")


if __name__ == "__main__":
    main()

"""Verification a second beside `pymerkle`, in interleaved rounds; only the ratios are worth keeping.

    python benchmarks/verify.py

- *Whole log*: ours takes every step of `rogatory.ledger.verify` on the files of a log (checkpoint and its signature, bundles,
  tiles, root); `pymerkle` builds its tree from the same entries and compares the root, which is less.
- *Inclusion proof*: the same 64 proofs, verified by both.
- *Receipt*: ours alone, with signature, path in the step and proof; *step*: one step with 10,000 acts, and an empty one.
"""

from __future__ import annotations

import hashlib
import os
import time
import warnings
from collections.abc import Callable
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.ledger import (
    EMPTY,
    Checkpoint,
    build_step,
    bundle_content,
    bundles_of,
    inclusion_proof,
    leaf_hash,
    make_receipt,
    read_receipt,
    sign_checkpoint,
    tile_content,
    tiles_of,
    verify_inclusion,
    verify_log,
    verify_receipt,
    vkey_of,
)

warnings.simplefilter("ignore")
import pymerkle  # noqa: E402  # it warns when imported

ENTRIES = 20_000
ROUNDS = 7
ACTS = 10_000
ORIGIN = "bench.example/log"

Work = Callable[[], int]


def rate(work: Work, seconds: float = 0.4) -> float:
    """How many a second."""
    begun, count = time.perf_counter(), 0
    while time.perf_counter() < begun + seconds:
        count += work()
    return count / (time.perf_counter() - begun)


def compare(title: str, ours: Work, theirs: Work) -> None:
    rounds = [(rate(ours), rate(theirs)) for _ in range(ROUNDS)]
    mine, other = (median(column) for column in zip(*rounds, strict=True))
    ratio = median(one / two for one, two in rounds)
    print(f"{title:<28} ours {mine:>11,.0f}/s   pymerkle {other:>9,.0f}/s   ratio {ratio:4.1f}")


def alone(title: str, ours: Work) -> None:
    print(f"{title:<28} ours {median(rate(ours) for _ in range(3)):>11,.0f}/s")


def main() -> None:
    acts = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(ACTS)]
    seed = os.urandom(32)
    step = build_step(seed, acts)
    entries = [step.root, *(os.urandom(32) for _ in range(ENTRIES - 1))]
    nodes: dict[tuple[int, int], bytes] = {}
    frontier = EMPTY
    for entry in entries:
        grown = frontier.append(leaf_hash(entry))
        nodes |= {(one.level, one.index): one.hash for one in grown.completed}
        frontier = grown.frontier
    node = lambda level, index: nodes[level, index]  # noqa: E731  # one line
    key = Ed25519PrivateKey.generate()
    vkey = vkey_of(key, name=ORIGIN)
    head = sign_checkpoint(Checkpoint(origin=ORIGIN, size=ENTRIES, root=frontier.root), key=key)
    files = {"checkpoint": head.text.encode()}
    files |= {address.path: tile_content(address, node) for address in tiles_of(ENTRIES)}
    files |= {one.path: bundle_content(entries[one.index * 256 : one.index * 256 + one.width]) for one in bundles_of(ENTRIES)}

    def our_log() -> int:
        return verify_log(files.get, log_vkey=vkey).checkpoint.size

    def their_log() -> int:
        tree = pymerkle.InmemoryTree.init_from_entries(entries, algorithm="sha256")
        assert tree.get_root() == frontier.root
        return ENTRIES

    compare("whole log, entries", our_log, their_log)

    places = range(0, ENTRIES, ENTRIES // 64)
    tree = pymerkle.InmemoryTree.init_from_entries(entries, algorithm="sha256")
    ours = [(leaf_hash(entries[place]), place, inclusion_proof(place, ENTRIES, node)) for place in places]
    theirs = [(tree.get_leaf(place + 1), tree.prove_inclusion(place + 1, ENTRIES)) for place in places]

    def our_proofs() -> int:
        for leaf, place, proof in ours:
            verify_inclusion(leaf, index=place, size=ENTRIES, proof=proof, root=frontier.root)
        return len(ours)

    def their_proofs() -> int:
        for leaf, proof in theirs:
            pymerkle.verify_inclusion(leaf, frontier.root, proof)
        return len(theirs)

    compare("inclusion proofs", our_proofs, their_proofs)

    text = make_receipt(path=step.path(acts[0]), index=0, nodes=node, checkpoint=head).text

    def receipts() -> int:
        return len([verify_receipt(acts[0], read_receipt(text), log_vkey=vkey)])

    alone("receipts", receipts)
    alone(f"steps of {ACTS:,} acts, acts", lambda: len(build_step(seed, acts).places))
    alone("empty steps", lambda: len([build_step(seed, ())]))


if __name__ == "__main__":
    main()

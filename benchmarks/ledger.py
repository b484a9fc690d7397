"""What the ledger costs, beside a reference from the same run; only the ratios are worth keeping.

    python benchmarks/ledger.py [ENTRIES]      (1,000,000 by default)

- *Whole log*: a log verified from scratch, every step, by one process and by two that take half of the same work each; memory.
- *Proofs*: made from stored hashes, and verified, beside `pymerkle` on the same tree: one by one, and many of one head together,
  for every hundredth entry and for neighbours. How much proofs share decides what taking them together is worth.
- *Receipts*: of acts in neighbouring entries under one head with three cosignatures, read and verified alone and together.
- *A step*: at ten million leaves beside ten thousand (frontier, hashes, proof of the new leaf); one of 10,000 acts; an empty one.
"""

from __future__ import annotations

import gc
import hashlib
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable
from multiprocessing import get_context
from statistics import median
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.ledger import (
    EMPTY,
    Checkpoint,
    Frontier,
    InclusionVerifier,
    KeyUse,
    Prover,
    Receipts,
    build_step,
    bundle_content,
    bundles_of,
    cosign,
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

ORIGIN = "bench.example/log"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
VKEY = vkey_of(KEY, name=ORIGIN)
ROUNDS = 5
SMALL, LARGE, ACTS, PROOFS, MANY = 10_000, 10_000_000, 10_000, 20_000, 300


def log_files(size: int) -> dict[str, bytes]:
    """A whole log in memory."""
    nodes: dict[tuple[int, int], bytes] = {}
    frontier, entries = EMPTY, [os.urandom(32) for _ in range(size)]
    for entry in entries:
        grown = frontier.append(leaf_hash(entry))
        frontier = grown.frontier
        nodes |= {(one.level, one.index): one.hash for one in grown.completed}
    head = sign_checkpoint(Checkpoint(origin=ORIGIN, size=size, root=frontier.root), key=KEY)
    files = {"checkpoint": head.text.encode()}
    files |= {one.path: tile_content(one, lambda level, index: nodes[level, index]) for one in tiles_of(size)}
    return files | {one.path: bundle_content(entries[one.index * 256 : one.index * 256 + one.width]) for one in bundles_of(size)}


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    begun = clock()
    work()
    return clock() - begun


def computed(work: Callable[[], object]) -> float:
    """Seconds of the processor: what others do on the machine does not count."""
    return seconds(work, time.process_time)


def verified(files: dict[str, bytes]) -> int:
    return verify_log(files.get, log_vkey=VKEY).checkpoint.size


def whole_log(size: int) -> None:
    files = log_files(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    alone = median(seconds(lambda: verified(files)) for _ in range(3))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    hashed = median(seconds(lambda: [hashlib.sha256(bytes(65)).digest() for _ in range(2 * size)]) for _ in range(3))
    half = log_files(size // 2)
    with get_context("fork").Pool(2, initializer=_share, initargs=(half,)) as pool:
        two = median(seconds(lambda: pool.map(_verify_shared, range(2), chunksize=1)) for _ in range(3))
    print(f"{size:>10,} entries verified from scratch  {alone:6.2f} s   {hashed / alone:4.2f} of bare hashing   +{memory:.0f} MiB")
    print(f"{'':>10} two processes, half each           {two:6.2f} s   {alone / two:4.2f} times one")


_shared: dict[str, bytes] = {}


def _share(files: dict[str, bytes]) -> None:
    _shared.update(files)


def _verify_shared(_: int) -> int:
    return verified(_shared)


def proofs() -> None:
    entries = [os.urandom(32) for _ in range(PROOFS)]
    nodes: dict[tuple[int, int], bytes] = {}
    frontier = EMPTY
    for entry in entries:
        grown = frontier.append(leaf_hash(entry))
        frontier = grown.frontier
        nodes |= {(one.level, one.index): one.hash for one in grown.completed}
    tree = pymerkle.InmemoryTree.init_from_entries(entries, algorithm="sha256")
    node, root = lambda level, index: nodes[level, index], frontier.root
    for name, places in (("every 100th", range(0, PROOFS, 100)), (f"{MANY} neighbours", range(9000, 9000 + MANY)), ("all", range(PROOFS))):
        _proofs(name, places, entries, node, root, tree)


def _proofs(name: str, places: range, entries: list[bytes], node: Callable[[int, int], bytes], root: bytes, tree: Any) -> None:
    ours = [(leaf_hash(entries[place]), place, inclusion_proof(place, PROOFS, node)) for place in places]
    theirs = [(tree.get_leaf(place + 1), tree.prove_inclusion(place + 1, PROOFS)) for place in places]

    def prove_all() -> list[object]:
        prover = Prover(size=PROOFS, nodes=node)
        return [prover.prove(place) for place in places]

    def verify_together() -> list[object]:
        verifier = InclusionVerifier(size=PROOFS, root=root)
        return [verifier.verify(leaf, index=place, proof=proof) for leaf, place, proof in ours]

    def their_proofs() -> object:
        return [tree.prove_inclusion(place + 1, PROOFS) for place in places]

    def their_verdicts() -> object:
        return [pymerkle.verify_inclusion(leaf, root, proof) for leaf, proof in theirs]

    gc.collect()
    gc.freeze()  # what was set up is no work of either
    print(f"{len(places):,} proofs of {PROOFS:,} entries, {name}")
    beside("  made one by one", lambda: [inclusion_proof(place, PROOFS, node) for place in places], their_proofs)
    beside("  made together", prove_all, their_proofs)
    beside(
        "  verified one by one",
        lambda: [verify_inclusion(leaf, index=place, size=PROOFS, proof=proof, root=root) for leaf, place, proof in ours],
        their_verdicts,
    )
    beside("  verified together", verify_together, their_verdicts)
    hashes = [bytes(65)] * len(ours[0][2])
    beside("  (all their hashes, bare)", lambda: [[hashlib.sha256(one).digest() for one in hashes] for _ in places], their_verdicts)


def receipts() -> None:
    acts = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(MANY)]
    trees = [build_step(os.urandom(32), [act]) for act in acts]
    nodes: dict[tuple[int, int], bytes] = {}
    frontier = EMPTY
    for entry in [one.root for one in trees] + [os.urandom(32) for _ in range(PROOFS - MANY)]:
        grown = frontier.append(leaf_hash(entry))
        frontier = grown.frontier
        nodes |= {(one.level, one.index): one.hash for one in grown.completed}
    head = Checkpoint(origin=ORIGIN, size=PROOFS, root=frontier.root)
    names = [f"w{number}.example" for number in range(3)]
    witnesses = [vkey_of(KEY, name=name, use=KeyUse.COSIGNATURE) for name in names]
    signed = sign_checkpoint(head, key=KEY).add(*(cosign(head, key=KEY, name=name, timestamp=1_800_000_000) for name in names))
    texts = [
        make_receipt(path=tree.path(act), index=at, nodes=lambda level, index: nodes[level, index], checkpoint=signed).text
        for at, (act, tree) in enumerate(zip(acts, trees, strict=True))
    ]

    def alone() -> list[object]:
        return [verify_receipt(act, read_receipt(text), log_vkey=VKEY, witnesses=witnesses) for act, text in zip(acts, texts, strict=True)]

    def together() -> list[object]:
        verifier = Receipts()
        return [verifier.verify(act, read_receipt(text), log_vkey=VKEY, witnesses=witnesses) for act, text in zip(acts, texts, strict=True)]

    rounds = [(computed(alone), computed(together)) for _ in range(ROUNDS)]
    ratio = median(one / two for one, two in rounds)
    print(f"{MANY} receipts of one head     {MANY / median(two for _, two in rounds):>10,.0f}/s   {ratio:5.1f} times one by one")


def beside(name: str, ours: Callable[[], list[object]], theirs: Callable[[], object]) -> None:
    rounds = [(computed(ours), computed(theirs)) for _ in range(ROUNDS)]
    ratio = median(two / one for one, two in rounds)
    print(f"{name:<28} {len(ours()) / median(one for one, _ in rounds):>10,.0f}/s   {ratio:5.1f} times pymerkle")


def steps() -> None:
    def grow(size: int) -> Callable[[], None]:
        def work() -> None:
            frontier = Frontier(size=size, hashes=tuple(os.urandom(32) for _ in range(size.bit_count())))
            for _ in range(2000):
                frontier = frontier.append(leaf_hash(build_step(bytes(32), ()).root)).frontier
                assert frontier.root

        return work

    rounds = [(computed(grow(SMALL)), computed(grow(LARGE))) for _ in range(ROUNDS)]
    ratio, small = median(large / small for small, large in rounds), median(small for small, _ in rounds)
    print(f"an empty step, hashed        {2000 / small:>10,.0f}/s   at 10 million leaves {ratio:4.2f} of 10 thousand")
    hashes = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(ACTS)]
    taken = median(computed(lambda: build_step(os.urandom(32), hashes)) for _ in range(ROUNDS))
    print(f"a step of {ACTS:,} acts       {taken:10.3f} s")


def main() -> None:
    whole_log(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    proofs()
    receipts()
    steps()


if __name__ == "__main__":
    main()

"""Count a log again: with the seeds of its steps, that they hold these acts and no others.

The entries of the log tell nobody how many acts there were. Whoever is given the seed of a step and the hashes of its acts builds the
same tree and must come to the entry that the log signed: so nothing was added afterwards, and nothing left out.

- A seed that was made up gives another root, also for a step said to be empty.
- Times are no part of the log: which entries a period covers follows from the times of witnesses' cosignatures.

Left to others: getting the seeds (the node, sealed to the overseer), the entries (any copy of the log), what the acts mean.

>>> step = build_step(bytes(32), ["aa" * 32])
>>> list(recount([Counted(leaf=7, seed=bytes(32), acts=("aa" * 32,))], {7: step.root}.get))
[]
>>> next(recount([Counted(leaf=7, seed=bytes(32), acts=())], {7: step.root}.get)).says
'does not hold these 0 acts and no others'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rogatory.errors import FormError
from rogatory.ledger.step import build_step

EDGE = 120
"""Seconds around a period in which what belongs to it may be placed and cosigned: its entries begin and end so far outside."""
LATE = 600
"""Seconds by which an act may be older than the head after which it was placed: so long its transaction may have been open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A step as its node states it: the entry, the seed, the hashes of its acts."""

    leaf: int
    seed: bytes
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miscount:
    """An entry that is not what was stated."""

    leaf: int
    says: str


def recount(steps: Iterable[Counted], entry: Callable[[int], bytes | None]) -> Iterator[Miscount]:
    """Every step whose seed and acts do not lead to its entry."""
    for step in steps:
        signed = entry(step.leaf)
        if signed is None:
            yield Miscount(leaf=step.leaf, says="is not in the copy of the log")
            continue
        try:
            root = build_step(step.seed, step.acts).root
        except FormError as error:
            yield Miscount(leaf=step.leaf, says=str(error))
            continue
        if root != signed:
            yield Miscount(leaf=step.leaf, says=f"does not hold these {len(step.acts)} acts and no others")

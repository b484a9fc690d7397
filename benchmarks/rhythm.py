"""Can anybody read from a public log when something happened? Two years of a quiet State and of a busy one (RIGHTS, H5).

    python benchmarks/rhythm.py [DAYS]         (730 by default: some minutes)

Both logs are made by the code that makes real ones, one leaf a minute. A classifier is given what a stranger sees of each hour: how
many leaves, their bytes and hashes, how they compress, the time of day, and when each was shown: by how much after its moment, on the
average, at most, and how unevenly. It learns on one half of the hours and is asked on the other. 0.5 is guessing; the promise is at
most 0.55. The same classifier on a log that grows with its acts, and on one that is shown as soon as a step is committed, shows that it
can see.

- *busy*: which hours of a busy State held an emergency;
- *quiet*: the same in one State with three cases in the whole time, an emergency in each. Three hours decide nothing, so the time is
  simulated three hundred times and pooled; of hours without an emergency one in a hundred is looked at, which biases no rank statistic;
- *which*: is this hour one of the quiet State or of the busy one?

How long a step takes to make and commit is measured here first: a step without acts, one with a thousand, and how much it varies.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import random
import sqlite3
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rogatory.ledger import build_step, leaf_hash

MINUTES = 60
ACTS_OF_AN_EMERGENCY = 7
LIMIT = 0.55
RUNS, LOOKED_AT = 300, 0.01
STEP = 1.0
"""Seconds of a step of the log's clock, of which it is shown at the end."""


@dataclass(frozen=True)
class Cost:
    """Seconds that it takes to make and commit a step: without acts, more for each act, and how much that varies."""

    empty: float = 0.004
    act: float = 0.00006
    spread: float = 0.001


@dataclass(frozen=True)
class Hour:
    """What a stranger sees of an hour, and what really happened in it."""

    seen: tuple[float, ...]
    emergency: bool


def simulate(  # noqa: PLR0913  # what a State's log may be
    days: int,
    *,
    acts_an_hour: float,
    emergencies_a_day: float,
    name: str,
    honest: bool = True,
    at_once: bool = False,
    cost: Cost = Cost(),  # a frozen value
    looked_at: float = 1.0,
) -> list[Hour]:
    """The hours of a State's log. `honest=False`: one that grows with its acts; `at_once`: one that is shown when it is committed.

    Both are there to see whether the classifier sees. `looked_at` is the share of hours without an emergency that is given to it.
    """
    chance = random.Random(name)
    made, hours = 0, []
    for hour in range(days * 24):
        emergency = chance.random() < emergencies_a_day / 24
        count = _poisson(acts_an_hour, chance) + (ACTS_OF_AN_EMERGENCY if emergency else 0)
        if not emergency and looked_at < 1.0 and chance.random() > looked_at:
            continue
        minutes: list[list[str]] = [[] for _ in range(MINUTES)]
        for _ in range(count):
            minutes[chance.randrange(MINUTES)].append(hashlib.sha256(f"{name} {made}".encode()).hexdigest())
            made += 1
        entries = [build_step(chance.randbytes(32), acts).root for acts in minutes if honest or acts]
        late = [_late(len(acts), at_once=at_once, cost=cost, chance=chance) for acts in minutes]
        hours.append(Hour(seen=(*_seen(entries, hour), *_moments(late)), emergency=emergency))
    return hours


def _late(acts: int, *, at_once: bool, cost: Cost, chance: random.Random) -> float:
    """By how many seconds a step is shown after its moment: the next one, unless it takes longer than a step to make."""
    took = max(0.0, cost.empty + acts * cost.act + chance.gauss(0.0, cost.spread))
    return took if at_once else max(0.0, took - STEP)


def _moments(late: Sequence[float]) -> tuple[float, float, float]:
    mean = sum(late) / len(late)
    return mean, max(late), sum((one - mean) ** 2 for one in late) / len(late)


def measured() -> Cost:
    """What a step costs on this machine: the tree, and rows in a durable table of SQLite."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(sqlite3.connect(f"{folder}/db")) as table:
        table.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE place (hash TEXT PRIMARY KEY, at INTEGER);")

        def step(count: int, number: int) -> float:
            acts = [hashlib.sha256(b"%d %d" % (number, one)).hexdigest() for one in range(count)]
            begun = time.perf_counter()
            tree = build_step(hashlib.sha256(b"%d" % number).digest(), acts)
            with table:
                table.executemany("INSERT INTO place VALUES (?, ?)", [*tree.places.items(), (tree.root.hex(), number)])
            return time.perf_counter() - begun

        empty = sorted(step(0, number) for number in range(101))
        full = sorted(step(1000, 1000 + number) for number in range(7))
        return Cost(empty=empty[50], act=max(0.0, full[3] - empty[50]) / 1000, spread=(empty[75] - empty[25]) / 1.35)


def _poisson(mean: float, chance: random.Random) -> int:
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


def _seen(entries: Sequence[bytes], hour: int) -> tuple[float, ...]:
    """Every feature that the public files of an hour have: entries, leaf hashes, their tile, sizes, repetitions."""
    data, leaves = b"".join(entries), [leaf_hash(one) for one in entries]
    ones = [int.from_bytes(one, "big").bit_count() for one in entries] or [128]
    steps = [abs(one[0] - two[0]) for one, two in pairwise(entries)] or [85]
    mean = sum(ones) / len(ones)
    return (
        float(len(entries)),
        float(len(zlib.compress(data, 1))),
        sum(data) / max(1, len(data)),
        mean,
        sum((one - mean) ** 2 for one in ones) / len(ones),
        sum(one[0] for one in entries) / max(1, len(entries)),
        sum(one[-1] for one in entries) / max(1, len(entries)),
        float(min((one[0] for one in entries), default=0)),
        float(len({one[0] for one in entries})),
        sum(one[0] for one in leaves) / max(1, len(leaves)),
        float(hashlib.sha256(b"".join(leaves)).digest()[0]),
        sum(steps) / len(steps),
        float(hour % 24),
    )


def auc(hours: Sequence[Hour], label: Callable[[Hour], bool] = lambda hour: hour.emergency) -> float:
    """How well a logistic regression, learned on every other hour, tells the rest apart; 0.5 is guessing."""
    columns = list(zip(*(hour.seen for hour in hours), strict=True))
    means = [sum(column) / len(column) for column in columns]
    widths = [math.sqrt(sum((one - mean) ** 2 for one in column) / len(column)) or 1.0 for column, mean in zip(columns, means, strict=True)]
    rows = [[1.0, *((one - mean) / width for one, mean, width in zip(hour.seen, means, widths, strict=True))] for hour in hours]
    labels = [label(hour) for hour in hours]
    weights = _learn(rows[::2], labels[::2])
    scores = [sum(weight * one for weight, one in zip(weights, row, strict=True)) for row in rows[1::2]]
    return _area(list(zip(scores, labels[1::2], strict=True)))


def _learn(rows: Sequence[Sequence[float]], labels: Sequence[bool], rounds: int = 12) -> list[float]:
    """Logistic regression by gradient steps, both classes given the same weight."""
    weights = [0.0] * len(rows[0])
    share = sum(labels) / len(labels) or 0.5
    order, chance = list(range(len(rows))), random.Random(1)
    for number in range(rounds):
        chance.shuffle(order)
        rate = 0.02 / (1 + number)
        for at in order:
            row, value = rows[at], 1.0 if labels[at] else 0.0
            sum_ = max(-30.0, min(30.0, sum(weight * one for weight, one in zip(weights, row, strict=True))))
            error = (value - 1 / (1 + math.exp(-sum_))) * (0.5 / share if value else 0.5 / (1 - share or 0.5))
            weights = [weight + rate * (error * one - 0.001 * weight) for weight, one in zip(weights, row, strict=True)]
    return weights


def _area(scored: list[tuple[float, bool]]) -> float:
    """The chance that an hour of the one sort is ranked above one of the other (the rank-sum statistic), ties counted half."""
    scored.sort(key=lambda one: one[0])
    positive = sum(label for _, label in scored)
    negative = len(scored) - positive
    if not positive or not negative:
        return 0.5
    ranks, at = 0.0, 0
    while at < len(scored):
        end = at
        while end < len(scored) and scored[end][0] == scored[at][0]:
            end += 1
        ranks += sum(label for _, label in scored[at:end]) * (at + end + 1) / 2
        at = end
    return (ranks - positive * (positive + 1) / 2) / (positive * negative)


def busy(days: int, *, honest: bool = True, at_once: bool = False, cost: Cost = Cost()) -> list[Hour]:  # frozen
    return simulate(days, acts_an_hour=20, emergencies_a_day=2, name="busy", honest=honest, at_once=at_once, cost=cost)


def quiet(  # as `simulate`
    days: int,
    *,
    name: str = "quiet",
    honest: bool = True,
    at_once: bool = False,
    cost: Cost = Cost(),  # a frozen value
    looked_at: float = 1.0,
) -> list[Hour]:
    """Three cases of twenty acts in the whole time, with an emergency in each."""
    return simulate(
        days,
        acts_an_hour=60 / (days * 24),
        emergencies_a_day=3 / days,
        name=name,
        honest=honest,
        at_once=at_once,
        cost=cost,
        looked_at=looked_at,
    )


def quiet_pooled(days: int, *, runs: int = RUNS, looked_at: float = LOOKED_AT, cost: Cost = Cost()) -> list[Hour]:  # frozen
    """One State with three cases, the whole time simulated so many times."""
    many = [hour for number in range(runs) for hour in quiet(days, name=f"quiet {number}", cost=cost, looked_at=looked_at)]
    random.Random(3).shuffle(many)
    return many


def which(one: Iterable[Hour], two: Iterable[Hour]) -> list[Hour]:
    """Hours of two logs, shuffled; the label is which."""
    hours = [Hour(seen=hour.seen, emergency=False) for hour in one] + [Hour(seen=hour.seen, emergency=True) for hour in two]
    random.Random(2).shuffle(hours)
    return hours


def main() -> None:
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 730
    cost = measured()
    print(f"a step: {cost.empty * 1000:.2f} ms without acts (spread {cost.spread * 1000:.2f}), {cost.act * 1e6:.0f} us more for each act")
    crowd, lonely = busy(days, cost=cost), quiet(days, cost=cost)
    rows = {
        "busy, honest log": auc(crowd),
        "quiet, honest log": auc(quiet_pooled(days, cost=cost)),
        "which, honest log": auc(which(crowd, lonely)),
        "busy, shown when committed": auc(busy(min(days, 120), at_once=True, cost=cost)),
        "which, shown when committed": auc(which(busy(60, at_once=True, cost=cost), quiet(60, at_once=True, cost=cost))),
        "busy, log that grows with its acts": auc(busy(min(days, 120), honest=False)),
        "which, logs that grow with their acts": auc(which(busy(60, honest=False), quiet(60, honest=False))),
    }
    for name, value in rows.items():
        print(f"{name:<40} AUC {value:.3f}")
    if max(value for name, value in rows.items() if "honest" in name) > LIMIT:
        print(f"above {LIMIT}: something can be read from the log")
        raise SystemExit(1)


if __name__ == "__main__":
    main()

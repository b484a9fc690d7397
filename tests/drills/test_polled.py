"""An outsider polls the log of a real node, as fast as it answers: checkpoint, newest tile and bundle, at each step.

In some steps acts are made, in a few of them fifteen hundred, which take longer to place; in the others nothing happens. What he sees is
one leaf for each moment of a fixed clock, shown at that moment. He runs on the node's machine, so he even knows its clock: a step
that is shown when it is ready, or later for what it holds, would stand out.

`ROGATORY_POLLED_STEPS` says how many steps are looked at.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from rogatory.cli.log import served
from rogatory.demo.cast import FR
from rogatory.ledger import Address, leaf_hash, read_bundle, read_checkpoint, read_tile, verify_log
from tests.drills.one_node import OneNode, one_node
from tests.drills.test_killed import log_key
from tests.postgres import ON_POSTGRESQL

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
STEPS = int(os.environ.get("ROGATORY_POLLED_STEPS", "30"))
SEED = int(os.environ.get("ROGATORY_SEED", str(random.randrange(1 << 30))))
STEP, MANY, IDLE = 1.0, 1500, 0.5
LATE, MOST_LATE = 0.025, 0.1
"""A moment is kept to the millisecond, and read by a clock that others on the machine may hold up; so many steps may be late for that."""
MAKE = f"""
import os, sys, uuid
import django
django.setup()
from rogatory.node.installation import installation
from rogatory.node.models import Place, Skeleton
for line in sys.stdin:
    if line.startswith("make"):
        now = installation().clock.now()
        hashes = [os.urandom(32).hex() for _ in range({MANY})]
        same = dict(kind="draft", institution="https://x.invalid", at=now, text="x", foreign=False)
        rows = [Skeleton(hash=one, case=uuid.uuid4(), nonce=one[:22], **same) for one in hashes]
        Skeleton.objects.bulk_create(rows, batch_size=100)
        print("made", flush=True)
    else:
        print(*sorted(set(Place.objects.values_list("leaf", flat=True))), flush=True)
"""


@dataclass(frozen=True)
class Growth:
    """What an outsider saw of one step: the last moment at which it was not there, the first at which it was, and how it looked."""

    size: int
    absent: float
    there: float
    lengths: tuple[int, int]


@pytest.mark.parametrize("database", ["sqlite", ON_POSTGRESQL], indirect=True)
def test_h5_who_polls_a_real_log_sees_one_leaf_at_each_moment_of_a_fixed_clock_whatever_happens(tmp_path: Path, database: str) -> None:
    with one_node(tmp_path, step_ms=round(STEP * 1000), database=database) as node:
        node.start()
        node.wait_for(node.answers)
        with making(node) as maker:
            node.wait_for(lambda: node.get("/log/checkpoint").is_success)
            stop = Event()
            busy = Thread(target=be_busy, args=(node, maker, stop))
            busy.start()
            try:
                seen = polled(node, STEPS)
            finally:
                stop.set()
                busy.join()
            held = {int(leaf) for leaf in ask(maker, "which").split()}

        moments = [round((one.absent + one.there) / 2 / STEP) for one in seen]
        late = [one for one, moment in zip(seen, moments, strict=True) if not one.absent - LATE <= moment * STEP <= one.there + LATE]
        lost = moments[-1] - moments[0] + 1 - len(seen)
        assert len(late) + lost <= MOST_LATE * STEPS, f"seed {SEED}: {late}"
        assert [one.size for one in seen] == [*range(seen[0].size, seen[0].size + len(seen))], "one leaf at a time"
        assert all(one.lengths == (32 * one.size, 34 * one.size) for one in seen), "and each of the same bytes"
        full = [one for one in seen if one.size - 1 in held]
        assert min(len(full), len(seen) - len(full)) >= STEPS / 6, "some steps held acts, and some did not"
        assert_whole(node, len(seen))


def polled(node: OneNode, steps: int) -> list[Growth]:
    """Look at the checkpoint as often as it is answered; at each step also at the newest tile and bundle, and at what is not shown yet."""
    seen: list[Growth] = []
    headers = {"host": f"{FR.host}:{FR.port}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{node.port}", headers=headers, trust_env=False, timeout=10) as client:
        size, absent = size_of(client), time.monotonic()
        while len(seen) < steps:
            asked = time.monotonic()
            now = size_of(client)
            there = time.monotonic()
            if now > size:
                parts = [client.get(f"/log/{one.path}") for one in newest(now)]
                ahead = [client.get(f"/log/{one.path}") for one in newest(now + 1)] if time.monotonic() - there < STEP / 4 else []
                assert all(one.is_success for one in parts)
                assert all(one.status_code == httpx.codes.NOT_FOUND for one in ahead), (
                    "nothing is shown before the checkpoint that covers it"
                )
                leaves, entries = read_tile(parts[0].content, newest(now)[0]), read_bundle(parts[1].content, newest(now)[1])
                assert [leaf_hash(one) for one in entries] == list(leaves)
                seen.append(Growth(size=now, absent=absent, there=there, lengths=(len(parts[0].content), len(parts[1].content))))
            size, absent = now, asked
            time.sleep(0.004)
    return seen


def size_of(client: httpx.Client) -> int:
    return read_checkpoint(client.get("/log/checkpoint").raise_for_status().text).checkpoint.size


def newest(size: int) -> tuple[Address, Address]:
    """The newest tile of leaves and the newest bundle of a log that is still short."""
    return Address(level=0, index=0, width=size), Address(level=None, index=0, width=size)


def be_busy(node: OneNode, maker: subprocess.Popen[str], stop: Event) -> None:
    """In about half of the steps an act of a person, and in half of these very many acts as well."""
    chance = random.Random(SEED)
    while not stop.is_set():
        if chance.random() > IDLE:
            node.draft(str(uuid.uuid4()))
            if chance.random() < 0.5:
                ask(maker, "make")
        stop.wait(chance.uniform(0.5, 1.5) * STEP)


@contextmanager
def making(node: OneNode) -> Iterator[subprocess.Popen[str]]:
    """A process that makes rows of acts in the node's tables on demand: by the API one cannot make so many in a second."""
    environment = os.environ | node.town.environment(FR)
    with subprocess.Popen([sys.executable, "-c", MAKE], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as maker:
        yield maker
        assert maker.stdin is not None
        maker.stdin.close()


def ask(maker: subprocess.Popen[str], what: str) -> str:
    assert maker.stdin is not None
    assert maker.stdout is not None
    maker.stdin.write(what + "\n")
    maker.stdin.flush()
    answer = maker.stdout.readline()
    assert answer, "the process that makes acts has ended"
    return answer


def assert_whole(node: OneNode, at_least: int) -> None:
    """The log as a stranger copies it verifies from its files alone."""

    def get(path: str) -> bytes | None:
        answer = node.get(f"/log/{path}")
        return answer.content if answer.is_success else None

    files = dict(served(get, lambda _path: False))
    assert verify_log(files.get, log_vkey=log_key(node)).checkpoint.size >= at_least

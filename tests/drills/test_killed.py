"""A node that is killed with -9 at random while acts are made and steps placed: nothing that it acknowledged is lost or doubled, and
every head that it ever showed is the beginning of the last one.

`ROGATORY_KILLS` says how often; a failure names its seed.
"""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from pathlib import Path

import httpx
import pytest

from rogatory.cli.log import served
from rogatory.ledger import EMPTY, Checkpoint, leaf_hash, read_checkpoint, read_receipt, verify_checkpoint, verify_receipt
from rogatory.ledger.tiles import read_address, read_bundle
from rogatory.ledger.verify import verify_log
from tests.drills.one_node import OneNode, one_node

pytestmark = [pytest.mark.nodes]
KILLS = int(os.environ.get("ROGATORY_KILLS", "4"))
SEED = int(os.environ.get("ROGATORY_SEED", str(random.randrange(1 << 30))))


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_t7_a_node_killed_at_random_loses_doubles_and_contradicts_nothing(tmp_path: Path, database: str) -> None:
    with one_node(tmp_path, step_ms=20, database=database) as node:
        node.start()
        node.wait_for(node.answers)
        heads: dict[int, Checkpoint] = {}
        stop = threading.Event()
        writer = threading.Thread(target=make_acts, args=(node, stop))
        reader = threading.Thread(target=look, args=(node, heads, stop))
        writer.start()
        reader.start()
        chance = random.Random(SEED)
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 1.0))
            task = chance.choice(["serve", "work"])
            node.kill(task)
            node.start(task)
            if task == "serve":
                assert node.wait_for(node.answers) < 30, f"seed {SEED}"
        time.sleep(1)
        stop.set()
        writer.join()
        reader.join()
        for digest in node.told.values():
            node.wait_for(lambda digest=digest: node.receipt(digest) is not None)  # type: ignore[misc]
        assert_whole(node, heads)


def make_acts(node: OneNode, stop: threading.Event) -> None:
    """Ten a second at most; what was not answered is asked again under the same key, as a client of the API does."""
    while not stop.is_set():
        key = str(uuid.uuid4())
        time.sleep(0.1)
        while key not in node.told and not stop.is_set():
            try:
                node.draft(key)
            except httpx.TransportError:
                time.sleep(0.02)


def look(node: OneNode, heads: dict[int, Checkpoint], stop: threading.Event) -> None:
    """What somebody outside sees of the log: no size may ever have two roots."""
    while not stop.is_set():
        try:
            answer = node.get("/log/checkpoint")
        except httpx.TransportError:
            continue
        if answer.is_success:
            head = read_checkpoint(answer.text).checkpoint
            assert heads.setdefault(head.size, head) == head, f"two heads of size {head.size}"
        time.sleep(0.05)


def assert_whole(node: OneNode, heads: dict[int, Checkpoint]) -> None:
    """From outside: the log verifies, every head was its beginning, every acknowledged act is proved. From inside: it audits well."""

    def get(path: str) -> bytes | None:
        answer = node.get(f"/log/{path}")
        return answer.content if answer.is_success else None

    files = dict(served(get, lambda _: False))
    last = read_checkpoint(files["checkpoint"].decode())
    vkey = log_key(node)
    verify_checkpoint(last, vkey)
    assert verify_log(files.get, log_vkey=vkey).checkpoint.size == last.checkpoint.size
    bundles = sorted((read_address(path).index, path) for path in files if path.startswith("tile/entries/"))
    entries = [one for _, path in bundles for one in read_bundle(files[path], read_address(path))]
    assert len(heads) != 1, "nobody looked while it grew"
    frontier = EMPTY
    for entry in entries:
        frontier = frontier.append(leaf_hash(entry)).frontier
        if (shown := heads.get(frontier.size)) is not None:
            assert shown.root == frontier.root, f"the head of {frontier.size} entries is no beginning of the last one"
    assert node.told
    assert len(set(node.told.values())) == len(node.told)
    for digest in node.told.values():
        text = node.receipt(digest)
        assert text is not None, f"the act {digest} was acknowledged and is not proved"
        verify_receipt(digest, read_receipt(text), log_vkey=vkey)
    found = node.audit()
    assert found["ok"], found


def log_key(node: OneNode):  # type: ignore[no-untyped-def]  # a verifier key
    from rogatory.demo.cast import FR
    from rogatory.ledger import vkey_of
    from rogatory.node.keys import NodeKeys

    return vkey_of(NodeKeys.load(node.home).log_key, name=f"{FR.name}.demo.invalid/log")

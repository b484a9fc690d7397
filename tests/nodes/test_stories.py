"""The stories end to end, over real sockets between real processes; undisturbed, and killed at random moments."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rogatory.demo.cast import STAGES
from rogatory.demo.processes import Processes, answers, running
from rogatory.demo.report import report
from rogatory.demo.stories import STORIES, Teller
from tests.nodes.conftest import town
from tests.postgres import ON_POSTGRESQL

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
ENDS = {"main": "evidence received", "refusal": "withdrawn", "objection": "withdrawn", "emergency": "evidence received", "lapse": "purged"}
KILLS = 21
QUIET, LONGEST_WAIT, LONGEST_START = 3.0, 150.0, 20.0


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_story_is_told_and_verified(tmp_path: Path, database: str) -> None:
    with town(tmp_path, database) as made, running(made):
        for name, story in STORIES.items():
            with Teller(made, lambda _who, _what: None) as tell:
                story(tell)
                result = report(tell)
                assert [one for one in result["verification"] if not one["ok"]] == [], name
                line = tell("officer").line(tell.case)
                assert line is not None
                assert line["state"] == ENDS[name]
                assert all(one["index"] is not None for one in result["acts"])


@pytest.mark.parametrize("database", ["sqlite", ON_POSTGRESQL])
def test_a_story_killed_twenty_times_ends_as_the_undisturbed_one(tmp_path: Path, database: str) -> None:
    with town(tmp_path, database) as made, running(made) as processes:
        with Teller(made, lambda _who, _what: None) as undisturbed:
            STORIES["main"](undisturbed)
            expected = settled(undisturbed)
        killed: dict[str, int] = {}
        while sum(killed.values()) < KILLS:
            with Teller(made, lambda _who, _what: None) as tell:
                with killing(processes, killed):
                    STORIES["main"](tell)
                settle(tell, expected)
                result = report(tell)
            assert [one for one in result["verification"] if not one["ok"]] == []
    assert killed["witness"] >= 5
    assert killed["serve"] >= 5
    assert killed["work"] >= 5


def settled(tell: Teller) -> dict[str, set[tuple[str, str]]]:
    """What each node holds once nothing has arrived anywhere for three seconds."""
    held, since = kinds(tell), time.monotonic()
    while time.monotonic() - since < QUIET:
        time.sleep(0.2)
        now = kinds(tell)
        if now != held:
            held, since = now, time.monotonic()
    return held


def settle(tell: Teller, expected: dict[str, set[tuple[str, str]]]) -> None:
    """Wait until what crossed has arrived everywhere; then each node holds what it holds undisturbed.

    A peer that was down at five tries in a row is tried again after half a minute, then after a whole one.
    """
    ends = time.monotonic() + LONGEST_WAIT
    while kinds(tell) != expected and time.monotonic() < ends:
        time.sleep(0.2)
    assert kinds(tell) == expected


def kinds(tell: Teller) -> dict[str, set[tuple[str, str]]]:
    """Which acts of which institutions each node holds, whatever was repeated on the way; looking is left out."""
    held = {}
    for part, name in (("custodian", "fr"), ("enforcing", "ie"), ("provider", "provider")):
        acts = tell(part).case(tell.case)["timeline"]
        held[name] = {(one["kind"], one["by"]["institution"]) for one in acts if one["kind"] != "consult"}
    return held


@contextmanager
def killing(processes: Processes, killed: dict[str, int]) -> Iterator[None]:
    """Kill processes at random as long as the block runs."""
    stop = threading.Event()
    killer = threading.Thread(target=kill_at_random, args=(processes, killed, stop))
    killer.start()
    try:
        yield
    finally:
        stop.set()
        killer.join()


def kill_at_random(processes: Processes, killed: dict[str, int], stop: threading.Event) -> None:
    """Kill one process after another, at moments that nobody chose; on a slow machine, as slowly as it starts them again.

    Sometimes one is killed while another is still starting.
    """
    chance = random.Random()
    while not stop.wait(chance.uniform(0.2, 1.2)):
        task = min(("serve", "work", "witness"), key=lambda one: (killed.get(one, 0), chance.random()))
        processes.kill("witness" if task == "witness" else chance.choice(["fr", "ie", "provider"]), task)
        killed[task] = killed.get(task, 0) + 1
        ends = time.monotonic() + LONGEST_START
        while chance.random() < 0.9 and not all(map(answers, STAGES)) and time.monotonic() < ends:  # now and then
            stop.wait(0.1)

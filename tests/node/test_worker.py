"""The worker of a node: one works and others stand by, and nothing that waits for others shows in the rhythm of the log."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

STEPS = 20


@contextmanager
def at_work(house: Any, *workers: Any) -> Iterator[None]:
    """These workers, each in a thread of its own, until the block ends."""
    from django.db import connections

    stop = threading.Event()

    def run(worker: Any) -> None:
        try:
            worker.run(stop)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(worker,)) for worker in workers]
    try:
        for one in threads:
            one.start()
        yield
    finally:
        stop.set()
        for one in threads:
            one.join(20)


def grown_by(house: Any, steps: int) -> int:
    """By how many leaves the log grows in the time of so many steps, once it grows."""
    from rogatory.node import log

    def size() -> int:
        newest = log.last_signed()
        return newest.size if newest else 0

    begun, patience = size(), time.monotonic() + 20
    while size() == begun and time.monotonic() < patience:
        time.sleep(0.01)
    first = size()
    time.sleep(steps * house.settings.step_ms / 1000)
    return size() - first


def slow(house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A worker with a step slow enough for a loaded machine, which asks no witness."""
    from rogatory.node.worker.loop import Worker

    worker = Worker(house)
    monkeypatch.setattr(worker.asker, "ask", lambda: 0)
    monkeypatch.setattr(worker, "look_back", lambda: None)
    return worker


@pytest.fixture
def steps_of_a_quarter(house: Any) -> Iterator[None]:
    before = house.settings
    house.settings = replace(before, step_ms=250)
    yield
    house.settings = before


def test_h5_a_peer_that_hangs_does_not_hold_up_the_log(house: Any, steps_of_a_quarter: None, monkeypatch: pytest.MonkeyPatch) -> None:
    worker, hangs, asked = slow(house, monkeypatch), threading.Event(), threading.Event()

    def hang(_now: Any) -> int:
        asked.set()
        hangs.wait(30)
        return 0

    monkeypatch.setattr(worker.sender, "send_due", hang)
    with at_work(house, worker):
        assert asked.wait(20)
        grown = grown_by(house, STEPS)
        hangs.set()
    assert abs(grown - STEPS) <= STEPS // 4, "one leaf at each step, whatever happens"


def test_h5_a_second_worker_stands_by_and_adds_no_leaf(house: Any, steps_of_a_quarter: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = slow(house, monkeypatch), slow(house, monkeypatch)
    placed: list[Any] = []
    for worker in (first, second):
        step = worker.placer.step
        monkeypatch.setattr(worker.placer, "step", lambda step=step, worker=worker, **given: (placed.append(worker), step(**given))[1])
    with at_work(house, first, second):
        grown = grown_by(house, STEPS)
    assert grown <= STEPS + 1
    assert len({id(one) for one in placed}) == 1, "one places, the other stands by"


def test_a_fault_nobody_foresaw_ends_the_worker_wherever_it_happens(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = slow(house, monkeypatch)
    monkeypatch.setattr(worker.placer, "step_if_due", lambda: False)
    monkeypatch.setattr(worker.sender, "send_due", lambda _now: {}["nobody foresaw it"])
    with pytest.raises(KeyError):
        worker.run(threading.Event())

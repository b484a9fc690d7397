"""Which acts a step takes: each one once, however late it became visible, and without looking at all that were ever placed."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from rogatory.moments import Instant, instant
from tests.node.test_showing import TwoClocks, clock

__all__ = ["clock"]


def act(at: Instant) -> str:
    """A row of an act of this node, as its transaction makes it visible."""
    from rogatory.node.models import Skeleton

    digest = os.urandom(32).hex()
    row = Skeleton(hash=digest, kind="draft", institution="https://x.invalid", at=at, text="x", foreign=False, nonce=digest[:22])
    Skeleton.objects.bulk_create([row])
    return digest


@pytest.fixture
def placer(house: Any, clock: TwoClocks) -> Any:
    from rogatory.node.worker.placing import Placer

    made = Placer(house)
    made.step()
    return made


def places() -> dict[str, int]:
    from rogatory.node.models import Place

    return dict(Place.objects.values_list("hash", "leaf"))


def test_an_act_that_becomes_visible_out_of_order_is_placed_once(placer: Any, clock: TwoClocks) -> None:
    newer = act(clock.now())
    first = placer.step()
    clock.passed += 60
    older = act(instant(clock.now() - timedelta(minutes=5)))
    second = placer.step()
    assert (places()[newer], places()[older]) == (first, second)
    clock.passed += 3600
    placer.step()
    late = act(instant(clock.now() - timedelta(minutes=9)))
    placer.step()
    assert late in places()


def test_a_worker_that_starts_places_whatever_was_left(house: Any, placer: Any, clock: TwoClocks) -> None:
    from rogatory.node.worker.placing import Placer

    left = act(instant(clock.now() - timedelta(days=400)))
    Placer(house).step()
    assert left in places()


def test_what_was_placed_long_ago_is_not_looked_at_again(placer: Any, clock: TwoClocks) -> None:
    for _ in range(30):
        clock.passed += 60
        placer.step()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        placer.step()
    (question,) = [one["sql"] for one in asked if "LEFT JOIN log_place" in one["sql"]]
    assert f"{clock.now().year}" in question
    assert len(placer._readings) < 12
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{question}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    if connection.vendor == "sqlite":
        assert "act_by_at" in plan, plan


def test_a_clock_that_is_moved_forward_loses_no_act_that_was_being_written(placer: Any, clock: TwoClocks) -> None:
    began = clock.now()
    clock.began = instant(clock.began + timedelta(days=10))
    placer.step()
    clock.passed += 30
    placer.step()
    written_before_it_moved = act(began)
    placer.step()
    assert written_before_it_moved in places()

"""When a step is shown does not tell how much it held: it is made before, and shown at a moment that was fixed before that."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from rogatory.ledger import cosign, read_checkpoint
from rogatory.moments import Instant, instant
from tests.node.conftest import peer


class TwoClocks:
    """The machine's two clocks, which a test moves."""

    def __init__(self, began: Instant) -> None:
        self.began, self.passed = began, 1000.02

    def now(self) -> Instant:
        return instant(self.began + timedelta(seconds=self.passed))

    def monotonic(self) -> float:
        return self.passed


@pytest.fixture
def clock(house: Any, undone: None, monkeypatch: pytest.MonkeyPatch) -> TwoClocks:
    two = TwoClocks(house.clock.now())
    monkeypatch.setattr(house, "clock", two)
    return two


def shown_size() -> int:
    from rogatory.node import log

    found = log.newest()
    return found.size if found else 0


def test_h5_a_step_is_shown_at_its_moment_however_many_acts_it_holds(house: Any, clock: TwoClocks, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node.models import Checkpoint
    from rogatory.node.worker import placing

    step, chance = house.settings.step_ms / 1000, random.Random(5)
    placer, moments = placing.Placer(house), []
    acts: list[str] = []
    monkeypatch.setattr(placing.Placer, "_unplaced", lambda _self: acts)
    placer.step_if_due()
    for number in range(40):
        acts[:] = [f"{number:032x}{one:032x}" for one in range(chance.choice([0, 0, 0, 200]))]
        clock.passed = (int(clock.passed / step) + 1) * step + chance.uniform(0, 0.6) * step  # the loop comes by when it can
        before = shown_size()
        assert placer.step_if_due()
        newest = Checkpoint.objects.order_by("-size").values_list("size", flat=True)[0]
        assert newest == before + 1, "it is made and durable"
        assert shown_size() == before, "and not shown, by which nobody sees how long it took"
        at = _seen_at(clock, before, step)
        moments.append(at / step % 1)
    assert all(min(one, 1 - one) < 0.025 for one in moments), "each is shown at a moment of the clock, within what the test looks at"


def _seen_at(clock: TwoClocks, before: int, step: float) -> float:
    """When somebody who looks fifty times in a step sees the log grow."""
    began = clock.passed
    clock.passed = int(began / step) * step + step / 2 if began / step % 1 < 0.5 else began
    while shown_size() == before:
        clock.passed += step / 50
        assert clock.passed < began + 2 * step
    return clock.passed


def test_h5_cosignatures_are_shown_at_the_moments_of_the_clock_too(house: Any, clock: TwoClocks) -> None:
    from rogatory.node import log
    from rogatory.node.models import Cosignature
    from rogatory.node.worker.placing import Placer
    from rogatory.witness import load_home

    step, placer = house.settings.step_ms / 1000, Placer(house)
    for _ in range(2):
        placer.step_if_due()
        clock.passed += step
    shown = log.newest()
    assert shown is not None
    head, at, folder = read_checkpoint(shown.text).checkpoint, int(clock.began.timestamp()), house.settings.home.parent
    quorum = (load_home(folder / "witness"), peer(folder))
    lines = {one.name: cosign(head, key=one.key, name=one.name, timestamp=at).line for one in quorum}
    text = log.checkpoint_text()
    Cosignature.objects.bulk_create([Cosignature(size=shown.size, witness=name, line=line) for name, line in lines.items()])
    assert log.checkpoint_text() == text, "when it arrived is nobody's to see"
    placer.step_if_due()
    assert log.checkpoint_text() == text
    clock.passed = (int(clock.passed / step) + 1) * step + 0.002  # instants are kept to the millisecond
    assert all(line in log.checkpoint_text() for line in lines.values())


def test_a_log_without_a_moment_is_shown_as_it_is(house: Any, undone: None) -> None:
    from rogatory.node.worker.placing import Placer

    before = shown_size()
    Placer(house).step()
    assert shown_size() == before + 1

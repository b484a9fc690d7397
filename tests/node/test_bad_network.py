"""A network that loses, repeats and reorders messages: every act is taken up once, and the case is the same."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rogatory.demo.cast import PROVIDER
from rogatory.exchange.message import Carried
from tests.fakes.issuing_state import IssuingState
from tests.node.test_reception import ME, decided_by_the_judge, deliver, enrol, order, sent

__all__ = ["order"]


def prepared(state: IssuingState) -> list[Carried]:
    """Everything that is due to the provider, up to a withdrawal."""
    decided_by_the_judge(state)
    sent(state)
    officer = state.people["officer"]  # type: ignore[attr-defined]
    assert hasattr(state.act("withdraw", officer, "other-investigating-authority", {"words": "No longer needed."}), "hash")
    return [*enrol(state, "judge"), *state.everything_for(ME, "authorise", "transmit", "withdraw")]


def test_t16_lost_repeated_and_reordered_messages_have_one_effect(house: Any, order: IssuingState) -> None:
    acts = prepared(order)
    _try(house, order, acts)


def _try(house: Any, order: IssuingState, acts: list[Carried]) -> None:
    from rogatory.act import read
    from rogatory.node.models import CaseRow, Skeleton

    hashes = [read(one.skeleton).hash for one in acts]
    taken: dict[str, int] = {}

    @settings(max_examples=60, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(st.integers(0, len(acts) - 1), min_size=1, max_size=6), min_size=1, max_size=4))
    def network(messages: list[list[int]]) -> None:
        for message in messages:
            for result in deliver(house, order, *(acts[number] for number in message)):
                if result.state == "taken up":
                    taken[result.hash] = taken.get(result.hash, 0) + 1

    network()
    for _ in range(3):  # the network heals: what was refused for want of its predecessors is sent again, in order
        for result in deliver(house, order, *acts):
            if result.state == "taken up":
                taken[result.hash] = taken.get(result.hash, 0) + 1
    assert taken == dict.fromkeys(hashes, 1)
    assert Skeleton.objects.filter(pk__in=hashes).count() == len(hashes)
    assert order.case.ref is not None
    assert CaseRow.objects.get(pk=order.case.ref.id).state == "withdrawn"
    assert PROVIDER.institution == ME

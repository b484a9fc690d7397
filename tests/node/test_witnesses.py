"""No order to disclose, and no evidence, crosses before witnesses have cosigned the log; nothing else waits for them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from rogatory.ledger import read_receipt
from rogatory.moments import instant
from rogatory.witness import Memory, Service, load_home
from tests.fakes.issuing_state import IssuingState
from tests.node.test_reception import ME, decided_by_the_judge, deliver, enrol, order, sent

__all__ = ["order"]


@pytest.fixture
def witness(home: Path, tmp_path: Path) -> Service:
    """The town's witness with nothing in its memory."""
    return Service(load_home(home / "witness"), Memory(tmp_path / "witness.sqlite3"), now=lambda: instant(datetime.now(UTC)))


def asker(house: Any, witness: Service) -> Any:
    from rogatory.node.worker.witnessing import Asker

    found = Asker(house)
    found.client = httpx.Client(transport=httpx.WSGITransport(app=witness))
    return found


def test_a_decision_without_cosignature_waits_and_has_no_effect(house: Any, order: IssuingState) -> None:
    witness, order.witness = order.witness, None
    decided_by_the_judge(order)
    sent(order)
    enrolled = enrol(order, "judge")
    early = order.everything_for(ME, "authorise", "transmit")
    order.witness = witness
    later = order.everything_for(ME, "authorise", "transmit")

    results = deliver(house, order, *enrolled, *early)
    assert {one.code for one in results if one.state == "waiting"} == {"too few witnesses"}
    assert [one for one in results[-2:] if one.state != "waiting"] == []
    assert [one.state for one in deliver(house, order, *enrolled, *later)][-2:] == ["taken up", "taken up"]


def test_what_stops_a_disclosure_waits_for_no_witness(house: Any, order: IssuingState) -> None:
    decided_by_the_judge(order)
    sent(order)
    acts = [*enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit")]
    assert {one.state for one in deliver(house, order, *acts)} <= {"taken up", "known"}
    order.witness = None
    officer = order.people["officer"]  # type: ignore[attr-defined]
    order.act("withdraw", officer, "other-investigating-authority", {"words": "No longer needed."})

    assert [one.state for one in deliver(house, order, *order.everything_for(ME, "withdraw"))] == ["taken up"]


def test_a_cosigned_head_is_shown_and_stands_in_receipts(house: Any, order: IssuingState, witness: Service) -> None:
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    decided_by_the_judge(order)
    sent(order)
    deliver(house, order, *enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    placer, asks = Placer(house), asker(house, witness)
    placer.step()
    assert asks.ask() == 1
    assert asks.ask() == 0
    placer.step()
    ours = next(act for act in _own_acts() if log.receipt_of(act))
    receipt = log.receipt_of(ours)
    assert receipt is not None
    assert log.cosigned(receipt) == 1
    head = log.head()
    assert head is not None
    assert head.checkpoint.size == read_receipt(receipt).checkpoint.checkpoint.size
    assert asks.ask() == 1
    newest = log.head()
    assert newest is not None
    assert newest.checkpoint.size == head.checkpoint.size + 1
    assert log.witnessed() == ((witness.home.name, newest.checkpoint.size),)


def test_a_witness_that_forgot_nothing_is_told_the_growth_after_a_restart(house: Any, order: IssuingState, witness: Service) -> None:
    from rogatory.node.worker.placing import Placer

    placer = Placer(house)
    placer.step()
    assert asker(house, witness).ask() == 1
    placer.step()
    assert asker(house, witness).ask() == 1  # a new process: it asks with nothing known, and is told the size


def test_a_witness_that_is_away_is_not_asked_at_every_look(house: Any, witness: Service) -> None:
    from rogatory.node.worker.placing import Placer
    from rogatory.node.worker.witnessing import Asker

    calls: list[str] = []

    def away(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        raise httpx.ConnectError("nobody there")

    asks = Asker(house)
    asks.client = httpx.Client(transport=httpx.MockTransport(away))
    Placer(house).step()
    assert [asks.ask() for _ in range(5)] == [0] * 5
    assert calls == ["/add-checkpoint"]


def _own_acts() -> list[str]:
    from rogatory.node.models import Skeleton

    return list(Skeleton.objects.filter(foreign=False).values_list("hash", flat=True))


def test_a_head_with_the_quorum_is_shown_however_long_one_witness_has_been_alone(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from rogatory.ledger import KeyUse, cosign, read_checkpoint, vkey_of
    from rogatory.node import log
    from rogatory.node.models import Cosignature
    from rogatory.node.worker.placing import Placer
    from tests.ledger.ledger_worlds import key

    names = ("one.example", "two.example", "three.example")
    keys = tuple(vkey_of(key(name), name=name, use=KeyUse.COSIGNATURE) for name in names)
    trust = SimpleNamespace(payload=SimpleNamespace(witnesses=[SimpleNamespace(name=name) for name in names]), quorum=2, witness_keys=keys)
    monkeypatch.setattr(log, "_trust", lambda: trust)
    placer = Placer(house)

    def step(*witnesses: str) -> int:
        placer.step()
        newest = log.newest()
        assert newest is not None
        head = read_checkpoint(newest.text).checkpoint
        Cosignature.objects.bulk_create(
            Cosignature(size=head.size, witness=name, line=cosign(head, key=key(name), name=name, timestamp=1_800_000_000).line)
            for name in witnesses
        )
        return head.size

    def shown(beyond: int = -1) -> int:
        found = log.head(beyond)
        assert found is not None
        return found.checkpoint.size

    with_quorum = step("one.example", "two.example")
    for _ in range(100):
        alone = step("one.example")
    bare = step()
    assert shown() == with_quorum
    assert shown(with_quorum) == alone
    assert shown(alone) == bare
    assert log.head(bare) is None

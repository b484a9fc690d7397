"""No order to disclose, and no evidence, crosses before witnesses have cosigned the log; nothing else waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from rogatory.demo.cast import FR, IE, WITNESS_PORT
from rogatory.ledger import read_receipt
from rogatory.moments import instant
from rogatory.witness import Home, Memory, Service, load_home
from tests.fakes.issuing_state import IssuingState
from tests.node.conftest import peer
from tests.node.test_reception import ME, decided_by_the_judge, deliver, enrol, order, sent

__all__ = ["order"]


ALONE, IRELAND = "witness.demo.invalid", "ie.demo.invalid/witness"
PATIENT = 5.0


@pytest.fixture
def witness(home: Path, tmp_path: Path) -> Service:
    """The town's witness that stands alone, with nothing in its memory."""
    return Service(load_home(home / "witness"), Memory(tmp_path / "witness.sqlite3"), now=lambda: instant(datetime.now(UTC)))


@pytest.fixture
def ireland(home: Path, tmp_path: Path) -> Service:
    """The node of Ireland as a witness, with nothing in its memory."""
    named = peer(home)
    (tmp_path / "ireland").mkdir()
    listed = load_home(home / "witness")
    watching = Watching(folder=listed.folder, name=named.name, key=named.key)
    return Service(watching, Memory(tmp_path / "ireland" / "witness.sqlite3"), now=lambda: instant(datetime.now(UTC)))


class Watching(Home):
    """A witness that reads the trust list of the one that stands alone, but for its own name."""


class Town(httpx.BaseTransport):
    """The witnesses by their addresses; who is not there does not answer."""

    def __init__(self, services: Mapping[int, Service]) -> None:
        self._by_port = {port: httpx.WSGITransport(app=service) for port, service in services.items()}
        self.calls: list[tuple[int, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.append((request.url.port or 0, request.url.path))
        transport = self._by_port.get(request.url.port or 0)
        if transport is None:
            raise httpx.ConnectError("nobody there")
        request.url = request.url.copy_with(path=request.url.path.removeprefix("/witness"))
        return transport.handle_request(request)


def asker(house: Any, *services: Service) -> Any:
    from rogatory.node.worker.witnessing import Asker

    found = Asker(house)
    ports = {ALONE: WITNESS_PORT, IRELAND: IE.port}
    found.town = Town({ports[one.home.name]: one for one in services})
    found.client = httpx.Client(transport=found.town)
    return found


def test_a_decision_without_cosignature_waits_and_has_no_effect(house: Any, order: IssuingState) -> None:
    witnesses, order.witnesses = order.witnesses, order.witnesses[:1]
    decided_by_the_judge(order)
    sent(order)
    enrolled = enrol(order, "judge")
    early = order.everything_for(ME, "authorise", "transmit")
    order.witnesses = witnesses
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
    order.witnesses = ()
    officer = order.people["officer"]  # type: ignore[attr-defined]
    order.act("withdraw", officer, "other-investigating-authority", {"words": "No longer needed."})

    assert [one.state for one in deliver(house, order, *order.everything_for(ME, "withdraw"))] == ["taken up"]


def test_a_cosigned_head_is_shown_and_stands_in_receipts(house: Any, order: IssuingState, witness: Service, ireland: Service) -> None:
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    decided_by_the_judge(order)
    sent(order)
    deliver(house, order, *enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    placer, asks = Placer(house), asker(house, witness, ireland)
    placer.step()
    assert asks.ask(PATIENT) == 2
    assert asks.ask(PATIENT) == 0
    placer.step()
    ours = next(act for act in _own_acts() if log.receipt_of(act))
    receipt = log.receipt_of(ours)
    assert receipt is not None
    assert log.cosigned(receipt) == 2
    head = log.head()
    assert head is not None
    assert head.checkpoint.size == read_receipt(receipt).checkpoint.checkpoint.size
    assert until(asks, 2)
    newest = log.head()
    assert newest is not None
    assert newest.checkpoint.size == head.checkpoint.size + 1
    assert dict(log.witnessing().witnesses)[ALONE] == newest.checkpoint.size


def until(asks: Any, count: int) -> bool:
    """Ask, at the fixed rhythm, until so many have cosigned."""
    ends = time.monotonic() + 10
    while count > 0 and time.monotonic() < ends:
        count -= asks.ask(0.3)
    return count == 0


def test_a_witness_that_forgot_nothing_is_told_the_growth_after_a_restart(house: Any, order: IssuingState, witness: Service) -> None:
    from rogatory.node.worker.placing import Placer

    placer = Placer(house)
    placer.step()
    assert asker(house, witness).ask(PATIENT) == 1
    placer.step()
    assert asker(house, witness).ask(PATIENT) == 1  # a new process: it asks with nothing known, and is told the size


def test_a_witness_that_is_away_is_not_asked_at_every_look(house: Any) -> None:
    from rogatory.node.worker.placing import Placer

    asks = asker(house)
    Placer(house).step()
    assert [asks.ask(0.2) for _ in range(5)] == [0] * 5
    assert sorted(asks.town.calls) == [
        (FR.port, "/witness/add-checkpoint"),
        (IE.port, "/witness/add-checkpoint"),
        (WITNESS_PORT, "/add-checkpoint"),
    ]


def test_a_slow_witness_delays_neither_the_others_nor_the_loop(house: Any, witness: Service, ireland: Service) -> None:
    from rogatory.node.worker.placing import Placer

    asks = asker(house, witness, ireland)
    answer, release = asks.town.handle_request, threading.Event()

    def slow(request: httpx.Request) -> httpx.Response:
        if request.url.port == WITNESS_PORT:
            release.wait(20)
        return answer(request)

    asks.town.handle_request = slow
    Placer(house).step()
    began = time.monotonic()
    assert asks.ask(0.5) == 1, "Ireland has cosigned"
    assert time.monotonic() - began < 5
    release.set()
    assert asks.ask(PATIENT) == 1, "what was asked before is taken when it comes"


def test_two_of_three_witnesses_make_a_head_that_is_shown_as_cosigned(house: Any, witness: Service, ireland: Service) -> None:
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    placer, asks = Placer(house), asker(house, witness, ireland)
    placer.step()
    assert asks.ask(PATIENT) == 2
    head, state = log.head(), log.witnessing()
    assert head is not None
    assert (state.cosigned, state.quorum, state.late, state.closed) == (head.checkpoint.size, 2, False, False)
    assert {ALONE, IRELAND} < {one.name for one in head.note.signatures}


def test_witnesses_that_are_away_for_a_minute_are_shown_as_late(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    placer = Placer(house)
    for _ in range(2):
        placer.step()
    monkeypatch.setattr(house, "settings", replace(house.settings, step_ms=60_000))
    state = log.witnessing()
    assert state.behind >= 120
    assert state.late
    from django.test import Client

    page = Client(HTTP_HOST="provider.localhost").get("/log").content.decode()
    assert "Witnesses are late." in page
    assert "Preservation, withdrawal and work inside this node go on." in page


def _own_acts() -> list[str]:
    from rogatory.node.models import Skeleton

    return list(Skeleton.objects.filter(foreign=False).values_list("hash", flat=True))


def test_a_head_with_the_quorum_is_shown_however_long_one_witness_has_been_alone(house: Any, home: Path) -> None:
    from rogatory.ledger import cosign, read_checkpoint
    from rogatory.node import log
    from rogatory.node.models import Cosignature
    from rogatory.node.worker.placing import Placer

    witnesses = (load_home(home / "witness"), peer(home))
    placer = Placer(house)

    def step(*cosigning: Home) -> int:
        placer.step()
        newest = log.newest()
        assert newest is not None
        head, at = read_checkpoint(newest.text).checkpoint, int(house.clock.now().timestamp())
        Cosignature.objects.bulk_create(
            Cosignature(size=head.size, witness=one.name, line=cosign(head, key=one.key, name=one.name, timestamp=at).line)
            for one in cosigning
        )
        return head.size

    def shown(beyond: int = -1) -> int:
        found = log.head(beyond)
        assert found is not None
        return found.checkpoint.size

    with_quorum = step(*witnesses)
    for _ in range(100):
        alone = step(witnesses[0])
    bare = step()
    assert shown() == with_quorum
    assert shown(with_quorum) == alone
    assert shown(alone) == bare
    assert log.head(bare) is None

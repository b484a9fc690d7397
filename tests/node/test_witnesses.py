"""No order to disclose, and no evidence, crosses before witnesses have cosigned the log; nothing else waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from rogatory.demo import facts
from rogatory.demo.cast import FR, IE, WITNESS_PORT
from rogatory.ledger import read_receipt
from rogatory.moments import instant
from rogatory.procedure import KINDS, ActView
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
    return Service(load_home(home / "witness"), Memory.new(tmp_path / "witness.sqlite3"), now=lambda: instant(datetime.now(UTC)))


@pytest.fixture
def ireland(home: Path, tmp_path: Path) -> Service:
    """The node of Ireland as a witness, with nothing in its memory."""
    named = peer(home)
    (tmp_path / "ireland").mkdir()
    listed = load_home(home / "witness")
    watching = Watching(folder=listed.folder, name=named.name, key=named.key)
    return Service(watching, Memory.new(tmp_path / "ireland" / "witness.sqlite3"), now=lambda: instant(datetime.now(UTC)))


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


def test_an_order_to_preserve_crosses_without_any_witness(house: Any, france: IssuingState) -> None:
    """Its data would be gone when the witnesses are back; it harms nobody (RIGHTS). Its decision comes with it."""
    prepared(france, measure="preservation-order")
    decided_by_the_judge(france)
    sent(france)
    france.witnesses = ()
    results = deliver(house, france, *enrol(france, "judge"), *france.everything_for(ME, "authorise", "transmit"))
    assert [one.state for one in results[-2:]] == ["taken up", "taken up"], results


def test_an_order_to_produce_does_not_rest_on_a_decision_that_no_witness_saw(house: Any, france: IssuingState) -> None:
    """A decision that crossed beside an order to preserve is no way round the quorum for an order to produce."""
    prepared(france, measure="preservation-order")
    decided_by_the_judge(france)
    officer = france.people["officer"]  # type: ignore[attr-defined]
    preserve = france.act("transmit", officer, "other-investigating-authority", {})
    assert isinstance(preserve, ActView)
    witnesses, france.witnesses = france.witnesses, ()
    decided, order = france.everything_for(ME, "authorise", "transmit")
    assert deliver(house, france, *enrol(france, "judge"), decided)[-1].state == "waiting", "alone nothing says that it is to preserve"
    assert [one.state for one in deliver(house, france, decided, replace(order, receipt=None))] == ["taken up", "refused"]

    france.witnesses = witnesses
    facts_of_it = {**preserve.parts["facts"], "measure": "production-order"}  # type: ignore[dict-item]  # a mapping
    produce = france.put(KINDS["transmit"], preserve.by, {**preserve.parts, "facts": facts_of_it}, officer)
    [answer] = deliver(house, france, france.carried(produce, ME))
    assert (answer.state, answer.code) == ("waiting", "too few witnesses")


def prepared(state: IssuingState, *, measure: str) -> None:
    """An order for an item, put before the judge."""
    people: dict[str, str] = state.people  # type: ignore[attr-defined]
    for kind, given in (
        ("draft", {**facts.draft(facts.item_identification(), facts.item_traffic()), "measure": measure}),
        ("state suspicion", facts.suspicion()),
        ("justify", facts.justification("identification")),
        ("justify", facts.justification("traffic")),
        ("name persons", facts.persons(facts.notice_day(state.now))),
        ("submit", {"to": people["judge"], "note": "For decision"}),
    ):
        made = state.act(kind, people["officer"], "other-investigating-authority", given)
        assert hasattr(made, "hash"), made


def test_an_emergency_crosses_with_one_cosignature_and_both_nodes_have_it_on_the_record(house: Any, france: IssuingState) -> None:
    """With none it waits like any other order. With one it crosses, and the acknowledgement, which goes back, says so."""
    issued_in_emergency(france)
    witnesses, france.witnesses = france.witnesses, ()
    kinds = ("issue in emergency", "confirm emergency", "transmit")
    alone = deliver(house, france, *enrol(france, "officer"), *enrol(france, "second-officer"), *france.everything_for(ME, *kinds))
    assert [one.state for one in alone[-3:]] == ["waiting"] * 3
    assert "too few witnesses" in {one.code for one in alone}

    france.witnesses = witnesses[:1]
    again = deliver(house, france, *enrol(france, "officer"), *enrol(france, "second-officer"), *france.everything_for(ME, *kinds))
    assert {one.state for one in again} <= {"taken up", "known"}
    assert france.case.ref is not None
    assert "crossed in an emergency with 1 of 2 cosignatures" in findings_of(house, france.case.ref.id)


def issued_in_emergency(state: IssuingState) -> None:
    people: dict[str, str] = state.people  # type: ignore[attr-defined]
    officer, second = people["officer"], people["second-officer"]
    items = (facts.item_identification(), facts.item_subscriber())
    reasons = {
        "threat": "A child is held; the sender announced her death for the morning.",
        "why_no_validator": "02:40 at night; both were called.",
    }
    for kind, who, given in (
        ("draft", officer, facts.draft(*items, emergency=True)),
        ("state suspicion", officer, facts.suspicion()),
        ("justify", officer, facts.justification("identification")),
        ("justify", officer, facts.justification("subscriber")),
        ("name persons", officer, facts.persons(facts.notice_day(state.now))),
        ("issue in emergency", officer, reasons),
        ("confirm emergency", second, {"checked": "I heard the recording and spoke with the mother."}),
        ("transmit", officer, {}),
    ):
        made = state.act(kind, who, "other-investigating-authority", given)
        assert hasattr(made, "hash"), made


def findings_of(house: Any, case: str) -> list[str]:
    from rogatory.node import storage

    acts = storage.load_case(house, case).case.acts
    return [str(one) for act in acts if act.kind == "acknowledge" for one in act.parts["findings"]]  # type: ignore[union-attr]


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


def test_a_witness_that_has_another_key_now_stops_nothing_that_its_old_key_cosigned(
    house: Any, undone: None, witness: Service, ireland: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new list names a new key under the old name: heads that only the old one cosigned are those of a witness less."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from rogatory.ledger import KeyUse, vkey_of
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    Placer(house).step()
    assert asker(house, witness, ireland).ask(PATIENT) == 2
    named = log._named()
    new = vkey_of(Ed25519PrivateKey.generate(), name=ALONE, use=KeyUse.COSIGNATURE)
    listed = replace(named, witnesses=tuple(replace(one, key=new) if one.name == ALONE else one for one in named.witnesses))
    monkeypatch.setattr(log, "_named", lambda: listed)
    head = log.head()
    assert head is not None
    assert {one.name for one in head.note.signatures} == {named.origin, IRELAND}

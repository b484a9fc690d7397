"""What a witness may do to the node that asks it: be slow, answer nonsense, state wrong times, know more than is shown."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.demo.cast import IE, WITNESS_PORT
from rogatory.exchange.logs import DatedKey
from rogatory.ledger import Checkpoint, cosign, sign_checkpoint, vkey_of
from rogatory.moments import Instant, instant
from rogatory.witness import Service, load_home
from tests.node.test_witnesses import PATIENT, asker, ireland, witness

__all__ = ["ireland", "witness"]


class Pieces(httpx.SyncByteStream):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces


def answered(status: int, *pieces: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named, stream=Pieces(pieces))


def of_another_head(home: Path) -> httpx.Response:
    named = load_home(home / "witness")
    other = Checkpoint(origin="provider.demo.invalid/log", size=1, root=bytes(32))
    return answered(200, (cosign(other, key=named.key, name=named.name, timestamp=1_800_000_000).line + "\n").encode())


NONSENSE: dict[str, Callable[[Path], httpx.Response]] = {
    "a size of 5000 digits": lambda _: answered(409, b"9" * 5000 + b"\n"),
    "a size in other digits": lambda _: answered(409, "٣\n".encode()),
    "a size of the next century": lambda _: answered(409, b"9000000000\n"),
    "nothing": lambda _: answered(200),
    "noise": lambda _: answered(200, random.Random(1).randbytes(500)),
    "a cosignature of another head": of_another_head,
    "without end": lambda _: httpx.Response(200, stream=Pieces(itertools.repeat(bytes(1 << 16)))),
    "zipped": lambda _: answered(200, b"\x1f\x8b", content_encoding="gzip"),
    "elsewhere": lambda _: answered(302, location="http://witness.example:port/"),
    "trouble": lambda _: answered(500, b"Traceback"),
}


@pytest.mark.parametrize("answer", NONSENSE)
def test_a_witness_that_answers_nonsense_stops_nobody(house: Any, undone: None, home: Path, ireland: Service, answer: str) -> None:
    from rogatory.node.worker.placing import Placer

    asks = asker(house, ireland)
    others = asks.town.handle_request
    asks.town.handle_request = lambda request: NONSENSE[answer](home) if request.url.port == WITNESS_PORT else others(request)
    Placer(house).step()
    assert asks.ask(1.0) == 1, "Ireland has cosigned"
    assert [one.pending for one in asks._asked.values()] == [None] * 3, "no answer is read for ever"


def test_a_witness_at_an_address_that_is_none_stops_nobody(house: Any, undone: None, ireland: Service) -> None:
    from rogatory.node.worker.placing import Placer

    asks = asker(house, ireland)
    others = asks.town.handle_request

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.port == WITNESS_PORT:
            raise UnicodeError("label empty or too long")
        return others(request)

    asks.town.handle_request = handle
    Placer(house).step()
    assert asks.ask(1.0) == 1


@pytest.mark.parametrize(
    "stated", [datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(2017, 7, 14, tzinfo=UTC), datetime(2096, 10, 2, tzinfo=UTC)]
)
def test_a_cosignature_of_another_time_is_not_counted(house: Any, undone: None, witness: Service, stated: datetime) -> None:
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    logs = witness.home.logs(house.clock.now())
    witness.home = Lying(witness.home, logs)
    witness.now = lambda: instant(stated)
    asks, before = asker(house, witness), log.witnessing().witnesses
    Placer(house).step()
    assert asks.ask(1.0) == 0
    assert log.witnessing().witnesses == before


class Lying:
    """A witness whose clock is wrong."""

    def __init__(self, home: Any, logs: Any) -> None:
        self.name, self.key, self.vkey, self._logs = home.name, home.key, home.vkey, logs
        assert vkey_of(home.key, name=home.name, use=home.vkey.use) == home.vkey

    def logs(self, _at: Instant) -> Any:
        return self._logs


def test_t7_a_head_that_is_signed_and_not_shown_yet_closes_no_log(house: Any, undone: None, witness: Service) -> None:
    """A clock that was set back, or another machine's that is behind, shows less than the witness has cosigned. All of it is here."""
    from rogatory.node import log
    from rogatory.node.models import Shown
    from rogatory.node.worker.placing import Placer

    placer = Placer(house)
    for _ in range(2):
        placer.step()
    assert asker(house, witness).ask(PATIENT) == 1
    signed = log.last_signed()
    assert signed is not None
    later = instant(house.clock.now() + timedelta(seconds=60))
    Shown.objects.create(id=1, size=signed.size, line=0, at=later, size_before=signed.size - 1, line_before=0)

    asks = asker(house, witness)
    assert asks.ask(0.5) == 0
    assert not log.witnessing().closed
    Shown.objects.all().delete()
    placer.step()
    assert asks.ask(PATIENT) == 1, "once it is shown the witness goes on"


def test_t7_a_stolen_key_that_was_revoked_closes_no_log(
    house: Any, undone: None, witness: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One witness shows a long log that the thief has signed: by a key that has ended nothing more is believed."""
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    stolen = Ed25519PrivateKey.generate()
    asks = asker(house, witness)
    named = asks._log()
    dated = (*named.keys, DatedKey(key=vkey_of(stolen, name=named.origin), until=house.clock.now().timestamp() - 1))
    monkeypatch.setattr(asks, "_log", lambda: replace(named, keys=dated))
    head = sign_checkpoint(Checkpoint(origin=named.origin, size=10**9, root=bytes(32)), key=stolen).text

    def handle(request: httpx.Request) -> httpx.Response:
        return answered(409, b"1000000000\n") if request.method == "POST" else answered(200, head.encode())

    asks.town.handle_request = handle
    Placer(house).step()
    assert asks.ask(0.5) == 0
    assert not log.witnessing().closed


def test_a_witness_that_knows_a_head_of_the_key_before_goes_on_under_the_new_one(
    house: Any, undone: None, witness: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is started again after the log's key has changed: what the witness remembers is signed with the key that has ended."""
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    placer = Placer(house)
    placer.step()
    assert asker(house, witness).ask(PATIENT) == 1
    new = Ed25519PrivateKey.generate()
    turn = house.clock.now().timestamp()
    named = log._named()
    keys = (DatedKey(key=vkey_of(new, name=named.origin), since=turn), replace(named.keys[0], until=turn))
    listed = replace(named, keys=keys)
    monkeypatch.setattr(house, "keys", replace(house.keys, next_log_keys=(new,)))
    monkeypatch.setattr(Placer, "_named", lambda _self: listed)
    served = {named.origin: tuple(one.key for one in keys)}
    witness.home = Lying(witness.home, served)
    placer.step()
    asks = asker(house, witness)
    monkeypatch.setattr(asks, "_log", lambda: listed)
    assert asks.ask(PATIENT) == 1


def test_two_slow_witnesses_make_a_quorum_within_the_time_that_both_take(
    house: Any, undone: None, witness: Service, ireland: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step lasts 0.05 s here, and a witness that takes 0.3 s is slow: as 6 s is where a step lasts one."""
    from rogatory.node import log
    from rogatory.node.worker import witnessing
    from rogatory.node.worker.placing import Placer

    monkeypatch.setattr(witnessing, "PROMPT", 0.05)
    asks, placer = asker(house, witness, ireland), Placer(house)
    answer, slow = asks.town.handle_request, {WITNESS_PORT: 0.31, IE.port: 0.47}

    def slowly(request: httpx.Request) -> httpx.Response:
        time.sleep(slow.get(request.url.port or 0, 0.0))
        return answer(request)

    asks.town.handle_request = slowly
    placer.step()
    newest = log.newest()
    assert newest is not None
    reached = [newest.size]
    began = time.monotonic()
    while time.monotonic() - began < 8:
        placer.step_if_due()
        asks.ask(0.01)
        cosigned = log.witnessing().cosigned
        reached += [cosigned] if cosigned > reached[-1] else []
        time.sleep(0.01)
    assert len(reached) > 5
    assert max(later - before for before, later in itertools.pairwise(reached)) <= 48, reached


def test_a_witness_may_take_the_minute_in_which_the_quorum_is_due(house: Any) -> None:
    from rogatory.node import log
    from rogatory.node.worker.witnessing import Asker

    asks = Asker(house)
    assert asks.client.timeout.read == log.DUE == 60
    assert asks.limits.seconds == log.DUE

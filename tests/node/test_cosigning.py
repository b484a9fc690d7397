"""This node as a witness of its peers: what it cosigns, what it remembers, and what it keeps against a log."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rogatory.demo.cast import FR
from rogatory.ledger import (
    AddCheckpoint,
    Checkpoint,
    SignedCheckpoint,
    consistency_proof,
    read_checkpoint,
    read_signature,
    root_at,
    verify_cosignatures,
)
from rogatory.ledger.note import sign_note
from rogatory.moments import instant
from tests.fakes.issuing_state import IssuingState
from tests.ledger.ledger_worlds import Log, key, step_root

ORIGIN = f"{FR.name}.demo.invalid/log"
DIGEST = hashlib.sha256(ORIGIN.encode()).hexdigest()


class French:
    """The French log, with the node's real key, in memory."""

    def __init__(self, state: IssuingState, start: int = 0) -> None:
        self.key, self.log, self.start = state.log_key, Log(), start

    def grow(self, size: int) -> French:
        self.log.grow(*(step_root(self.start + number) for number in range(self.log.frontier.size, size)))
        return self

    def head(self, size: int, signer: Any = None) -> SignedCheckpoint:
        head = Checkpoint(origin=ORIGIN, size=size, root=root_at(size, self.log.nodes))
        return SignedCheckpoint(checkpoint=head, note=sign_note(head.body, key=signer or self.key, name=ORIGIN))

    def request(self, old: int, new: int, signer: Any = None) -> str:
        proof = consistency_proof(old, new, self.log.nodes) if old else ()
        return AddCheckpoint(old_size=old, proof=proof, checkpoint=self.head(new, signer)).text


@pytest.fixture
def french(france: IssuingState) -> Any:
    from rogatory.node.models import WitnessHead

    WitnessHead.objects.all().delete()
    return French(france).grow(20)


def ask(text: str) -> Any:
    from django.test import Client

    return Client(HTTP_HOST="provider.localhost").post("/witness/add-checkpoint", text.encode(), content_type="text/plain")


def head_of(digest: str) -> Any:
    from django.test import Client

    return Client(HTTP_HOST="provider.localhost").get(f"/witness/{digest}/checkpoint")


def evidence() -> list[Any]:
    from django.test import Client

    return json.loads(Client(HTTP_HOST="provider.localhost").get("/log/evidence.json").content)


def test_a_peer_that_grows_is_cosigned_and_its_head_is_served_with_the_cosignature(french: French, house: Any) -> None:
    from rogatory.node.cosigning import Peer

    assert head_of(DIGEST).status_code == 404
    answer = ask(french.request(0, 7))
    assert answer.status_code == 200
    line = read_signature(answer.content.decode().removesuffix("\n"))
    vkey = Peer(house=house).vkey
    assert verify_cosignatures(french.head(7).add(line), vkey) is not None
    assert read_checkpoint(head_of(DIGEST).content.decode()).text == french.head(7).add(line).text
    assert ask(french.request(7, 20)).status_code == 200
    again = ask(french.request(0, 7))
    assert (again.status_code, again.content, again["content-type"]) == (409, b"20\n", "text/x.tlog.size")


def test_its_own_log_and_strangers_are_not_served(french: French, house: Any) -> None:
    own = house.trust(house.clock.now()).log_of(house.settings.institution).origin
    for other in (own, "stranger.example/log"):
        assert ask(french.request(0, 7).replace(ORIGIN, other)).status_code == 404


def test_t7_two_heads_of_one_size_are_refused_kept_and_shown_to_everybody(french: French, france: IssuingState) -> None:
    from django.test import Client

    ask(french.request(0, 7))
    other = French(france, start=100).grow(20)
    assert ask(other.request(7, 7)).status_code == 422
    found = [one for one in evidence() if one["kind"] == "two heads" and other.head(7).text in one["shown"]]
    assert [one["known"] for one in found] == [french.head(7).text]
    page = Client(HTTP_HOST="provider.localhost").get("/log").content.decode()
    assert "two heads" in page
    assert ORIGIN in page


def test_t7_a_forged_head_and_a_rewritten_past_are_refused_and_kept(french: French, france: IssuingState) -> None:
    ask(french.request(0, 7))
    assert ask(french.request(7, 20, signer=key("somebody"))).status_code == 403
    other = French(france, start=200).grow(20)
    assert ask(other.request(7, 20)).status_code == 422
    kinds = [one["kind"] for one in evidence() if one["origin"] == ORIGIN]
    assert {"unsigned head", "broken growth"} <= set(kinds)


def test_strangers_cannot_fill_the_table_of_evidence(french: French, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node import evidence_of_logs
    from rogatory.node.models import Evidence

    monkeypatch.setattr(evidence_of_logs, "KEPT", Evidence.objects.filter(kind="unsigned head").count() + 2)
    before = Evidence.objects.count()
    for number in range(5):
        assert ask(french.request(0, 7, signer=key(f"stranger {number} {before}"))).status_code == 403
    assert Evidence.objects.count() == before + 2


def test_of_heads_that_are_asked_at_once_only_one_history_is_cosigned(french: French, france: IssuingState) -> None:
    from django.db import connection

    other = French(france, start=300).grow(20)
    answers: list[tuple[int, str]] = []

    def one(text: str) -> None:
        try:
            answer = ask(text)
            answers.append((answer.status_code, text))
        finally:
            connection.close()

    texts = [french.request(0, 7), other.request(0, 7), french.request(0, 12), other.request(0, 12)]
    threads = [threading.Thread(target=one, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409]


def test_a_node_whose_clock_was_turned_back_cosigns_nothing(french: French, house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Earlier:
        monotonic, real = house.clock.monotonic, house.clock

        def now(self) -> Any:
            return instant(self.real.now() - timedelta(hours=3))

    assert ask(french.request(0, 7)).status_code == 200
    with monkeypatch.context() as moved:
        moved.setattr(house, "clock", Earlier())
        assert ask(french.request(7, 20)).status_code == 503
    assert ask(french.request(7, 20)).status_code == 200


def test_evidence_is_neither_changed_nor_deleted(french: French) -> None:
    from django.db import DatabaseError, transaction

    from rogatory.node.models import Evidence

    ask(french.request(0, 7, signer=key("somebody else")))
    row = Evidence.objects.first()
    assert row is not None
    for attempt in (lambda: Evidence.objects.filter(pk=row.pk).update(kind="x"), lambda: Evidence.objects.filter(pk=row.pk).delete()):
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            attempt()


@pytest.fixture
def started_again() -> Any:
    """What a new process of this node knows: nothing yet."""
    from rogatory.node import cosigning

    cosigning._no_old_copy.cache_clear()
    yield cosigning._no_old_copy.cache_clear
    cosigning._no_old_copy.cache_clear()


def test_t7_a_node_that_was_restored_from_an_older_copy_cosigns_nothing(
    undone: None, french: French, house: Any, started_again: Callable[[], None]
) -> None:
    """Its tables have forgotten what it cosigned since: the door would cosign a second history of a peer."""
    from rogatory.node.worker.placing import Placer

    Placer(house).step()
    mark = house.settings.home / "keys" / "log.signed"
    size, root = mark.read_text().split()
    mark.write_text(f"{int(size) + 5} {root}\n")
    assert ask(french.request(0, 7)).status_code == 503
    assert head_of(DIGEST).status_code == 503
    mark.write_text(f"{size} {'0' * 64}\n")
    assert ask(french.request(0, 7)).status_code == 503
    mark.write_text(f"{size} {root}\n")
    assert ask(french.request(0, 7)).status_code == 200, "the tables are those that the log has signed"
    mark.unlink()
    assert ask(french.request(7, 20)).status_code == 200, "it does not forget what it knows"


def test_t7_a_node_without_its_mark_cosigns_once_its_own_log_is_cosigned_further(
    undone: None, french: French, house: Any, started_again: Callable[[], None]
) -> None:
    from rogatory.node import log
    from rogatory.node.models import Cosignature
    from rogatory.node.worker.placing import Placer

    placer = Placer(house)
    placer.step()
    (house.settings.home / "keys" / "log.signed").unlink()
    answer = ask(french.request(0, 7))
    assert (answer.status_code, b"old copy" in answer.content) == (503, True)
    placer.step()
    signed = log.last_signed()
    assert signed is not None
    (house.settings.home / "keys" / "log.signed").unlink()
    names = [one for one, _ in log.witnessing().witnesses][: log.witnessing().quorum]
    Cosignature.objects.bulk_create(Cosignature(size=signed.size, witness=name, line="-") for name in names)
    assert ask(french.request(0, 7)).status_code == 200


def test_t7_a_node_whose_log_is_closed_cosigns_nothing(undone: None, french: French, house: Any, started_again: Callable[[], None]) -> None:
    from rogatory.node import log
    from rogatory.node.evidence_of_logs import SHRUNK, keep

    assert ask(french.request(0, 7)).status_code == 200
    keep(SHRUNK, origin=log.origin(), by="witness", known="more", shown="less", at=house.clock.now())
    answer = ask(french.request(7, 20))
    assert (answer.status_code, b"closed" in answer.content) == (503, True)

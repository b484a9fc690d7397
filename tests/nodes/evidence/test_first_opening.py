"""The first opening of a package: checked whole in the background, so that nobody else waits for it."""

from __future__ import annotations

import hashlib
import threading
import time
import uuid

import httpx
import pytest

from rogatory.custody import ENTROPY, Purpose, SourceFile, new_identity, recipient_of, seal
from rogatory.demo.cast import FR
from rogatory.demo.processes import Processes
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests.nodes.evidence.acts import READ, cleared, http, listing, produced
from tests.nodes.evidence.packages import read_package, write_package

pytestmark = [pytest.mark.nodes, pytest.mark.slow]


def test_the_rest_of_the_node_stays_quick_while_a_large_package_is_opened_for_the_first_time(
    tell: Teller, running_town: tuple[Town, Processes]
) -> None:
    """A bound that a busy machine keeps: a call that waited for the check would take as long as the check."""
    cleared(tell)
    data = hashlib.shake_256(b"large").digest(1 << 20) * 160
    line = produced(tell, {"identification": {"large.bin": data}})[0]
    path, key = f"/api/v1/cases/{tell.case}/packages/{line['digest']}/open", str(uuid.uuid4())
    answers: list[httpx.Response] = []

    def opening() -> None:
        with http(tell, "custodian") as client:
            while not answers or answers[-1].status_code == 503:
                answers.append(client.post(path, json=READ, headers={"idempotency-key": key}))

    thread = threading.Thread(target=opening)
    thread.start()
    slowest = 0.0
    with http(tell, "custodian") as client:
        while thread.is_alive():
            asked = time.monotonic()
            assert client.get("/api/v1/cases").status_code == 200
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(0.05)

    assert answers[-1].status_code == 200, answers[-1].text
    assert [one["sha256"] for one in answers[-1].json()["files"]] == [hashlib.sha256(data).hexdigest()]
    for one in answers[:-1]:
        assert one.json()["code"] == "checking"
        assert "bytes are done" in one.json()["detail"]
    assert slowest < 3
    openings = [one for one in tell("custodian").case(tell.case)["timeline"] if one["kind"] == "open"]
    assert len(openings) == 1, "however often it was asked"


def test_what_was_damaged_in_the_store_is_not_blamed_on_its_sender(tell: Teller) -> None:
    cleared(tell)
    line = produced(tell, {"identification": {"a.bin": b"a" * 300_000}})[0]
    home = tell.town.home(FR)
    whole = read_package(home, line["digest"])
    write_package(home, line["digest"], whole[:200_000] + bytes([whole[200_000] ^ 1]) + whole[200_001:])
    with http(tell, "custodian") as client:
        answer = client.post(f"/api/v1/cases/{tell.case}/packages/{line['digest']}/open", json=READ)
    assert (answer.status_code, "damaged where it lies" in answer.json()["detail"]) == (503, True)
    assert "quarantine" not in [one["kind"] for one in tell("custodian").case(tell.case)["timeline"]]
    write_package(home, line["digest"], whole)
    assert listing(tell, line["digest"])["files"][0]["size"] == 300_000


def test_a_check_that_goes_on_is_said_and_the_same_call_answers_at_its_end(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import os
    from types import SimpleNamespace

    from rogatory.errors import CheckingError, PackageError
    from rogatory.moments import parse_instant
    from rogatory.node.stores.local import LocalStore

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rogatory.node.settings.checking")
    from rogatory.node.evidence import checking

    identity, out = new_identity(bytes(range(32))), io.BytesIO()
    purpose = Purpose(order="0" * 64, item="a", facts={})
    files = [SourceFile(name="a", stream=io.BytesIO(b"a" * 50), size=50)]
    at = parse_instant("2026-11-24T00:00:00.000Z")
    made = seal(files, purpose, recipient=recipient_of(identity), at=at, entropy=bytes(ENTROPY), out=out)
    store, gate = LocalStore(tmp_path), threading.Event()
    store.put(made.digest, io.BytesIO(out.getvalue()))
    house = SimpleNamespace(store=store, settings=SimpleNamespace(home=tmp_path))
    monkeypatch.setattr(checking, "PATIENCE", 0.05)

    def judge(found):
        gate.wait(30)
        return found

    for _ in range(3):  # one check, however often it is asked
        with pytest.raises(CheckingError, match=rf"\d+ of {made.size} bytes are done"):
            checking.checked(house, made.digest, identity, judge)
    gate.set()
    monkeypatch.setattr(checking, "PATIENCE", 30)
    found = checking.checked(house, made.digest, identity, judge)
    assert not isinstance(found, PackageError)
    assert [one.name for one in found.files] == ["a"]

"""Processes are killed at random while evidence is uploaded, sealed, sent, opened and destroyed: nothing acknowledged is lost."""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest

from rogatory.demo.cast import STAGES
from rogatory.demo.processes import Processes
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests.nodes.evidence.acts import READ, answered, cleared, files_with, http, listing, received
from tests.nodes.evidence.packages import lying

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
KILLS = int(os.environ.get("ROGATORY_KILLS", "8"))
CANARY = b"canary-of-the-killed-81aa"
PATIENCE = 120.0


@contextmanager
def killing(processes: Processes, killed: list[str]) -> Iterator[None]:
    """Kill processes that serve and work, at moments that nobody chose, once they are up: a machine that only starts proves nothing."""
    stop = threading.Event()

    def kill() -> None:
        chance = random.Random()
        while not stop.wait(chance.uniform(0.05, 1.5)):
            with suppress(RuntimeError):
                processes.wait()
            node, task = chance.choice(["fr", "provider", "provider", "ie"]), chance.choice(["serve", "work"])
            processes.kill(node, task)
            killed.append(f"{node} {task}")

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def again(client: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response:
    """One call, repeated while the node starts."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            answer = client.request(method, path, **more)
        except httpx.TransportError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)
            continue
        if answer.status_code not in {502, 503}:
            return answer
        time.sleep(0.05)


def uploaded(tell: Teller, data: bytes) -> dict[str, Any]:
    """Upload by parts through all that happens, and seal."""
    with http(tell, "provider") as client:
        body = {"item": "identification", "name": "a.bin", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        where = again(client, "POST", f"/api/v1/cases/{tell.case}/uploads", json=body).headers["location"]
        acknowledged = 0
        while acknowledged < len(data):
            here = int(again(client, "HEAD", where).headers["upload-offset"])
            assert here >= acknowledged, "what was acknowledged is lost"
            headers = {"content-type": "application/partial-upload", "upload-offset": str(here)}
            answer = again(client, "PATCH", where, content=data[here : here + 700_001], headers=headers)
            if answer.status_code == 204:
                acknowledged = int(answer.headers["upload-offset"])
        return again(client, "POST", f"/api/v1/cases/{tell.case}/packages/identification/seal").json()


def test_nothing_acknowledged_is_lost_or_half_destroyed_by_kills(tell: Teller, running_town: tuple[Town, Processes]) -> None:
    killed: list[str] = []
    cases: dict[str, str] = {}
    while len(killed) < KILLS:
        cleared(tell)
        data = CANARY + os.urandom(6 << 20)
        with killing(running_town[1], killed):
            line = uploaded(tell, data)
            answered(tell, [line])
            received(tell)
            opened = listing(tell, line["digest"])
        assert opened["files"][0]["sha256"] == hashlib.sha256(data).hexdigest()
        with http(tell, "custodian") as client:
            path = f"/api/v1/cases/{tell.case}/packages/{line['digest']}/open-file"
            assert again(client, "POST", path, json={**READ, "file": "a.bin"}).content == data
        assert lying(tell.town, line["digest"])
        assert files_with(tell.town, CANARY) == []
        cases[tell.case] = line["digest"]
    with killing(running_town[1], killed):
        tell.until(tell.legal_end("custodian", "keep the evidence"))
        for case in cases:
            tell("custodian").state(case, "purged")
            time.sleep(0.5)
    for case in cases:
        for part in ("custodian", "provider", "enforcing"):
            tell(part).wait("to be empty", case, lambda _, part=part, case=case: emptied(tell, part, case))
    for digest in cases.values():
        assert lying(tell.town, digest) == []
    for stage in STAGES:
        assert not [one for case in cases for one in (tell.town.home(stage) / "casekeys").glob(f"{case}.seal*")]


def emptied(tell: Teller, part: str, case: str) -> bool:
    """Whether a node shows nothing any more of what the acts of a case said."""
    shown = tell(part).case(case)["timeline"]
    return not any(one["parts"] for one in shown if one["kind"] not in {"consult", "certify purge", "acknowledge", "end keeping"})

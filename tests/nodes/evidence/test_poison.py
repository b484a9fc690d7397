"""A package of poison between real nodes: every original is shown on its page, the node stays small, and everybody else is answered."""

from __future__ import annotations

import os
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from rogatory.demo.processes import Processes
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests.custody.poison import corpus
from tests.nodes.evidence.acts import READ, answered, begin, cleared, http, listing, received, send

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
LARGEST = 64 << 20
MEMORY = 512 << 20
SLOWEST = float(os.environ.get("ROGATORY_SLOWEST", "20"))
"""Seconds that anybody else may wait at most, also on a busy machine: nobody is kept out. How long it was is recorded."""


@contextmanager
def signed_in(tell: Teller, part: str) -> Iterator[httpx.Client]:
    """A person at the pages of her node, as her browser is."""
    stage = tell.town.actors[part].stage
    address, headers = f"http://127.0.0.1:{stage.port}", {"host": f"{stage.host}:{stage.port}"}
    with httpx.Client(base_url=address, headers=headers, timeout=60, trust_env=False) as client:
        enter(client, f"http://{stage.host}:{stage.port}", part)
        yield client


def enter(client: httpx.Client, origin: str, part: str) -> None:
    """Choose a person on the demonstration's page."""
    page = client.get("/sign-in").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    entered = client.post("/demo/enter", data={"part": part, "csrfmiddlewaretoken": token[1]}, headers={"origin": origin})
    assert entered.status_code == 302, entered.text[:300]


def resident(processes: Processes, node: str) -> int:
    """The resident memory of a node's serving process and of its children, in bytes."""
    group = os.getpgid(processes.running[(node, "serve")].pid)
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(status.read_text().rpartition(")")[2].split()[2]) == group:
                total += int((status.parent / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError):  # it ended meanwhile
            continue
    return total


@contextmanager
def watched(tell: Teller, processes: Processes) -> Iterator[tuple[list[float], list[int]]]:
    """How long another person waits for the list of cases, and how large the node is, as long as the block runs."""
    waits: list[float] = []
    sizes: list[int] = []
    stop = threading.Event()

    def look() -> None:
        with http(tell, "prosecutor") as other:
            while not stop.wait(0.05):
                began = time.monotonic()
                assert other.get("/api/v1/cases").is_success
                waits.append(time.monotonic() - began)
                sizes.append(resident(processes, "fr"))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield waits, sizes
    finally:
        stop.set()
        thread.join()


def test_a_hundred_poison_files_are_shown_while_the_node_stays_small_and_quick(
    tell: Teller, running_town: tuple[Town, Processes], record_property: Callable[[str, object], None]
) -> None:
    poison = {f"{number:03d}": data for number, (_, _, data) in enumerate(corpus()) if len(data) <= LARGEST}
    names = {f"{number:03d}": f"{number:03d} {name}" for number, (_, name, _) in enumerate(corpus())}
    assert len(poison) >= 100
    cleared(tell)
    with http(tell, "provider") as client:
        for number, data in poison.items():
            where = begin(client, tell, "identification", safe(names[number]), data)
            assert send(client, where, data).status_code == 204
        sealed = client.post(f"/api/v1/cases/{tell.case}/packages/identification/seal")
        assert sealed.status_code == 200, sealed.text
    answered(tell, [sealed.json()])
    received(tell)
    digest = sealed.json()["digest"]
    files = listing(tell, digest)["files"]
    assert len(files) == len(poison)
    with signed_in(tell, "custodian") as page, http(tell, "custodian") as client, watched(tell, running_town[1]) as (waits, sizes):
        for one in files:
            opened = client.post(f"/api/v1/cases/{tell.case}/packages/{digest}/open-file", json={**READ, "file": one["name"]})
            assert opened.status_code == 200, one["name"]
            shown = page.get(f"/cases/{tell.case}/originals/{opened.headers['x-act']}/content")
            assert shown.status_code == 200, (one["name"], shown.text[:300])
            assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
            assert "<script" not in shown.text.lower()
    record_property("files", len(files))
    record_property("others_waited_at_most_s", round(max(waits), 3))
    record_property("others_waited_in_the_middle_s", round(statistics.median(waits), 3))
    record_property("largest_mib", max(sizes) >> 20)
    assert max(waits) < SLOWEST
    assert max(sizes) - sizes[0] < MEMORY, "beyond what the processes held before: this town has other tests"


def safe(name: str) -> str:
    """A name that the provider's software may give; hostile ones are refused at the door (`tests/custody`)."""
    return name.replace("/", "_") or "_"

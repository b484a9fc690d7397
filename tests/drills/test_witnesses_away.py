"""Most witnesses are away: between real nodes an order to produce waits, an order to preserve crosses, and both are seen by everybody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from rogatory.demo import facts
from rogatory.demo.cast import FR, IE, PROVIDER, Stage
from rogatory.demo.processes import answers
from rogatory.demo.stories import Teller, decision
from rogatory.demo.town import Town, build
from rogatory.moments import instant

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
PATIENCE, WHILE = 90.0, 8.0


@contextmanager
def node(town: Town, stage: Stage) -> Iterator[None]:
    """The two processes of one node."""
    started = []
    for task in (["serve", "--port", str(stage.port)], ["work"]):
        with (town.folder / f"{stage.name}-{task[0]}.log").open("ab") as log:
            command = [sys.executable, "-m", "rogatory.cli.main", *task]
            started.append(subprocess.Popen(command, env=town.environment(stage), stdout=log, stderr=log, start_new_session=True))
    try:
        wait_for(lambda: answers(stage))
        yield
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(what: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.1)


def sent(tell: Teller, measure: str) -> str:
    """An order for two items, decided and sent; its case."""
    officer, judge = tell("officer"), tell("judge")
    draft = {**facts.draft(facts.item_identification(), facts.item_traffic()), "measure": measure}
    case: str = officer.act("draft", draft)["case"]
    officer.act("state suspicion", facts.suspicion(), case)
    for item in ("identification", "traffic"):
        officer.act("justify", facts.justification(item), case)
    officer.act("name persons", facts.persons(facts.notice_day(tell.now())), case)
    officer.act("submit", {"to": judge.actor.pseudonym, "note": "For decision"}, case)
    judge.sign("authorise", decision(), case)
    officer.act("transmit", {}, case)
    return case


def test_with_one_of_three_witnesses_an_order_to_preserve_crosses_and_an_order_to_produce_waits(tmp_path: Path) -> None:
    """The witnesses of the French log: the provider's node, the Irish node, and one that stands alone, which never starts here."""
    town = build(tmp_path / "town", now=instant(datetime.now(UTC)), step_ms=300)
    with Teller(town, lambda _who, _what: None) as tell, node(town, FR), node(town, PROVIDER):
        with node(town, IE):
            wait_for(lambda: cosigned() >= 3)  # the log, the provider, Ireland
        produce, preserve = sent(tell, "production-order"), sent(tell, "preservation-order")
        wait_for(lambda: tell("provider").line(preserve) is not None)
        time.sleep(WHILE)
        assert tell("provider").line(produce) is None
        wait_for(lambda: ("waiting", "waits for witnesses") in told(tell, produce))
        with node(town, IE):
            wait_for(lambda: tell("provider").line(produce) is not None)


def told(tell: Teller, case: str) -> set[tuple[str, str]]:
    """What the officer is told of the sending of each act."""
    return {(one["state"], one["answer"]) for act in tell("officer").case(case)["timeline"] for one in act["sent_to"]}


def cosigned() -> int:
    """How many have signed the newest head that the French node shows."""
    text = httpx.get(f"http://127.0.0.1:{FR.port}/log/checkpoint", headers={"host": FR.host}, timeout=30, trust_env=False).text
    return text.count("\n\u2014 ")

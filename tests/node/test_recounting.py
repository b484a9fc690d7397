"""What this node states to an overseer is what its log holds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from typer.testing import CliRunner

from rogatory.cli.log import _write
from rogatory.cli.main import app
from rogatory.errors import RequestError
from rogatory.moments import format_instant, instant
from tests.fakes.issuing_state import IssuingState
from tests.node.test_reception import ME, decided_by_the_judge, deliver, enrol, order, sent

__all__ = ["order"]


def test_a_node_states_its_period_sealed_and_it_is_counted_again(
    house: Any, order: IssuingState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rogatory.ledger import read_checkpoint
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    decided_by_the_judge(order)
    sent(order)
    deliver(house, order, *enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    Placer(house).step()
    newest = log.newest()
    assert newest is not None
    shown = read_checkpoint(newest.text)
    monkeypatch.setattr(log, "head", lambda _beyond=-1: shown)
    monkeypatch.setattr("rogatory.cli.node.configure", lambda: None)
    _write(tmp_path / "log", log.files(lambda _path: False))
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "overseer.key").write_text(str(identity))
    now = house.clock.now()
    since, until = "1970-01-01T00:00:00.000Z", format_instant(instant(now + timedelta(days=3650)))

    file = str(tmp_path / "provider.age")
    stated = CliRunner().invoke(app, ["recount", "state", file, "--from", since, "--to", until, "--for", str(identity.to_public())])
    assert stated.exit_code == 0, stated.output
    key, copied = str(tmp_path / "overseer.key"), str(tmp_path / "log")
    checked = CliRunner().invoke(app, ["recount", "check", file, "--key", key, "--log", copied])
    assert checked.output.splitlines()[-1] == "Counted again: everything agrees.", checked.output
    assert "acknowledge" in checked.output


def test_a_period_that_ends_before_it_begins_is_refused(house: Any) -> None:
    from rogatory.node.recounting import statement

    now = house.clock.now()
    with pytest.raises(RequestError, match="ends before it begins"):
        statement(house, now, now)

"""What this node states to an overseer is what its log holds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from typer.testing import CliRunner

from rogatory.cli.log import _write
from rogatory.cli.main import app
from rogatory.errors import RequestError
from rogatory.moments import Instant, format_instant, instant
from tests.fakes.issuing_state import IssuingState
from tests.node.conftest import peer
from tests.node.test_audit import full_rights
from tests.node.test_reception import ME, decided_by_the_judge, deliver, enrol, order, sent

__all__ = ["order"]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A period to count: its heads, one act of it, its first instant."""

    before: int
    after: int
    act: str
    since: Instant


def cosigned(house: Any, home: Path, at: datetime) -> int:
    """The newest checkpoint, cosigned by two of the witnesses at that time. Its size."""
    from rogatory.ledger import cosign, read_checkpoint
    from rogatory.node import log
    from rogatory.node.models import Cosignature
    from rogatory.witness import load_home

    newest = log.last_signed()
    assert newest is not None
    head = read_checkpoint(newest.text).checkpoint
    for one in (peer(home), load_home(home / "witness")):
        line = cosign(head, key=one.key, name=one.name, timestamp=int(at.timestamp())).line
        Cosignature.objects.bulk_create([Cosignature(size=head.size, witness=one.name, line=line)])
    return head.size


def forget_cosignatures() -> None:
    """No head that other tests have had cosigned, at whatever time, bounds the period. `undone` brings them back."""
    from django.db import connection

    with connection.cursor() as cursor:
        for what in ("delete", "truncate"):
            name = f"keep_log_cosignature_{what}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{'' if connection.vendor == 'sqlite' else ' ON log_cosignature'}")
        cursor.execute("DELETE FROM log_cosignature")


@pytest.fixture
def counted(house: Any, home: Path, order: IssuingState, undone: None) -> Counted:
    """A period in which acts were made, between two heads that most witnesses have cosigned; and one of these acts."""
    from rogatory.node.models import Place
    from rogatory.node.worker.placing import Placer

    forget_cosignatures()
    Placer(house).step()
    last = house.clock.now()
    while (now := house.clock.now()) <= last:  # a clock that was ahead stands still: the period begins after every act of before
        time.sleep(0.001)
    before = cosigned(house, home, now - timedelta(hours=1))
    decided_by_the_judge(order)
    sent(order)
    deliver(house, order, *enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    Placer(house).step()
    Placer(house).step()
    after = cosigned(house, home, now + timedelta(hours=1))
    own = Place.objects.filter(leaf__gte=before).order_by("hash").values_list("hash", flat=True).first()
    assert own is not None
    return Counted(before=before, after=after, act=own, since=now)


def checked(house: Any, home: Path, counted: Counted, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """What the overseer is told of half an hour: the exit status, and what is printed."""
    from rogatory.node import log

    monkeypatch.setattr("rogatory.cli.node.configure", lambda: None)
    identity = pyrage.x25519.Identity.generate()
    (folder / "overseer.key").write_text(str(identity))
    period = ("--from", format_instant(counted.since), "--to", format_instant(instant(counted.since + timedelta(minutes=30))))
    file = str(folder / "provider.age")
    stated = CliRunner().invoke(app, ["recount", "state", file, *period, "--for", str(identity.to_public())])
    assert stated.exit_code == 0, stated.output
    _write(folder / "log", log.files(lambda _path: False))
    given = ("--key", str(folder / "overseer.key"), "--log", str(folder / "log"))
    lists = ("--trust", str(home / "provider" / "trust.json"), "--anchor", str(home / "anchor.pub"))
    done = CliRunner().invoke(app, ["recount", "check", file, *given, *lists])
    return done.exit_code, done.output


def test_a_node_states_its_period_sealed_and_it_is_counted_again(
    house: Any, home: Path, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, told = checked(house, home, counted, tmp_path, monkeypatch)
    assert (status, told.splitlines()[-1]) == (0, "Counted again: everything agrees."), told
    assert told.splitlines()[0].startswith(f"{ME}: {counted.after - counted.before} entries"), "from head to head, and no more"
    assert "acknowledge" in told


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ("DELETE FROM act_skeleton WHERE hash = %s", "2. {me}, act {act}: entry {leaf} of the log holds it, and the tables do not"),
        ("DELETE FROM log_place WHERE hash = %s", "1. {me}, entry {leaf}: does not hold these"),
    ],
)
def test_what_was_taken_from_the_tables_is_named_also_at_the_edge_of_a_short_period(
    house: Any, home: Path, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: str, says: str
) -> None:
    from rogatory.node.models import Place

    own, leaf = counted.act, Place.objects.get(pk=counted.act).leaf
    with full_rights() as cursor:
        cursor.execute(edit, [own])
        status, told = checked(house, home, counted, tmp_path, monkeypatch)
    assert status == 1
    assert says.format(me=ME, act=own, leaf=leaf) in told, told


def test_an_act_whose_row_says_another_time_is_stated_by_what_was_signed(
    house: Any, home: Path, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with full_rights() as cursor:
        cursor.execute("UPDATE act_skeleton SET at = '2020-01-01 00:00:00+00', kind = 'close' WHERE hash = %s", [counted.act])
        status, told = checked(house, home, counted, tmp_path, monkeypatch)
    assert (status, "close" in told) == (0, False), told


def test_t7_an_act_that_was_dated_back_is_named_by_the_audit_and_by_the_overseer(
    house: Any, home: Path, undone: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rogatory.node.acting import make
    from rogatory.node.audit import audit
    from rogatory.node.audit.acts import BETWEEN
    from rogatory.node.worker.placing import Placer
    from rogatory.node.working import Made, author
    from rogatory.procedure import Capacity, Request

    Placer(house).step()
    now = house.clock.now()
    before = cosigned(house, home, now - timedelta(hours=1))
    for _ in range(BETWEEN):
        Placer(house).step()
    with monkeypatch.context() as then:
        then.setattr(type(house.clock), "now", lambda _self: instant(now - timedelta(hours=20)))
        given = {"what": "messages", "removed": 1, "before": "2026-01-01T00:00:00.000Z"}
        made = make(house, Request(kind="sweep", by=author(house, None, Capacity.SOFTWARE), case=None, given=given))
    assert isinstance(made, Made)
    Placer(house).step()
    after = cosigned(house, home, now + timedelta(hours=1))
    named = [one.says for one in audit(house) if one.about == f"act {made.hash}"]
    assert len(named) == 1
    assert "it was dated back" in named[0]
    counted = Counted(before=before, after=after, act=made.hash, since=now)
    status, told = checked(house, home, counted, tmp_path, monkeypatch)
    assert status == 1
    assert f"2. {ME}, act {made.hash}: says that it was made at" in told


def test_a_period_that_ends_before_it_begins_is_refused(house: Any) -> None:
    from rogatory.node.recounting import statement

    now = house.clock.now()
    with pytest.raises(RequestError, match="ends before it begins"):
        statement(house, now, now)

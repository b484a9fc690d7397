"""Acts and log entries cannot be changed or deleted, even by SQL; what is stored holds no plain contents."""

from __future__ import annotations

from typing import Any

import pytest

KEPT = ("act_skeleton", "log_place", "log_step", "log_node", "log_checkpoint", "foreign_proof", "security_entry")


@pytest.fixture
def filled(house: Any) -> None:
    """A row in every table that is kept for ever."""
    from datetime import UTC, datetime

    from rogatory.node.models import ForeignProof
    from rogatory.node.security_log import record_refusal
    from rogatory.node.worker.placing import Placer

    Placer(house).step()
    record_refusal(who="somebody", kind="draft", rule="test", input_hash="0" * 64, at=datetime.now(UTC))  # type: ignore[arg-type]
    ForeignProof.objects.get_or_create(hash="f" * 64, defaults={"text": "proof"})


@pytest.mark.parametrize("table", KEPT)
def test_what_is_kept_for_ever_can_neither_be_changed_nor_deleted(filled: None, table: str) -> None:
    from django.db import DatabaseError, connection, transaction

    column = "text" if table in {"act_skeleton", "log_checkpoint", "foreign_proof"} else None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] > 0
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        first = cursor.description[0][0]
    for statement in (f'UPDATE {table} SET "{column or first}" = "{column or first}"', f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="rogatory"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("table", KEPT)
def test_what_is_kept_for_ever_can_not_be_replaced_or_truncated(filled: None, table: str) -> None:
    from django.db import DatabaseError, connection, transaction

    statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1" if connection.vendor == "sqlite" else f"TRUNCATE {table}"
    with pytest.raises(DatabaseError, match="rogatory"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


HASHED = ("act_skeleton", "act_contents", "log_place", "foreign_proof")
TAKEN = [*((table, "key") for table in (*KEPT, "act_contents")), *((table, "rowid") for table in HASHED), ("act_skeleton", "nonce")]


@pytest.mark.parametrize(("table", "same"), TAKEN)
def test_t7_no_row_takes_the_place_of_another_in_a_plain_shell(filled: None, table: str, same: str) -> None:
    """A shell of SQLite leaves recursive triggers off: then REPLACE deletes without firing those that refuse to delete."""
    import sqlite3

    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no REPLACE")
    shell = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    shell.execute("PRAGMA recursive_triggers=OFF")
    before = shell.execute(f"SELECT rowid AS row, * FROM {table}").fetchall()
    columns = ["rowid", *(row[1] for row in shell.execute(f"PRAGMA table_info({table})"))]
    forged = dict(zip(columns, before[0], strict=True))
    for key, other in (("hash", "e" * 64), ("nonce", "another")):
        if same not in {"key", key} and key in forged:
            forged[key] = other
    if same != "rowid":
        del forged["rowid"]
    names = ", ".join(f'"{name}"' for name in forged)
    with pytest.raises(sqlite3.Error, match="rogatory"):
        shell.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({', '.join('?' for _ in forged)})", list(forged.values()))
    assert shell.execute(f"SELECT rowid AS row, * FROM {table}").fetchall() == before


def test_a_missing_trigger_is_found_at_start(house: Any) -> None:
    from django.db import connection, transaction

    from rogatory.errors import StorageError
    from rogatory.node.triggers import check

    check()
    with transaction.atomic():
        with connection.cursor() as cursor:
            on = "" if connection.vendor == "sqlite" else " ON act_skeleton"
            cursor.execute(f"DROP TRIGGER keep_act_skeleton_delete{on}")
        with pytest.raises(StorageError, match="keep_act_skeleton_delete"):
            check()
        transaction.set_rollback(True)
    check()


def test_no_table_takes_a_time_without_a_zone(house: Any) -> None:
    from datetime import datetime

    from django.db import connection, transaction

    from rogatory.node.models import Outbox
    from rogatory.node.statements import Table

    table = Table(Outbox, "hash", "case", "to", "due_at", "tries", "state", "answer")
    row = ("0" * 64, "00000000-0000-4000-8000-000000000000", "https://ie.example", datetime(2026, 9, 9, 12), 0, "waiting", "")  # noqa: DTZ001  # the point
    with transaction.atomic(), connection.cursor() as cursor, pytest.raises(TypeError, match="no zone"):
        table.insert(cursor, [row])


def test_a_clock_turned_back_signs_nothing(house: Any) -> None:
    from datetime import timedelta

    from rogatory.errors import ClockError
    from rogatory.moments import instant
    from rogatory.node.clock import GuardedClock

    class Back:
        def now(self) -> Any:
            return instant(house.clock.now() - timedelta(seconds=6))

        def monotonic(self) -> float:
            return 0.0

    with pytest.raises(ClockError, match="turned back"):
        GuardedClock(Back(), house.clock.now()).now()  # type: ignore[arg-type]


def test_every_act_is_placed_once_and_its_receipt_holds_offline(house: Any) -> None:
    from rogatory.ledger import read_receipt, read_vkey, verify_receipt
    from rogatory.node import log
    from rogatory.node.models import Place, Skeleton
    from rogatory.node.worker.placing import Placer

    placer = Placer(house)
    for _ in range(3):
        placer.step()
    own = list(Skeleton.objects.filter(foreign=False).values_list("hash", flat=True))
    assert own
    assert set(own) == set(Place.objects.values_list("hash", flat=True))
    vkey = read_vkey(house.trust(house.clock.now()).institution(house.settings.institution).log.vkey)
    for digest in own[:20]:
        text = log.receipt_of(digest)
        assert text is not None
        assert verify_receipt(digest, read_receipt(text), log_vkey=vkey).act_hash == digest


def test_a_step_that_fails_half_way_leaves_nothing(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node.models import Checkpoint, Step, TreeNode
    from rogatory.node.worker.placing import Placer

    before = (Step.objects.count(), TreeNode.objects.count(), Checkpoint.objects.count())

    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Checkpoint.objects, "bulk_create", fail)
    with pytest.raises(OSError, match="full"):
        Placer(house).step()
    monkeypatch.undo()
    assert (Step.objects.count(), TreeNode.objects.count(), Checkpoint.objects.count()) == before
    Placer(house).step()
    assert Step.objects.count() == before[0] + 1


def test_no_contents_stand_in_plain_in_the_database_files(house: Any, home: Any) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("the files of the server are not ours to read; contents are sealed by the same code")
    canaries = (b"redfox.7731@mail.example", b"Printed mail with full headers", b"connections.csv")
    for path in (home / "provider").glob("node.sqlite3*"):
        data = path.read_bytes()
        assert not [canary for canary in canaries if canary in data], path

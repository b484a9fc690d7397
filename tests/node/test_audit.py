"""An audit of the node finds every edit that somebody with full rights on the database makes, and names what was edited."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from aics_tlog.tiles import entry_bundle_path, tile_path
from aics_tlog.verified import audit_tiles
from typer.testing import CliRunner

from rogatory.ledger import read_checkpoint
from rogatory.moments import instant
from tests.fakes.issuing_state import IssuingState
from tests.node.test_reception import ME, decided_by_the_judge, deliver, enrol, order, sent

__all__ = ["order"]
FLIPS = int(os.environ.get("ROGATORY_TABLE_FLIPS", "30"))
SEED = int(os.environ.get("ROGATORY_SEED", str(random.randrange(1 << 30))))


@pytest.fixture
def busy(house: Any, order: IssuingState, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A node with a case from abroad and acts of its own, each in its place.

    The log of the State in memory begins anew in each test: what it proved in earlier ones contradicts it, and is left out.
    """
    from rogatory.node.models import ForeignProof
    from rogatory.node.worker.placing import Placer

    others = import_module("rogatory.node.audit.others")
    earlier, remembered = set(ForeignProof.objects.values_list("hash", flat=True)), others._remembered
    monkeypatch.setattr(others, "_remembered", lambda digest, *proved: () if digest in earlier else remembered(digest, *proved))
    Placer(house).step()
    decided_by_the_judge(order)
    sent(order)
    deliver(house, order, *enrol(order, "judge"), *order.everything_for(ME, "authorise", "transmit"))
    Placer(house).step()
    _cosigned()
    return house


def _cosigned() -> None:
    """One cosignature of the witness that stands alone."""
    from rogatory.ledger import cosign, read_checkpoint
    from rogatory.node import log
    from rogatory.node.installation import installation
    from rogatory.node.models import Cosignature
    from rogatory.witness import load_home

    newest, witness = log.newest(), load_home(installation().settings.home.parent / "witness")
    assert newest is not None
    head = read_checkpoint(newest.text).checkpoint
    line = cosign(head, key=witness.key, name=witness.name, timestamp=int(installation().clock.now().timestamp())).line
    Cosignature.objects.bulk_create([Cosignature(size=head.size, witness=witness.name, line=line)])


@contextmanager
def full_rights() -> Iterator[Any]:
    """A hand that no trigger stops; everything is as before when the block ends."""
    from django.db import connection, transaction

    from rogatory.node.triggers import _named

    with transaction.atomic(), connection.cursor() as cursor:
        for name, table in _named(connection.vendor).items():
            cursor.execute(
                f"DROP TRIGGER IF EXISTS {name}" if connection.vendor == "sqlite" else f"DROP TRIGGER IF EXISTS {name} ON {table}"
            )
        yield cursor
        transaction.set_rollback(True)


def found(house: Any) -> list[Any]:
    from rogatory.node.audit import audit

    return list(audit(house))


def test_a_node_in_order_has_no_difference(busy: Any) -> None:
    assert found(busy) == []


def test_an_edit_is_named_with_its_act_entry_or_case(busy: Any, order: IssuingState) -> None:
    from rogatory.node.models import Place, Skeleton

    own = Place.objects.order_by("-leaf").first()
    foreign = Skeleton.objects.filter(foreign=True).exclude(case=None).order_by("-received_at").first()
    assert own is not None
    assert foreign is not None
    assert order.case.ref is not None
    case = order.case.ref.id
    row = case if _postgresql() else case.replace("-", "")
    edits = {
        "UPDATE log_place SET position = position + 1 WHERE hash = %s": (own.hash, f"act {own.hash}", 2),
        "DELETE FROM log_place WHERE hash = %s": (own.hash, f"entry {own.leaf}", 2),
        "DELETE FROM act_skeleton WHERE hash = %s": (own.hash, f"act {own.hash}", 4),
        "UPDATE act_skeleton SET kind = 'withdraw' WHERE hash = %s": (foreign.hash, f"act {foreign.hash}", 3),
        "DELETE FROM act_contents WHERE hash = %s": (foreign.hash, f"act {foreign.hash}", 3),
        "DELETE FROM foreign_proof WHERE hash = %s": (foreign.hash, f"act {foreign.hash}", 4),
        "DELETE FROM log_checkpoint WHERE size = %s": (own.leaf, f"checkpoint of {own.leaf} entries", 1),
        "UPDATE log_node SET hash = (SELECT hash FROM log_node WHERE id = 0) WHERE id = %s": (own.leaf, f"hash {own.leaf} of level 0", 1),
        "UPDATE log_step SET entry = (SELECT entry FROM log_step WHERE leaf = 0) WHERE leaf = %s": (own.leaf, f"entry {own.leaf}", 2),
        "UPDATE case_row SET state = 'withdrawn' WHERE id = %s": (row, f"case {case}", 5),
        'DELETE FROM case_clock WHERE "case" = %s': (row, f"case {case}", 5),
        "DELETE FROM case_row WHERE id = %s": (row, f"case {case}", 5),
    }
    for statement, (key, about, question) in edits.items():
        with full_rights() as cursor:
            cursor.execute(statement, [key])
            assert (question, about) in {(one.question.value, one.about) for one in found(busy)}, statement
    assert found(busy) == []


@pytest.mark.parametrize(
    "left",
    [
        "DELETE FROM log_checkpoint WHERE size = %s",
        "DELETE FROM log_checkpoint WHERE size > 0 AND size <= %s",
        "DELETE FROM log_checkpoint WHERE size = %s; DELETE FROM log_cosignature",
    ],
)
def test_t7_a_log_whose_end_was_cut_off_is_named(busy: Any, left: str) -> None:
    from rogatory.node import log

    newest = log.last_signed()
    assert newest is not None
    with full_rights() as cursor:
        for statement in left.split("; "):
            cursor.execute(statement, [newest.size] if "%s" in statement else [])
        (first,) = (one for one in found(busy) if "cut off" in one.says)
        assert first.question.value == 1
        assert first.about.endswith(f" to {newest.size - 1}")


def test_t7_a_log_cut_off_in_every_table_is_named_by_the_mark_beside_the_keys(busy: Any) -> None:
    from rogatory.node import log

    newest = log.last_signed()
    assert newest is not None
    last = newest.size - 1
    with full_rights() as cursor:
        for table, column in (("log_checkpoint", "size - 1"), ("log_step", "leaf"), ("log_place", "leaf"), ("log_cosignature", "size - 1")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} >= %s", [last])
        cursor.execute("DELETE FROM log_node WHERE id = %s", [last])
        assert (1, f"entries {last} to {last}") in {(one.question.value, one.about) for one in found(busy)}


def test_an_audit_goes_on_where_a_table_cannot_be_read_or_an_enrolment_is_gone(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.errors import StorageError
    from rogatory.node import people
    from rogatory.node.models import Place, Skeleton

    enrolment = Skeleton.objects.filter(kind="enrol").values_list("hash", flat=True).first()
    own = Place.objects.order_by("-leaf").first()
    assert own is not None
    with full_rights() as cursor:
        cursor.execute("DELETE FROM act_contents WHERE hash = %s", [enrolment])
        people.forget()
        with pytest.raises(StorageError, match=f"act {enrolment}"):
            people.enrolled(busy)
        people.forget()
        assert (3, f"act {enrolment}") in {(one.question.value, one.about) for one in found(busy)}
    people.forget()
    if not _postgresql():  # which takes no such value
        with full_rights() as cursor:
            cursor.execute('UPDATE act_skeleton SET "case" = %s WHERE hash = %s', ["no uuid", enrolment])
            cursor.execute("UPDATE act_skeleton SET kind = 'else' WHERE hash = %s", [own.hash])
            cursor.execute("UPDATE log_step SET seed = 'text' WHERE leaf = %s", [own.leaf])
            told = {(one.question.value, one.about) for one in found(busy)}
            rows = {(1, f"node.sqlite3, table {table}, row {row}") for table, row in (("act_skeleton", enrolment), ("log_step", own.leaf))}
            assert rows | {(3, f"act {own.hash}")} < told, told


def test_an_act_altered_to_lie_in_the_future_does_not_stop_who_looks_for_it(busy: Any) -> None:
    from rogatory.node.models import Place

    own = Place.objects.order_by("-leaf").first()
    assert own is not None
    with full_rights() as cursor:
        cursor.execute("UPDATE act_skeleton SET at = %s WHERE hash = %s", [instant(busy.clock.now() + timedelta(days=900)), own.hash])
        assert (3, f"act {own.hash}") in {(one.question.value, one.about) for one in found(busy)}


def test_what_is_due_and_nobody_will_send_is_named(busy: Any) -> None:
    from rogatory.node.models import Outbox

    due = Outbox.objects.order_by("id").first()
    assert due is not None
    far = instant(busy.clock.now() + timedelta(days=9))
    edits: list[tuple[str, list[Any], str]] = [
        ("DELETE FROM outbox WHERE id = %s", [due.pk], "neither waits for it nor was sent"),
        ("UPDATE outbox SET state = 'held' WHERE id = %s", [due.pk], "will never be sent"),
        ("UPDATE outbox SET state = 'waiting', due_at = %s WHERE id = %s", [far, due.pk], "is held back"),
        ("UPDATE outbox SET \"to\" = 'https://else.invalid' WHERE id = %s", [due.pk], "to whom it is not due"),
    ]
    for statement, given, says in edits:
        with full_rights() as cursor:
            cursor.execute(statement, given)
            assert any(one.about == f"act {due.hash}" and says in one.says for one in found(busy)), statement


def test_a_line_of_a_list_is_compared_whole(busy: Any, order: IssuingState) -> None:
    assert order.case.ref is not None
    case = order.case.ref.id
    row = case if _postgresql() else case.replace("-", "")
    for column, value in (("reference", "other"), ("updated", instant(busy.clock.now() - timedelta(days=9))), ("summary", "{}")):
        with full_rights() as cursor:
            cursor.execute(f"UPDATE case_row SET {column} = %s WHERE id = %s", [value, row])
            assert f"case {case}" in {one.about for one in found(busy)}, column


def test_what_was_seen_of_other_logs_is_compared_with_the_receipts_that_proved_it(busy: Any) -> None:
    from rogatory.node.models import Seen

    seen = Seen.objects.filter(what="entry").order_by("-id").first()
    assert seen is not None
    about = f"entry {seen.number} of {seen.origin}"
    other = "(SELECT two.hash FROM log_seen two WHERE two.hash <> log_seen.hash LIMIT 1)"
    for statement in ("DELETE FROM log_seen WHERE id = %s", f"UPDATE log_seen SET hash = {other} WHERE id = %s"):
        with full_rights() as cursor:
            cursor.execute(statement, [seen.pk])
            assert (6, about) in {(one.question.value, one.about) for one in found(busy)}, statement
    with full_rights() as cursor:
        cursor.execute("INSERT INTO officer (pseudonym, name, token_hash) VALUES ('https://x.invalid#aaaaaaaa', 'X', %s)", ["0" * 64])
        assert [(one.question.value, one.about) for one in found(busy)] == [(6, "officer https://x.invalid#aaaaaaaa")]


def test_an_act_that_is_an_hour_old_and_in_no_leaf_is_named(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node.models import Place

    own = Place.objects.order_by("-leaf").first()
    assert own is not None
    later = instant(busy.clock.now() + timedelta(hours=1))
    monkeypatch.setattr(type(busy.clock), "now", lambda _self: later)
    with full_rights() as cursor:
        cursor.execute("DELETE FROM log_place WHERE hash = %s", [own.hash])
        assert any(one.about == f"act {own.hash}" and "no leaf" in one.says for one in found(busy))


TARGETS = (
    ("log_step", "leaf", "entry"),
    ("log_step", "leaf", "seed"),
    ("log_node", "id", "hash"),
    ("log_checkpoint", "size", "text"),
    ("log_place", "hash", "position"),
    ("act_skeleton", "hash", "text"),
    ("act_contents", "hash", "sealed"),
    ("foreign_proof", "hash", "text"),
    ("log_cosignature", "id", "line"),
    ("log_cosignature", "id", "witness"),
)


def test_t7_every_random_edit_with_full_rights_on_the_tables_is_reported(busy: Any) -> None:
    """`ROGATORY_TABLE_FLIPS` says how many; a failure names its seed. Each is reported with the name of what was edited."""
    chance = random.Random(SEED)
    for number in range(FLIPS):
        with full_rights() as cursor:
            done, names = _edit(cursor, chance)
            abouts = {one.about for one in found(busy)}
            for name in names:
                assert any(one in abouts for one in name), f"seed {SEED}, edit {number}: {done}: none of {name} is among {abouts}"


def test_t7_another_teams_checker_reports_every_random_edit_of_the_log_or_is_served_what_was_signed(busy: Any) -> None:
    """It reads a node whose tables were edited, as anybody reads its log: what it accepts is byte for byte what stood there before."""
    from rogatory.node import log

    newest = log.newest()
    assert newest is not None
    size, root = newest.size, read_checkpoint(newest.text).checkpoint.root
    tables = tuple(one for one in TARGETS if one[0] in {"log_step", "log_node", "log_checkpoint", "log_place"})
    before = Served()
    audit_tiles(before, size, root)
    chance, reported = random.Random(SEED), 0
    for number in range(10 * FLIPS):
        with full_rights() as cursor:
            done, _ = _edit(cursor, chance, tables)
            log._verified.cache_clear()
            now = Served()
            try:
                audit_tiles(now, size, root)
            except (OSError, ValueError):
                reported += 1
            else:
                assert now.parts == before.parts, f"seed {SEED}, edit {number}: {done} was served and accepted"
    assert reported > FLIPS


class Served:
    """The log as another team's checker reads it from this node; it remembers what it was given."""

    def __init__(self) -> None:
        from django.test import Client

        self.parts: dict[str, bytes] = {}
        self._client = Client(HTTP_HOST="provider.localhost")

    def read_tile(self, level: int, index: int, width: int | None) -> bytes | None:
        return self._read(tile_path(level, index, width))

    def read_entry_bundle(self, index: int, width: int | None) -> bytes | None:
        return self._read(entry_bundle_path(index, width))

    def _read(self, path: str) -> bytes | None:
        answer = self._client.get(f"/log/{path}")
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise OSError(answer.status_code, path)
        return self.parts.setdefault(path, bytes(answer.content))


def _edit(cursor: Any, chance: random.Random, targets: tuple[tuple[str, str, str], ...] = TARGETS) -> tuple[str, list[tuple[str, ...]]]:
    """An edit that the database takes: one that gives two rows the same key is refused by itself, and another is made."""
    from django.db import IntegrityError, transaction

    while True:
        try:
            with transaction.atomic():
                return _try_edit(cursor, chance, targets)
        except IntegrityError:
            continue


def _try_edit(cursor: Any, chance: random.Random, targets: tuple[tuple[str, str, str], ...]) -> tuple[str, list[tuple[str, ...]]]:
    """Flip a bit, cut, or swap two values of one column. What was done; and for each edited row the names of which one must be told."""
    table, key, column = chance.choice(targets)
    cursor.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}")
    rows = cursor.fetchall()
    (one, value), (two, other) = chance.choice(rows), chance.choice(rows)
    what = chance.choice(("flip", "cut", "swap"))
    if what == "swap" and _plain(value) != _plain(other):
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [other, one])
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [value, two])
        return f"{table}.{column} of {one} and {two} swapped", [_names(table, one), _names(table, two)]
    cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [_changed(value, what, chance), one])
    return f"{table}.{column} of {one}: {what}", [_names(table, one)]


def _names(table: str, key: Any) -> tuple[str, ...]:
    """By which names an audit may tell of a row."""
    from rogatory.node.models import Cosignature, Place

    if table == "log_step":
        return (f"entry {key}",)
    if table == "log_node":
        return (f"hash {key & (1 << 48) - 1} of level {key >> 48}",)
    if table == "log_checkpoint":
        return (f"checkpoint of {key} entries",)
    if table == "log_cosignature":
        row = Cosignature.objects.get(pk=key)
        return (f"cosignature of {row.witness} on {row.size} entries",)
    place = Place.objects.filter(pk=key).first()
    return (f"act {key}", *((f"entry {place.leaf}",) if place else ()))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _changed(value: Any, what: str, chance: random.Random) -> Any:
    value = _plain(value)
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(20)
    if what == "cut":
        return value[: chance.randrange(len(value))]
    place = chance.randrange(len(value))
    if isinstance(value, str):
        return value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
    return value[:place] + bytes([value[place] ^ 1 << chance.randrange(8)]) + value[place + 1 :]


def _postgresql() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


@pytest.mark.parametrize(
    ("edit", "path"),
    [
        ("UPDATE log_step SET entry = (SELECT entry FROM log_step WHERE leaf = 0) WHERE leaf = %s", "/log/tile/entries/{bundle}"),
        ("UPDATE log_node SET hash = (SELECT hash FROM log_node WHERE id = 0) WHERE id = %s", "/log/tile/entries/{bundle}"),
        ("DELETE FROM log_node WHERE id = %s", "/log/tile/0/{bundle}"),
    ],
)
def test_what_was_damaged_in_a_table_is_not_served(busy: Any, edit: str, path: str) -> None:
    from django.test import Client

    from rogatory.node.models import Place

    own = Place.objects.order_by("-leaf").first()
    assert own is not None
    first, width = own.leaf // 256 * 256, own.leaf % 256 + 1
    bundle = f"{first // 256:03d}.p/{width}" if width < 256 else f"{first // 256:03d}"
    client = Client(HTTP_HOST="provider.localhost")
    with full_rights() as cursor:
        cursor.execute(edit, [own.leaf])
        answer = client.get(path.format(bundle=bundle))
        assert answer.status_code == 503
        assert "is not served" in answer.content.decode()
    assert client.get(path.format(bundle=bundle)).status_code == 200


def test_a_receipt_that_would_prove_nothing_is_not_given(busy: Any) -> None:
    from rogatory.errors import StorageError
    from rogatory.node import log
    from rogatory.node.models import Place

    own = Place.objects.order_by("-leaf").first()
    assert own is not None
    assert log.receipt_of(own.hash)
    with full_rights() as cursor:
        cursor.execute("UPDATE log_node SET hash = %s", [bytes(32)])
        with pytest.raises(StorageError, match="is not served"):
            log.receipt_of(own.hash)


def test_the_command_says_what_it_asked_and_ends_with_a_status(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.cli.main import app
    from rogatory.node.models import Place

    monkeypatch.setattr("rogatory.cli.node.configure", lambda: None)
    good = CliRunner().invoke(app, ["audit"])
    assert (good.exit_code, good.output.splitlines()[-1]) == (0, "Audited: everything agrees.")
    assert good.output.splitlines()[0] == "1. log     agrees"
    own = Place.objects.order_by("-leaf").first()
    assert own is not None
    with full_rights() as cursor:
        cursor.execute("UPDATE log_place SET position = position + 1 WHERE hash = %s", [own.hash])
        bad = CliRunner().invoke(app, ["audit", "--json"])
    assert bad.exit_code == 1
    assert [one["about"] for one in json.loads(bad.output)["differences"]] == [f"act {own.hash}"]


def test_what_a_witness_cosigned_before_a_list_dropped_it_is_no_difference(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.exchange.trust import Payload, TrustList
    from rogatory.node.models import Cosignature, ForeignProof

    name = Cosignature.objects.values_list("witness", flat=True).first()
    assert name is not None
    assert any(f"— {name} " in text for text in ForeignProof.objects.values_list("text", flat=True))
    payload = json.loads(busy.trust(busy.clock.now()).payload.model_dump_json(by_alias=True, exclude_none=True))
    payload["witnesses"] = [one for one in payload["witnesses"] if one["name"] != name]
    later = TrustList(payload=Payload.model_validate(payload))
    monkeypatch.setattr(type(busy), "trust", lambda _self, _at: later)
    assert found(busy) == []
    with full_rights() as cursor:
        cursor.execute("UPDATE log_cosignature SET line = REPLACE(line, 'A', 'B') WHERE id = (SELECT MAX(id) FROM log_cosignature)")
        assert [one.question.value for one in found(busy)] == [1], "an altered one is a difference, whoever made it"

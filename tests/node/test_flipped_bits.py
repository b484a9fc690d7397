"""One flipped bit anywhere in the database's file: what the node serves is what it served before, or a refusal that names file and cure.

Two public logs died of one flipped bit (Yeti 2022, Nessie 2024). `ROGATORY_FILE_FLIPS` says how many bits are flipped, one after another;
a failure names its seed.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from rogatory.errors import StorageError
from tests.fakes.issuing_state import IssuingState
from tests.node.test_audit import busy
from tests.node.test_reception import order

__all__ = ["busy", "order"]
FLIPS = int(os.environ.get("ROGATORY_FILE_FLIPS", "100"))
SEED = int(os.environ.get("ROGATORY_SEED", str(random.randrange(1 << 30))))
PURPOSE = "Follow the order through the procedure"


@pytest.fixture
def alone(busy: Any, order: IssuingState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, list[str]]]:
    """A copy of the database of a busy node at a moment that stands still, and every address that is asked of it."""
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("pages of PostgreSQL carry checksums: tests/drills/test_flipped_pages.py")
    from rogatory.node.models import Place, Skeleton

    assert order.case.ref is not None
    case = order.case.ref.id
    asked = ["/api/v1/cases", f"/api/v1/cases/{case}", f"/api/v1/cases/{case}/file", f"/api/v1/cases/{case}/custody"]
    ask(asked[1])  # the look is recorded: from here on nothing is written by looking
    now = busy.clock.now()
    monkeypatch.setattr(type(busy.clock), "now", lambda _self: now)
    acts = [*Place.objects.values_list("hash", flat=True)[:20], *Skeleton.objects.filter(case=case).values_list("hash", flat=True)]
    asked += [f"/api/v1/acts/{digest}/receipt" for digest in dict.fromkeys(acts)]
    asked += ["/log/checkpoint", "/log/evidence.json", *tiles()]
    file, name = tmp_path / "whole.sqlite3", connection.settings_dict["NAME"]
    with closing(sqlite3.connect(name)) as one, closing(sqlite3.connect(file)) as two:
        one.backup(two)
    yield file, asked
    connection.close()
    connection.settings_dict["NAME"] = name
    forget()


def tiles() -> list[str]:
    """The address of every tile and bundle that is partial, and of the first full ones."""
    from rogatory.ledger import bundles_of, tiles_of
    from rogatory.node import log

    newest = log.newest()
    assert newest is not None
    every = [*bundles_of(newest.size), *tiles_of(newest.size)]
    return [f"/log/{one.path}" for one in every if one != one.whole or one.index == 0]


def client() -> Any:
    from django.test import Client

    from rogatory.node.installation import installation

    people = json.loads((installation().settings.home / "people.json").read_text())
    token = next(one["token"] for one in people if one["part"] == "provider")
    return Client(headers={"authorization": f"Bearer {token}", "host": "provider.localhost:8103", "x-purpose": PURPOSE})


def ask(path: str) -> tuple[int, bytes]:
    answer = client().get(path)
    return answer.status_code, answer.content


def forget() -> None:
    """What a process that is started anew does not know."""
    from rogatory.node import foreign, log, people, storage

    storage._cases.clear()
    storage._institutions.clear()
    log._verified.cache_clear()
    foreign._held.clear()
    people.forget()


@contextmanager
def on(file: Path) -> Iterator[None]:
    """The node on that file, as a process that has just been started."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(file)
    forget()
    yield
    connection.close()


def flipped(file: Path, to: Path, chance: random.Random) -> str:
    data = bytearray(file.read_bytes())
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    data[at] ^= 1 << bit
    for one in to.parent.glob(f"{to.name}*"):
        one.unlink()
    to.write_bytes(data)
    return f"bit {bit} of byte {at % 4096} of page {at // 4096 + 1}"


def names_file_and_cure(text: str) -> bool:
    return "sqlite3" in text and "restore" in text


def test_t7_a_flipped_bit_is_found_before_anything_wrong_is_served(alone: tuple[Path, list[str]], tmp_path: Path) -> None:
    from rogatory.node import faults

    file, asked = alone
    with on(file):
        before = {path: answer for path in asked if (answer := ask(path))[0] == 200}
    assert len(before) > 12
    chance, refused, wrong = random.Random(SEED), 0, []
    for number in range(FLIPS):
        what = flipped(file, tmp_path / "flipped.sqlite3", chance)
        about = f"seed {SEED}, flip {number}, {what}"
        with on(tmp_path / "flipped.sqlite3"):
            try:
                faults.check()
            except StorageError as error:
                refused += 1
                wrong += [] if names_file_and_cure(str(error)) else [f"{about}: {error}"]
                continue
            answers = {path: ask(path) for path in before}
        other = {path: answer for path, answer in answers.items() if answer != before[path]}
        refused += bool(other)
        for path, (status, content) in other.items():
            if status != 503 or not names_file_and_cure(content.decode()):
                wrong.append(f"{about}: {path} answers {status}: {content[:300]!r}; before: {before[path][1][:300]!r}")
    assert not wrong, "\n".join(wrong)
    assert refused or FLIPS < 50, "no flip met anything that is served"


def test_t7_a_column_whose_type_is_no_text_any_more_is_damage(alone: tuple[Path, list[str]], tmp_path: Path) -> None:
    from django.db import DatabaseError, connection

    from rogatory.node import faults

    whole, damaged = tmp_path / "named.sqlite3", tmp_path / "damaged.sqlite3"
    with closing(sqlite3.connect(whole)) as table:
        table.execute("CREATE TABLE named (size bigint)")
    damaged.write_bytes(whole.read_bytes().replace(b"(size bigint)", b"(size bigin\xf4)"))
    with on(damaged), connection.cursor() as cursor, pytest.raises(DatabaseError) as raised:
        cursor.execute("SELECT * FROM named")
    found = faults.fault_of(raised.value)
    assert isinstance(found, StorageError)
    assert names_file_and_cure(str(found))


def test_an_audit_names_a_damaged_index_and_looks_at_the_rest(alone: tuple[Path, list[str]], busy: Any, tmp_path: Path) -> None:
    from rogatory.node.audit import audit

    file, _ = alone
    with closing(sqlite3.connect(file)) as table:
        (root,) = table.execute("SELECT rootpage FROM sqlite_master WHERE name = 'act_by_at'").fetchone()
    data = bytearray(file.read_bytes())
    data[root * 4096 - 6] ^= 4  # the last entry of its first page
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(data)
    with on(file):
        assert list(audit(busy)) == []
    with on(damaged):
        (found,) = audit(busy)
    assert (found.question.name, found.about) == ("LOG", "damaged.sqlite3")
    assert "act_by_at" in found.says

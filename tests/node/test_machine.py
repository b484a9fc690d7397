"""What the machine remembers of a node: a process that is only started again asks nobody; an older copy is no such process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the service was given."""
    monkeypatch.setenv("RUNTIME_DIRECTORY", f"{tmp_path}:/run/another")
    return tmp_path


def newest(house: Any) -> str:
    """One more step of the log; its checkpoint."""
    from rogatory.node import log
    from rogatory.node.worker.placing import Placer

    Placer(house).step()
    found = log.last_signed()
    assert found is not None
    return found.text


def current(house: Any) -> bool:
    """Whether a process that starts now knows of itself that it is no old copy."""
    from rogatory.node.restored import Currency

    return Currency(house).known


def test_a_process_that_is_only_started_again_is_current(house: Any, runtime: Path) -> None:
    from rogatory.node import machine

    assert not current(house)
    machine.remember(house.settings.institution, newest(house))
    newest(house)
    assert current(house)
    assert [one.name for one in runtime.iterdir()] == [f"current-{house.settings.institution.partition('://')[2].replace('.', '-')}"]


def test_an_older_copy_is_not_current_even_when_it_has_grown_as_long(house: Any, runtime: Path) -> None:
    from django.db import transaction

    from rogatory.node import machine

    mark = house.settings.home / "keys" / "log.signed"
    before = mark.read_bytes() if mark.exists() else None
    with transaction.atomic():
        machine.remember(house.settings.institution, newest(house))
        transaction.set_rollback(True)
    mark.unlink()  # the whole disk as it was
    if before is not None:
        mark.write_bytes(before)
    assert not current(house)
    newest(house)
    assert not current(house)


def test_what_was_remembered_before_the_machine_was_switched_on_counts_for_nothing(house: Any, runtime: Path) -> None:
    from rogatory.node import machine

    text = newest(house)
    machine.remember(house.settings.institution, text)
    file = next(runtime.iterdir())
    file.write_text(f"00000000-0000-0000-0000-000000000000\n{text}")
    assert not current(house)


@pytest.mark.parametrize("data", [b"", b"\xff", b"no line", b"boot\nno checkpoint\n"])
def test_a_damaged_memory_is_none(house: Any, runtime: Path, data: bytes) -> None:
    from rogatory.node import machine

    machine.remember(house.settings.institution, newest(house))
    file = next(runtime.iterdir())
    file.write_bytes(data.replace(b"boot", machine.BOOT.read_bytes().strip()))
    assert not current(house)


def test_without_a_runtime_folder_nothing_is_remembered(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node import machine

    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    machine.remember(house.settings.institution, newest(house))
    assert machine.remembered(house.settings.institution) is None

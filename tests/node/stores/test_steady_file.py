"""A large file written at the disk's pace holds what was written, and nothing of the room that was taken for it."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.node.stores import steadily
from rogatory.node.stores.steadily import SteadyFile


def new(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)


def small() -> AbstractContextManager[object]:
    """As if some thousands of bytes were large."""
    return patch.multiple(steadily, WINDOW=1000, AHEAD=3000)


@given(pieces=st.lists(st.binary(max_size=5000), max_size=12))
@settings(max_examples=50)
def test_the_file_is_what_was_written(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("steady") / "file"

    with small(), SteadyFile(new(path)) as file:
        assert [file.write(memoryview(piece)) for piece in pieces] == [len(piece) for piece in pieces]

    assert path.read_bytes() == b"".join(pieces)


def test_room_that_was_not_needed_is_given_back(tmp_path: Path) -> None:
    path, piece = tmp_path / "file", os.urandom(1 << 20)

    with SteadyFile(new(path)) as file:
        for _ in range(17):
            file.write(piece)
        assert path.stat().st_size in {17 << 20, (16 << 20) + steadily.AHEAD}, "room is taken ahead, where the disk can"

    assert path.stat().st_size == 17 << 20
    assert path.stat().st_blocks * 512 < 18 << 20


def test_a_disk_without_room_ahead_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    path = tmp_path / "file"
    with small(), SteadyFile(new(path)) as file:
        file.write(b"x" * 5000)
        file.write(b"y" * 5000)

    assert path.read_bytes() == b"x" * 5000 + b"y" * 5000


@pytest.mark.parametrize("fails", [True, False])
def test_the_file_is_closed_in_any_case(tmp_path: Path, fails: bool) -> None:
    handle = new(tmp_path / "file")
    with suppress(ZeroDivisionError), SteadyFile(handle) as file:
        file.write(b"x" * (0 if fails else 1))
        1 / (not fails)

    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(handle)

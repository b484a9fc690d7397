"""The archive inside a package: what a header says is what is read, also where a plain header has no room for it."""

from __future__ import annotations

import io
import tarfile

import pytest

from rogatory.custody import archive
from rogatory.custody.archive import Unpacker, header
from rogatory.errors import PackageError

GIB = 1 << 30


def begun(data: bytes) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    Unpacker(lambda name, size: found.append((name, size)), lambda _piece: None, lambda: None).write(data)
    return found


@pytest.mark.parametrize("size", [1, 8 * GIB - 1, 8 * GIB, 8 * GIB + 1, 20 * GIB, 1 << 44])
@pytest.mark.parametrize("name", ["data/disk.img", "data/" + "é" * 200])
def test_an_original_of_eight_gibibytes_and_more_has_the_size_that_was_written(name: str, size: int) -> None:
    data = header(name, size, 0)
    assert begun(data) == [(name, size)]
    with tarfile.open(fileobj=io.BytesIO(data), mode="r|") as other:
        member = other.next()
    assert member is not None
    assert (member.name, member.size) == (name, size)


def test_the_size_of_one_original_is_not_that_of_the_next() -> None:
    found: list[tuple[str, int]] = []
    unpacker = Unpacker(lambda name, size: found.append((name, size)), lambda _piece: None, lambda: None)
    pax = tarfile.TarInfo("first")
    pax.pax_headers = {"size": "3"}
    unpacker.write(
        pax.tobuf(tarfile.PAX_FORMAT) + b"abc" + archive.padding(3) + header("second", 2, 0) + b"xy" + archive.padding(2) + archive.END
    )
    unpacker.finish()
    assert found == [("first", 3), ("second", 2)]


@pytest.mark.parametrize("size", ["-1", "1_0", " 5", "", "9" * 16, "5e3"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    info = tarfile.TarInfo("a")
    info.pax_headers = {"size": size}
    with pytest.raises(PackageError, match="damaged header"):
        begun(info.tobuf(tarfile.PAX_FORMAT))

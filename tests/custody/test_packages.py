"""Sealed packages: what goes in comes out, and nothing altered passes."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import bagit
import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.custody import ENTROPY, Purpose, SourceFile, open_package, seal
from rogatory.errors import PackageError
from rogatory.moments import parse_instant

IDENTITY = pyrage.x25519.Identity.generate()
AT = parse_instant("2026-09-17T10:00:00Z")
NAMES = st.text(st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="/\\"), min_size=1, max_size=60).filter(
    lambda name: name not in {".", ".."}
)


def sealed(files: dict[str, bytes]) -> tuple[bytes, object]:
    out = io.BytesIO()
    manifest = seal(
        [SourceFile(name=name, stream=io.BytesIO(data), size=len(data)) for name, data in files.items()],
        Purpose(order="0" * 64, item="traffic", facts={"addressee": "https://provider.example"}),
        recipient=str(IDENTITY.to_public()),
        at=AT,
        entropy=os.urandom(ENTROPY),
        out=out,
    )
    return out.getvalue(), manifest


PACKAGE, _ = sealed({"a.csv": b"x" * 3000})


def opened(data: bytes) -> dict[str, bytes]:
    files: dict[str, bytearray] = {}
    result = open_package(io.BytesIO(data), str(IDENTITY), lambda name, piece: files.setdefault(name, bytearray()).extend(piece))
    return {one.name: bytes(files.get(one.name, b"")) for one in result.files}


@given(st.dictionaries(NAMES, st.binary(max_size=2000), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_t6_what_was_sealed_is_what_is_opened(files: dict[str, bytes]) -> None:
    data, _ = sealed(files)
    assert opened(data) == files


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_one_byte_changed_anywhere_is_found(data: st.DataObject) -> None:
    package = PACKAGE
    place = data.draw(st.integers(0, len(package) - 1))
    changed = bytearray(package)
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(PackageError):
        opened(bytes(changed))


@pytest.mark.parametrize("cut", [1, 100, 5000])
def test_a_package_that_was_cut_off_is_refused(cut: int) -> None:
    package, _ = sealed({"a.csv": b"x" * 30000})
    with pytest.raises(PackageError):
        opened(package[:-cut])


def test_another_key_opens_nothing() -> None:
    package, _ = sealed({"a.csv": b"x"})
    with pytest.raises(PackageError, match="another recipient"):
        open_package(io.BytesIO(package), str(pyrage.x25519.Identity.generate()), lambda _name, _piece: None)


@pytest.mark.parametrize("name", ["../out", "/etc/passwd", "a/../b", "", "a\x00b", "c:\\x"])
def test_t14_a_name_that_would_escape_is_refused(name: str) -> None:
    with pytest.raises(PackageError):
        sealed({name: b"x"})


def test_t14_a_link_in_a_package_is_refused() -> None:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        link = tarfile.TarInfo("data/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(PackageError, match="no plain file"):
        opened(pyrage.encrypt(raw.getvalue(), [IDENTITY.to_public()]))


def test_a_file_that_is_longer_than_announced_is_refused() -> None:
    with pytest.raises(PackageError, match="announced"):
        seal(
            [SourceFile(name="a", stream=io.BytesIO(b"xx"), size=1)],
            Purpose(order="0" * 64, item="a", facts={}),
            recipient=str(IDENTITY.to_public()),
            at=AT,
            entropy=os.urandom(ENTROPY),
            out=io.BytesIO(),
        )


def test_the_bag_inside_is_valid_for_the_reference_tool(tmp_path: Path) -> None:
    package, _ = sealed({"ä b.csv": b"1", "folder/b.csv": b"2"})
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(package, [IDENTITY]))) as archive:
        archive.extractall(tmp_path)  # our own package, sealed above
    assert bagit.Bag(str(tmp_path)).validate()


def test_the_public_age_tool_opens_a_package(tmp_path: Path) -> None:
    age = shutil.which("age")
    if age is None:
        pytest.skip("NOT TESTED with the age tool: it is not here. To install it: sudo apt-get install age")
    package, _ = sealed({"a.csv": b"1"})
    (tmp_path / "p.age").write_bytes(package)
    (tmp_path / "key").write_text(str(IDENTITY))
    done = subprocess.run([age, "-d", "-i", str(tmp_path / "key"), str(tmp_path / "p.age")], capture_output=True, check=True)
    assert b"a.csv" in done.stdout


def test_a_large_file_is_sealed_in_flat_memory() -> None:
    import tracemalloc

    class Zeros:
        left = 64 << 20

        def read(self, count: int = -1) -> bytes:
            taken = min(count, self.left)
            self.left -= taken
            return bytes(taken)

    class Nowhere(io.RawIOBase):
        def write(self, data: object) -> int:
            return len(data)  # type: ignore[arg-type]

    tracemalloc.start()
    seal(
        [SourceFile(name="big", stream=Zeros(), size=64 << 20)],  # type: ignore[arg-type]
        Purpose(order="0" * 64, item="a", facts={}),
        recipient=str(IDENTITY.to_public()),
        at=AT,
        entropy=os.urandom(ENTROPY),
        out=Nowhere(),  # type: ignore[arg-type]
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 << 20

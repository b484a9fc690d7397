"""The BagIt conformance suite against our reader, which refuses also what the reference implementation wrongly accepts."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from rogatory.custody.bagit import ALGORITHMS, check_bag
from rogatory.errors import PackageError

VECTORS = Path(os.environ.get("ROGATORY_VECTORS", Path(__file__).resolve().parents[3] / "shared" / "vectors")) / "bagit"
BAGS = sorted(path for path in VECTORS.glob("*/*/*") if path.is_dir()) if VECTORS.is_dir() else []


def read(folder: Path) -> str:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    digests = {name: {one: hashlib.new(one, data).hexdigest() for one in ALGORITHMS} for name, data in files.items()}
    return check_bag({name: data for name, data in files.items() if "/" not in name}, digests)


def test_the_suite_is_here() -> None:
    if not BAGS:
        pytest.skip(f"NOT TESTED with the BagIt conformance suite: it is not at {VECTORS}; set ROGATORY_VECTORS")
    assert len(BAGS) >= 40


@pytest.mark.parametrize("bag", [one for one in BAGS if one.parent.name == "valid"], ids=lambda one: f"{one.parts[-3]}-{one.name}")
def test_a_valid_bag_holds(bag: Path) -> None:
    assert read(bag) in {"0.96", "0.97", "1.0"}


@pytest.mark.parametrize(
    "bag", [one for one in BAGS if one.parent.name in {"invalid", "linux-only"}], ids=lambda one: f"{one.parts[-3]}-{one.name}"
)
def test_an_invalid_bag_is_refused(bag: Path) -> None:
    with pytest.raises(PackageError):
        read(bag)


@pytest.mark.parametrize("bag", [one for one in BAGS if one.parent.name == "warning"], ids=lambda one: one.name)
def test_a_bag_that_only_deserves_a_warning_ends_in_an_answer_of_ours(bag: Path) -> None:
    try:
        read(bag)
    except PackageError as error:
        assert error.where  # noqa: PT017  # either answer is right; a crash is not

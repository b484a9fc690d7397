"""The 518 vectors of transparency-dev/merkle: one mutation a file, named by it; all are run where they are found."""

import base64
import json
from collections import Counter
from pathlib import Path

import pytest

from rogatory.errors import ProofError
from rogatory.ledger import verify_consistency, verify_inclusion, verify_part, verify_part_inclusion
from tests.published import FOLDER, cases

_VECTORS = FOLDER / "merkle" / "testdata"


def _read(file: Path, keys: set[str]) -> dict[str, object]:
    vector = json.loads(file.read_text())
    assert set(vector) == keys | {"proof", "desc", "wantErr"}, "an unknown key may change what the vector asks"
    return vector


def _proof(vector: dict[str, object]) -> list[bytes]:
    return [base64.b64decode(item) for item in vector["proof"] or []]


@pytest.mark.parametrize("file", cases("merkle/testdata/inclusion", "*.json"))
def test_an_inclusion_proof_is_judged_as_the_vector_says(file):
    vector = _read(file, {"leafIdx", "treeSize", "root", "leafHash"})

    def judge() -> bytes:
        return verify_inclusion(
            base64.b64decode(vector["leafHash"]),
            index=vector["leafIdx"],
            size=vector["treeSize"],
            proof=_proof(vector),
            root=base64.b64decode(vector["root"]),
        )

    _expect(judge, refused=vector["wantErr"])


@pytest.mark.parametrize("file", cases("merkle/testdata/consistency", "*.json"))
def test_a_consistency_proof_is_judged_as_the_vector_says(file):
    vector = _read(file, {"size1", "size2", "root1", "root2"})

    def judge() -> bytes:
        return verify_consistency(
            old_size=vector["size1"],
            old_root=base64.b64decode(vector["root1"]),
            new_size=vector["size2"],
            new_root=base64.b64decode(vector["root2"]),
            proof=_proof(vector),
        )

    _expect(judge, refused=vector["wantErr"])


@pytest.mark.parametrize("file", cases("merkle/testdata/subtreeinclusion", "*.json"))
def test_a_leaf_in_a_part_of_the_tree_is_judged_as_the_vector_says(file):
    vector = _read(file, {"leafIdx", "start", "end", "root", "leafHash"})

    def judge() -> bytes:
        return verify_part_inclusion(
            base64.b64decode(vector["leafHash"]),
            index=vector["leafIdx"],
            start=vector["start"],
            end=vector["end"],
            proof=_proof(vector),
            root=base64.b64decode(vector["root"]),
        )

    _expect(judge, refused=vector["wantErr"])


@pytest.mark.parametrize("file", cases("merkle/testdata/subtreeconsistency", "*.json"))
def test_a_part_of_a_tree_is_judged_as_the_vector_says(file):
    vector = _read(file, {"start", "end", "size", "root1", "root2"})

    def judge() -> bytes:
        return verify_part(
            start=vector["start"],
            end=vector["end"],
            part_root=base64.b64decode(vector["root1"]),
            size=vector["size"],
            root=base64.b64decode(vector["root2"]),
            proof=_proof(vector),
        )

    _expect(judge, refused=vector["wantErr"])


def _expect(judge, *, refused):
    if refused:
        with pytest.raises(ProofError):
            judge()
    else:
        assert judge()


def test_the_vectors_are_the_518_that_we_know():
    if not _VECTORS.is_dir():
        pytest.skip("NOT RUN: vectors of merkle not found; set ROGATORY_VECTORS")
    counted = Counter(file.relative_to(_VECTORS).parts[0] for file in _VECTORS.rglob("*.json"))
    assert counted == {"inclusion": 98, "consistency": 98, "subtreeinclusion": 204, "subtreeconsistency": 118}

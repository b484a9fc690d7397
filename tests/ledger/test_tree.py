import hashlib
from collections import Counter
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.errors import FormError, ProofError
from rogatory.ledger import (
    EMPTY,
    EMPTY_ROOT,
    Frontier,
    InclusionVerifier,
    Prover,
    consistency_proof,
    frontier_at,
    inclusion_proof,
    leaf_hash,
    node_hash,
    read_frontier,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.ledger.ledger_worlds import Log

SIZES = 70
ENTRIES = [b"entry %d" % number for number in range(SIZES)]
LOG = Log().grow(*ENTRIES)
ROOTS = [root_of(ENTRIES[:size]) for size in range(SIZES + 1)]


def _mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word and slow."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(_mth(leaves[:middle]), _mth(leaves[middle:]))


def test_the_root_is_that_of_the_standard_at_every_size():
    assert [_mth(ENTRIES[:size]) for size in range(SIZES + 1)] == ROOTS


def test_a_frontier_that_was_saved_and_resumed_goes_on_as_if_nothing_had_happened():
    frontier = EMPTY
    for size, entry in enumerate(ENTRIES):
        frontier = read_frontier(frontier.to_bytes())
        assert frontier.root == ROOTS[size]
        assert frontier == frontier_at(size, LOG.nodes)
        frontier = frontier.append(leaf_hash(entry)).frontier
    assert frontier.root == ROOTS[SIZES]


def test_a_leaf_completes_as_many_subtrees_as_its_place_says_and_no_more():
    completed = [EMPTY.append(leaf_hash(b"")).completed, frontier_at(7, LOG.nodes).append(leaf_hash(b"")).completed]
    assert [[(node.level, node.index) for node in nodes] for nodes in completed] == [
        [(0, 0)],
        [(0, 7), (1, 3), (2, 1), (3, 0)],
    ]


def test_every_leaf_is_proved_at_every_size():
    for size in range(1, SIZES + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, LOG.nodes)
            leaf = leaf_hash(ENTRIES[index])
            assert verify_inclusion(leaf, index=index, size=size, proof=proof, root=ROOTS[size]) == ROOTS[size]


def test_every_growth_is_proved():
    for new in range(1, SIZES + 1):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, LOG.nodes)
            assert verify_consistency(old_size=old, old_root=ROOTS[old], new_size=new, new_root=ROOTS[new], proof=proof) == ROOTS[new]


def test_a_growth_from_nothing_needs_no_proof_and_proves_nothing():
    assert consistency_proof(0, 9, LOG.nodes) == ()
    with pytest.raises(ProofError):
        verify_consistency(old_size=0, old_root=EMPTY_ROOT, new_size=9, new_root=ROOTS[9], proof=())


def test_a_proof_with_swapped_roots_is_rejected():
    for old, new in pairwise(range(3, SIZES, 5)):
        proof = consistency_proof(old, new, LOG.nodes)
        with pytest.raises(ProofError):
            verify_consistency(old_size=old, old_root=ROOTS[new], new_size=new, new_root=ROOTS[old], proof=proof)


@given(st.data())
def test_an_inclusion_proof_with_one_bit_changed_is_rejected(data):
    size = data.draw(st.integers(2, SIZES))
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(index, size, LOG.nodes))
    place = data.draw(st.integers(0, len(proof) - 1))
    proof[place] = _flip(proof[place], data.draw(st.integers(0, 255)))
    with pytest.raises(ProofError):
        verify_inclusion(leaf_hash(ENTRIES[index]), index=index, size=size, proof=proof, root=ROOTS[size])


@given(st.data())
def test_an_inclusion_proof_for_another_place_or_of_another_length_is_rejected(data):
    size = data.draw(st.integers(2, SIZES))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, LOG.nodes)
    other = data.draw(st.integers(0, size - 1).filter(lambda place: place != index))
    leaf, root = leaf_hash(ENTRIES[index]), ROOTS[size]
    for wrong in ({"index": other}, {"proof": proof[:-1]}, {"proof": (*proof, root)}, {"index": -1}, {"index": size}):
        with pytest.raises(ProofError):
            verify_inclusion(leaf, **{"index": index, "size": size, "proof": proof, "root": root} | wrong)


@given(st.data())
def test_a_consistency_proof_with_one_bit_changed_is_rejected(data):
    new = data.draw(st.integers(2, SIZES))
    old = data.draw(st.integers(1, new - 1))
    proof = list(consistency_proof(old, new, LOG.nodes))
    place = data.draw(st.integers(0, len(proof) - 1))
    proof[place] = _flip(proof[place], data.draw(st.integers(0, 255)))
    with pytest.raises(ProofError):
        verify_consistency(old_size=old, old_root=ROOTS[old], new_size=new, new_root=ROOTS[new], proof=proof)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_saved_frontier_or_our_error(data):
    try:
        frontier = read_frontier(data)
    except FormError:
        return
    assert frontier.to_bytes() == data


def test_a_frontier_with_a_hash_too_many_is_refused():
    with pytest.raises(FormError):
        Frontier(size=4, hashes=(bytes(32), bytes(32)))


def test_the_root_of_any_earlier_size_comes_from_complete_subtrees_alone():
    assert [root_at(size, LOG.nodes) for size in range(SIZES + 1)] == ROOTS


def test_another_implementation_finds_the_same_roots_and_proofs():
    pymerkle = pytest.importorskip("pymerkle")
    tree = pymerkle.InmemoryTree.init_from_entries(ENTRIES, algorithm="sha256")
    assert [tree.get_root(size) for size in range(1, SIZES + 1)] == ROOTS[1:]
    for index in (0, 1, 31, 63, 69):
        proof = inclusion_proof(index, SIZES, LOG.nodes)
        theirs = tree.prove_inclusion(index + 1, SIZES).serialize()["path"]
        assert {item.hex() for item in proof} <= set(theirs) | {leaf_hash(ENTRIES[index]).hex()}


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _proofs(size: int) -> list[tuple[bytes, int, tuple[bytes, ...]]]:
    return [(leaf_hash(ENTRIES[index]), index, inclusion_proof(index, size, LOG.nodes)) for index in range(size)]


def _alone(size: int, leaf: bytes, index: int, proof: tuple[bytes, ...]) -> str:
    """What the one-by-one verifier says: nothing, or why it refuses."""
    try:
        verify_inclusion(leaf, index=index, size=size, proof=proof, root=ROOTS[size])
    except ProofError as error:
        return str(error)
    return ""


def _beside(verifier: InclusionVerifier, leaf: bytes, index: int, proof: tuple[bytes, ...]) -> str:
    try:
        verifier.verify(leaf, index=index, proof=proof)
    except ProofError as error:
        return str(error)
    return ""


def test_proofs_that_are_made_together_are_those_made_one_by_one():
    for size in range(1, SIZES + 1):
        for places in (range(size), range(size - 1, -1, -1), range(0, size, 7)):
            prover = Prover(size=size, nodes=LOG.nodes)
            for index in (*places, 0):
                assert prover.prove(index) == Prover(size=size, nodes=LOG.nodes).prove(index)


def test_a_prover_asks_for_no_hash_twice_of_what_lies_off_the_right_edge():
    asked: Counter[tuple[int, int]] = Counter()

    def nodes(level: int, index: int) -> bytes:
        asked[level, index] += 1
        return LOG.nodes(level, index)

    prover = Prover(size=64, nodes=nodes)
    for index in range(32):
        prover.prove(index)
    assert set(asked.values()) == {1}
    assert len(asked) == 63  # 62 within the left half, and the right half itself


def test_the_proofs_of_all_leaves_verify_together_and_what_they_share_is_hashed_once(monkeypatch):
    for size in range(1, SIZES + 1):
        verifier = InclusionVerifier(size=size, root=ROOTS[size])
        for leaf, index, proof in _proofs(size):
            assert verifier.verify(leaf, index=index, proof=proof) == ROOTS[size]
    verifier, proofs, hashed = InclusionVerifier(size=64, root=ROOTS[64]), _proofs(64), []
    verifier.verify(proofs[0][0], index=0, proof=proofs[0][2])

    def counted(data: bytes) -> Any:
        hashed.append(data)
        return hashlib.sha256(data)

    monkeypatch.setattr("rogatory.ledger.tree.hashlib", SimpleNamespace(sha256=counted))
    for leaf, index, proof in proofs[1:32]:
        verifier.verify(leaf, index=index, proof=proof)
    assert len(hashed) == len(set(hashed)) == 31 - 5  # of the 31 nodes of the left half the first proof has hashed 5


@given(st.data())
def test_proofs_verified_together_get_the_verdict_that_each_gets_alone(data):
    """Whatever was changed in them, in whatever order they come, however many were refused before."""
    size = data.draw(st.integers(1, SIZES))
    proofs = _proofs(size)
    verifier = InclusionVerifier(size=size, root=ROOTS[size])
    for one in proofs[:: data.draw(st.sampled_from([1, 3, SIZES]))]:
        assert _beside(verifier, *one) == ""
    for _ in range(data.draw(st.integers(1, 12))):
        one = data.draw(st.sampled_from(proofs).flatmap(lambda one: _mutated(one, size)))
        assert _beside(verifier, *one) == _alone(size, *one)
    for one in proofs:
        assert _beside(verifier, *one) == ""


def _mutated(one: tuple[bytes, int, tuple[bytes, ...]], size: int) -> st.SearchStrategy[tuple[bytes, int, tuple[bytes, ...]]]:
    """A proof as it is, or with something in it changed, cut, swapped, doubled or taken from elsewhere."""
    leaf, index, proof = one
    pieces = st.sampled_from([*proof, leaf, ROOTS[size], b"", leaf[:31], leaf + b"\x00"])
    places = st.integers(0, max(0, len(proof) - 1))
    ways = [st.just(one), pieces.map(lambda piece: (piece, index, proof)), st.integers(-2, size + 2).map(lambda at: (leaf, at, proof))]
    ways += [places.map(lambda at: (leaf, index, proof[:at])), pieces.map(lambda piece: (leaf, index, (*proof, piece)))]
    if proof:
        ways += [
            st.builds(lambda at, piece: (leaf, index, (*proof[:at], piece, *proof[at + 1 :])), places, pieces),
            st.builds(lambda at, bit: (leaf, index, (*proof[:at], _flip(proof[at], bit), *proof[at + 1 :])), places, st.integers(0, 255)),
            st.builds(lambda at: (leaf, index, (*proof[:at], *proof[at:][::-1])), places),
            st.just((proof[0], index, (leaf, *proof[1:]))),
            st.just((proof[0], index ^ 1, (leaf, *proof[1:]))),
            st.just((leaf + proof[0][:1], index, (proof[0][1:], *proof[1:]))),  # the same bytes, cut elsewhere
        ]
    return st.one_of(ways)

import hmac
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.errors import FormError, ProofError
from rogatory.ledger import build_step, leaf_hash, node_hash, read_path, verify_path
from rogatory.ledger.step import DEPTH, PATH_BYTES, PLACES
from tests.ledger.ledger_worlds import act_hash, seed

ACTS = [act_hash(number) for number in range(300)]


def test_every_act_of_a_step_is_proved_by_its_path():
    step = build_step(seed(1), ACTS)
    for act in ACTS:
        path = step.path(act)
        assert path.position == step.places[act]
        assert verify_path(act, path, root=step.root) == step.root


def test_each_act_has_a_place_of_its_own():
    places = build_step(seed(2), [act_hash(number) for number in range(3000)]).places
    assert len(set(places.values())) == 3000
    assert all(0 <= place < PLACES for place in places.values())


def test_an_act_that_meets_a_taken_place_is_placed_by_its_next_attempt():
    # 3,000 acts in 2^20 places: about four of them meet another one
    def first_choice(act: str) -> int:
        message = b"rogatory/step/v1/place" + bytes.fromhex(act) + bytes(4)
        return int.from_bytes(hmac.digest(seed(2), message, "sha256")[:3], "big") >> 4

    places = build_step(seed(2), [act_hash(number) for number in range(3000)]).places
    moved = [act for act, place in places.items() if place != first_choice(act)]
    assert 0 < len(moved) < 20
    assert all(first_choice(act) in places.values() for act in moved)


def test_the_order_in_which_acts_are_given_does_not_matter():
    assert build_step(seed(3), ACTS).root == build_step(seed(3), reversed(ACTS)).root


def test_a_step_is_what_a_reader_with_nothing_but_the_text_would_compute():
    # given the whole tree by hand: one act, every empty subtree by HMAC
    act, key = ACTS[0], seed(4)
    step = build_step(key, [act])
    position, value = step.places[act], leaf_hash(bytes.fromhex(act))
    for level in range(DEPTH):
        place = position >> level ^ 1
        message = b"rogatory/step/v1/empty" + bytes([level]) + place.to_bytes(4, "big")
        filler = hmac.digest(key, message, "sha256")
        value = node_hash(value, filler) if place & 1 else node_hash(filler, value)
    assert step.root == value


def test_an_empty_step_costs_one_value_and_looks_like_any_other():
    message = b"rogatory/step/v1/empty" + bytes([DEPTH]) + bytes(4)
    assert build_step(seed(5), []).root == hmac.digest(seed(5), message, "sha256")


def test_the_same_acts_under_another_seed_are_another_step():
    assert build_step(seed(6), ACTS).root != build_step(seed(7), ACTS).root


def test_a_path_does_not_prove_another_act():
    step = build_step(seed(1), ACTS)
    with pytest.raises(ProofError):
        verify_path(ACTS[1], step.path(ACTS[0]), root=step.root)


def test_an_act_that_the_step_did_not_take_has_no_path():
    with pytest.raises(ProofError):
        build_step(seed(1), ACTS).path(act_hash(999))


@settings(max_examples=300)
@given(st.integers(0, PATH_BYTES - 1), st.integers(1, 255))
def test_a_path_with_one_byte_changed_is_refused(place, change):
    step = build_step(seed(1), ACTS[:5])
    data = bytearray(step.path(ACTS[0]).to_bytes())
    data[place] ^= change
    with pytest.raises((FormError, ProofError)):
        verify_path(ACTS[0], read_path(bytes(data)), root=step.root)


@given(st.binary(min_size=PATH_BYTES - 1, max_size=PATH_BYTES + 1))
def test_any_bytes_are_a_path_or_our_error(data):
    try:
        path = read_path(data)
    except FormError:
        return
    assert path.to_bytes() == data


@pytest.mark.parametrize("wrong", ["", "aa", "AA" * 32, "zz" * 32, "aa" * 33, "\u0663" * 64])
def test_what_is_no_hash_of_an_act_is_refused(wrong):
    with pytest.raises(FormError):
        build_step(seed(1), [wrong])


def test_an_act_cannot_stand_twice_in_a_step():
    with pytest.raises(FormError):
        build_step(seed(1), [ACTS[0], ACTS[0]])


def test_ten_thousand_acts_fit_in_half_a_second():
    acts = [act_hash(number) for number in range(10_000)]
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        build_step(seed(8), acts)
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.5

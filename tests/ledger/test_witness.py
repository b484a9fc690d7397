import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.errors import FormError
from rogatory.ledger import (
    EMPTY_ROOT,
    NOTHING,
    Accepted,
    AddCheckpoint,
    Checkpoint,
    Refused,
    Remembered,
    check_add_checkpoint,
    consistency_proof,
    read_add_checkpoint,
    read_signature,
    sign_checkpoint,
    verify_cosignatures,
)
from rogatory.ledger.checkpoint import SignedCheckpoint
from rogatory.ledger.note import sign_note
from tests.ledger.ledger_worlds import LOG_KEY, LOG_VKEY, ORIGIN, Log, key, log_of, step_root, witness_vkey

LOG = log_of(20)
HEADS = {size: log_of(size).signed() for size in range(21)}
LOGS = {ORIGIN: (LOG_VKEY,)}


def known(size):
    return {ORIGIN: Remembered(size=size, root=HEADS[size].checkpoint.root)}


def request(old, new, *, head=None, proof=None):
    proof = consistency_proof(old, new, LOG.nodes) if proof is None else proof
    return AddCheckpoint(old_size=old, proof=proof, checkpoint=head or HEADS[new]).text


def ask(text, remembered, logs=LOGS):
    return check_add_checkpoint(text, logs=logs, remembered=remembered)


def other_log(size):
    return Log().grow(*(step_root(number + 1) for number in range(size)))


def test_every_honest_growth_is_accepted_and_remembered():
    for old in range(21):
        for new in range(old, 21):
            answer = ask(request(old, new), known(old))
            assert isinstance(answer, Accepted)
            assert answer.remember == known(new)[ORIGIN]


def test_the_answer_is_a_cosignature_that_verifies_on_the_checkpoint():
    answer = ask(request(5, 20), known(5))
    line = answer.answer(key=key("w.example"), name="w.example", timestamp=1_800_000_000)
    assert line.endswith("\n")
    cosigned = HEADS[20].add(read_signature(line[:-1]))
    assert verify_cosignatures(cosigned, witness_vkey("w.example")).timestamp == 1_800_000_000


def test_a_log_that_is_new_to_the_witness_is_taken_as_it_is():
    assert isinstance(ask(request(0, 7), {}), Accepted)
    assert Remembered(size=0, root=EMPTY_ROOT) == NOTHING


def test_a_body_that_is_not_in_its_form_is_400():
    good = request(5, 20)
    for wrong in ("", good[:-1], good.replace("old 5", "old 05"), good.replace("old ", "new "), good.replace("\n\n", "\n", 1)):
        assert ask(wrong, known(5)).status == 400


def test_more_than_63_lines_of_proof_are_400():
    assert ask(request(5, 20, proof=(bytes(32),) * 64), known(5)).status == 400


def test_an_unknown_log_is_404():
    assert ask(request(5, 20), known(5), logs={}).status == 404


def test_a_checkpoint_that_no_key_of_the_log_has_signed_is_403():
    stranger = sign_checkpoint(HEADS[20].checkpoint, key=key("mallory"))
    false = SignedCheckpoint(checkpoint=HEADS[20].checkpoint, note=sign_note(HEADS[20].checkpoint.body, key=LOG_KEY, name=ORIGIN))
    forged = false.text.replace(false.note.signatures[0].line, HEADS[19].note.signatures[0].line)
    assert ask(request(5, 20, head=stranger), known(5)).status == 403
    assert ask("old 5\n\n" + forged, known(5)).status == 403
    assert ask(request(5, 20), known(5), logs={ORIGIN: ()}).status == 403


def test_an_old_size_above_the_new_one_is_400():
    assert ask(request(20, 5, proof=()), known(20)).status == 400


def test_another_old_size_than_the_remembered_one_is_409_and_the_answer_says_which():
    answer = ask(request(5, 20), known(7))
    assert (answer.status, answer.body) == (409, "7\n")
    assert ask(request(5, 20), {}).body == "0\n"


@pytest.mark.parametrize("wrong", ["empty", "cut", "long", "swapped", "altered"])
def test_a_proof_that_does_not_hold_is_422(wrong):
    proof = consistency_proof(5, 20, LOG.nodes)
    proofs = {
        "empty": (),
        "cut": proof[:-1],
        "long": (*proof, bytes(32)),
        "swapped": proof[::-1],
        "altered": (bytes(32), *proof[1:]),
    }
    assert ask(request(5, 20, proof=proofs[wrong]), known(5)).status == 422


def test_a_proof_where_nothing_is_remembered_is_422():
    assert ask(request(0, 20, proof=(bytes(32),)), {}).status == 422


def test_an_empty_log_with_another_root_than_that_of_nothing_is_422():
    body = Checkpoint(origin=ORIGIN, size=0, root=bytes(32)).body
    head = SignedCheckpoint(checkpoint=Checkpoint(origin=ORIGIN, size=0, root=bytes(32)), note=sign_note(body, key=LOG_KEY, name=ORIGIN))
    assert ask(request(0, 0, head=head), {}).status == 422
    assert isinstance(ask(request(0, 0), {}), Accepted)


def test_t7_a_rewritten_history_is_never_cosigned():
    forged = other_log(20)
    for old in range(1, 20):
        answer = ask(request(old, 20, head=forged.signed(), proof=consistency_proof(old, 20, forged.nodes)), known(old))
        assert isinstance(answer, Refused)
        assert (answer.status, answer.equivocation) == (422, False)


def test_t7_two_roots_of_one_size_are_refused_and_kept_as_proof():
    answer = ask(request(20, 20, head=other_log(20).signed(), proof=()), known(20))
    assert (answer.status, answer.equivocation) == (422, True)
    assert ask(request(3, 20, head=other_log(20).signed(), proof=()), known(20)).equivocation


def test_a_rollback_is_never_cosigned():
    assert ask(request(5, 10), known(20)).status == 409
    assert ask(request(10, 10, proof=()), known(20)).status == 409


def test_two_racing_requests_cannot_both_be_accepted():
    remembered = known(5)
    first = ask(request(5, 20), remembered)
    remembered[ORIGIN] = first.remember
    assert ask(request(5, 10), remembered).status == 409


@settings(max_examples=300)
@given(st.data())
def test_a_request_with_one_byte_changed_is_never_accepted_for_another_checkpoint(data):
    body = bytearray(request(5, 20).encode())
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    assert isinstance(ask(text, known(5)), Refused)


@given(st.text(max_size=80))
def test_any_text_is_a_request_or_our_error(text):
    try:
        assert read_add_checkpoint(text).text == text
    except FormError:
        return

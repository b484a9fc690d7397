"""A witness that nobody here wrote (`aics-witness`, on PyPI) cosigns this log as it grows, and judges every request as ours does."""

import threading
from tempfile import TemporaryDirectory

import httpx
import pytest
from aics_witness import LogConfig, Witness, WitnessError, WitnessStore, make_server
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.ledger import AddCheckpoint, check_add_checkpoint, consistency_proof, read_signature, read_vkey, sign_checkpoint
from rogatory.ledger import verify_cosignatures as verify
from tests.ledger.ledger_worlds import LOG_KEY, LOG_VKEY, ORIGIN, Log, key, log_of, step_root

NAME, SIZE = "outside.example/witness", 20
LOG, OTHER = log_of(SIZE), Log().grow(*(step_root(number + 1) for number in range(SIZE)))
HEADS = [log_of(size).signed() for size in range(SIZE + 1)]
FORKED = [Log().grow(*(step_root(number + 1) for number in range(size))).signed() for size in range(SIZE + 1)]
CONFIG = LogConfig.from_strings(ORIGIN, [LOG_VKEY.text])


def outside(folder):
    return Witness(NAME, key("outside"), WitnessStore(f"{folder}/witness.sqlite3", create=True), [CONFIG], clock=lambda: 1_800_000_000)


def request(old, new, *, forked=False, stranger=False, spoil=""):
    """A request as a node makes it, or one that is wrong in some way."""
    log, heads = (OTHER, FORKED) if forked else (LOG, HEADS)
    proof = consistency_proof(old, new, log.nodes) if 0 < old < new else ()
    head = sign_checkpoint(heads[new].checkpoint, key=key("mallory") if stranger else LOG_KEY)
    match spoil:
        case "cut":
            proof = proof[:-1]
        case "long":
            proof = (*proof, bytes(32))
        case "altered":
            proof = tuple(bytes(32) for _ in proof)
    text = AddCheckpoint(old_size=old, proof=proof, checkpoint=head).text
    return {"origin": text.replace(ORIGIN, "other.example/log"), "form": text.replace("old ", "old 0"), "end": text[:-1]}.get(spoil, text)


@pytest.fixture
def served(tmp_path):
    server = make_server(outside(tmp_path), "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/add-checkpoint"
    server.shutdown()
    server.server_close()


def test_an_outside_witness_cosigns_the_log_as_it_grows(served):
    known = read_vkey(outside_key())
    for old, new in ((0, 1), (1, 7), (7, 8), (8, 20), (20, 20)):
        answer = httpx.post(served, content=request(old, new))
        assert (answer.status_code, answer.text.count("\n")) == (200, 1)
        assert verify(HEADS[new].add(read_signature(answer.text[:-1])), known).timestamp == 1_800_000_000


def outside_key():
    with TemporaryDirectory() as folder:
        return outside(folder).vkey_text


def test_an_outside_witness_tells_what_it_knows_and_refuses_a_second_log(served):
    assert httpx.post(served, content=request(0, 7)).status_code == 200
    behind = httpx.post(served, content=request(5, 20))
    assert (behind.status_code, behind.text) == (409, "7\n")
    assert httpx.post(served, content=request(7, 20, forked=True)).status_code == 422
    assert httpx.post(served, content=request(7, 20, stranger=True)).status_code == 403


MOVES = st.tuples(
    st.one_of(st.just(-1), st.integers(0, SIZE)),
    st.integers(1, SIZE),
    st.booleans(),
    st.sampled_from([False, False, False, True]),
    st.sampled_from(["", "", "", "", "cut", "long", "altered", "origin", "form", "end"]),
)


@settings(deadline=None)
@given(moves=st.lists(MOVES, min_size=1, max_size=12))
def test_an_outside_witness_and_ours_give_every_request_the_same_status(moves):
    remembered = {}
    with TemporaryDirectory() as folder:
        theirs = outside(folder)
        for old, new, forked, stranger, spoil in moves:
            known = remembered[ORIGIN].size if ORIGIN in remembered else 0
            text = request(known if old < 0 else old, new, forked=forked, stranger=stranger, spoil=spoil)
            ours = check_add_checkpoint(text, logs={ORIGIN: (LOG_VKEY,)}, remembered=remembered)
            assert ours.status == status(theirs, text), (text, known)
            if ours.status == 200:
                remembered[ORIGIN] = ours.remember
        theirs.store.close()


def status(witness, text):
    try:
        witness.add_checkpoint(text.encode())
    except WitnessError as refused:
        return refused.status
    return 200

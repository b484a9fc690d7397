import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.errors import FormError, ProofError
from rogatory.ledger import build_step, make_receipt, read_path, read_receipt
from rogatory.ledger.step import PATH_BYTES
from tests.ledger.ledger_worlds import WITNESSES, act_hash, log_of, seed

STEP = build_step(seed(4), [act_hash(1), act_hash(2)])
LOG = log_of(4).grow(STEP.root)
RECEIPT = make_receipt(path=STEP.path(act_hash(1)), index=4, nodes=LOG.nodes, checkpoint=LOG.signed(*WITNESSES))
TEXT = RECEIPT.text


def test_a_receipt_is_the_text_form_of_the_specification():
    first, extra, index, *rest = TEXT.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    assert index == "index 4"
    data = base64.b64decode(extra.removeprefix("extra "))
    assert len(data) == PATH_BYTES == 645
    assert read_path(data) == STEP.path(act_hash(1))
    empty = rest.index("")
    assert empty == len(RECEIPT.proof) == 1
    assert "\n".join(rest[empty + 1 :]) == LOG.signed(*WITNESSES).text


def test_a_receipt_reads_back_as_itself():
    assert read_receipt(TEXT) == RECEIPT
    assert read_receipt(TEXT).text == TEXT


def test_h12_a_receipt_does_not_say_for_which_act_it_is():
    digest = bytes.fromhex(act_hash(1))
    assert act_hash(1) not in TEXT
    assert base64.b64encode(digest).decode() not in TEXT
    assert digest not in RECEIPT.path.to_bytes()


def test_h5_a_receipt_of_a_lonely_act_looks_like_one_of_a_crowd():
    lonely = build_step(seed(5), [act_hash(1)]).path(act_hash(1)).to_bytes()
    crowded = build_step(seed(5), [act_hash(number) for number in range(500)]).path(act_hash(1)).to_bytes()
    assert len(lonely) == len(crowded)
    assert len({lonely[start : start + 32] for start in range(5, PATH_BYTES, 32)}) == 20


def test_a_receipt_of_a_log_with_one_entry_has_no_proof_lines():
    log = log_of(0).grow(STEP.root)
    receipt = make_receipt(path=STEP.path(act_hash(2)), index=0, nodes=log.nodes, checkpoint=log.signed())
    assert read_receipt(receipt.text) == receipt
    assert receipt.proof == ()


def test_no_receipt_is_made_under_a_checkpoint_that_is_too_small():
    with pytest.raises(ProofError):
        make_receipt(path=STEP.path(act_hash(1)), index=4, nodes=LOG.nodes, checkpoint=log_of(4).signed())


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("index 4", "index 04"),
        TEXT.replace("index 4", "index +4"),
        TEXT.replace("index 4", "index  4"),
        TEXT.replace("index 4", "index 9223372036854775808"),
        TEXT.replace("extra ", "extra  "),
        TEXT.replace("extra ", "Extra "),
        "\n".join(line for line in TEXT.split("\n") if not line.startswith("extra")),
        TEXT.replace("\n\n", "\n\n\n", 1),
        TEXT.replace("\n", "\r\n"),
        TEXT.rstrip("\n"),
        TEXT + "\n",
        TEXT.replace("\n\n", "\n" + "A" * 43 + "=\n" * 1 + ("A" * 43 + "=\n") * 63 + "\n", 1),
        TEXT.replace("\n\n", "\nAAAA\n\n", 1),
    ],
)
def test_a_receipt_that_is_not_in_its_one_form_is_refused(text):
    with pytest.raises(FormError):
        read_receipt(text)


@given(st.integers(0, len(TEXT)), st.text(max_size=3), st.integers(0, 5))
def test_any_change_to_a_receipt_reads_back_as_that_text_or_is_our_error(place, put, drop):
    text = TEXT[:place] + put + TEXT[place + drop :]
    try:
        assert read_receipt(text).text == text
    except FormError:
        return

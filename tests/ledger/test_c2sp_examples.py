"""The examples in the C2SP specifications, as their text gives them (C2SP/C2SP at 5ba5ee8, 2026-07-22).

signed-note and its key are in `test_note.py`. Where an example is signed by a key that the specification does not publish, it is
read and written again byte for byte, and what can be computed from it is.
"""

import pytest

from rogatory.errors import FormError
from rogatory.ledger import (
    Address,
    Checkpoint,
    read_add_checkpoint,
    read_address,
    read_checkpoint,
    read_note,
    read_receipt,
    read_signature,
    tiles_of,
)
from rogatory.ledger.checkpoint import _cosigned
from tests.ledger.ledger_worlds import log_of

# signed-note, introduction: an empty line inside the text
POEM = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
# tlog-checkpoint, introduction
SOFA = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""
LINE = "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
SECOND = "— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q="
# tlog-cosignature, introduction
COSIGNED = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
)
# tlog-witness, add-checkpoint
OLD = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=
"""


def test_a_note_may_hold_an_empty_line():
    note = read_note(POEM)
    assert note.text == POEM
    assert note.body.endswith("raggio di sole:\n\ned è subito sera.\n")
    assert note.signatures[0].key_id.hex() == "367ba04b"


def test_the_example_checkpoint_is_read_and_written_again():
    signed = read_checkpoint(f"{SOFA}\n{LINE}\n")
    assert signed.text == f"{SOFA}\n{LINE}\n"
    assert (signed.checkpoint.origin, signed.checkpoint.size) == ("example.com/behind-the-sofa", 20852163)


def test_the_example_cosignature_states_the_time_that_its_message_signs():
    line = read_signature(COSIGNED)
    timestamp = int.from_bytes(line.data[:8], "big")
    assert (line.name, line.key_id.hex(), len(line.data), timestamp) == ("witness.example.com/w1", "8d66cf3f", 72, 1679315147)
    message = _cosigned(read_checkpoint(f"{SOFA}\n{LINE}\n").checkpoint, timestamp)
    assert message.decode() == f"cosignature/v1\ntime 1679315147\n{SOFA}"


def test_the_example_request_to_a_witness_is_read_and_written_again():
    text = f"{OLD}\n{SOFA}\n{LINE}\n{SECOND}\n"
    request = read_add_checkpoint(text)
    assert request.text == text
    assert (request.old_size, len(request.proof), len(request.checkpoint.note.signatures)) == (20852014, 4, 2)


def test_the_example_tree_has_the_tiles_that_the_text_counts():
    tiles = list(tiles_of(70_000))
    counted = {(one.level, one.width) for one in tiles}
    assert [sum((one.level, one.width) == (level, 256) for one in tiles) for level in (0, 1)] == [273, 1]
    assert counted == {(0, 256), (0, 112), (1, 256), (1, 17), (2, 1)}
    assert [(one.level, one.width) for one in tiles_of(256)] == [(0, 256), (1, 1)]
    assert read_address("tile/0/x001/x234/067") == Address(level=0, index=1234067, width=256)


def test_a_proof_is_laid_out_as_the_example_is():
    """The example's signatures are abbreviated in the specification, so ours takes their place."""
    proof = ["gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=", "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA="]
    log = log_of(7)
    path = "AQAAAAA" + "A" * 853
    text = "\n".join(["c2sp.org/tlog-proof@v1", f"extra {path}", "index 73894", *proof, "", log.signed().text])
    assert read_receipt(text).text == text
    for wrong in (text.replace("index 73894", "index 073894"), text.replace("@v1", "@v2"), text.replace("\n\n", "\n", 1)):
        with pytest.raises(FormError):
            read_receipt(wrong)


def test_an_origin_is_not_empty_and_a_size_has_no_leading_zero():
    body = Checkpoint(origin="x.example", size=0, root=log_of(0).frontier.root).body
    for wrong in (body.replace("x.example", ""), body.replace("\n0\n", "\n00\n"), body + "\n"):
        with pytest.raises(FormError):
            read_checkpoint(f"{wrong}\n{LINE}\n")

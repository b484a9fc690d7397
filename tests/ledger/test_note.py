import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.errors import FormError, ProofError
from rogatory.ledger import (
    Checkpoint,
    KeyUse,
    Note,
    Signature,
    VerifierKey,
    cosign,
    read_checkpoint,
    read_note,
    read_signature,
    read_vkey,
    sign_checkpoint,
    verify_checkpoint,
    verify_cosignatures,
    vkey_of,
)
from rogatory.ledger.note import sign_note, verify_note
from tests.ledger.ledger_worlds import LOG_KEY, LOG_VKEY, WITNESSES, key, log_of, witness_vkey

# the example of C2SP signed-note
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""

# a checkpoint of a log that has been in production for years: Go's checksum database
SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB = """go.sum database tree
63096908
8lHrQPRYe4KT4WQ9/Qk8/taKnD6IRHbFgfN7vQE2Y54=

— sum.golang.org Az3gri/oVBN1jAhNZ/iS+W31psFAWRT20/GyrhpU6taFwulQGetBkH5S7wpGXdS935jiIGiUUAXBVHzT/P6fYhqAmAk=
"""

HEAD = log_of(7).signed(*WITNESSES)


def test_the_example_of_the_specification_verifies():
    assert verify_note(read_note(EXAMPLE), read_vkey(EXAMPLE_KEY)) == "This is an example message.\n"


def test_a_checkpoint_of_a_log_in_production_verifies():
    signed = read_checkpoint(SUMDB)
    assert verify_note(signed.note, read_vkey(SUMDB_KEY)) == signed.checkpoint.body
    assert signed.checkpoint.size == 63096908


@settings(max_examples=300)
@given(st.integers(0, len(SUMDB.encode()) - 1), st.integers(1, 255))
def test_that_checkpoint_with_one_byte_changed_is_refused(place, change):
    data = bytearray(SUMDB.encode())
    data[place] ^= change
    with pytest.raises((FormError, ProofError, UnicodeDecodeError)):
        verify_note(read_checkpoint(data.decode()).note, read_vkey(SUMDB_KEY))


def test_a_key_that_signs_under_another_name_than_the_origin_does_not_verify_a_checkpoint():
    with pytest.raises(ProofError, match="is of another log"):
        verify_checkpoint(read_checkpoint(SUMDB), read_vkey(SUMDB_KEY))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        EXAMPLE.rstrip("\n"),
        EXAMPLE.replace("— ", "- "),
        EXAMPLE.replace("— ", "—"),
        EXAMPLE.replace("\n\n", "\n\n\n\n— a a\n", 1),
        EXAMPLE.replace("foo Uw", "foo  Uw"),
        EXAMPLE.replace("aQM=", "aQM"),
        EXAMPLE.replace("aQM=", "aQN="),
        EXAMPLE.replace("foo ", "f+oo "),
        EXAMPLE.replace("\n", "\r\n"),
        EXAMPLE.replace("message", "mess\tage"),
        EXAMPLE + "\n",
        EXAMPLE + " ",
        EXAMPLE + "— witness.example AAAA\n",
        "x" * 300_000 + "\n\n" + EXAMPLE.partition("\n\n")[2],
        EXAMPLE.partition("\n\n")[0] + "\n\n" + EXAMPLE.partition("\n\n")[2] * 65,
        "\ud800\n\n" + EXAMPLE.partition("\n\n")[2],
    ],
)
def test_a_note_that_is_not_in_its_one_form_is_refused(text):
    with pytest.raises(FormError):
        read_note(text)


def test_a_note_may_hold_empty_lines_and_sixteen_strangers():
    note = sign_note("a\n\nb\n", key=LOG_KEY, name="log.example")
    strangers = tuple(Signature(name=f"w{number}", key_id=bytes(4), data=b"x" * 5000) for number in range(16))
    crowded = Note(body=note.body, signatures=(*strangers, *note.signatures))
    assert verify_note(read_note(crowded.text), vkey_of(LOG_KEY, name="log.example")) == "a\n\nb\n"


def test_a_second_line_of_a_known_key_must_verify_too():
    note = sign_note("a\n", key=LOG_KEY, name="log.example")
    false = Signature(name="log.example", key_id=note.signatures[0].key_id, data=bytes(64))
    with pytest.raises(ProofError):
        verify_note(Note(body="a\n", signatures=(*note.signatures, false)), vkey_of(LOG_KEY, name="log.example"))


def test_a_key_with_the_same_name_or_the_same_id_but_not_both_is_a_stranger():
    note = sign_note("a\n", key=LOG_KEY, name="log.example")
    for stranger in (vkey_of(key("other"), name="log.example"), vkey_of(LOG_KEY, name="other.example")):
        with pytest.raises(ProofError, match="has not signed it"):
            verify_note(note, stranger)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY.replace("foo", "fo o"),
        EXAMPLE_KEY + "=",
        EXAMPLE_KEY + "\n",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+",
        "example.com/foo+530d903a+BQ==",
        "example.com/foo+530d903a+AQ==",
    ],
)
def test_what_is_no_verifier_key_is_refused(text):
    with pytest.raises(FormError):
        read_vkey(text)


def test_the_two_uses_of_one_key_have_two_ids():
    log, witness = (vkey_of(LOG_KEY, name="a.example", use=use) for use in KeyUse)
    assert log.key_id != witness.key_id
    assert [read_vkey(one.text) for one in (log, witness)] == [log, witness]


@given(st.text(max_size=120))
def test_any_text_is_a_key_a_signature_line_a_note_and_a_checkpoint_or_our_error(text):
    for reader in (read_vkey, read_note, read_checkpoint):
        try:
            assert reader(text).text == text
        except FormError:
            continue
    try:
        assert read_signature(text).line == text
    except FormError:
        return


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.binary(max_size=40))
def test_any_name_makes_a_key_that_reads_back_or_our_error(name, public):
    try:
        made = VerifierKey(name=name, use=KeyUse.NOTE, public=public)
    except FormError:
        return
    assert read_vkey(made.text) == made


@pytest.mark.parametrize(
    "body",
    [
        "",
        "origin\n",
        "origin\n7\n",
        f"origin\n07\n{'A' * 43}=\n",
        f"origin\n+7\n{'A' * 43}=\n",
        f"origin\n7_0\n{'A' * 43}=\n",
        f"origin\n-1\n{'A' * 43}=\n",
        f"origin\n\u0667\n{'A' * 43}=\n",
        f"origin\n9223372036854775808\n{'A' * 43}=\n",
        f"origin\n7\n{'A' * 42}==\n",
        f"origin\n7\n{'A' * 43}\n",
        f"\n7\n{'A' * 43}=\n",
        f"origin\n7\n{'A' * 43}=\n\nextension\n",
        f"origin\n7\n{'A' * 43}=",
    ],
)
def test_a_checkpoint_that_is_not_in_its_one_form_is_refused(body):
    tail = "\n" + HEAD.text.partition("\n\n")[2]
    with pytest.raises(FormError):
        read_checkpoint(body + tail)


def test_extension_lines_are_kept_and_signed():
    checkpoint = Checkpoint(origin=LOG_VKEY.name, size=7, root=bytes(32), extensions=("one", "two"))
    signed = read_checkpoint(sign_checkpoint(checkpoint, key=LOG_KEY).text)
    assert verify_checkpoint(signed, LOG_VKEY).extensions == ("one", "two")


def test_an_empty_log_has_the_root_of_nothing():
    with pytest.raises(ProofError):
        sign_checkpoint(Checkpoint(origin="a.example", size=0, root=bytes(32)), key=LOG_KEY)


def test_a_witness_is_heard_once_with_its_latest_time():
    later = cosign(HEAD.checkpoint, key=key(WITNESSES[0]), name=WITNESSES[0], timestamp=1_900_000_000)
    found = verify_cosignatures(HEAD.add(later), witness_vkey(WITNESSES[0]))
    assert found is not None
    assert found.timestamp == 1_900_000_000


def test_adding_a_cosignature_twice_changes_nothing():
    again = cosign(HEAD.checkpoint, key=key(WITNESSES[0]), name=WITNESSES[0], timestamp=1_800_000_000)
    assert HEAD.add(again) == HEAD


def test_a_witness_who_has_not_signed_is_absent_and_one_whose_line_is_false_is_an_error():
    assert verify_cosignatures(HEAD, witness_vkey("nobody.example")) is None
    other = log_of(8).signed(WITNESSES[0]).note.signatures[-1]
    with pytest.raises(ProofError):
        verify_cosignatures(HEAD.add(other), witness_vkey(WITNESSES[0]))


@pytest.mark.parametrize("data", [bytes(71), bytes(72), bytes(73), b"\xff" * 72])
def test_a_cosignature_without_a_time_or_of_another_length_is_refused(data):
    witness = witness_vkey(WITNESSES[0])
    line = Signature(name=witness.name, key_id=witness.key_id, data=data)
    with pytest.raises(ProofError):
        verify_cosignatures(HEAD.add(line), witness)


@pytest.mark.parametrize("timestamp", [0, -1, 1 << 63])
def test_a_cosignature_states_a_time(timestamp):
    with pytest.raises(FormError):
        cosign(HEAD.checkpoint, key=key("w"), name="w", timestamp=timestamp)


def test_a_log_key_is_no_witness_and_a_witness_no_log():
    with pytest.raises(ProofError):
        verify_cosignatures(HEAD, LOG_VKEY)
    with pytest.raises(ProofError):
        verify_note(HEAD.note, witness_vkey(WITNESSES[0]))


@pytest.mark.parametrize(
    "public",
    [
        bytes([1]) + bytes(31),
        bytes([1]) + bytes(30) + b"\x80",
        bytes(32),
        bytes([0xEC]) + bytes([0xFF] * 30) + b"\x7f",
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
        bytes([0xEE]) + bytes([0xFF] * 30) + b"\x7f",
    ],
    ids=["neutral", "neutral, sign set", "order 4", "order 2", "order 8", "order 8, sign set", "not reduced"],
)
def test_t7_a_key_for_which_anybody_can_sign_or_in_a_second_form_is_no_key(public):
    with pytest.raises(FormError, match=r"small order|one form"):
        VerifierKey(name="log.example", use=KeyUse.NOTE, public=public)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.errors import ProofError
from rogatory.ledger import (
    Check,
    Receipt,
    Receipts,
    VerifierKey,
    build_step,
    consistency_proof,
    inspect_log,
    leaf_hash,
    make_receipt,
    read_receipt,
    sign_checkpoint,
    verify_growth,
    verify_log,
    verify_receipt,
    vkey_of,
)
from tests.ledger.ledger_worlds import LOG_VKEY, WITNESSES, Log, act_hash, key, log_of, seed, step_root, witness_vkey

LARGE = log_of(600)
FILES = LARGE.files(*WITNESSES)
CLEAN = verify_log(FILES.get, log_vkey=LOG_VKEY)

STEP = build_step(seed(77), [act_hash(number) for number in range(40)])
SMALL = log_of(77).grow(STEP.root, *(step_root(number) for number in range(78, 90)))
RECEIPT = make_receipt(path=STEP.path(act_hash(3)), index=77, nodes=SMALL.nodes, checkpoint=SMALL.signed(*WITNESSES))


def _findings(files):
    return inspect_log(files.get, log_vkey=LOG_VKEY).findings


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 65_536 // 64])
def test_a_log_of_any_size_verifies_from_its_files_alone(size):
    log = log_of(size)
    assert verify_log(log.files().get, log_vkey=LOG_VKEY).checkpoint.size == size


def test_a_log_of_three_levels_verifies():
    log = Log().grow(*[step_root(1)] * 65_537)
    verified = verify_log(log.files().get, log_vkey=LOG_VKEY)
    assert verified.checkpoint.root == log.frontier.root


@settings(max_examples=400)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_t7_every_byte_edit_is_found_and_the_file_is_named(path, data):
    place = data.draw(st.integers(0, len(FILES[path]) - 1))
    changed = bytearray(FILES[path])
    changed[place] ^= data.draw(st.integers(1, 255))
    known = [witness_vkey(name) for name in WITNESSES]
    report = inspect_log({**FILES, path: bytes(changed)}.get, log_vkey=LOG_VKEY, witnesses=known, quorum=3)
    assert report.findings
    assert all(found.file == path for found in report.findings)


def test_an_altered_entry_is_named_with_both_hashes():
    files = {**FILES, "tile/entries/001": _changed(FILES["tile/entries/001"], 34 * 7 + 2)}
    [found] = _findings(files)
    assert (found.check, found.file, found.index) == (Check.ENTRIES, "tile/entries/001", 263)
    assert found.expected == leaf_hash(LARGE.entries[263]).hex()
    assert found.sentence.startswith("step 7 (entries): tile/entries/001: entry 263 is altered. Expected ")


@pytest.mark.parametrize("path", ["tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"])
def test_an_altered_hash_of_a_tile_is_named_with_its_bytes(path):
    [found] = _findings({**FILES, path: _changed(FILES[path], 40)})
    assert (found.check, found.file) == (Check.TILES, path)
    assert "(bytes 32 to 63) is altered" in found.says


def test_two_edits_in_two_places_are_two_findings():
    files = {
        **FILES,
        "tile/entries/000": _changed(FILES["tile/entries/000"], 10),
        "tile/1/000.p/2": _changed(FILES["tile/1/000.p/2"], 0),
        "tile/entries/002.p/88": _changed(FILES["tile/entries/002.p/88"], 5),
    }
    assert [(found.check, found.file) for found in _findings(files)] == [
        (Check.TILES, "tile/1/000.p/2"),
        (Check.ENTRIES, "tile/entries/000"),
        (Check.ENTRIES, "tile/entries/002.p/88"),
    ]


def test_an_entry_changed_together_with_its_tile_is_found_by_the_tile_above():
    forged = log_of(600)
    forged.entries[5] = bytes(32)
    files = {**FILES, "tile/entries/000": forged.files()["tile/entries/000"]}
    tile = bytearray(files["tile/0/000"])
    tile[5 * 32 : 6 * 32] = leaf_hash(bytes(32))
    files["tile/0/000"] = bytes(tile)
    [found] = _findings(files)
    assert (found.check, found.file) == (Check.TILES, "tile/0/000")
    assert "entries 0 to 255" in found.says


def test_a_history_rewritten_throughout_does_not_lead_to_the_signed_root():
    other = Log().grow(*(step_root(number + 1) for number in range(600)))
    [found] = _findings({**other.files(), "checkpoint": FILES["checkpoint"]})
    assert (found.check, found.expected) == (Check.ROOT, LARGE.frontier.root.hex())
    assert found.found == other.frontier.root.hex()


def test_a_cut_tail_is_found():
    files = {**log_of(520).files(), "checkpoint": FILES["checkpoint"]}
    assert {found.file for found in _findings(files)} == {
        "tile/entries/002.p/88",
        "tile/0/002.p/88",
    } | {"checkpoint"}


@pytest.mark.parametrize("path", sorted(set(FILES) - {"checkpoint"}))
def test_a_missing_file_is_named(path):
    [found] = _findings({name: data for name, data in FILES.items() if name != path})
    assert (found.check, found.file) == (Check.FORM, path)
    assert found.says.startswith("is missing; it should hold")


def test_a_full_file_stands_for_the_partial_one_that_has_gone():
    files = log_of(768).files()
    files = {path: data for path, data in files.items() if path != "tile/1/000.p/3"}
    files |= {"checkpoint": FILES["checkpoint"], "tile/1/000.p/2": FILES["tile/1/000.p/2"]}
    assert verify_log(files.get, log_vkey=LOG_VKEY) == CLEAN


def test_an_entry_that_is_no_root_of_a_step_is_named():
    log = log_of(3).grow(b"something else").grow(step_root(9))
    [found] = inspect_log(log.files().get, log_vkey=LOG_VKEY).findings
    assert (found.check, found.index) == (Check.FORM, 3)


def test_a_log_may_begin_with_the_last_checkpoint_of_the_one_that_it_succeeds():
    log = Log().grow(LARGE.signed(*WITNESSES).text.encode()).grow(step_root(1))
    assert verify_log(log.files().get, log_vkey=LOG_VKEY).succeeds == LARGE.signed(*WITNESSES)


def test_a_receipt_proves_its_act_and_no_other():
    verified = verify_receipt(act_hash(3), RECEIPT, log_vkey=LOG_VKEY)
    assert (verified.act_hash, verified.index, verified.checkpoint.size) == (act_hash(3), 77, 90)
    with pytest.raises(ProofError) as refused:
        verify_receipt(act_hash(4), RECEIPT, log_vkey=LOG_VKEY)
    assert refused.value.where == "step 6 (place in log)"


def test_the_witnesses_are_counted_one_by_one_and_the_quorum_must_be_there():
    known = [witness_vkey(name) for name in WITNESSES]
    assert [
        found.witness for found in verify_receipt(act_hash(3), RECEIPT, log_vkey=LOG_VKEY, witnesses=known, quorum=2).witnesses
    ] == list(WITNESSES)
    for witnesses, quorum in ((known, 4), (known[:1] * 3, 2), ([], 1)):
        with pytest.raises(ProofError) as refused:
            verify_receipt(act_hash(3), RECEIPT, log_vkey=LOG_VKEY, witnesses=witnesses, quorum=quorum)
        assert refused.value.where == "step 4 (witnesses)"


def test_one_key_under_two_names_is_one_witness():
    known = [witness_vkey(WITNESSES[0])]
    twin = vkey_of(key(WITNESSES[0]), name="twin.example", use=known[0].use)
    with pytest.raises(ProofError):
        verify_receipt(act_hash(3), RECEIPT, log_vkey=LOG_VKEY, witnesses=[*known, twin], quorum=2)


def test_the_receipt_of_another_log_is_refused_at_step_2_and_a_forged_one_at_step_3():
    for vkey, where in (
        (vkey_of(key("log"), name="other.example/log"), "step 2 (origin)"),
        (vkey_of(key("mallory"), name=LOG_VKEY.name), "step 3 (signature)"),
    ):
        with pytest.raises(ProofError) as refused:
            verify_receipt(act_hash(3), RECEIPT, log_vkey=vkey)
        assert refused.value.where == where


def test_every_growth_between_two_checkpoints_is_proved_and_a_rewritten_past_is_not():
    log = Log()
    heads = [Log().signed(), *(log.grow(step_root(number)).signed() for number in range(20))]
    for old in range(21):
        for new in range(old, 21):
            proof = consistency_proof(old, new, log.nodes)
            assert verify_growth(heads[old], heads[new], proof, log_vkey=LOG_VKEY) == heads[new].checkpoint
    forged = Log().grow(*(step_root(number + 1) for number in range(20)))
    for old in range(1, 20):
        with pytest.raises(ProofError) as refused:
            verify_growth(heads[old], forged.signed(), consistency_proof(old, 20, forged.nodes), log_vkey=LOG_VKEY)
        assert refused.value.where == "step 10 (growth)"


def test_t7_split_view_is_refused():
    """Two roots of one size, both signed by the log."""
    other = Log().grow(*(step_root(number + 1) for number in range(90)))
    with pytest.raises(ProofError, match="joins two roots of 90 leaves"):
        verify_growth(SMALL.signed(), sign_checkpoint(other.signed().checkpoint, key=key("log")), (), log_vkey=LOG_VKEY)


def _receipts() -> list[tuple[str, Receipt]]:
    """Receipts of one act each in twenty entries, under three heads of one log, the last of them cosigned."""
    steps = {number: build_step(seed(number), [act_hash(number)]) for number in range(20)}
    made, log = [], Log()
    for number, step in steps.items():
        log.grow(step.root)
        if number in {9, 15, 19}:
            head = log.signed(*WITNESSES) if number == 19 else log.signed()
            made += [
                (act_hash(one), make_receipt(path=steps[one].path(act_hash(one)), index=one, nodes=log.nodes, checkpoint=head))
                for one in range(number + 1)
            ]
    return made


RECEIPTS = _receipts()


@settings(max_examples=300)
@given(st.data())
def test_receipts_verified_together_are_judged_as_each_is_alone(data):
    """Of several heads and witnesses, with acts, entries and siblings exchanged, in any order, after any refusal."""
    known, together = [witness_vkey(name) for name in WITNESSES], Receipts()
    for _ in range(data.draw(st.integers(1, 15))):
        (act, receipt), (other, strange) = data.draw(st.tuples(st.sampled_from(RECEIPTS), st.sampled_from(RECEIPTS)))
        changed = {
            "act": act if data.draw(st.booleans()) else other,
            "path": receipt.path if data.draw(st.booleans()) else strange.path,
            "index": receipt.index if data.draw(st.booleans()) else strange.index,
            "proof": receipt.proof if data.draw(st.booleans()) else strange.proof,
        }
        quorum = data.draw(st.sampled_from([0, 0, 3]))
        one = Receipt(path=changed["path"], index=changed["index"], proof=changed["proof"], checkpoint=receipt.checkpoint)
        verdicts = []
        for verifier in (together, Receipts()):
            try:
                verdicts.append(verifier.verify(changed["act"], one, log_vkey=LOG_VKEY, witnesses=known, quorum=quorum))
            except ProofError as error:
                verdicts.append(str(error))
        assert verdicts[0] == verdicts[1]


def test_the_head_of_many_receipts_is_verified_once_and_never_for_other_witnesses_or_another_quorum(monkeypatch):
    checked, check = [], VerifierKey.check
    monkeypatch.setattr(VerifierKey, "check", lambda self, message, signature: checked.append(self.name) or check(self, message, signature))
    known, together = [witness_vkey(name) for name in WITNESSES], Receipts()
    for act, receipt in RECEIPTS:
        together.verify(act, receipt, log_vkey=LOG_VKEY, witnesses=known)
    assert sorted(checked) == sorted([LOG_VKEY.name] * 3 + list(WITNESSES))
    act, receipt = RECEIPTS[-1]
    assert together.verify(act, receipt, log_vkey=LOG_VKEY, witnesses=known, quorum=3).act_hash == act
    for wrong in (
        {"witnesses": known, "quorum": 4},
        {"witnesses": known[:1], "quorum": 2},
        {"log_vkey": vkey_of(key("m"), name=LOG_VKEY.name)},
    ):
        with pytest.raises(ProofError):
            together.verify(act, receipt, **{"log_vkey": LOG_VKEY} | wrong)


@settings(max_examples=500)
@given(st.integers(0, len(RECEIPT.text.encode()) - 1), st.integers(1, 255))
def test_a_receipt_with_one_byte_changed_is_refused(place, change):
    data = bytearray(RECEIPT.text.encode())
    data[place] ^= change
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    known = [witness_vkey(name) for name in WITNESSES]
    with pytest.raises(Exception) as refused:
        verify_receipt(act_hash(3), read_receipt(text), log_vkey=LOG_VKEY, witnesses=known, quorum=3)
    assert type(refused.value).__name__ in {"ProofError", "FormError"}


def _changed(data, place):
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)

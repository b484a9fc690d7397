"""What a court clerk, an auditor and a script are told by `rogatory verify`."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from rogatory.cli.main import app
from rogatory.ledger import Signature, bundle_content, leaf_hash, sign_checkpoint, vkey_of
from tests.architecture.source import ROOT
from tests.cli.case_world import ACTS, ANCHOR, DIGEST, PACKAGE, a_world, an_act, case_value, trust, write_case, write_log
from tests.ledger.ledger_worlds import LOG_KEY as LOG_KEY_PAIR
from tests.ledger.ledger_worlds import LOG_VKEY, WITNESSES, Log, key, log_of, step_root, witness_vkey

RUNNER = CliRunner()
LOG_KEY = ("--log-key", LOG_VKEY.text)


def verify(*arguments):
    done = RUNNER.invoke(app, ["verify", *map(str, arguments)])
    return done.exit_code, done.output


def checks(*arguments):
    status, output = verify(*arguments, "--json")
    answer = json.loads(output)
    assert answer["ok"] == (status == 0)
    return status, answer


def failures(*arguments):
    status, answer = checks(*arguments)
    bad = [check for check in answer["checks"] if check["ok"] is False]
    assert (status == 1) == bool(bad)
    return bad


def flip(path, place):
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))


# --- a log -------------------------------------------------------------------------------------------------------------


def test_a_whole_log_reads_as_numbered_plain_lines(tmp_path):
    folder = write_log(tmp_path, log_of(300))

    status, output = verify(folder, *LOG_KEY)

    assert status == 0
    lines = output.splitlines()
    assert lines[1] == "   1. holds          the checkpoint and every file have their form and length  [step 1 (form)]"
    assert lines[5] == "   7. holds          each of the 300 entries is the one of its leaf  [step 7 (entries)]"
    assert [int(line.partition(".")[0]) for line in lines[1:8]] == [1, 2, 3, 4, 7, 8, 9], "the numbers of the format, not of the lines"
    assert lines[-1] == "Verified: 7 of 7 checks hold."


def test_an_altered_entry_is_named_with_its_file_its_number_and_both_hashes(tmp_path):
    log = log_of(300)
    folder = write_log(tmp_path, log)
    flip(folder / "tile/entries/000", 34 * 9 + 2)

    [found] = failures(folder, *LOG_KEY)

    assert (found["step"], found["check"], found["index"]) == (7, "tile/entries/000", 9)
    assert found["expected"] == leaf_hash(log.entries[9]).hex()
    _, output = verify(folder, *LOG_KEY)
    assert "DOES NOT HOLD  tile/entries/000  [step 7 (entries)]" in output
    assert output.splitlines()[-1] == "NOT VERIFIED: 6 of 7 checks hold, 1 do not hold."


def test_t7_every_file_of_a_log_in_which_a_byte_was_changed_is_named(tmp_path):
    folder = write_log(tmp_path, log_of(300))
    given = [*LOG_KEY, *(part for name in WITNESSES for part in ("--witness", witness_vkey(name).text)), "--quorum", 3]
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        middle = file.stat().st_size // 2
        flip(file, middle)
        assert {found["check"] for found in failures(folder, *given)} == {file.relative_to(folder).as_posix()}
        flip(file, middle)
    assert failures(folder, *given) == []


def test_every_alteration_is_listed_not_only_the_first(tmp_path):
    folder = write_log(tmp_path, log_of(600))
    flip(folder / "tile/entries/000", 100)
    flip(folder / "tile/entries/001", 5000)
    (folder / "tile/0/002.p/88").unlink()

    assert {found["check"] for found in failures(folder, *LOG_KEY)} == {
        "tile/entries/000",
        "tile/entries/001",
        "tile/0/002.p/88",
    }


def test_an_older_partial_file_that_differs_is_found_and_a_stranger_is_named(tmp_path):
    folder = write_log(tmp_path, log_of(300))
    (folder / "tile/entries/001.p").mkdir(exist_ok=True)
    (folder / "tile/entries/001.p/3").write_bytes(bundle_content([step_root(256), step_root(257), bytes(32)]))
    (folder / "tile/0/001.p").mkdir(exist_ok=True)
    (folder / "tile/0/001.p/1").write_bytes(leaf_hash(step_root(256)))
    (folder / "tile/notes.txt").write_text("hello")

    found = {(one["check"], one["step"], one.get("index")) for one in failures(folder, *LOG_KEY)}

    assert found == {("tile/entries/001.p/3", 7, 258), ("tile/notes.txt", 1, None)}


def test_tiles_that_a_running_log_has_written_ahead_do_not_disturb(tmp_path):
    log = log_of(300)
    head = log.signed().text
    folder = write_log(tmp_path, log.grow(*(step_root(number) for number in range(300, 310))))
    write_log(tmp_path, log_of(300))
    (folder / "checkpoint").write_text(head)

    assert failures(folder, *LOG_KEY) == []


def test_a_log_under_another_key_or_name_is_refused(tmp_path):
    folder = write_log(tmp_path, log_of(5))

    forged = sign_checkpoint(log_of(5).signed().checkpoint, key=key("mallory"))
    (folder / "checkpoint").write_text(forged.text)

    assert [found["step"] for found in failures(folder, *LOG_KEY)] == [3]
    assert [found["step"] for found in failures(folder, "--log-key", witness_vkey(WITNESSES[0]).text)] == [2]


def test_the_quorum_of_witnesses_is_asked_for(tmp_path):
    folder = write_log(tmp_path, log_of(5))
    known = [part for name in WITNESSES for part in ("--witness", witness_vkey(name).text)]

    assert failures(folder, *LOG_KEY, *known, "--quorum", 3) == []
    assert [found["step"] for found in failures(folder, *LOG_KEY, *known[:2], "--quorum", 2)] == [4]


def test_a_key_that_lies_beside_the_log_is_used_and_the_reader_is_told_what_that_is_worth(tmp_path):
    folder = write_log(tmp_path, log_of(5))
    assert checks(folder)[0] == 2

    (folder / "log.vkey").write_text(LOG_VKEY.text + "\n")
    status, answer = checks(folder)

    assert status == 0
    assert "compare it with one that you have from elsewhere" in answer["cautions"][0]["says"]


def test_a_log_that_succeeds_another_says_so(tmp_path):
    log = Log().grow(log_of(7).signed(*WITNESSES).text.encode(), step_root(1))

    _, answer = checks(write_log(tmp_path, log), *LOG_KEY)

    assert answer["ok"]
    assert "goes on from node.example/log, closed at 7 entries" in answer["cautions"][0]["says"]


@pytest.mark.parametrize("given", ["forged", "of another log", "unreadable"])
def test_nothing_is_said_to_hold_by_a_checkpoint_that_the_log_has_not_signed(tmp_path, given):
    folder = write_log(tmp_path, log_of(300))
    flip(folder / "tile/entries/000", 100)
    if given == "forged":
        (folder / "checkpoint").write_text(sign_checkpoint(log_of(300).signed().checkpoint, key=key("mallory")).text)
    elif given == "unreadable":
        (folder / "checkpoint").write_text("node.example/log\n")

    status, answer = checks(folder, *(LOG_KEY if given != "of another log" else ("--log-key", vkey_of(LOG_KEY_PAIR, name="x").text)))

    assert status == 1
    assert {one["step"] for one in answer["checks"] if one["ok"]} <= {2}
    assert [one["ok"] for one in answer["checks"] if one["step"] >= 7] == [None]


# --- a receipt ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def receipt(tmp_path):
    world = a_world(*ACTS)
    path = tmp_path / "act.tlog-proof"
    path.write_text(world.receipts[0].text)
    (tmp_path / "act.jws").write_text(ACTS[0].skeleton + "\n")
    return path


def test_a_receipt_is_verified_with_the_act_that_lies_beside_it(receipt):
    status, answer = checks(receipt, *LOG_KEY)

    assert status == 0
    assert [check["step"] for check in answer["checks"]] == [1, 2, 3, 4, 5, 6]
    assert ACTS[0].hash in answer["checks"][-1]["check"]


@pytest.mark.parametrize("given", ["hash", "file"])
def test_the_act_may_be_given_by_its_hash_or_its_file(receipt, given, tmp_path):
    (receipt.parent / "act.jws").rename(tmp_path / "elsewhere")

    assert failures(receipt, *LOG_KEY, "--act", ACTS[0].hash if given == "hash" else tmp_path / "elsewhere") == []


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_the_keys_of_a_log_the_one_that_signed_is_taken_whichever_is_given_first(receipt, newest_first, tmp_path):
    newer = vkey_of(key("next log"), name=LOG_VKEY.name)
    both = (newer, LOG_VKEY) if newest_first else (LOG_VKEY, newer)
    (receipt.parent / "log.vkey").write_text("".join(one.text + "\n" for one in both))
    write_log(tmp_path / "log", log_of(300))
    (tmp_path / "log" / "log.vkey").write_text((receipt.parent / "log.vkey").read_text())

    assert failures(receipt) == []
    assert failures(tmp_path / "log") == []
    assert failures(receipt, "--log-key", both[0].text, "--log-key", both[1].text) == []
    assert [one["step"] for one in failures(receipt, "--log-key", newer.text)] == [3]


def test_a_false_line_of_any_key_of_the_log_is_refused(receipt, tmp_path):
    newer = vkey_of(key("next log"), name=LOG_VKEY.name)
    false = Signature(name=newer.name, key_id=newer.key_id, data=bytes(64)).line + "\n"
    receipt.write_text(receipt.read_text() + false)
    write_log(tmp_path / "log", log_of(300))
    checkpoint = tmp_path / "log" / "checkpoint"
    checkpoint.write_text(checkpoint.read_text() + false)

    for path in (receipt, tmp_path / "log"):
        assert failures(path, *LOG_KEY) == [], "of a key that nobody named a line is passed over"
        assert [one["step"] for one in failures(path, *LOG_KEY, "--log-key", newer.text)] == [3]


def test_a_receipt_does_not_hold_for_another_act(receipt):
    [found] = failures(receipt, *LOG_KEY, "--act", ACTS[1].hash)
    assert (found["step"], found["index"]) == (6, 300)


def test_a_receipt_without_its_act_is_wrong_input_that_says_what_to_give(receipt):
    (receipt.parent / "act.jws").unlink()

    status, output = verify(receipt, *LOG_KEY)

    assert status == 2
    assert "--act: is needed: a receipt does not say for which act it is" in output


def test_a_damaged_receipt_fails_at_step_1(receipt):
    text = receipt.read_text()
    receipt.write_text(text.replace("index 300", "index 0300"))

    assert [found["step"] for found in failures(receipt, *LOG_KEY)] == [1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "U+000D in line 1. To cure it: end lines with a newline alone"),
        (
            lambda data: b"\xef\xbb\xbf" + data,
            "does not begin with c2sp.org/tlog-proof@v1: found '\\ufeffc2sp.org/tlog-proof@v1'. To cure it: take",
        ),
        (lambda data: b"\n" + data, "To cure it: take the file again"),
        (lambda data: data[:700], "receipt: ends too early. To cure it: take the file again"),
        (lambda data: data[:-1], "note: breaks off in its last line, or before it. To cure it: take all of it"),
        (lambda data: data + b"\n", "note: has an empty line at its end, and no signature below it. To cure it: take all of it"),
        (
            lambda data: data.replace(b"index 300", b"index 300 "),
            "line 3: is not a whole number in its one form: found '300 '. To cure it: take",
        ),
        (lambda data: data + b"\xff", "act.tlog-proof, byte 1757: is no UTF-8 text. To cure it: take the file again"),
        (lambda data: data.decode().encode("utf-16"), "act.tlog-proof, byte 0: is no UTF-8 text. To cure it: take the file again"),
        (lambda _data: b"", "To cure it: give the folder of a log, a receipt (.tlog-proof) or a case file (.json)"),
    ],
    ids=["CRLF", "BOM", "empty line before", "cut", "last byte", "empty line after", "space", "not UTF-8", "UTF-16", "empty"],
)
def test_a_receipt_that_was_changed_on_its_way_is_refused_with_what_is_wrong_where_and_what_to_do(receipt, change, says):
    receipt.write_bytes(change(receipt.read_bytes()))

    status, answer = checks(receipt, *LOG_KEY)

    assert status in {1, 2}
    assert says in (answer["checks"][0] if answer["checks"] else answer["wrong_input"][0])["why"]


@pytest.mark.parametrize("given", [ACTS[0].hash.upper(), ACTS[0].hash[:-1], "nothing.jws"], ids=["upper case", "cut", "no file"])
def test_what_is_no_hash_and_no_file_is_not_taken_for_an_act(receipt, given):
    status, output = verify(receipt, *LOG_KEY, "--act", given)

    assert status == 2
    assert f"--act {given}: is no hash (64 digits from 0 to 9 and a to f), and no file of that name is there" in output


def test_a_receipt_of_another_act_says_so(receipt):
    [found] = failures(receipt, *LOG_KEY, "--act", ACTS[1].hash)
    assert found["why"].endswith("compare the act: this receipt is another one's, or something in it was altered")


SEEN, LATER = "2027-01-15T08:00:01.000Z", "2027-02-01T00:00:00.000Z"  # the witnesses state 08:00:00


def revoked_list(tmp_path, at):
    """The newest list: it says that the log's key was revoked at a time."""
    file = tmp_path / "newest.json"
    file.write_text(trust(log_key_ended=at, issued=LATER, expires="2028-01-01T00:00:00.000Z"))
    return ("--trust", file, "--anchor", ANCHOR)


def test_t7_what_a_revoked_key_signed_is_refused_by_who_has_the_newest_list_unless_witnesses_saw_it_before(receipt, tmp_path):
    assert failures(receipt, *LOG_KEY) == [], "who has the key alone cannot know"
    assert failures(receipt, *revoked_list(tmp_path, SEEN)) == [], "most witnesses have cosigned before it was revoked"
    [found] = failures(receipt, *revoked_list(tmp_path, "2027-01-15T08:00:00.000Z"))
    assert found["step"] == 3
    assert "does not hold any more" in found["why"]


def test_t7_a_copied_log_and_a_case_file_are_judged_by_the_newest_list_too(tmp_path):
    (tmp_path / "log").mkdir()
    folder, file = write_log(tmp_path / "log", log_of(7)), case(tmp_path)
    revoked = revoked_list(tmp_path, "2026-12-01T00:00:00.000Z")
    assert [one["step"] for one in failures(folder, *revoked)] == [3]
    assert failures(file, "--anchor", ANCHOR) == [], "its own list is older"
    assert [one["step"] for one in failures(file, *revoked)] == [3, 3, 3]
    assert failures(file, *revoked_list(tmp_path, SEEN)) == []


def test_a_newest_list_without_the_anchor_or_without_the_log_is_wrong_input(receipt, tmp_path):
    list_of_other = tmp_path / "other.json"
    list_of_other.write_text(trust().replace("A", "B"))
    for given in (("--trust", list_of_other), ("--trust", list_of_other, "--anchor", ANCHOR)):
        status, output = verify(receipt, *given)
        assert status == 2
        assert "rogatory verify: " in output


# --- a case file -------------------------------------------------------------------------------------------------------


def case(tmp_path, **changes):
    return write_case(tmp_path, case_value(**changes))


def test_a_case_file_is_verified_act_by_act_and_package_by_package(tmp_path):
    status, answer = checks(case(tmp_path), "--anchor", ANCHOR)

    assert status == 0
    assert [check["step"] for check in answer["checks"]] == [11, *[12, 13, 6] * 3, 14]
    assert "cosigned by 3" in answer["checks"][3]["check"]


def test_a_case_file_reads_the_same_on_any_day(tmp_path):
    """No clock: the time at which the trust list must be in force stands in the file, or is given."""
    path = case(tmp_path, trust=trust(expires="2026-10-01T00:00:00.000Z"))

    assert failures(path, "--anchor", ANCHOR) == []
    assert failures(path, "--anchor", ANCHOR, "--at", "2026-10-02T00:00:00Z")[0]["step"] == 11


def test_a_case_file_without_a_date_is_judged_at_its_latest_act(tmp_path):
    value = case_value()
    del value["made_at"]
    _, answer = checks(write_case(tmp_path, value), "--anchor", ANCHOR)
    assert answer["ok"]
    assert "2026-09-18T08:00:00.000Z" in answer["checks"][0]["check"]


def test_the_trust_list_of_another_anchor_is_refused(tmp_path):
    assert failures(case(tmp_path, trust=trust(anchor="mallory")), "--anchor", ANCHOR)[0]["step"] == 11


def test_an_act_signed_after_its_key_was_revoked_does_not_hold(tmp_path):
    found = failures(case(tmp_path, trust=trust(revoked="2026-09-17T08:30:00.000Z")), "--anchor", ANCHOR)
    assert [(one["step"], one["index"]) for one in found] == [(12, 1), (12, 2)]


@pytest.mark.parametrize(
    ("ended", "steps"),
    [("2027-01-15T07:59:59.000Z", [3, 3, 3]), ("2027-01-15T08:00:01.000Z", []), ("2026-12-01T00:00:00.000Z", [3, 3, 3])],
    ids=["before its witnesses saw it", "after they saw it", "long before"],
)
def test_t7_a_receipt_under_a_key_of_the_log_that_has_ended_holds_only_if_its_witnesses_saw_it_in_time(tmp_path, ended, steps):
    list_ = trust(expires="2028-01-01T00:00:00.000Z", log_key_ended=ended)
    found = failures(case(tmp_path, trust=list_, made_at="2027-06-01T00:00:00.000Z"), "--anchor", ANCHOR)
    assert [one["step"] for one in found] == steps
    assert all("does not hold any more" in one["why"] for one in found)


def test_t3_each_altered_part_of_a_case_file_is_named(tmp_path):
    honest = case_value()
    header, payload, signature = honest["acts"][1]["skeleton"].split(".")
    other = an_act("authorise", "2026-09-17T09:00:00.000Z", {"text": "more than was asked"}, signer="mallory")
    _, *first = honest["acts"][0]["disclosures"][0]
    altered = {
        "a signature": ({"skeleton": ".".join((header, payload, flip_letter(signature)))}, {12, 6}),
        "an act": ({"skeleton": other.skeleton, "disclosures": list(other.disclosures)}, {12, 6}),
        "a disclosure": ({"disclosures": ["W" + "".join(first)]}, {13}),
        "a receipt": ({"receipt": honest["acts"][1]["receipt"].replace("index 300", "index 299")}, {6}),
    }
    for change, steps in altered.values():
        acts = [honest["acts"][0], honest["acts"][1] | change, honest["acts"][2]]
        found = failures(write_case(tmp_path, honest | {"acts": acts}), "--anchor", ANCHOR)
        assert {one["step"] for one in found} == steps
        assert {one["index"] for one in found} == {1}
        assert all(one["check"].startswith("act 2 of 3") for one in found)


def test_t3_a_wrong_sibling_anywhere_in_a_receipt_is_named_with_its_act_though_the_others_share_it(tmp_path):
    honest = case_value()
    siblings = [number for number, line in enumerate(honest["acts"][1]["receipt"].split("\n\n")[0].split("\n")) if number > 2]
    assert len(siblings) == 7
    for number in siblings:
        lines = honest["acts"][1]["receipt"].split("\n")
        lines[number] = flip_letter(lines[number])
        acts = [honest["acts"][0], honest["acts"][1] | {"receipt": "\n".join(lines)}, honest["acts"][2]]
        [found] = failures(write_case(tmp_path, honest | {"acts": acts}), "--anchor", ANCHOR)
        assert (found["step"], found["index"]) == (6, 1)
        assert "entry 300 of node.example/log" in found["why"]


def flip_letter(text):
    return ("A" if text[0] != "A" else "B") + text[1:]


def test_an_act_without_a_receipt_or_twice_in_the_file_is_named(tmp_path):
    acts = case_value()["acts"]
    bare = {name: value for name, value in acts[0].items() if name != "receipt"}

    found = failures(case(tmp_path, acts=[bare, acts[1], acts[1], acts[2]]), "--anchor", ANCHOR)

    assert [(one["index"], one["step"]) for one in found] == [(0, 6), (2, 1)]


def test_t7_two_roots_of_one_size_in_one_case_file_are_proof_against_the_log(tmp_path):
    value = case_value()
    forged = a_world(ACTS[1])
    value["acts"][1]["receipt"] = forged.receipts[0].text

    found = failures(write_case(tmp_path, value), "--anchor", ANCHOR)

    assert [(one["step"], one["index"]) for one in found] == [(10, 1)]
    assert "has signed two roots of 310 entries" in found[0]["why"]


def test_an_altered_a_cut_and_a_lengthened_package_are_named_with_what_was_expected(tmp_path):
    path = case(tmp_path)
    package = tmp_path / f"{DIGEST}.age"

    flip(package, 100)
    [found] = failures(path, "--anchor", ANCHOR)
    assert (found["step"], found["check"], found["expected"]) == (14, package.name, DIGEST)
    package.write_bytes(PACKAGE[:-10])
    [found] = failures(path, "--anchor", ANCHOR)
    assert found["why"] == f"its bytes from {len(PACKAGE) - 10} on are missing"
    package.write_bytes(PACKAGE + b"x")
    [found] = failures(path, "--anchor", ANCHOR)
    assert found["why"] == f"it goes on after byte {len(PACKAGE)}"


def test_a_package_that_is_not_there_is_said_to_be_unchecked_and_one_that_no_act_announced_is_refused(tmp_path):
    path = case(tmp_path)
    (tmp_path / f"{DIGEST}.age").unlink()
    _, answer = checks(path, "--anchor", ANCHOR)
    assert (answer["ok"], answer["checks"][-1]["ok"]) == (True, None)

    stranger = {"act": "ab" * 32, "category": "x1", "digest": DIGEST, "size": len(PACKAGE)}
    assert failures(case(tmp_path, packages=[stranger]), "--anchor", ANCHOR)[0]["step"] == 14


def test_a_package_of_another_size_than_its_act_says_is_refused(tmp_path):
    package = {"act": ACTS[2].hash, "category": "x1", "digest": DIGEST, "size": 7}
    assert "7 bytes, its act" in failures(case(tmp_path, packages=[package]), "--anchor", ANCHOR)[0]["why"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "null",
        "{}",
        '{"v":1,"v":1}',
        '{"v":2,"trust":"x","acts":[]}',
        '{"v":1,"trust":"x","acts":[],"more":1}',
        '{"v":1,"trust":"x","acts":[{"skeleton":"x","more":1}]}',
        '{"v":1,"trust":"x","acts":[1]}',
        '{"v":1,"trust":"x","acts":{}}',
        '{"v":1.5}',
        "[" * 100_000,
    ],
)
def test_what_is_no_case_file_is_wrong_input(tmp_path, text):
    path = tmp_path / "case.json"
    path.write_text(text)
    assert verify(path, "--anchor", ANCHOR)[0] == 2


def test_a_case_file_needs_the_key_of_the_anchor_which_may_lie_beside(tmp_path):
    path = case(tmp_path)
    assert verify(path)[0] == 2
    (tmp_path / "anchor.pub").write_text(ANCHOR)
    assert verify(path)[0] == 0


# --- the command itself ------------------------------------------------------------------------------------------------


def test_several_paths_are_verified_in_one_run_and_none_hides_another(tmp_path, receipt):
    folder = write_log(tmp_path / "log", log_of(5))
    flip(folder / "checkpoint", 3)

    status, answer = checks(tmp_path / "nowhere", folder, receipt, *LOG_KEY)

    assert status == 1
    assert {one["file"] for one in answer["checks"]} == {str(folder), str(receipt)}
    assert [one["file"] for one in answer["wrong_input"]] == [str(tmp_path / "nowhere")]


def test_a_key_that_is_none_is_wrong_input(tmp_path):
    assert verify(write_log(tmp_path, log_of(5)), "--log-key", "node.example/log+00000000+AAAA")[0] == 2


def test_verifying_loads_no_framework_and_opens_no_socket(tmp_path):
    path = case(tmp_path)
    probe = f"""
import socket, sys
def refuse(*_, **__): raise SystemExit("a socket was opened")
socket.socket = socket.create_connection = refuse
from rogatory.cli.main import app
try:
    app(["verify", {str(path)!r}, "--anchor", {ANCHOR!r}])
except SystemExit as end:
    assert end.code == 0, end.code
loaded = {{name.split(".")[0] for name in sys.modules}} & {{"django", "ninja", "granian", "psycopg", "httpx", "sqlite3"}}
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr

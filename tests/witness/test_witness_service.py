"""A witness alone: what it answers over HTTP, what it remembers, and that it signs nothing before it remembers."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from rogatory.errors import ConfigurationError, FormError, StorageError
from rogatory.ledger import (
    AddCheckpoint,
    Checkpoint,
    Signature,
    SignedCheckpoint,
    consistency_proof,
    read_checkpoint,
    read_signature,
    verify_cosignatures,
)
from rogatory.ledger.note import sign_note
from rogatory.moments import instant
from rogatory.witness import Home, Memory, Service, create_home, load_home
from rogatory.witness.service import LIMIT
from tests.ledger.ledger_worlds import LOG_KEY, LOG_VKEY, ORIGIN, Log, key, log_of, step_root

LOG = log_of(20)
NOW = instant(datetime(2026, 9, 1, 12, tzinfo=UTC))


class Watching(Home):
    """A witness whose trust list is this one log."""

    def logs(self, at):
        return {ORIGIN: (LOG_VKEY,)}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = create_home(tmp_path, "witness.example")
    return Service(Watching(folder=tmp_path, name=made.name, key=made.key), Memory(made.database), now=lambda: NOW)


def client(service: Service) -> httpx.Client:
    return httpx.Client(transport=httpx.WSGITransport(app=service), base_url="http://witness.example")


def request(old, new, *, log=LOG):
    return AddCheckpoint(
        old_size=old,
        proof=consistency_proof(old, new, log.nodes) if old else (),
        checkpoint=log_of(new).signed() if log is LOG else log.signed(),
    ).text


def ask(service, text):
    return client(service).post("/add-checkpoint", content=text if isinstance(text, bytes) else text.encode())


def test_a_log_that_grows_is_cosigned_with_the_time(service):
    answer = ask(service, request(0, 7))
    assert answer.status_code == 200
    cosigned = log_of(7).signed().add(read_signature(answer.text[:-1]))
    assert verify_cosignatures(cosigned, service.home.vkey).timestamp == int(NOW.timestamp())
    assert ask(service, request(7, 20)).status_code == 200
    assert service.memory.heads() == {ORIGIN: 20}


def test_another_old_size_is_told_the_remembered_one(service):
    ask(service, request(0, 7))
    answer = ask(service, request(0, 20))
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (409, "7\n", "text/x.tlog.size")


def test_a_second_history_is_refused_and_kept_for_export(service, tmp_path):
    ask(service, request(0, 7))
    other = Log().grow(*(step_root(number + 1) for number in range(7)))
    for old in (0, 7, 7):
        assert ask(service, request(old, 7, log=other)).status_code in {409, 422}
    found = service.memory.conflicts()
    assert len(found) == 1, "once, whatever is added to it"
    assert all(one.known == log_of(7).signed().text and other.signed().text in one.shown for one in found)
    printed = json.loads(CliRunner().invoke(_command(), [str(tmp_path), "--conflicts"]).stdout)
    assert [one["shown"] for one in printed["conflicts"]] == [one.shown for one in found]
    assert printed["refused"] == []


def test_a_head_that_the_log_never_signed_is_refused_and_kept(service):
    signed_by_another = AddCheckpoint(old_size=0, proof=(), checkpoint=_forged()).text
    assert ask(service, signed_by_another).status_code == 403
    assert [(one.origin, one.status, one.shown) for one in service.memory.refusals()][-1] == (ORIGIN, 403, _forged().text)


def test_the_newest_head_is_served_with_the_cosignature_that_was_given(service):
    digest = hashlib.sha256(ORIGIN.encode()).hexdigest()
    assert client(service).get(f"/{digest}/checkpoint").status_code == 404
    line = ask(service, request(0, 7)).text.removesuffix("\n")
    shown = client(service).get(f"/{digest}/checkpoint")
    assert shown.text == log_of(7).signed().add(read_signature(line)).text
    assert client(service).get("/" + "0" * 64 + "/checkpoint").status_code == 404


def test_a_signed_empty_head_with_another_root_is_refused_of_a_log_never_seen(service):
    empty = Checkpoint(origin=ORIGIN, size=0, root=bytes(32))
    signed = SignedCheckpoint(checkpoint=empty, note=sign_note(empty.body, key=LOG_KEY, name=ORIGIN))
    assert ask(service, AddCheckpoint(old_size=0, proof=(), checkpoint=signed).text).status_code == 422


def _forged():
    head = log_of(7).signed().checkpoint
    return SignedCheckpoint(checkpoint=head, note=sign_note(head.body, key=key("somebody"), name=ORIGIN))


def test_what_was_cosigned_is_remembered_by_the_next_process(service, tmp_path):
    ask(service, request(0, 20))
    service.memory.close()
    again = Service(service.home, Memory(tmp_path / "witness.sqlite3"), now=lambda: NOW)
    answer = ask(again, request(0, 7))
    assert (answer.status_code, answer.text) == (409, "20\n")


def test_nothing_is_signed_if_it_cannot_be_remembered(service):
    service.memory._db.execute("CREATE TRIGGER full BEFORE INSERT ON head BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
    answer = ask(service, request(0, 7))
    assert (answer.status_code, "full" in answer.text) == (507, True)
    assert service.memory.heads() == {}


@pytest.mark.parametrize("lost", ["gone", "empty", "older", "mark"])
def test_t7_a_witness_that_has_forgotten_signs_nothing_more(service, tmp_path, lost):
    file = tmp_path / "witness.sqlite3"
    ask(service, request(0, 7))
    service.memory.close()
    before = file.read_bytes()
    again = Service(service.home, Memory(file), now=lambda: NOW)
    ask(again, request(7, 20))
    again.memory.close()
    match lost:
        case "gone":
            file.unlink()
        case "empty":
            file.write_bytes(b"")
        case "older":
            file.write_bytes(before)
        case _:
            (tmp_path / "witness.signed").unlink()
    with pytest.raises(ConfigurationError, match="this key may sign nothing more"):
        Memory(file)
    told = CliRunner().invoke(_command(), [str(tmp_path)])
    assert isinstance(told.exception, ConfigurationError), "the command says so before it serves"


def test_t7_a_flipped_bit_of_a_remembered_head_is_named_and_accuses_nobody(service, tmp_path):
    file = tmp_path / "witness.sqlite3"
    ask(service, request(0, 7))
    root = log_of(7).signed().checkpoint.root
    service.memory._db.execute("UPDATE head SET root = ?", (bytes([root[0] ^ 1]) + root[1:],))
    for text in (request(7, 7), request(7, 20), request(0, 20)):
        answer = ask(service, text)
        assert answer.status_code == 503
        assert "witness.sqlite3" in answer.text
        assert str(tmp_path) not in answer.text
    assert (service.memory.conflicts(), service.memory.refusals()) == ((), ())
    service.memory.close()
    with pytest.raises(StorageError, match=r"witness\.sqlite3"):
        Memory(file)
    assert json.loads(CliRunner().invoke(_command(), [str(tmp_path), "--conflicts"]).stdout)["conflicts"] == [], "evidence can be taken"


def test_t7_a_damaged_file_is_named_before_anything_is_served(service, tmp_path):
    file = tmp_path / "witness.sqlite3"
    for old, new in ((0, 7), (7, 20)):
        ask(service, request(old, new))
    service.memory.close()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StorageError, match=r"witness\.sqlite3"):
        Memory(file)


def test_a_clock_that_was_turned_back_signs_nothing(service):
    ask(service, request(0, 7))
    service.now = lambda: instant(NOW - timedelta(hours=3))
    answer = ask(service, request(7, 20))
    assert (answer.status_code, "turned back" in answer.text) == (503, True)
    service.now = lambda: NOW
    assert ask(service, request(7, 20)).status_code == 200


def test_a_head_that_was_remembered_and_not_answered_is_cosigned_when_it_is_asked_for_again(service, tmp_path):
    """Killed between the two: the log is told the size, and asks for the same head from there."""
    service.memory.judge(request(0, 7), logs={ORIGIN: (LOG_VKEY,)}, at=NOW)
    service.memory.close()
    (tmp_path / "witness.signed").write_text("0\n")
    again = Service(service.home, Memory(tmp_path / "witness.sqlite3"), now=lambda: NOW)
    assert (ask(again, request(0, 7)).status_code, ask(again, request(7, 7)).status_code) == (409, 200)


def test_what_strangers_add_to_a_request_is_neither_kept_nor_in_the_way(service):
    """A log's head with sixty lines of others, and a head that the log has shown with a proof of nothing: neither accuses the log."""
    head = log_of(7).signed()
    noise = tuple(Signature(name=f"n{number}.example", key_id=bytes(4), data=bytes(4) + bytes(64)) for number in range(60))
    assert ask(service, AddCheckpoint(old_size=0, proof=(), checkpoint=head.add(*noise)).text).status_code == 200
    digest = hashlib.sha256(ORIGIN.encode()).hexdigest()
    assert len(read_checkpoint(client(service).get(f"/{digest}/checkpoint").text).note.signatures) == 2
    for number in range(150):
        junk = (number.to_bytes(32, "big"),)
        assert ask(service, AddCheckpoint(old_size=7, proof=junk, checkpoint=head).text).status_code == 422
        assert ask(service, AddCheckpoint(old_size=7, proof=junk, checkpoint=log_of(20).signed()).text).status_code == 422
        forged = sign_note(log_of(20).signed().checkpoint.body, key=key(f"stranger {number}"), name=ORIGIN)
        assert (
            ask(
                service,
                AddCheckpoint(
                    old_size=7, proof=junk, checkpoint=SignedCheckpoint(checkpoint=log_of(20).signed().checkpoint, note=forged)
                ).text,
            ).status_code
            == 403
        )
    rewritten = Log().grow(*(step_root(number + 1) for number in range(20)))
    assert ask(service, AddCheckpoint(old_size=7, proof=(), checkpoint=rewritten.signed()).text).status_code == 422
    kept = service.memory.refusals()
    assert [one.shown for one in kept if one.status == 422] == [log_of(20).signed().text, rewritten.signed().text]
    assert sum(one.status == 403 for one in kept) == 100


def test_two_requests_at_once_are_judged_one_after_the_other(service):
    answers = []
    threads = [threading.Thread(target=lambda size=size: answers.append(ask(service, request(0, size)).status_code)) for size in (7, 20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == [200, 409]


def test_what_is_no_request_is_refused_by_its_number(service):
    assert ask(service, b"\xff").status_code == 400
    assert ask(service, "old 1\n").status_code == 400
    assert ask(service, b"x" * (LIMIT + 1)).status_code == 413
    assert ask(service, request(0, 7).replace(ORIGIN, "other.example/log")).status_code == 404
    assert client(service).get("/add-checkpoint").status_code == 405
    assert client(service).get("/elsewhere").status_code == 404
    assert service.home.vkey.text in client(service).get("/").text


def test_sixteen_signatures_of_the_longest_kind_are_accepted_as_signed_note_says(service):
    ml_dsa_87 = 4627
    lines = [Signature(name=f"pq{n}.example", key_id=bytes(4), data=bytes(ml_dsa_87)) for n in range(15)]
    head = log_of(7).signed().add(*lines)
    assert ask(service, AddCheckpoint(old_size=0, proof=(), checkpoint=head).text).status_code == 200


def test_what_may_be_read_may_be_asked_for_without_its_body(service):
    ask(service, request(0, 7))
    for path in ("/", "/healthz", f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"):
        head, whole = client(service).head(path), client(service).get(path)
        assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(whole.content)), b"")


def test_a_witness_without_a_trust_list_says_so_and_signs_nothing(tmp_path):
    home = create_home(tmp_path, "witness.example")
    answer = ask(Service(home, Memory(home.database), now=lambda: NOW), request(0, 7))
    assert answer.status_code == 503
    assert "trust list" in answer.text
    assert str(tmp_path) not in answer.text


def test_a_key_is_drawn_once_and_read_by_nobody_else(tmp_path):
    made = create_home(tmp_path, "witness.example")
    assert load_home(tmp_path).vkey == made.vkey
    with pytest.raises(ConfigurationError, match="witness already"):
        create_home(tmp_path, "witness.example")
    (tmp_path / "witness.key").chmod(0o644)
    with pytest.raises(ConfigurationError, match="read by others"):
        load_home(tmp_path)
    with pytest.raises(FormError):
        create_home(tmp_path / "other", "no name")


def _command():
    import typer

    from rogatory.cli.witness import witness

    app = typer.Typer()
    app.command()(witness)
    return app

"""Evidence between real nodes, over their doors: uploaded in parts, sealed, sent in parts, opened on the record, destroyed."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import time
from datetime import timedelta

import psycopg
import pytest

from rogatory.custody import ENTROPY, Purpose, SourceFile, new_identity, open_package, recipient_of, seal
from rogatory.demo.cast import PROVIDER
from rogatory.demo.client import RefusedError
from rogatory.demo.processes import Processes
from rogatory.demo.stories import Teller
from rogatory.demo.town import Town
from tests.nodes.evidence.acts import (
    READ,
    answered,
    begin,
    cleared,
    files_with,
    http,
    kinds,
    listing,
    offset,
    produced,
    received,
    send,
    wait_until,
)
from tests.nodes.evidence.packages import lying, read_package, write_package

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
MIB = int(os.environ.get("ROGATORY_EVIDENCE_MIB", "96"))
CANARY = b"canary-9c41-of-the-evidence"
NAME = "canary-name-77d0.txt"


def test_an_upload_goes_on_after_every_interruption_and_nothing_acknowledged_is_lost(
    tell: Teller, running_town: tuple[Town, Processes]
) -> None:
    cleared(tell)
    data = os.urandom(3 << 20) + CANARY
    with http(tell, "provider") as client:
        where = begin(client, tell, "identification", NAME, data, digest=hashlib.sha256(data).hexdigest())
        assert client.head(where).headers["upload-offset"] == "0"
        first = send(client, where, data[:1_000_003])
        assert (first.status_code, first.headers["upload-offset"], first.headers["upload-complete"]) == (204, "1000003", "?0")
        wrong = send(client, where, data[2_000_000:], at=2_000_000)
        assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, "1000003")
        unfinished = client.post(f"/api/v1/cases/{tell.case}/packages/identification/seal")
        assert unfinished.status_code == 404
        assert "is not whole yet" in unfinished.json()["detail"]

        running_town[1].kill("provider", "serve")
        running_town[1].wait()

    with http(tell, "provider") as client:
        here = offset(client, where)
        assert here == 1_000_003
        assert send(client, where, data[here:], at=here).headers["upload-complete"] == "?1"
        assert send(client, where, b"more", at=len(data)).status_code == 409
        assert files_with(tell.town, CANARY, NAME.encode()) == []
        first_line = client.post(f"/api/v1/cases/{tell.case}/packages/identification/seal").json()
        again = client.post(f"/api/v1/cases/{tell.case}/packages/identification/seal").json()
        assert again == first_line
        assert client.head(where).status_code == 404
    assert [*(tell.town.folder / "provider" / "evidence" / ".uploads").iterdir()] == []
    answered(tell, [first_line])
    received(tell)
    opened = listing(tell, first_line["digest"])
    assert [(one["name"], one["sha256"]) for one in opened["files"]] == [(NAME, hashlib.sha256(data).hexdigest())]
    assert files_with(tell.town, CANARY, NAME.encode()) == []


def test_an_original_that_is_not_what_its_sender_stated_is_not_sealed(tell: Teller) -> None:
    cleared(tell)
    with http(tell, "provider") as client:
        where = begin(client, tell, "identification", "a.txt", b"abc", digest="0" * 64)
        send(client, where, b"abc")
        answer = client.post(f"/api/v1/cases/{tell.case}/packages/identification/seal")
        assert answer.status_code == 400
        assert "not what its sender stated" in answer.json()["title"]
        assert client.delete(where).status_code == 204


def test_sealing_again_leaves_nothing_behind_and_the_older_package_cannot_be_announced(tell: Teller) -> None:
    cleared(tell)
    lines = []
    for text in (b"first", b"second"):
        files = {"files": ("a.txt", text, "text/plain")}
        lines.append(tell("provider").request("POST", f"/api/v1/cases/{tell.case}/packages/identification", files=files))
    assert lying(tell.town, lines[1]["digest"])
    assert lying(tell.town, lines[0]["digest"]) == []
    with pytest.raises(RefusedError, match="sealed anew"):
        answered(tell, [lines[0]])
    answered(tell, [lines[1]])
    received(tell)
    assert [*(tell.town.home(PROVIDER) / "evidence" / ".incoming").iterdir()] == []


def test_a_package_is_sent_in_parts_and_goes_on_after_a_kill(tell: Teller, running_town: tuple[Town, Processes]) -> None:
    cleared(tell)
    size, block = MIB << 20, os.urandom(1 << 20)
    digest = hashlib.sha256()
    for _ in range(size >> 20):
        digest.update(block)
    with http(tell, "provider") as client:
        where = begin(client, tell, "identification", "disk.img", size, digest=digest.hexdigest())
        assert send(client, where, (block for _ in range(size >> 20)), size=size).headers["upload-complete"] == "?1"
        line = client.post(f"/api/v1/cases/{tell.case}/packages/identification/seal").json()
    answered(tell, [line])
    part = tell.town.folder / "fr" / "evidence" / ".arriving" / f"{line['digest']}.age"
    ends = time.monotonic() + 30
    while not part.exists() and time.monotonic() < ends:
        time.sleep(0.01)
    running_town[1].kill("provider", "work")
    running_town[1].kill("fr", "serve")
    running_town[1].wait()
    received(tell)
    with http(tell, "custodian") as client:
        got = hashlib.sha256()
        body = {**READ, "file": "disk.img"}
        with client.stream("POST", f"/api/v1/cases/{tell.case}/packages/{line['digest']}/open-file", json=body) as answer:
            for piece in answer.iter_bytes():
                got.update(piece)
    assert got.hexdigest() == digest.hexdigest()


def test_a_repeated_call_opens_nothing_that_it_did_not_record_and_nothing_that_was_closed_since(tell: Teller) -> None:
    cleared(tell)
    line = produced(tell, {"identification": {"a.txt": b"a", "b.txt": b"b"}})[0]
    path = f"/api/v1/cases/{tell.case}/packages/{line['digest']}/open-file"
    with http(tell, "custodian") as client:
        key = {"idempotency-key": "one-look"}
        assert client.post(path, json={**READ, "file": "a.txt"}, headers=key).content == b"a"
        assert client.post(path, json={**READ, "file": "a.txt"}, headers=key).content == b"a"
        other = client.post(path, json={**READ, "file": "b.txt"}, headers=key)
        assert (other.status_code, other.json()["where"]) == (404, "Idempotency-Key")
        given = {"why": "The court has ordered it.", "article": "led Art. 16(3)"}
        tell("custodian").act("restrict", given, tell.case)
        assert client.post(path, json={**READ, "file": "a.txt"}, headers=key).status_code == 404
    reads = tell("custodian").request("GET", f"/api/v1/cases/{tell.case}/custody", headers={"x-purpose": "Show the custody"})["reads"]
    assert [one["originals"] for one in reads] == [1]


def test_a_node_takes_only_packages_that_an_act_announced(tell: Teller) -> None:
    with http(tell, "officer") as client:
        answer = client.patch(f"/exchange/v1/packages/{'a' * 64}", content=b"x", headers={"upload-offset": "0"})
        assert answer.status_code == 400
        assert "no act announced" in answer.json()["title"]
        assert client.head(f"/exchange/v1/packages/{'a' * 64}").status_code == 400


def test_nobody_opens_alone_what_the_judge_said_two_must_open(tell: Teller) -> None:
    cleared(tell)
    line = produced(tell, {"identification": {"a.txt": b"a"}})[0]
    tell("judge").sign("order opening together", {"openers": 2, "reasons": "Medical data are to be expected."}, tell.case)
    with pytest.raises(RefusedError, match="2 persons open the evidence together"):
        listing(tell, line["digest"])
    with pytest.raises(RefusedError, match="could never open"):
        tell("judge").sign("order opening together", {"openers": 3, "reasons": "x"}, tell.case)
    agreed = {"package": line["digest"], "purpose": "Open it together with a colleague"}
    tell("custodian").act("agree to open", agreed, tell.case)
    with pytest.raises(RefusedError, match="together"):
        listing(tell, line["digest"])  # to agree with oneself is to be alone
    tell("second-custodian").act("agree to open", agreed, tell.case)
    assert listing(tell, line["digest"])["files"][0]["name"] == "a.txt"


def test_only_named_custodians_open_and_every_read_is_counted_by_person(tell: Teller) -> None:
    cleared(tell)
    line = produced(tell, {"identification": {"a.txt": b"a", "b.txt": b"b"}})[0]
    custodian = tell("custodian")
    tell("officer").act("name custodians", {"custodians": [custodian.actor.pseudonym]}, tell.case)
    with pytest.raises(RefusedError, match="Other persons are named"):
        listing(tell, line["digest"], "second-custodian")
    listing(tell, line["digest"])
    chain = custodian.request("GET", f"/api/v1/cases/{tell.case}/custody", headers={"x-purpose": "Show the custody"})
    assert chain["reads"] == [{"by": custodian.actor.pseudonym, "originals": 2}]
    assert [one["kind"] for one in chain["links"]][:3] == ["transmit", "produce", "receive"]


def test_t6_a_package_of_another_order_is_quarantined_unopened_and_its_sender_told(tell: Teller) -> None:
    """A hostile provider: it announces, with its own signature, a package that it sealed for another order."""
    cleared(tell)
    other = produced(tell, {"identification": {"other.txt": b"of another person"}})[0]
    package = read_package(tell.town.home(PROVIDER), other["digest"])
    cleared(tell)
    files = {"files": ("a.txt", b"right", "text/plain")}
    line = tell("provider").request("POST", f"/api/v1/cases/{tell.case}/packages/identification", files=files)
    forged = package[:-1] + bytes([package[-1] ^ 1])  # another package, sealed to another order's recipient
    digest = hashlib.sha256(forged).hexdigest()
    write_package(tell.town.home(PROVIDER), digest, forged)
    swap_held(tell, line["digest"], digest, len(forged))
    answered(tell, [{**line, "digest": digest, "size": len(forged)}])
    wait_until(tell, "the quarantine", lambda: "quarantine" in kinds(tell, "custodian"))
    with pytest.raises(RefusedError, match="quarantine"):
        listing(tell, digest)
    tell("provider").wait("to be told", tell.case, lambda _: "quarantine" in kinds(tell, "provider"))


WRONG = {
    "answers another order": {"order": "0" * 64},
    "answers another item": {"item": "traffic"},
    "its sender signed": {"files": 2},
    "a category that was not granted": {"data": ["mailbox"]},
    "other days than were granted": {"until": "2026-12-31T00:00:00+01:00"},
}


def test_what_can_only_be_seen_on_opening_is_found_at_the_first_opening(tell: Teller) -> None:
    """A hostile provider seals to the right recipient what was not ordered, or signs another count."""
    cleared(tell)
    page = tell("provider").case(tell.case)
    order = next(one for one in page["timeline"] if one["kind"] == "transmit")
    item = next(one for one in order["parts"]["items"] if one["id"] == "identification")
    lines = {}
    for number, (why, change) in enumerate(WRONG.items()):
        files = {"files": (f"{number}.txt", b"x", "text/plain")}
        held = tell("provider").request("POST", f"/api/v1/cases/{tell.case}/packages/identification", files=files)
        facts = {"data": sorted(item["data"]), "from": item["start"]["at"], "until": item["end"]["at"], **change}
        stated = {"order": str(facts.pop("order", order["hash"])), "item": str(facts.pop("item", "identification"))}
        files_signed = facts.pop("files", 1)
        out = io.BytesIO()
        manifest = seal(
            [SourceFile(name="a.txt", stream=io.BytesIO(b"secret of another person"), size=24)],
            Purpose(facts=facts, **stated),
            recipient=order["parts"]["seal_to"]["identification"],
            at=tell.now(),
            entropy=os.urandom(ENTROPY),
            out=out,
        )
        write_package(tell.town.home(PROVIDER), manifest.digest, out.getvalue())
        swap_held(tell, held["digest"], manifest.digest, manifest.size, drop_sealed=True)
        lines[why] = {"item": "identification", "digest": manifest.digest, "size": manifest.size, "files": files_signed}
    for line in lines.values():
        hold_again(tell, line["digest"])
    answered(tell, list(lines.values()))
    received(tell)
    for why, line in lines.items():
        with pytest.raises(RefusedError, match=why):
            listing(tell, line["digest"])
        with pytest.raises(RefusedError, match="in quarantine"):
            listing(tell, line["digest"])
    tell("provider").wait("to be told of each", tell.case, lambda _: kinds(tell, "provider").count("quarantine") == len(WRONG))
    told = tell("provider").case(tell.case)["packages"]
    assert all("Seal exactly what was ordered" in one["again"] for one in told)
    assert "secret of another person" not in str(tell("custodian").case(tell.case))

    files = {"files": ("right.txt", b"what was ordered", "text/plain")}
    right = tell("provider").request("POST", f"/api/v1/cases/{tell.case}/packages/identification", files=files)
    answered(tell, [right])
    arrived = {"digest": right["digest"], "received": True}
    wait_until(tell, "the right one", lambda: any(arrived.items() <= one.items() for one in tell("custodian").case(tell.case)["packages"]))
    assert [one["name"] for one in listing(tell, right["digest"])["files"]] == ["right.txt"]


def swap_held(tell: Teller, digest: str, other: str, size: int, *, drop_sealed: bool = False) -> None:
    """Let the provider's own tables say that it holds another package: what a hostile node can do to itself."""
    statement, given = "UPDATE package SET digest = %s, size = %s WHERE digest = %s", (other, size, digest)
    later = "UPDATE package SET direction = 'kept' WHERE digest = %s"  # so that sealing the next one does not replace it
    address = tell.town.databases.get("provider")
    if address:
        with psycopg.connect(address) as tables:
            tables.execute(statement, given)
            tables.execute(later, (other,)) if drop_sealed else None
        return
    with sqlite3.connect(tell.town.folder / "provider" / "node.sqlite3", timeout=10) as tables:
        tables.execute(statement.replace("%s", "?"), given)
        tables.execute(later.replace("%s", "?"), (other,)) if drop_sealed else None


def hold_again(tell: Teller, digest: str) -> None:
    """Undo what kept a package from being replaced."""
    statement = "UPDATE package SET direction = 'held' WHERE digest = %s"
    address = tell.town.databases.get("provider")
    if address:
        with psycopg.connect(address) as tables:
            tables.execute(statement, (digest,))
        return
    with sqlite3.connect(tell.town.folder / "provider" / "node.sqlite3", timeout=10) as tables:
        tables.execute(statement.replace("%s", "?"), (digest,))


def test_the_window_of_a_manifest_has_ten_to_forty_five_days(tell: Teller) -> None:
    cleared(tell)
    files = {"files": ("a.txt", b"right", "text/plain")}
    line = tell("provider").request("POST", f"/api/v1/cases/{tell.case}/packages/identification", files=files)
    for days in (9, 46):
        until = (tell.now() + timedelta(days=days)).date().isoformat()
        with pytest.raises(RefusedError, match="10 to 45"):
            answered(tell, [line], available_until=until)
    with pytest.raises(RefusedError, match="Another end is stated than the order gives"):
        answered(tell, [line], kept_until={"identification": "2099-01-01", "traffic": "2099-01-01"})
    answered(tell, [line])
    received(tell)


def test_use_disclosure_and_onward_transfer_are_acts_of_a_judge_with_their_law(tell: Teller) -> None:
    cleared(tell)
    line = produced(tell, {"identification": {"a.txt": b"a"}})[0]
    judge, custodian = tell("judge"), tell("custodian")
    elsewhere = new_identity(os.urandom(32))
    use = {
        "package": line["digest"],
        "proceedings": "PR-2026-0777",
        "law": "regulation 2023/1543 Art. 12(4)",
        "recipient": recipient_of(elsewhere),
        "conditions": ["Only to identify the sender"],
        "reasons": "The same sender.",
    }
    with pytest.raises(RefusedError):
        custodian.act("allow secondary use", use, tell.case)
    allowed = judge.sign("allow secondary use", use, tell.case)
    onward = {
        "package": line["digest"],
        "authority": "Federal Prosecutor",
        "state": "CH",
        "law": "led Art. 35-38",
        "recipient": recipient_of(elsewhere),
        "approval": "The Irish authority approved on 1 October 2026.",
        "conditions": ["Only for the threat of 1 September 2026"],
        "reasons": "The sender lives there.",
    }
    transferred = judge.sign("transfer onward", onward, tell.case)
    for act, condition in ((allowed, use["conditions"]), (transferred, onward["conditions"])):
        with http(tell, "custodian") as client:
            copy = client.post(f"/api/v1/cases/{tell.case}/transfers/{act['hash']}")
        given: dict[str, bytearray] = {}
        opened = open_package(
            io.BytesIO(copy.content), elsewhere, lambda name, piece, to=given: to.setdefault(name, bytearray()).extend(piece)
        )
        assert given == {"a.txt": b"a"}
        assert [one["conditions"] for one in opened.chain if one.get("act") == act["hash"]] == [condition]
        assert {"what": "taken from a sealed package", "package": line["digest"]}.items() <= dict(opened.chain[0]).items()
    applied = custodian.act("apply for disclosure", {"counsel": "Maître Dupont", "words": "All log-ins."}, tell.case)
    identity = new_identity(os.urandom(32))
    recipient = recipient_of(identity)
    disclose = {
        "package": line["digest"],
        "counsel": "Maître Dupont",
        "recipient": recipient,
        "application": "f" * 64,
        "reasons": "Fair trial.",
    }
    with pytest.raises(RefusedError, match="No such application"):
        judge.sign("disclose to defence", disclose, tell.case)
    act = judge.sign("disclose to defence", {**disclose, "application": applied["hash"]}, tell.case)
    with http(tell, "custodian") as client:
        copy = client.post(f"/api/v1/cases/{tell.case}/disclosures/{act['hash']}")
    files: dict[str, bytearray] = {}
    open_package(io.BytesIO(copy.content), identity, lambda name, piece: files.setdefault(name, bytearray()).extend(piece))
    assert files == {"a.txt": b"a"}
    assert "open" in kinds(tell, "custodian")


def test_an_accidental_disclosure_is_frozen_everywhere_at_once(tell: Teller) -> None:
    cleared(tell)
    line = produced(tell, {"identification": {"a.txt": b"a"}})[0]
    given = {"what": "A copy was sent to another court.", "reached": "Tribunal de Lyon", "persons": 1, "done": "It was called back."}
    act = tell("custodian").act("contain", given, tell.case)
    with pytest.raises(RefusedError, match="being contained"):
        listing(tell, line["digest"])
    tell("provider").wait("the freeze", tell.case, lambda one: bool(one["restricted"]))
    tell("judge").sign("lift restriction", {"restriction": act["hash"], "reasons": "The copy was destroyed."}, tell.case)
    assert listing(tell, line["digest"])["files"]
    tell("provider").wait("the end of the freeze", tell.case, lambda one: not one["restricted"])

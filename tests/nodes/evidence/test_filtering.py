"""A letter to counsel among the evidence: stopped, sealed to a filter person, and a gap with its reason in its place."""

from __future__ import annotations

import io
import os

import pytest

from rogatory.custody import new_identity, open_package, recipient_of
from rogatory.demo.client import RefusedError
from rogatory.demo.stories import Teller
from tests.nodes.evidence.acts import READ, cleared, files_with, http, produced

pytestmark = [pytest.mark.nodes, pytest.mark.slow]
LETTER = b"canary-letter-to-counsel-1f6e"
FILES = {"a.txt": b"log-ins", "counsel.txt": LETTER * 1000}


def file(tell: Teller, digest: str, name: str) -> dict[str, str]:
    """Open one original by its name: its act."""
    with http(tell, "custodian") as client:
        answer = client.post(f"/api/v1/cases/{tell.case}/packages/{digest}/open-file", json={**READ, "file": name})
        assert answer.status_code == 200, answer.text
        return {"act": answer.headers["x-act"]}


def unsealed(data: bytes, identity: str) -> tuple[dict[str, bytes], tuple[object, ...]]:
    """The originals of a package, and its custody."""
    files: dict[str, bytearray] = {}
    opened = open_package(io.BytesIO(data), identity, lambda name, piece: files.setdefault(name, bytearray()).extend(piece))
    return {name: bytes(held) for name, held in files.items()}, opened.chain


def test_a_letter_to_counsel_is_withheld_filtered_and_leaves_a_gap(tell: Teller) -> None:
    cleared(tell)
    digest = produced(tell, {"identification": FILES})[0]["digest"]
    custodian, judge, filtering = tell("custodian"), tell("judge"), tell("filter")
    act = file(tell, digest, "counsel.txt")["act"]
    given = {"opening": act, "sort": "privileged", "reason": "It is addressed to counsel."}
    referral = custodian.act("refer to filter", given, tell.case)["hash"]

    for part in ("custodian", "second-custodian"):
        with http(tell, part) as client:
            answer = client.post(f"/api/v1/cases/{tell.case}/packages/{digest}/open-file", json={**READ, "file": "counsel.txt"})
            assert (answer.status_code, answer.json()["code"]) == (422, "open.withheld")
            listed = client.post(f"/api/v1/cases/{tell.case}/packages/{digest}/open", json=READ)
            assert [one["name"] for one in listed.json()["files"]] == ["a.txt"]
            assert LETTER not in listed.content
            assert "counsel.txt" not in listed.text
            assert [one["number"] for one in listed.json()["gaps"]] in ([1], [2])  # originals are packed in no order of their names
            assert "with the filter person, not decided yet" in listed.json()["gaps"][0]["gap"]

    applied = custodian.act("apply for disclosure", {"counsel": "Maître Dupont", "words": "All."}, tell.case)["hash"]
    counsel = new_identity(os.urandom(32))
    disclose = {
        "package": digest,
        "counsel": "Maître Dupont",
        "recipient": recipient_of(counsel),
        "application": applied,
        "reasons": "Fair.",
    }
    disclosed = judge.sign("disclose to defence", disclose, tell.case)["hash"]
    with http(tell, "custodian") as client:
        assert "with the filter person" in client.post(f"/api/v1/cases/{tell.case}/disclosures/{disclosed}").text

    named = {"filter_person": filtering.actor.pseudonym, "reasons": "A letter to counsel was met."}
    judge.sign("name filter person", named, tell.case)
    hers = new_identity(os.urandom(32))
    filtering.sign("accept filtering", {"recipient": recipient_of(hers)}, tell.case)
    with http(tell, "filter") as client:
        sealed = client.post(f"/api/v1/cases/{tell.case}/referrals/{referral}").content
    assert unsealed(sealed, hers)[0] == {"counsel.txt": FILES["counsel.txt"]}
    with http(tell, "custodian") as client:
        assert client.post(f"/api/v1/cases/{tell.case}/referrals/{referral}").status_code == 422

    decision = {"referral": referral, "outcome": "kept-out", "reason": "Between a suspect and her counsel."}
    filtering.sign("decide filtering", decision, tell.case)
    with pytest.raises(RefusedError, match="kept out by the filter person"):
        custodian.request("POST", f"/api/v1/cases/{tell.case}/packages/{digest}/open-file", json={**READ, "file": "counsel.txt"})
    with http(tell, "custodian") as client:
        copy = client.post(f"/api/v1/cases/{tell.case}/disclosures/{disclosed}").content
    files, chain = unsealed(copy, counsel)
    assert files == {"a.txt": b"log-ins"}
    assert "kept out by the filter person" in str(chain)

    page = custodian.request("GET", f"/api/v1/cases/{tell.case}/custody", headers={"x-purpose": "Show the custody"})
    assert [one for one in page["gaps"] if "one of its 2 originals is withheld" in one]
    done = ["name filter person", "accept filtering", "refer to filter", "open for filtering", "decide filtering"]
    assert {one["kind"] for one in page["links"]} >= set(done)
    assert files_with(tell.town, LETTER) == []

"""Signing in with one's own key: what opens the node, once, and what opens nothing, whatever the cause."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.act import Assertion
from rogatory.canonical import from_base64url, to_base64url
from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
from rogatory.demo.cast import FR, PROVIDER
from rogatory.errors import ActError

HERE = {"rp_id": "provider.localhost", "origin": "http://provider.localhost:8103"}
ASKED = bytes(range(32))


def somebody(home: Path, node: str) -> dict[str, Any]:
    """The first of a node's people who is no registrar, and has a name there."""
    people: list[dict[str, Any]] = json.loads((home / node / "people.json").read_text())
    return next(one for one in people if one["capacities"] != ["registrar"])


@pytest.fixture
def lawyer(home: Path, house: Any) -> dict[str, Any]:
    return somebody(home, PROVIDER.name)


@pytest.fixture
def key(lawyer: dict[str, Any]) -> UnsafeSoftwareAuthenticator:
    return UnsafeSoftwareAuthenticator.from_dict(lawyer["key"])


def browser() -> Any:
    from django.test import Client

    return Client(HTTP_HOST="provider.localhost:8103")


def challenge(client: Any) -> bytes:
    """What the page asks the key."""
    text = client.get("/sign-in").content.decode()
    return from_base64url(text.partition('data-challenge="')[2].partition('"')[0])


def sent(client: Any, assertion: Assertion) -> Any:
    parts = ("credential", "authenticator", "client", "signature")
    return client.post("/sign-in", {part: getattr(assertion, part) for part in parts})


def test_ones_own_key_opens_the_node_in_ones_capacity(lawyer: dict[str, Any], key: UnsafeSoftwareAuthenticator) -> None:
    client = browser()
    assert sent(client, key.answer(challenge(client), **HERE)).headers["location"] == "/"
    assert client.session["officer"] == lawyer["pseudonym"]
    assert lawyer["name"] in client.get("/").content.decode()


def test_an_answer_opens_once_and_only_the_session_that_asked(key: UnsafeSoftwareAuthenticator) -> None:
    first, second = browser(), browser()
    challenge(second)
    answer = key.answer(challenge(first), **HERE)

    assert sent(second, answer).status_code == 422, "it was asked of another session"
    assert sent(first, answer).status_code == 302
    assert sent(first, answer).status_code == 422, "it has been used"
    assert sent(browser(), answer).status_code == 422, "nobody was asked"


def test_an_answer_that_comes_too_late_opens_nothing(key: UnsafeSoftwareAuthenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    from rogatory.node import signing_in

    client = browser()
    answer = key.answer(challenge(client), **HERE)
    monkeypatch.setattr(signing_in, "LIVES", -timedelta(seconds=1))

    assert sent(client, answer).status_code == 422


def test_t2_what_opens_nothing_is_answered_alike_and_recorded_without_its_contents(
    home: Path, house: Any, key: UnsafeSoftwareAuthenticator
) -> None:
    from rogatory.node import signing_in
    from rogatory.node.models import SecurityEntry

    abroad = UnsafeSoftwareAuthenticator.from_dict(somebody(home, FR.name)["key"])
    good = key.answer(ASKED, **HERE)
    unverified = hashlib.sha256(HERE["rp_id"].encode()).digest() + b"\x01" + bytes(4)
    wrong = {
        "another challenge": key.answer(bytes(32), **HERE),
        "another address": key.answer(ASKED, rp_id=HERE["rp_id"], origin="http://provider.localhost.example:8103"),
        "another institution": key.answer(ASKED, rp_id="fr.localhost", origin=HERE["origin"]),
        "a person who was not verified": replace(good, authenticator=to_base64url(unverified)),
        "another key under her name": replace(UnsafeSoftwareAuthenticator.create().answer(ASKED, **HERE), credential=good.credential),
        "a key that nobody enrolled": UnsafeSoftwareAuthenticator.create().answer(ASKED, **HERE),
        "an officer of another institution": abroad.answer(ASKED, **HERE),
        "no base64url": replace(good, signature="=%="),
        "nothing": Assertion(credential="", authenticator="", client="", signature=""),
    }
    before = SecurityEntry.objects.filter(kind="sign in").count()
    told = set()
    for assertion in wrong.values():
        with pytest.raises(ActError) as refused:
            signing_in.who(house, assertion, ASKED, house.clock.now())
        told.add(str(refused.value))

    assert len(told) == 1, "nobody learns from the answer whose key it is, or what was wrong with it"
    entries = list(SecurityEntry.objects.filter(kind="sign in").order_by("pk"))[before:]
    assert len(entries) == len(wrong)
    assert not any(good.signature in f"{one.who} {one.rule} {one.input_hash}" for one in entries)
    assert [one.pseudonym for one in signing_in.who(house, good, ASKED, house.clock.now())]


def test_a_session_begins_anew_with_each_person(key: UnsafeSoftwareAuthenticator) -> None:
    client = browser()
    session = client.session
    session["purpose somewhere"] = "chosen by somebody else"
    session.save()
    assert sent(client, key.answer(challenge(client), **HERE)).status_code == 302

    assert "purpose somewhere" not in client.session


def test_a_capacity_is_chosen_only_by_who_came_in_with_a_key(lawyer: dict[str, Any]) -> None:
    client = browser()
    session = client.session
    session["officer"], session["name"] = lawyer["pseudonym"], lawyer["name"]
    session.save()

    assert client.post("/sign-in/capacity", {"capacity": lawyer["capacities"][0]}).headers["location"] == "/sign-in"
    assert "capacity" not in client.session


@pytest.mark.parametrize(("attestation", "client"), [("", ""), ("AAAA", "AAAA"), ("=", "="), ("oA", "e30")])
def test_a_new_key_that_cannot_be_read_is_said_to_be_none(house: Any, attestation: str, client: str) -> None:
    from rogatory.node import signing_in

    with pytest.raises(ActError, match="the new key"):
        signing_in.made_key(house, attestation, client, ASKED)


@given(attestation=st.binary(max_size=300), client=st.binary(max_size=100))
def test_whatever_is_sent_as_a_new_key_is_answered_and_never_a_fault(house: Any, attestation: bytes, client: bytes) -> None:
    from rogatory.node import signing_in

    with pytest.raises(ActError):
        signing_in.made_key(house, to_base64url(attestation), to_base64url(client), ASKED)

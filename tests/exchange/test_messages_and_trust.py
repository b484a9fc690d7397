"""Messages between nodes, and the trust list: everything but the real thing is refused."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.errors import MessageError, TrustError
from rogatory.exchange.message import (
    MAX_ACTS,
    MAX_MESSAGE,
    Carried,
    HpkePrivateKey,
    Message,
    Result,
    hpke_public_text,
    make_answer,
    open_message,
    read_answer,
    read_hpke_public,
    seal_message,
    signing_public_text,
)
from rogatory.exchange.trust import make_trust, read_trust
from rogatory.moments import parse_instant

SENDER, RECEIVER = "https://fr.example", "https://provider.example"
SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HPKE = HpkePrivateKey(mlkem=MLKEM768PrivateKey.from_seed_bytes(bytes(64)), x25519=X25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
NOW = parse_instant("2026-11-24T12:00:00Z")
MESSAGE = Message(sender=SENDER, to=RECEIVER, made_at=NOW, acts=(Carried(skeleton="a.b.c", disclosures=("d",), receipt="r"),))


def sealed(message: Message = MESSAGE) -> bytes:
    to_key = read_hpke_public(hpke_public_text(HPKE))
    return seal_message(message, signing_key=SIGNING, signing_kid="s1", to_key=to_key, to_kid="m1").data


def opened(data: bytes, recipient: str = RECEIVER, key: Ed25519PrivateKey | None = SIGNING) -> Message:
    public = key.public_key() if key else None
    return open_message(data, recipient=recipient, keys={"m1": HPKE}, sender_keys=lambda _uri, _kid: public).message


def test_a_message_arrives_as_it_was_sent() -> None:
    assert opened(sealed()) == MESSAGE


@pytest.mark.parametrize(("acts", "each"), [(60, 8_000), (500, 3_000), (1, 1 << 20)])
def test_a_long_message_arrives_as_it_was_sent(acts: int, each: int) -> None:
    """Whatever our own bound allows passes every library on the way."""
    carried = tuple(Carried(skeleton=f"a.{number}.c", disclosures=("d" * each,), receipt="r" * 1500) for number in range(acts))
    message = replace(MESSAGE, acts=carried)
    assert opened(sealed(message)) == message


def test_a_message_that_is_too_long_is_not_sealed() -> None:
    with pytest.raises(MessageError, match="send fewer acts at once"):
        sealed(replace(MESSAGE, acts=(Carried(skeleton="a.b.c", disclosures=("d" * MAX_MESSAGE,), receipt="r"),)))


def test_a_message_for_another_node_is_refused() -> None:
    with pytest.raises(MessageError, match="another node"):
        opened(sealed(), recipient="https://ie.example")


@pytest.mark.parametrize("key", [None, Ed25519PrivateKey.from_private_bytes(bytes(32))])
def test_a_message_of_nobody_known_is_refused(key: Ed25519PrivateKey | None) -> None:
    with pytest.raises(MessageError):
        opened(sealed(), key=key)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_t16_any_changed_byte_is_refused(data: st.DataObject) -> None:
    message = bytearray(SEALED)
    message[data.draw(st.integers(0, len(message) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(MessageError):
        opened(bytes(message))


@given(st.binary(max_size=300))
def test_whatever_comes_in_gives_our_error(data: bytes) -> None:
    with pytest.raises(MessageError):
        opened(data)


def test_a_gigabyte_is_refused_before_it_is_read() -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return 1 << 30

    with pytest.raises(MessageError, match="too large"):
        opened(Huge())
    assert MAX_MESSAGE < 1 << 30


def test_the_same_message_gets_the_same_answer_byte_for_byte() -> None:
    results = (Result(hash="0" * 64, state="refused", rule="r", article="Art. 4(2)", cure="c", code="no"),)
    first = make_answer("f" * 64, results, signing_key=SIGNING, kid="s1")
    assert first == make_answer("f" * 64, results, signing_key=SIGNING, kid="s1")
    assert read_answer(first, of="f" * 64, sender_key=lambda _kid: SIGNING.public_key()).results == results
    with pytest.raises(MessageError, match="another message"):
        read_answer(first, of="e" * 64, sender_key=lambda _kid: SIGNING.public_key())


ANCHOR = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
SEALED = sealed()
PUBLIC = signing_public_text(SIGNING.public_key())


def trust(**changes: Any) -> dict[str, Any]:
    entity = {
        "sub": SENDER,
        "name": "Justice",
        "base_url": "https://fr.example",
        "state": "FR",
        "roles": ["issuing"],
        "capacities": ["judge"],
        "telephone": "+33 1 99 00 12 34",
        "log": {"origin": "fr.demo.invalid/log", "vkey": "x"},
        "act_keys": [{"kid": "a1", "key": signing_public_text(SIGNING.public_key()), "from": "2026-01-01T00:00:00.000Z"}],
        "message_keys": [
            {
                "kid": "m1",
                "sign": signing_public_text(SIGNING.public_key()),
                "hpke": hpke_public_text(HPKE),
                "from": "2026-01-01T00:00:00.000Z",
            }
        ],
        "rp_id": "fr.example",
        "origin": "https://fr.example",
        "registrars": [],
        "marks": [{"mark": "issuing", "from": "2026-01-01T00:00:00.000Z", "until": "2027-01-01T00:00:00.000Z"}],
        "languages": ["fr"],
    }
    payload = {"seq": 5, "iat": "2026-11-01T00:00:00.000Z", "exp": "2027-11-01T00:00:00.000Z", "entities": [entity], "witnesses": []}
    return {**payload, **changes}


def read(payload: dict[str, Any], **more: Any) -> Any:
    text = make_trust(payload, key=more.pop("key", ANCHOR), kid="anchor")
    return read_trust(text, anchor=ANCHOR.public_key(), at=NOW, **more)


def test_a_trust_list_says_who_holds_which_mark_when() -> None:
    found = read(trust())
    assert found.accredited(SENDER, "issuing", NOW)
    assert not found.accredited(SENDER, "enforcing", NOW)
    assert not found.accredited(SENDER, "issuing", parse_instant("2027-02-01T00:00:00Z"))
    assert not found.accredited("https://nobody.example", "issuing", NOW)
    assert found.act_key(SENDER, "a1", parse_instant("2025-12-31T00:00:00Z")) is None


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"exp": "2026-11-02T00:00:00.000Z"}, {}),
        ({"iat": "2026-12-01T00:00:00.000Z"}, {}),
        ({}, {"newest_seq": 6}),
        ({"colour": "red"}, {}),
        ({"entities": trust()["entities"] * 2}, {}),
        ({}, {"key": Ed25519PrivateKey.from_private_bytes(bytes(32))}),
        ({"seq": 0}, {}),
    ],
    ids=["expired", "from the future", "rolled back", "unknown member", "named twice", "forged", "no number"],
)
def test_t2_trust_chain_attacks(changes: dict[str, Any], more: dict[str, Any]) -> None:
    with pytest.raises(TrustError):
        read(trust(**changes), **more)


def test_a_trust_list_of_a_thousand_institutions_is_read() -> None:
    entity = trust()["entities"][0]
    entities = [
        {**entity, "sub": f"https://{number}.example", "log": {"origin": f"{number}.example/log", "vkey": "x"}} for number in range(1000)
    ]
    assert len(read(trust(entities=entities)).entities) == 1000


def test_an_answer_on_as_many_acts_as_a_message_holds_is_read() -> None:
    results = tuple(
        Result(hash=f"{number:064x}", state="refused", rule="a.rule", article="Art. 4(2)", cure="A sentence of cure. " * 20, code="no")
        for number in range(MAX_ACTS)
    )
    answer = make_answer("f" * 64, results, signing_key=SIGNING, kid="s1")
    assert read_answer(answer, of="f" * 64, sender_key=lambda _kid: SIGNING.public_key()).results == results


def test_a_revoked_key_signs_nothing_any_more() -> None:
    payload = trust()
    payload["entities"][0]["act_keys"][0]["revoked_at"] = "2026-11-20T00:00:00.000Z"
    found = read(payload)
    assert found.act_key(SENDER, "a1", parse_instant("2026-11-19T00:00:00Z")) is not None
    assert found.act_key(SENDER, "a1", NOW) is None
    assert os.urandom(1)

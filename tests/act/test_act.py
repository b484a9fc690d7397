"""The envelope: nothing in it can be changed, hidden parts stay hidden, and one meaning has one byte form."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fido2 import cbor
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.act import Author, CaseRef, Statement, disclose, entropy_needed, prepare, read, sign, verify, withhold
from rogatory.assertion import verify_assertion
from rogatory.canonical import from_base64url, to_base64url
from rogatory.demo.authenticator import UnsafeSoftwareAuthenticator
from rogatory.errors import ActError
from rogatory.moments import parse_instant

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
INSTITUTION = "https://justice.example"
CASE = CaseRef(institution=INSTITUTION, id="0b7ce1a2-3d6c-4c0d-9f0e-2f5b8b9b7a10")
RP, PAGE = "justice.example", "https://justice.example"


def signed(body: dict[str, str] | None = None, after: tuple[str, ...] = ("1" * 64,)):  # type: ignore[no-untyped-def]
    statement = Statement(
        kind="authorise",
        case=CASE,
        by=Author(institution=INSTITUTION, capacity="judge", officer=f"{INSTITUTION}#abcdefgh"),
        law="0" * 64,
        nonce=bytes(16),
        after=after,
        body=body or {"order": "one account", "reasons": "because"},
    )
    prepared = prepare(statement, entropy=os.urandom(entropy_needed(parts=len(statement.body), after=len(after))))
    return prepared, sign(prepared, at=parse_instant("2026-09-07T10:12:00+01:00"), key=KEY, kid="k1")


def test_an_act_opens_as_it_was_made() -> None:
    _, act = signed()
    skeleton = verify(read(act.skeleton), KEY.public_key())
    contents = disclose(skeleton, act.disclosures)
    assert contents.body == {"order": "one account", "reasons": "because"}
    assert contents.after == ("1" * 64,)
    assert skeleton.hash == act.hash


def test_a_part_that_is_withheld_stays_hidden() -> None:
    _, act = signed()
    shown = withhold(act, parts={"order"}, after=())
    assert disclose(read(shown.skeleton), shown.disclosures).body == {"order": "one account"}
    assert shown.hash == act.hash
    assert "because" not in str(shown)


@given(st.integers(0, 12))
@settings(deadline=None)
def test_h12_the_number_of_digests_tells_little_of_the_number_of_parts(count: int) -> None:
    _, act = signed({f"part{number}": "x" for number in range(count)} or {"order": "y"})
    assert len(read(act.skeleton).parts) in {8, 16}


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_t3_any_changed_byte_breaks_the_act(data: st.DataObject) -> None:
    _, act = signed()
    place = data.draw(st.integers(0, len(act.skeleton) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda char: char != act.skeleton[place]))
    changed = act.skeleton[:place] + other + act.skeleton[place + 1 :]
    with pytest.raises(ActError):
        verify(read(changed), KEY.public_key())


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: to_base64url(data) + "." + to_base64url(data) + "."))
def test_whatever_comes_in_gives_our_error_or_an_act(text: str) -> None:
    with pytest.raises(ActError):
        read(text)


def test_a_disclosure_of_another_act_is_refused() -> None:
    _, act = signed()
    _, other = signed({"order": "another account"})
    with pytest.raises(ActError, match="belongs to another act"):
        disclose(read(act.skeleton), other.disclosures)


def test_a_disclosure_that_stands_twice_is_refused() -> None:
    _, act = signed()
    with pytest.raises(ActError, match="twice"):
        disclose(read(act.skeleton), (*act.disclosures, act.disclosures[0]))


def test_another_algorithm_is_refused() -> None:
    _, act = signed()
    header, payload, signature = act.skeleton.split(".")
    other = to_base64url(from_base64url(header).replace(b'"Ed25519"', b'"EdDSA"'))
    with pytest.raises(ActError, match="alg"):
        read(f"{other}.{payload}.{signature}")


def test_t3_the_judges_key_signs_exactly_the_statement() -> None:
    judge = UnsafeSoftwareAuthenticator.create()
    prepared, _ = signed()
    assertion = judge.answer(prepared.challenge, rp_id=RP, origin=PAGE)
    act = sign(prepared, at=parse_instant("2026-09-07T10:12:00Z"), key=KEY, kid="k1", assertion=assertion)

    skeleton = read(act.skeleton)

    assert skeleton.assertion is not None
    verify_assertion(skeleton.assertion, challenge=skeleton.challenge, credential=judge.credential, rp_id=RP, origin=PAGE)


@pytest.mark.parametrize("what", ["text", "origin", "institution", "key"])
def test_t13_an_assertion_for_anything_else_is_refused(what: str) -> None:
    judge = UnsafeSoftwareAuthenticator.create()
    prepared, _ = signed()
    other, _ = signed({"order": "another account"})
    assertion = judge.answer(prepared.challenge, rp_id=RP, origin=PAGE)
    with pytest.raises(ActError):
        verify_assertion(
            assertion,
            challenge=other.challenge if what == "text" else prepared.challenge,
            credential=UnsafeSoftwareAuthenticator.create().credential if what == "key" else judge.credential,
            rp_id="phisher.example" if what == "institution" else RP,
            origin="https://phisher.example" if what == "origin" else PAGE,
        )


@given(
    part=st.sampled_from(["authenticator", "client", "signature", "public key"]),
    garbage=st.one_of(
        st.binary(max_size=200),
        st.builds(
            lambda head, flags, rest: head + bytes([flags]) + rest, st.binary(min_size=32, max_size=32), st.integers(0, 255), st.binary()
        ),
        st.sampled_from([cbor.encode({1: 2, 3: -65000, -1: 1}), cbor.encode({}), b"[]", b'{"type": "webauthn.get"}']),
    ),
)
@settings(deadline=None, max_examples=300)
def test_whatever_stands_in_the_place_of_an_assertion_is_refused_and_never_a_fault(part: str, garbage: bytes) -> None:
    judge = UnsafeSoftwareAuthenticator.create()
    credential, given_text = judge.credential, to_base64url(garbage)
    good = judge.answer(bytes(32), rp_id=RP, origin=PAGE)
    assertion = good if part == "public key" else replace(good, **{part: given_text})
    if part == "public key":
        credential = replace(credential, public_key=given_text)
    with pytest.raises(ActError):
        verify_assertion(assertion, challenge=bytes(32), credential=credential, rp_id=RP, origin=PAGE)

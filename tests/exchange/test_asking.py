"""A node asks a peer what was destroyed: only a peer of the list is answered, and only a question that was asked just now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from rogatory.errors import MessageError
from rogatory.exchange.message import Question, read_question, write_question
from rogatory.moments import Instant, instant, parse_instant

ASKS, ASKED = "https://fr.example", "https://provider.example"
NOW = parse_instant("2026-11-25T10:00:00Z")
KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
QUESTION = Question(sender=ASKS, to=ASKED, made_at=NOW, since=parse_instant("2026-11-01T00:00:00Z"))
TEXT = write_question(QUESTION, key=KEY, kid="m1")


def keys(uri: str, kid: str) -> Ed25519PublicKey | None:
    return KEY.public_key() if (uri, kid) == (ASKS, "m1") else None


def asked(text: str, *, recipient: str = ASKED, now: Instant = NOW) -> Question:
    return read_question(text, recipient=recipient, now=now, sender_keys=keys)


def test_a_question_of_a_peer_is_read_as_it_was_asked() -> None:
    assert asked(TEXT) == QUESTION


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_a_question_is_good_for_minutes_and_cannot_be_asked_again_by_somebody_who_kept_it(late: timedelta) -> None:
    with pytest.raises(MessageError, match="at another time"):
        asked(TEXT, now=instant(NOW + late))


def test_a_question_to_another_node_or_of_nobody_known_is_not_answered() -> None:
    with pytest.raises(MessageError, match="another node"):
        asked(TEXT, recipient="https://ie.example")
    with pytest.raises(MessageError, match="signature does not hold"):
        asked(write_question(QUESTION, key=OTHER, kid="m1"))
    with pytest.raises(MessageError, match="nobody known"):
        asked(write_question(QUESTION, key=KEY, kid="m2"))


@given(st.integers(0, len(TEXT) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_any_changed_sign_is_refused(place: int, sign: str) -> None:
    changed = TEXT[:place] + sign + TEXT[place + 1 :]
    if changed == TEXT:
        return
    with pytest.raises(MessageError):
        asked(changed)

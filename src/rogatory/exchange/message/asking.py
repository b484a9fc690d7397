"""A node's question to a peer: which of our common cases were destroyed since a moment? Signed, short, and good for minutes.

The answer is an ordinary sealed message that holds the acts which destroyed them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rogatory.canonical import Value
from rogatory.errors import FormError, MessageError
from rogatory.exchange.message.token import read_token, write_token
from rogatory.moments import Instant, format_instant, parse_canonical_instant

TYPE = "rogatory-destroyed+jws"
MAX_QUESTION = 4096
GOOD_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who asks whom, when, and from which moment on."""

    sender: str
    to: str
    made_at: Instant
    since: Instant


def write_question(question: Question, *, key: Ed25519PrivateKey, kid: str) -> str:
    """The question, signed by the asking node."""
    payload: Value = {
        "v": 1,
        "from": question.sender,
        "to": question.to,
        "made_at": format_instant(question.made_at),
        "since": format_instant(question.since),
    }
    return write_token(TYPE, payload, key=key, kid=kid)


def read_question(text: str, *, recipient: str, now: Instant, sender_keys: Callable[[str, str], Ed25519PublicKey | None]) -> Question:
    """A question whose signature holds and which was asked just now. `MessageError` names what does not hold."""

    def key_of(kid: str, payload: Value) -> Ed25519PublicKey | None:
        sender = payload.get("from") if isinstance(payload, dict) else None
        return sender_keys(sender, kid) if isinstance(sender, str) else None

    _, payload = read_token(text, TYPE, key_of=key_of, limit=MAX_QUESTION)
    if not isinstance(payload, dict) or payload.keys() != {"v", "from", "to", "made_at", "since"} or payload["v"] != 1:
        raise MessageError("is no question of version 1", where="payload")
    try:
        made_at, since = (parse_canonical_instant(str(payload[name])) for name in ("made_at", "since"))
    except FormError as error:
        raise MessageError(error.what, where="payload") from error
    if payload["to"] != recipient or abs(now - made_at) > GOOD_FOR:
        raise MessageError("is for another node, or was asked at another time", where="payload", cure="ask anew; look at both clocks")
    return Question(sender=str(payload["from"]), to=recipient, made_at=made_at, since=since)

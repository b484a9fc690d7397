"""The signed answer to a message: what became of each act. The same message gets the same bytes again: no time is in it.

A refusal is final and says rule, article and cure; `waiting` names the acts that are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rogatory.canonical import Value
from rogatory.errors import MessageError
from rogatory.exchange.message.token import read_token, write_token

TYPE = "rogatory-answer+jws"
LIMIT = 4 << 20
ResultState = Literal["taken up", "known", "waiting", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one act."""

    hash: str
    state: ResultState
    missing: tuple[str, ...] = ()
    code: str = ""
    rule: str = ""
    article: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one message."""

    of: str
    results: tuple[Result, ...]


def make_answer(of: str, results: Sequence[Result], *, signing_key: Ed25519PrivateKey, kid: str) -> bytes:
    """Sign the answer to the message with that digest."""
    payload: Value = {"v": 1, "of": of, "results": [_value(one) for one in results]}
    return write_token(TYPE, payload, key=signing_key, kid=kid).encode("ascii")


def _value(one: Result) -> Value:
    value: dict[str, Value] = {"hash": one.hash, "state": one.state}
    if one.missing:
        value["missing"] = list(one.missing)
    words = {"code": one.code, "rule": one.rule, "article": one.article, "cure": one.cure}
    return value | {name: word for name, word in words.items() if word}


def read_answer(data: bytes, *, of: str, sender_key: Callable[[str], Ed25519PublicKey | None]) -> Answer:
    """Read the answer to our own message. `MessageError` if it is not that, or not signed by whom we asked."""
    if len(data) > LIMIT:
        raise MessageError("is too long", where="answer")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise MessageError("is no compact JWS", where="answer") from error
    _, payload = read_token(text, TYPE, key_of=lambda kid, _: sender_key(kid), limit=LIMIT)
    if not isinstance(payload, dict) or payload.keys() != {"v", "of", "results"} or payload["v"] != 1:
        raise MessageError("is no answer of version 1", where="answer")
    results = payload["results"]
    if payload["of"] != of or not isinstance(results, list):
        raise MessageError("answers another message", where="answer")
    return Answer(of=of, results=tuple(_result(one) for one in results))


def _result(value: Value) -> Result:
    names = {"hash", "state", "missing", "code", "rule", "article", "cure"}
    if not isinstance(value, dict) or not {"hash", "state"} <= value.keys() <= names:
        raise MessageError("has a result that is not in its form", where="answer")
    missing = value.get("missing", [])
    if value["state"] not in get_args(ResultState) or not isinstance(missing, list):
        raise MessageError("has a result that is not in its form", where="answer")
    words = {name: str(value.get(name, "")) for name in ("code", "rule", "article", "cure")}
    state: ResultState = value["state"]
    return Result(hash=str(value["hash"]), state=state, missing=tuple(map(str, missing)), **words)

"""A message: acts with their due disclosures and proofs, signed by the sending node and sealed to the receiving one.

`{v, from, to, made_at, acts}` as a JWS, so that `to` is signed; then HPKE (RFC 9180) with ML-KEM-768 and X25519, whose
`info` is `rogatory/message/v1|from|to|kid`; around it a small canonical JSON object that says who and which key.

- At most 4 MiB and 500 acts; the length is checked before anything is read.
- Every refusal is a `MessageError`. Opening says nothing about whether an act is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from rogatory.canonical import Value, decode, encode, from_base64url, sha256_hex, to_base64url
from rogatory.errors import FormError, MessageError
from rogatory.exchange.message.keys import HpkePrivateKey
from rogatory.exchange.message.token import read_token, write_token
from rogatory.moments import Instant, format_instant, parse_canonical_instant

MAX_MESSAGE = 4 << 20
MAX_ACTS = 500
TYPE = "rogatory-message+jws"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One act on its way: the JWS, the disclosures that are due, and the receipt of its node's log."""

    skeleton: str
    disclosures: tuple[str, ...]
    receipt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Acts from one institution to another."""

    sender: str
    to: str
    made_at: Instant
    acts: tuple[Carried, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The bytes that cross, and the digest of the signed message inside, which the answer names."""

    data: bytes
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A message whose seal and signature hold."""

    message: Message
    digest: str


def _info(sender: str, to: str, kid: str) -> bytes:
    return f"rogatory/message/v1|{sender}|{to}|{kid}".encode()


def seal_message(
    message: Message,
    *,
    signing_key: Ed25519PrivateKey,
    signing_kid: str,
    to_key: MLKEM768X25519PublicKey,
    to_kid: str,
) -> Sealed:
    """Sign a message and seal it to the receiver's key."""
    if not message.acts or len(message.acts) > MAX_ACTS:
        raise MessageError(f"must hold 1 to {MAX_ACTS} acts", where="acts", cure="send the others in another message")
    payload: Value = {
        "v": 1,
        "from": message.sender,
        "to": message.to,
        "made_at": format_instant(message.made_at),
        "acts": [_act_value(one) for one in message.acts],
    }
    signed = write_token(TYPE, payload, key=signing_key, kid=signing_kid).encode("ascii")
    if len(signed) > MAX_MESSAGE:
        raise MessageError(f"is longer than {MAX_MESSAGE} bytes", where="message", cure="send fewer acts at once")
    sealed = _SUITE.encrypt(signed, to_key, info=_info(message.sender, message.to, to_kid))
    outer: Value = {"ct": to_base64url(sealed), "from": message.sender, "kid": to_kid, "to": message.to, "v": 1}
    return Sealed(data=encode(outer), digest=sha256_hex(signed))


def _act_value(one: Carried) -> Value:
    value: dict[str, Value] = {"skeleton": one.skeleton, "disclosures": list(one.disclosures)}
    return {**value, "receipt": one.receipt} if one.receipt else value


def open_message(
    data: bytes,
    *,
    recipient: str,
    keys: Mapping[str, HpkePrivateKey],
    sender_keys: Callable[[str, str], Ed25519PublicKey | None],
) -> Opened:
    """Open a message for this node. `MessageError` names what does not hold."""
    if len(data) > 2 * MAX_MESSAGE:
        raise MessageError("is too large", where="message", cure="send fewer acts; large files go as packages")
    outer = _outer(data)
    if outer["to"] != recipient:
        raise MessageError("is for another node", where=outer["to"], why=f"this is {recipient}", cure="send it to the node it names")
    key = keys.get(outer["kid"])
    if key is None:
        raise MessageError("is sealed to a key that this node does not have", where=outer["kid"], cure="read the newest trust list")
    try:
        signed = _SUITE.decrypt(from_base64url(outer["ct"], where="ct"), key.key, info=_info(outer["from"], outer["to"], outer["kid"]))
        text = signed.decode("ascii")
    except (InvalidTag, ValueError, FormError) as error:
        raise MessageError("cannot be opened", where="ct", why="a byte was changed, or it was sealed otherwise") from error
    _, payload = read_token(text, TYPE, key_of=lambda kid, _: sender_keys(outer["from"], kid), limit=MAX_MESSAGE)
    message = _message(payload)
    if message.sender != outer["from"] or message.to != recipient:
        raise MessageError("says another sender or receiver inside than outside", where="message")
    return Opened(message=message, digest=sha256_hex(signed))


def _outer(data: bytes) -> dict[str, str]:
    try:
        outer = decode(data, max_bytes=2 * MAX_MESSAGE, where="message")
    except FormError as error:
        raise MessageError(error.what, where=error.where, why=error.why, cure=error.cure) from error
    if not isinstance(outer, dict) or outer.keys() != {"ct", "from", "kid", "to", "v"} or outer["v"] != 1:
        raise MessageError("is no sealed message of version 1", where="message")
    if not all(isinstance(outer[name], str) for name in ("ct", "from", "kid", "to")):
        raise MessageError("is no sealed message of version 1", where="message")
    return {name: str(outer[name]) for name in ("ct", "from", "kid", "to")}


def _message(payload: Value) -> Message:
    if not isinstance(payload, dict) or payload.keys() != {"v", "from", "to", "made_at", "acts"} or payload["v"] != 1:
        raise MessageError("is no message of version 1", where="payload")
    acts = payload["acts"]
    if not isinstance(acts, list) or not 0 < len(acts) <= MAX_ACTS:
        raise MessageError(f"must hold 1 to {MAX_ACTS} acts", where="acts")
    try:
        made_at = parse_canonical_instant(str(payload["made_at"]))
    except FormError as error:
        raise MessageError(error.what, where="made_at") from error
    return Message(
        sender=str(payload["from"]),
        to=str(payload["to"]),
        made_at=made_at,
        acts=tuple(_carried(one, number) for number, one in enumerate(acts)),
    )


def _carried(value: Value, number: int) -> Carried:
    where = f"acts[{number}]"
    if not isinstance(value, dict) or not {"skeleton", "disclosures"} <= value.keys() <= {
        "skeleton",
        "disclosures",
        "receipt",
    }:
        raise MessageError("must hold skeleton, disclosures and perhaps receipt", where=where)
    skeleton, disclosures, receipt = value["skeleton"], value["disclosures"], value.get("receipt")
    if not isinstance(skeleton, str) or not isinstance(disclosures, list) or not isinstance(receipt, str | None):
        raise MessageError("is not in its form", where=where)
    if not all(isinstance(one, str) for one in disclosures):
        raise MessageError("is not in its form", where=f"{where}.disclosures")
    return Carried(skeleton=skeleton, disclosures=tuple(map(str, disclosures)), receipt=receipt)

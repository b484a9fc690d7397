"""A compact JWS of one type, read strictly: what messages, answers and trust lists have in common."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rogatory.canonical import Value, decode, encode, from_base64url
from rogatory.errors import FormError, MessageError
from rogatory.token import ALGORITHM, is_signed, sign_token


def write_token(kind: str, payload: Value, *, key: Ed25519PrivateKey, kid: str) -> str:
    """Sign a payload as a JWS of that type."""
    return sign_token({"kid": kid, "typ": kind}, encode(payload), key)


def read_token(text: str, kind: str, *, key_of: Callable[[str, Value], Ed25519PublicKey | None], limit: int) -> tuple[str, Value]:
    """The name of the key, and the payload, of a JWS whose signature holds. `key_of` sees both before anything is believed."""
    pieces = text.split(".")
    if len(pieces) != 3 or len(text) > 2 * limit:  # noqa: PLR2004  # header, payload, signature
        raise MessageError("is no compact JWS, or too long", where=kind)
    try:
        header = decode(from_base64url(pieces[0]), where="header")
        payload = decode(from_base64url(pieces[1]), max_bytes=limit, where="payload")
        from_base64url(pieces[2])
    except FormError as error:
        raise MessageError(error.what, where=f"{kind}, {error.where}", why=error.why, cure=error.cure) from error
    if not isinstance(header, dict) or header.keys() != {"alg", "kid", "typ"}:
        raise MessageError("must hold alg, kid and typ, and nothing else", where=f"{kind}, header")
    kid = header["kid"]
    if header["alg"] != ALGORITHM or header["typ"] != kind or not isinstance(kid, str):
        raise MessageError(f"must say alg {ALGORITHM} and typ {kind}", where=f"{kind}, header")
    key = key_of(kid, payload)
    if key is None:
        raise MessageError("is signed with a key that nobody known has", where=f"{kind}, kid {kid}", cure="use a key of the trust list")
    if not is_signed(text, key):
        raise MessageError("the signature does not hold", where=kind, why="a byte was changed, or another key signed")
    return kid, payload

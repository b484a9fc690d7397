"""A compact JWS under Ed25519 (RFC 7515, RFC 9864): signed and checked in one place, by the JOSE library.

How long a text may be is said by those who read it (`act`, `exchange`) before they come here. The library's own bound, 128,000
characters of payload, lies below what they allow: a message with thirty acts, or a trust list of a union of States, is longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM: Final = "Ed25519"
LONGEST: Final = 64 << 20
"""Characters of a payload that are checked at most: more than any reader lets through."""


class _Registry(jws.JWSRegistry):
    max_payload_length = LONGEST


_REGISTRY = _Registry(algorithms=[ALGORITHM])


def sign_token(header: Mapping[str, str], payload: bytes, key: Ed25519PrivateKey) -> str:
    """The compact JWS of a payload; `header` holds all but the algorithm."""
    return jws.serialize_compact({"alg": ALGORITHM, **header}, payload, _as_jwk(key), registry=_REGISTRY)


def is_signed(text: str, key: Ed25519PublicKey) -> bool:
    """Whether the signature of a compact JWS holds under a key."""
    try:
        jws.deserialize_compact(text, OKPKey.import_key(key), registry=_REGISTRY)
    except (JoseError, ValueError):
        return False
    return True


@lru_cache(maxsize=8)
def _as_jwk(key: Ed25519PrivateKey) -> OKPKey:
    """An institution signs everything with few keys: each is turned into the form of the JOSE library once."""
    return OKPKey.import_key(key)

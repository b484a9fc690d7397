"""The public keys of messages, as texts of the trust list: base64url of raw bytes.

Signing is Ed25519. Sealing is HPKE with ML-KEM-768 and X25519 together, because what is recorded today must stay closed for
decades: the text is the ML-KEM key (1184 bytes) followed by the X25519 key (32 bytes).
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidKey, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from rogatory.canonical import from_base64url, to_base64url
from rogatory.errors import FormError
from rogatory.ledger.note import check_public

MLKEM_BYTES, X25519_BYTES = 1184, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class HpkePrivateKey:
    """The two halves of a private key that opens messages."""

    mlkem: MLKEM768PrivateKey
    x25519: X25519PrivateKey

    @property
    def key(self) -> MLKEM768X25519PrivateKey:
        """As the library takes it."""
        return MLKEM768X25519PrivateKey(self.mlkem, self.x25519)


@dataclass(frozen=True, slots=True, kw_only=True)
class HpkePublicKey:
    """A public key to seal to, with its name."""

    kid: str
    key: MLKEM768X25519PublicKey


def hpke_public_text(private: HpkePrivateKey) -> str:
    """The public half as the trust list states it."""
    return to_base64url(private.mlkem.public_key().public_bytes_raw() + private.x25519.public_key().public_bytes_raw())


def read_hpke_public(text: str) -> MLKEM768X25519PublicKey:
    """Read a public key to seal to. `FormError` if it is none."""
    raw = from_base64url(text, where="hpke key")
    if len(raw) != MLKEM_BYTES + X25519_BYTES:
        raise FormError("is no ML-KEM-768 and X25519 key", where="hpke key")
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_BYTES]), X25519PublicKey.from_public_bytes(raw[MLKEM_BYTES:])
        )
    except (ValueError, InvalidKey, UnsupportedAlgorithm) as error:
        raise FormError("is no ML-KEM-768 and X25519 key", where="hpke key", why=str(error)) from error


def signing_public_text(key: Ed25519PublicKey) -> str:
    """An Ed25519 public key as the trust list states it."""
    return to_base64url(key.public_bytes_raw())


def read_signing_public(text: str) -> Ed25519PublicKey:
    """Read an Ed25519 public key. `FormError` if it is none."""
    raw = check_public(from_base64url(text, where="signing key"), where="signing key")
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise FormError("is no Ed25519 key", where="signing key") from error

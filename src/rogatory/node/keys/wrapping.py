"""Encrypt small things at rest: AES-256-GCM with a random nonce in front; what it is for is bound in."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rogatory.errors import StorageError

NONCE = 12


def seal(key: bytes, plain: bytes, aad: bytes) -> bytes:
    """Nonce and ciphertext."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def unseal(key: bytes, sealed: bytes, aad: bytes, where: str) -> bytes:
    """The plain bytes. `StorageError` if the key is another, or a byte was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)
    except (InvalidTag, ValueError) as error:
        raise StorageError(
            "cannot be decrypted",
            where=where,
            why="its key is another, or it was changed",
            cure="check the node's secret file",
        ) from error

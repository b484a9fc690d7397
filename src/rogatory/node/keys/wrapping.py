"""Encrypt small things at rest: AES-256-GCM with a random nonce in front; what it is for is bound in."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

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


def write_durably(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write a file of mode 0600 so that it is whole or not there, and survives a crash."""
    beside = path.with_name(f".{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    if replace:
        beside.replace(path)
    else:
        with contextlib.suppress(FileExistsError):  # what is there is kept
            os.link(beside, path)
        beside.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

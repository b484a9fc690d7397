"""The header of an age file: a version line, recipient stanzas, a MAC (C2SP age, "Header").

Reading is strict: limits first, then exact lines, then base64 that is canonical. A header that some readers would take and
others would not is refused, so that no two people see two recipients in one file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rogatory.custody.age.keys import read_identity, read_recipient
from rogatory.errors import PackageError

VERSION = b"age-encryption.org/v1\n"
X25519, SCRYPT = "X25519", "scrypt"
FILE_KEY, SHARE, WRAPPED = 16, 32, 32
MOST = 1 << 16
COLUMNS = 64
_STANZA = re.compile(rb"-> ([\x21-\x7e]+(?: [\x21-\x7e]+)*)\n")
_BODY = re.compile(rb"[A-Za-z0-9+/]{0,64}\n")
_MAC = re.compile(rb"--- ([A-Za-z0-9+/]{43})\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stanza:
    """One recipient: its type, its arguments, the wrapped file key."""

    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header as it was read: what the MAC covers, the MAC, the stanzas."""

    covered: bytes
    mac: bytes
    stanzas: tuple[Stanza, ...]
    size: int

    def file_key(self, identities: Sequence[str]) -> bytes:
        """The file key, once the MAC holds. `PackageError` if no identity matches, or the header was changed."""
        keys = [read_identity(one) for one in identities]
        if any(one.arguments[0] == SCRYPT for one in self.stanzas) and len(self.stanzas) > 1:
            raise _malformed("a passphrase stands beside another recipient")
        found = next((key for one in self.stanzas for mine in keys if (key := _unwrap(one, mine)) is not None), None)
        if found is None:
            raise PackageError("is sealed to another recipient", where="package", why="no recipient matches the identity")
        if not hmac.compare_digest(_mac(found, self.covered), self.mac):
            raise PackageError("has a changed header", where="package", why="its MAC does not hold")
        return found


def write_header(recipient: str, *, file_key: bytes, ephemeral: bytes) -> bytes:
    """A header with one X25519 recipient; `file_key` and `ephemeral` are 16 and 32 fresh random bytes."""
    to = read_recipient(recipient)
    secret = X25519PrivateKey.from_private_bytes(ephemeral)
    share = secret.public_key().public_bytes_raw()
    wrapping = _wrapping_key(_shared(secret, to), share, to.public_bytes_raw())
    body = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    covered = VERSION + b"-> X25519 " + _text(share) + b"\n" + _text(body) + b"\n---"
    return covered + b" " + _text(_mac(file_key, covered)) + b"\n"


def read_header(source: BinaryIO) -> Header:
    """The header, read from the start of a stream, which then stands at the payload. `PackageError` if it is malformed."""
    covered = _line(source, 0)
    if covered != VERSION:
        raise _malformed("it does not begin as an age file of version 1")
    stanzas: list[Stanza] = []
    while True:
        line = _line(source, len(covered))
        mac = _MAC.fullmatch(line)
        if mac and stanzas:
            return Header(covered=covered + b"---", mac=_bytes(mac[1]), stanzas=tuple(stanzas), size=len(covered) + len(line))
        first = _STANZA.fullmatch(line)
        if not first:
            raise _malformed("a line is neither a recipient nor the end")
        covered += line
        text = b""
        while True:
            line = _line(source, len(covered))
            if not _BODY.fullmatch(line):
                raise _malformed("a recipient's key is not in its form")
            covered += line
            text += line[:-1]
            if len(line) <= COLUMNS:
                break
        stanzas.append(_checked(Stanza(arguments=tuple(first[1].decode("ascii").split(" ")), body=_bytes(text))))


def _checked(one: Stanza) -> Stanza:
    kind, *arguments = one.arguments
    if kind == X25519 and (len(arguments) != 1 or len(_bytes(arguments[0].encode())) != SHARE or len(one.body) != WRAPPED):
        raise _malformed("an X25519 recipient has another length")
    return one


def _unwrap(one: Stanza, mine: X25519PrivateKey) -> bytes | None:
    if one.arguments[0] != X25519:
        return None
    share = _bytes(one.arguments[1].encode())
    shared = _shared(mine, X25519PublicKey.from_public_bytes(share))
    wrapping = _wrapping_key(shared, share, mine.public_key().public_bytes_raw())
    try:
        return ChaCha20Poly1305(wrapping).decrypt(bytes(12), one.body, None)
    except InvalidTag:
        return None


def _shared(mine: X25519PrivateKey, other: X25519PublicKey) -> bytes:
    try:
        return mine.exchange(other)
    except ValueError as error:  # a point of low order: everybody would know the secret
        raise _malformed("a recipient's share is no key") from error


def _wrapping_key(shared: bytes, share: bytes, public: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=share + public, info=b"age-encryption.org/v1/X25519").derive(shared)


def _mac(file_key: bytes, covered: bytes) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=b"", info=b"header").derive(file_key)
    return hmac.new(key, covered, hashlib.sha256).digest()


def _line(source: BinaryIO, before: int) -> bytes:
    line = source.readline(MOST - before)
    if not line.endswith(b"\n"):
        raise _malformed("it ends too early, or is too long")
    return line


def _text(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise _malformed("it holds what is no base64") from error
    if _text(data) != text:
        raise _malformed("it holds base64 that is not canonical")
    return data


def _malformed(why: str) -> PackageError:
    return PackageError("has a malformed header", where="package", why=why, cure="fetch it again from its producer")

"""Read and write signed notes and verifier keys.

C2SP `signed-note` v1.0.0; Ed25519 notes (type 0x01). The key of a cosignature (type 0x04) is written the same way.

- The text is everything before the last empty line; it ends in a newline. Then come 1 to 64 signature lines.
- What is read is written again and compared: two spellings of one note do not exist.
- A public key is in its one form, and no point of small order, for which anybody can sign.
- The key id of a verifier key is computed again; one that does not fit its name and key is refused.
- A line whose name and id are those of a key must verify, every one; lines of other keys are passed over.

Left to others: what the text says (`checkpoint`), which keys are to be trusted (the trust list).

>>> key = read_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
>>> key.name, key.use.name
('example.com/foo', 'NOTE')
"""

from __future__ import annotations

import enum
import hashlib
import re
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rogatory.errors import FormError, ProofError
from rogatory.ledger.lines import check_text, read_base64, to_base64

MAX_SIGNATURES = 64
MAX_NAME = 255
"""Bytes of a key's name in UTF-8."""

_FIELD = (1 << 255) - 19
_SMALL = {0, 1, _FIELD - 1} | {
    int.from_bytes(bytes.fromhex(one), "little")
    for one in (
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
}
"""The y-coordinates of the eight points of small order on edwards25519, as libsodium lists them."""
_DASH = "\u2014 "
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_KEY_BYTES = 32
_ID_BYTES = 4


class KeyUse(enum.IntEnum):
    """What a key signs: the signature type byte of C2SP `signed-note`."""

    NOTE = 0x01
    COSIGNATURE = 0x04


def check_public(public: bytes, *, where: str) -> bytes:
    """An Ed25519 public key, if it can bind its holder. For a point of small order anybody makes signatures that verify."""
    y = int.from_bytes(public, "little") & (1 << 255) - 1  # RFC 8032, section 5.1.2: the last bit is the sign of x
    if len(public) != _KEY_BYTES or y >= _FIELD:
        raise FormError("is no Ed25519 public key in its one form", where=where)
    if y in _SMALL:
        cure = "draw a new key: anybody can sign for this one"
        raise FormError("is a point of small order, and no key", where=where, cure=cure)
    return public


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """An Ed25519 public key with the name that it signs under and the one use that it has."""

    name: str
    use: KeyUse
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        check_public(self.public, where=f"verifier key {self.name}")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, type and key."""
        return hashlib.sha256(self.name.encode("utf-8") + b"\n" + bytes([self.use]) + self.public).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The vkey text: name, key id in hex, type and key in base64, joined by `+`."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.use]) + self.public)}"

    def check(self, message: bytes, signature: bytes) -> bytes:
        """The message, if this key has signed it."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise ProofError("has not made this signature", where=f"key {self.name}+{self.key_id.hex()}") from error
        return message


class Signer(Protocol):
    """What signs: an Ed25519 key in memory, or one that never leaves its token."""

    def sign(self, data: bytes, /) -> bytes:
        """The 64 bytes of the signature."""
        ...

    def public_key(self) -> Ed25519PublicKey:
        """The public half."""
        ...


def vkey_of(key: Signer | Ed25519PublicKey, *, name: str, use: KeyUse = KeyUse.NOTE) -> VerifierKey:
    """The verifier key of a key that signs under this name."""
    public = key if isinstance(key, Ed25519PublicKey) else key.public_key()
    return VerifierKey(name=name, use=use, public=public.public_bytes_raw())


def read_vkey(text: str) -> VerifierKey:
    """Read a vkey text of one of the two uses."""
    where = f"verifier key {text[:80]!r}"
    name, _, rest = check_text(text, where=where).partition("+")
    key_id, plus, encoded = rest.partition("+")
    if not plus or not _KEY_ID.fullmatch(key_id):
        raise FormError("is not name+id+key", where=where, cure="copy the whole line that the log publishes")
    material = read_base64(encoded, where=where)
    if not material or material[0] not in tuple(KeyUse):
        raise FormError("is no Ed25519 key of a log or a witness", where=where)
    key = VerifierKey(name=name, use=KeyUse(material[0]), public=material[1:])
    if key.text != text:
        raise FormError("has a key id that is not its own", where=where, why=f"found {key_id}, not {key.key_id.hex()}")
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line: who signed, the id of the key, and the bytes of the signature."""

    name: str
    key_id: bytes
    data: bytes

    @property
    def line(self) -> str:
        """The line, without its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.data)}"


def read_signature(line: str) -> Signature:
    """Read one signature line without its newline."""
    name, _, encoded = check_text(line, where="signature line").removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise FormError("does not begin with a dash and a space", where="signature line", why=f"found {line[:40]!r}")
    data = read_base64(encoded, where=f"signature of {_check_name(name)}")
    if len(data) <= _ID_BYTES:
        raise FormError("is too short for an id and a signature", where=f"signature of {name}")
    return Signature(name=name, key_id=data[:_ID_BYTES], data=data[_ID_BYTES:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text, which ends in a newline, and its signatures."""

    body: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        check_text(self.body, where="note")
        if not self.body.endswith("\n"):
            raise FormError("does not end in a newline", where="text of the note")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise FormError(f"has not 1 to {MAX_SIGNATURES} signatures", where="note")

    @property
    def text(self) -> str:
        """The whole note as it is kept and sent."""
        return self.body + "\n" + "".join(signature.line + "\n" for signature in self.signatures)

    def signatures_by(self, key: VerifierKey) -> tuple[Signature, ...]:
        """The lines that carry the name and the id of this key; not verified."""
        return tuple(line for line in self.signatures if (line.name, line.key_id) == (key.name, key.key_id))


def read_note(text: str) -> Note:
    """Read a note; any text that is not exactly what `Note.text` would write is refused."""
    head, gap, tail = check_text(text, where="note").rpartition("\n\n")
    if not gap:
        raise FormError("has no empty line before its signatures", where="note")
    if not tail.endswith("\n"):
        says = "breaks off in its last line, or before it" if tail else "has an empty line at its end, and no signature below it"
        raise FormError(says, where="note", cure="take all of it, to the newline of its last signature and no further")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise FormError(f"has not 1 to {MAX_SIGNATURES} signatures", where="note")
    note = Note(body=head + "\n", signatures=tuple(read_signature(line) for line in lines))
    if note.text != text:
        raise FormError("is not in its one form", where="note")
    return note


def sign_note(body: str, *, key: Signer, name: str) -> Note:
    """A note with one signature of type 0x01."""
    vkey = vkey_of(key, name=name)
    signature = Signature(name=name, key_id=vkey.key_id, data=key.sign(body.encode("utf-8")))
    return Note(body=body, signatures=(signature,))


def verify_note(note: Note, key: VerifierKey) -> str:
    """The text of the note, if this key has signed it; a second line of the same key must hold as well."""
    if key.use is not KeyUse.NOTE:
        raise ProofError("signs as a witness, not as a log", where=f"key {key.name}")
    lines = note.signatures_by(key)
    if not lines:
        raise ProofError("has not signed it", where=f"key {key.name}+{key.key_id.hex()}")
    for line in lines:
        key.check(note.body.encode("utf-8"), line.data)
    return note.body


def _check_name(name: str) -> str:
    long = len(check_text(name, where="key name").encode("utf-8")) > MAX_NAME
    if not name or long or "+" in name or any(letter.isspace() for letter in name):
        cure = f"use no space, no plus sign, and at most {MAX_NAME} bytes"
        raise FormError("is no key name", where=repr(name[:80]), cure=cure)
    return name

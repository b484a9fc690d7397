"""A pack kept for later: all its files in one, with its hash, its owner, its day of review, and the owner's signature.

Acts name the pack that they were judged by; whoever keeps it can put the same questions again, years later, and get the same bytes.

- The hash is that of `rogatory.law.load`, over what the engine uses; it is computed again on opening.
- The signature is Ed25519 (RFC 8032) over the canonical form (RFC 8785) of everything else in the file, texts for people included.
- Whom to trust is not in the file: the reader names the key, and another one is refused.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rogatory.canonical import Value, decode, encode
from rogatory.errors import FormError, PackError
from rogatory.law.load import load
from rogatory.law.model import Pack

FORM = "rogatory.law.pack.v1"
LIMIT = 8 << 20
_KEYS = {"form", "instrument", "hash", "owner", "checked_on", "review_by", "files"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A pack as it was kept: by whom it was signed, if at all, and what it held."""

    pack: Pack
    owner: str
    review_by: date
    key: str


def keep(files: Mapping[str, str], key: Ed25519PrivateKey | None) -> tuple[str, str]:
    """The hash and the text of the file that keeps a pack; unsigned without a key. `PackError` if the files make no pack."""
    pack = load(files)
    statement: dict[str, Value] = {
        "form": FORM,
        "instrument": pack.instrument,
        "hash": pack.hash,
        "owner": pack.owner,
        "checked_on": pack.checked_on.isoformat(),
        "review_by": pack.review_by.isoformat(),
        "files": dict(files),
    }
    if key is not None:
        statement["signature"] = signature_of(statement, key)
    return pack.hash, encode(statement).decode()


def public_hex(key: Ed25519PublicKey) -> str:
    """A public key as it is named here: 64 signs."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signature_of(statement: Mapping[str, Value], key: Ed25519PrivateKey) -> Value:
    """The signature over a statement, with the key that verifies it."""
    return {"key": public_hex(key.public_key()), "value": base64.b64encode(key.sign(encode(dict(statement)))).decode()}


def open_kept(name: str, text: str, signed_by: str = "") -> Kept:
    """Open a kept pack. `PackError` if it was changed since, or is not signed by the key that the reader names (hex)."""
    held = _read(name, text)
    signature = held.pop("signature", None)
    key = verified(name, held, signature) if signature is not None else ""
    if signed_by and key != signed_by.lower():
        raise PackError(
            f"is signed by {key or 'nobody'}, not by {signed_by}", where=name, cure="ask the owner for the file, or for the key that signs"
        )
    files = held["files"]
    if not isinstance(files, Mapping) or not all(isinstance(one, str) for one in files.values()):
        raise PackError("its files are no texts", where=f"{name}: files", cure="ask the owner for the file again")
    pack = load({str(path): str(one) for path, one in files.items()})
    if pack.hash != held["hash"]:
        raise PackError(f"has the hash {pack.hash}, not {held['hash']}", where=f"{name}: hash", cure="ask the owner for the file again")
    return Kept(pack=pack, owner=pack.owner, review_by=pack.review_by, key=key)


def _read(name: str, text: str) -> dict[str, Value]:
    try:
        held = decode(text.encode("utf-8", "surrogatepass"), max_bytes=LIMIT, where=name)
    except FormError as error:
        raise PackError("is no kept pack", where=name, why=str(error), cure="give the file that law keep wrote") from error
    if not isinstance(held, dict) or held.keys() - {"signature"} != _KEYS or held["form"] != FORM:
        raise PackError("is no kept pack", where=name, cure="give the file that law keep wrote")
    return held


def verified(name: str, statement: Mapping[str, Value], signature: Value) -> str:
    """The key that signed a statement. `PackError` if the signature does not hold."""
    if not isinstance(signature, Mapping) or signature.keys() != {"key", "value"}:
        raise PackError("its signature has no key and value", where=f"{name}: signature", cure="ask the owner for the file again")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(signature["key"])))
        public.verify(base64.b64decode(str(signature["value"]), validate=True), encode(statement))
    except (ValueError, binascii.Error, InvalidSignature) as error:
        raise PackError("its signature does not hold", where=f"{name}: signature", cure="ask the owner for the file again") from error
    return str(signature["key"]).lower()

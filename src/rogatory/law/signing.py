"""The owner's signature over the law as a whole: which files, which packs, who answers for them, and when they are looked at again.

- Signed is a list of digests: SHA-256 of every file that decides or is printed, and the hash of every pack that they make.
- The signature is Ed25519 (RFC 8032) over the canonical form (RFC 8785) of everything else in the statement.
- A signature that does not hold is an error. One that holds over other files than these is said so, file by file.
- Whom to trust is not in the statement: the owner's public key lies beside the law, and a reader may name the key she knows.

Left to others: reading files (the node's `packs`), keeping one pack for later (`rogatory.law.keeping`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.canonical import Value, decode, encode, sha256_hex
from rogatory.errors import FormError, PackError
from rogatory.law.keeping import signature_of, verified
from rogatory.moments import parse_day

FORM = "rogatory.law.signature.v1"
LIMIT = 1 << 20
_KEYS = {"form", "owner", "signed_on", "review_by", "files", "packs", "signature"}
_CURE = "give the file that law sign wrote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What an owner signed: digests of files and hashes of packs, by their names; the key in hexadecimal."""

    owner: str
    key: str
    signed_on: date
    review_by: date
    files: Mapping[str, str]
    packs: Mapping[str, str]

    def differences(self, files: Mapping[str, str]) -> tuple[str, ...]:
        """How the law as it lies differs from what was signed, one line a file."""
        now = digests(files)
        return (
            *(f"{name} is new" for name in sorted(now.keys() - self.files.keys())),
            *(f"{name} is gone" for name in sorted(self.files.keys() - now.keys())),
            *(f"{name} was changed" for name in sorted(now.keys() & self.files.keys()) if now[name] != self.files[name]),
        )


def digests(files: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of each file's text in UTF-8, by its name."""
    return {name: sha256_hex(text.encode()) for name, text in files.items()}


def sign(files: Mapping[str, str], packs: Mapping[str, str], key: Ed25519PrivateKey, *, owner: str, on: date, review_by: date) -> str:
    """The statement with its signature, as text; `packs` are hashes by name."""
    statement: dict[str, Value] = {
        "form": FORM,
        "owner": owner,
        "signed_on": on.isoformat(),
        "review_by": review_by.isoformat(),
        "files": dict(digests(files)),
        "packs": dict(packs),
    }
    return encode({**statement, "signature": signature_of(statement, key)}).decode()


def read_signed(name: str, text: str) -> Signed:
    """What was signed. `PackError` if it is no such statement, or its signature does not hold."""
    try:
        held = decode(text.encode("utf-8", "surrogatepass"), max_bytes=LIMIT, where=name)
    except FormError as error:
        raise PackError("is no signature of the law", where=name, why=str(error), cure=_CURE) from error
    if not isinstance(held, dict) or held.keys() != _KEYS or held["form"] != FORM:
        raise PackError("is no signature of the law", where=name, cure=_CURE)
    key = verified(name, {one: value for one, value in held.items() if one != "signature"}, held["signature"])
    return Signed(
        owner=str(held["owner"]),
        key=key,
        signed_on=_day(name, held["signed_on"]),
        review_by=_day(name, held["review_by"]),
        files=_texts(name, held["files"]),
        packs=_texts(name, held["packs"]),
    )


def _texts(name: str, value: Value) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise PackError("its lists are none", where=name, cure=_CURE)
    return {one: str(digest) for one, digest in value.items()}


def _day(name: str, value: Value) -> date:
    try:
        return parse_day(str(value))
    except FormError as error:
        raise PackError("its days are none", where=name, cure=_CURE) from error

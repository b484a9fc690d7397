"""The one byte form of every value that is hashed or signed: RFC 8785 JSON, and base64url without padding.

- Text, whole numbers up to 2^53-1, truth values, lists and objects. No `null`, no fractions, no empty text.
- Reading is strict: limits first, then parse, then write again and compare. Two byte strings never mean the same value.

>>> encode({"kind": "authorise", "days": 3})
b'{"days":3,"kind":"authorise"}'
>>> decode(b'{"days": 3}')
Traceback (most recent call last):
rogatory.errors.FormError: value: is not in canonical form. To cure it: write it as RFC 8785 says
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

from rogatory.errors import FormError

Value: TypeAlias = "str | int | bool | Sequence[Value] | Mapping[str, Value]"

MAX_BYTES = 1 << 20
MAX_DEPTH = 16
MAX_NUMBER = (1 << 53) - 1
_TO_URL = bytes.maketrans(b"+/", b"-_")

_Path: TypeAlias = "tuple[_Path, str | int] | None"
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False)
"""Writes ASCII as RFC 8785 says, many times faster than `rfc8785`, which writes everything else; a property test compares them."""


def encode(value: Value) -> bytes:
    """The canonical bytes of a value. `FormError` for what has no such form."""
    _check(value, None, 0)
    text = _WRITER.encode(value)
    if text.isascii():
        return text.encode("ascii")
    try:  # keys beyond ASCII are sorted by their UTF-16 code units, which the standard library does not
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise FormError("has no canonical form", where="value", why=str(error)) from error


def decode(data: bytes, *, max_bytes: int = MAX_BYTES, where: str = "value") -> Value:
    """Read canonical bytes. `FormError` if they are too long, too deep, malformed, or not the one form of their value."""
    if len(data) > max_bytes:
        raise FormError(f"is longer than {max_bytes} bytes", where=where, cure="send large files as a package")
    try:
        value: Value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FormError("is not JSON", where=where, why=str(error)[:200]) from error
    if encode(value) != data:
        raise FormError("is not in canonical form", where=where, cure="write it as RFC 8785 says")
    return value


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key stands twice")
    return read


def _no_fraction(text: str) -> Value:
    raise ValueError(f"{text} is no whole number")


def _check(value: object, path: _Path, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise FormError(f"is nested deeper than {MAX_DEPTH}", where=_where(path))
    if type(value) is str and value:  # most of what is written
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key:
                raise FormError("has a key that is no text", where=_where(path))
            _check(item, (path, f".{key}"), depth + 1)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            _check(item, (path, number), depth + 1)
    elif not isinstance(value, str | int):
        raise FormError(f"is {type(value).__name__}, which has no canonical form", where=_where(path))
    else:
        _check_single(value, path)


def _check_single(value: str | int, path: _Path) -> None:
    if value == "":
        raise FormError("is empty text", where=_where(path), cure="leave it out")
    if isinstance(value, int) and not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise FormError("has no canonical form", where=_where(path), why=f"a whole number is at most {MAX_NUMBER}")


def _where(path: _Path) -> str:
    """The place of a value as text: composed only where something is wrong."""
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(f"[{step}]" if isinstance(step, int) else step)
    return "".join(("value", *reversed(steps)))


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def to_base64url(data: bytes) -> str:
    """Base64url without padding (RFC 4648, section 5)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def from_base64url(text: str, *, where: str = "value") -> bytes:
    """Read base64url without padding; any other spelling of the same bytes is refused."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise FormError("is not base64url", where=where) from error
    if to_base64url(data) != text:
        raise FormError("is not the one base64url form of its bytes", where=where)
    return data

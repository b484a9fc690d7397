"""The small words that all C2SP text formats share: lines, whole numbers, base64.

- A whole number is ASCII decimal, without sign, space or leading zero, below 2^63.
- Base64 is RFC 4648 section 4 with padding; any other spelling of the same bytes is refused.
- A text is bounded before it is read. It is UTF-8 without control characters other than the newline.

Left to others: what the lines mean (`note`, `checkpoint`, `receipt`, `witness`).

>>> read_number("109482", where="tree size")
109482
"""

from __future__ import annotations

import base64
import binascii
import re

from rogatory.errors import FormError
from rogatory.ledger.tree import HASH_BYTES, MAX_SIZE

MAX_TEXT_BYTES = 1 << 18

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def check_text(text: str, *, where: str) -> str:
    """The text, if it is short enough and holds nothing that a note may not hold."""
    try:
        length = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise FormError("is no UTF-8 text", where=where) from error
    if length > MAX_TEXT_BYTES:
        raise FormError(f"is longer than {MAX_TEXT_BYTES} bytes", where=where)
    if found := _CONTROL.search(text):
        why = f"U+{ord(found[0]):04X} in line {text.count(chr(10), 0, found.start()) + 1}"
        raise FormError("holds a control character", where=where, why=why, cure="end lines with a newline alone")
    return text


def read_number(text: str, *, where: str) -> int:
    """A whole number from 0 to 2^63-1 in its one form."""
    if not _NUMBER.fullmatch(text) or int(text) > MAX_SIZE:
        raise FormError("is not a whole number in its one form", where=where, why=f"found {text[:40]!r}")
    return int(text)


def read_base64(text: str, *, where: str) -> bytes:
    """The bytes of a base64 text in its one form."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormError("is not base64", where=where) from error
    if to_base64(data) != text:
        raise FormError("is not the one base64 form of its bytes", where=where)
    return data


def read_hash(text: str, *, where: str) -> bytes:
    """The 32 bytes of a hash in base64."""
    data = read_base64(text, where=where)
    if len(data) != HASH_BYTES:
        raise FormError("is no SHA-256 hash", where=where, why=f"{len(data)} bytes")
    return data


def to_base64(data: bytes) -> str:
    """Base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")

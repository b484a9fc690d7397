"""What an owner signed is read back as it was signed, and nothing else is read as an owner's word."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.canonical import decode, encode
from rogatory.errors import PackError
from rogatory.law.keeping import public_hex, signature_of
from rogatory.law.signing import Signed, read_signed, sign

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FILES = {"a.yaml": "one", "b.yaml": "two", "c.yaml": "three"}
ON, REVIEW = date(2026, 11, 25), date(2027, 5, 23)


def _text(owner: str = "Nobody in particular") -> str:
    return sign(FILES, {"eio": "00"}, KEY, owner=owner, on=ON, review_by=REVIEW)


def _statement(**changed: Any) -> str:
    """The statement with other contents, and with its owner's signature over these."""
    held: Any = decode(_text().encode(), max_bytes=1 << 20, where="test")
    held |= changed
    del held["signature"]
    held = {name: value for name, value in held.items() if value is not None}
    return encode({**held, "signature": signature_of(held, KEY)}).decode()


def _read(text: str) -> Signed:
    return read_signed("signature.json", text)


def test_a_statement_is_read_as_it_was_signed() -> None:
    held = _read(_text())

    assert (held.owner, held.key, held.signed_on, held.review_by) == ("Nobody in particular", public_hex(KEY.public_key()), ON, REVIEW)
    assert held.files.keys() == FILES.keys()
    assert held.packs == {"eio": "00"}


@pytest.mark.parametrize(
    ("files", "differences"),
    [
        (FILES, ()),
        ({**FILES, "d.yaml": "four"}, ("d.yaml is new",)),
        ({name: FILES[name] for name in ("a.yaml", "c.yaml")}, ("b.yaml is gone",)),
        ({**FILES, "a.yaml": "won", "b.yaml": "too", "c.yaml": "free"}, ("a.yaml was changed", "b.yaml was changed", "c.yaml was changed")),
        ({"a.yaml": "one", "b.yaml": "too", "e.yaml": ""}, ("e.yaml is new", "c.yaml is gone", "b.yaml was changed")),
        ({}, ("a.yaml is gone", "b.yaml is gone", "c.yaml is gone")),
    ],
)
def test_each_file_that_is_not_as_it_was_signed_is_told(files: dict[str, str], differences: tuple[str, ...]) -> None:
    assert _read(_text()).differences(files) == differences


@pytest.mark.parametrize(
    "changed",
    [
        {"form": "rogatory.law.signature.v0"},
        {"form": "rogatory.law.signature.v2"},
        {"packs": None},
        {"more": "1"},
        {"packs": None, "more": "1"},
    ],
)
def test_another_statement_of_the_same_owner_is_no_signature_of_the_law(changed: dict[str, Any]) -> None:
    with pytest.raises(PackError, match="is no signature of the law"):
        _read(_statement(**changed))


@pytest.mark.parametrize("text", ["[]", "{", '"text"', "{ }"])
def test_what_is_no_statement_is_no_signature_of_the_law(text: str) -> None:
    with pytest.raises(PackError, match="is no signature of the law"):
        _read(text)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"files": ["a.yaml"]}, "its lists are none"),
        ({"packs": "eio"}, "its lists are none"),
        ({"signed_on": "soon"}, "its days are none"),
        ({"review_by": "2027-02-29"}, "its days are none"),
    ],
)
def test_what_was_signed_must_be_lists_and_days(changed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PackError, match=complaint):
        _read(_statement(**changed))


def test_a_statement_of_one_mebibyte_is_read_and_a_longer_one_is_not() -> None:
    owner = "x" * ((1 << 20) - len(_text("x")) + 1)

    assert len(_text(owner)) == 1 << 20
    assert _read(_text(owner)).owner == owner
    with pytest.raises(PackError, match="is no signature of the law"):
        _read(_text(f"{owner}x"))

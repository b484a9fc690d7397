"""A pack that was kept opens years later as it was, or not at all."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.canonical import decode, encode
from rogatory.errors import PackError
from rogatory.law.keeping import keep, open_kept, public_hex, signature_of
from rogatory.node.packs import corpus, pack_files

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = public_hex(KEY.public_key())


@cache
def _kept(*, signed: bool) -> str:
    files = pack_files(corpus() / "instruments/led/2018-05-06.yaml", corpus())
    few = {name: text for name, text in files.items() if not name.startswith("jurisdictions/") or "/ie" in name}
    return keep(few, KEY if signed else None)[1]


def _changed(change: dict[str, Any], *, signed: bool = False) -> str:
    """The file with some places changed; nothing takes a place away."""
    held: Any = decode(_kept(signed=signed).encode(), max_bytes=1 << 23, where="test")
    for path, value in change.items():
        *above, last = path.split("/")
        holder = held
        for key in above:
            holder = holder[key]
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return encode(held).decode()


def test_a_pack_that_nobody_signed_opens_and_names_no_key() -> None:
    held = open_kept("pack", _kept(signed=False))

    assert held.key == ""
    assert held.pack.instrument == "led"
    assert (held.owner, held.review_by) == (held.pack.owner, held.pack.review_by)


def test_a_signed_pack_names_its_key_and_opens_for_who_asks_for_that_key_in_small_or_large_letters() -> None:
    for asked in ("", PUBLIC, PUBLIC.upper()):
        assert open_kept("pack", _kept(signed=True), asked).key == PUBLIC


@pytest.mark.parametrize("asked", ["00" * 32, "ff" * 32])
@pytest.mark.parametrize(("signed", "by"), [(True, PUBLIC), (False, "nobody")])
def test_a_pack_by_another_key_than_the_reader_names_is_refused_and_says_whose_it_is(asked: str, signed: bool, by: str) -> None:
    with pytest.raises(PackError, match=f"is signed by {by}, not by {asked}"):
        open_kept("pack", _kept(signed=signed), asked)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"hash": "0" * 64}, "not 0000"),
        ({"hash": "f" * 64}, "not ffff"),
        ({"files": ["facts.yaml"]}, "its files are no texts"),
        ({"files/facts.yaml": 1}, "its files are no texts"),
        ({"form": "rogatory.law.pack.v0"}, "is no kept pack"),
        ({"form": "rogatory.law.pack.v2"}, "is no kept pack"),
        ({"owner": None}, "is no kept pack"),
        ({"more": "1"}, "is no kept pack"),
        ({"owner": None, "more": "1"}, "is no kept pack"),
    ],
)
def test_a_kept_pack_that_is_no_longer_what_was_kept_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PackError, match=complaint):
        open_kept("pack", _changed(change))


def test_a_list_is_no_kept_pack() -> None:
    with pytest.raises(PackError, match="is no kept pack"):
        open_kept("pack", "[]")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"signature": "signed"}, "its signature has no key and value"),
        ({"signature/value": None}, "its signature has no key and value"),
        ({"signature/more": "1"}, "its signature has no key and value"),
        ({"signature/value": None, "signature/more": "1"}, "its signature has no key and value"),
        ({"signature/key": "00"}, "its signature does not hold"),
        ({"review_by": "2099-01-01"}, "its signature does not hold"),
    ],
)
def test_a_signature_that_is_not_what_its_owner_wrote_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PackError, match=complaint):
        open_kept("pack", _changed(change, signed=True))


def test_a_signature_is_written_in_the_signs_of_base64_alone() -> None:
    value = json.loads(_kept(signed=True))["signature"]["value"]

    with pytest.raises(PackError, match="its signature does not hold"):
        open_kept("pack", _changed({"signature/value": f"*{value}"}, signed=True))


def test_a_signature_binds_everything_beside_it() -> None:
    statement: Any = {"form": "any", "files": {}}

    assert signature_of(statement, KEY) == signature_of({"files": {}, "form": "any"}, KEY)
    assert signature_of(statement, KEY) != signature_of({**statement, "more": "1"}, KEY)


def test_a_kept_pack_of_eight_mebibytes_opens_and_a_longer_one_does_not() -> None:
    beside = "x" * ((8 << 20) - len(_changed({"files/beside": "x"}).encode()) + 1)

    assert open_kept("pack", _changed({"files/beside": beside})).pack.instrument == "led"
    with pytest.raises(PackError, match="is no kept pack"):
        open_kept("pack", _changed({"files/beside": f"{beside}x"}))

"""Published vectors for the forms in which acts and messages are written: RFC 8785 JSON and JWS."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.canonical import decode, encode
from rogatory.errors import FormError, MessageError
from rogatory.exchange.message.token import read_token
from tests.published import cases, wycheproof

OUTSIDE = {"arrays.json", "structures.json", "values.json"}
"""What these files hold has no form with us: null, fractions, empty text."""


@pytest.mark.parametrize("file", cases("jcs/testdata/input", "*.json"))
def test_a_value_has_the_bytes_that_rfc_8785_gives_it(file):
    value = json.loads(file.read_text(encoding="utf-8"))
    expected = (file.parents[1] / "output" / file.name).read_bytes()
    assert bytes.fromhex((file.parents[1] / "outhex" / file.name).with_suffix(".txt").read_text()) == expected

    if file.name in OUTSIDE:
        for attempt in (lambda: encode(value), lambda: decode(expected)):
            with pytest.raises(FormError):
                attempt()
    else:
        assert encode(value) == expected
        assert decode(expected) == value


def test_no_jws_of_another_algorithm_is_a_token():
    key = Ed25519PrivateKey.generate().public_key()
    tests = [test for group in wycheproof("json_web_signature_test.json")["testGroups"] for test in group["tests"]]
    for test in tests:
        text = test["jws"] if isinstance(test["jws"], str) else json.dumps(test["jws"])
        with pytest.raises(MessageError):
            read_token(text, "rogatory-message+jws", key_of=lambda _kid, _payload: key, limit=1 << 20)
    assert len(tests) == 401

"""Wycheproof's vectors for the algorithms that Rogatory relies on, through our own readers where there is one.

Ed25519 signs logs, acts and messages. X25519, ML-KEM-768 and HKDF-SHA-256 are inside HPKE, and X25519 with HKDF inside age:
there the library is asked directly, for our code never touches them one by one.
"""

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rogatory.errors import ProofError
from rogatory.ledger import KeyUse, VerifierKey
from tests.published import wycheproof


def _each(vectors):
    found = [(group, test) for group in vectors["testGroups"] for test in group["tests"]]
    assert len(found) == vectors["numberOfTests"]
    return found


def test_an_ed25519_signature_is_judged_as_wycheproof_says():
    for group, test in _each(wycheproof("ed25519_test.json")):
        key = VerifierKey(name="wycheproof.example", use=KeyUse.NOTE, public=bytes.fromhex(group["publicKey"]["pk"]))
        message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
        if test["result"] == "valid":
            assert key.check(message, signature) == message, test["tcId"]
        else:
            with pytest.raises(ProofError):
                pytest.fail(f"accepted: {test['tcId']} {test['comment']}: {key.check(message, signature)!r}")


def test_x25519_agrees_as_wycheproof_says_and_never_on_zero():
    for _, test in _each(wycheproof("x25519_test.json")):
        private = X25519PrivateKey.from_private_bytes(bytes.fromhex(test["private"]))
        public = X25519PublicKey.from_public_bytes(bytes.fromhex(test["public"]))
        if "ZeroSharedSecret" in test["flags"]:
            with pytest.raises(ValueError):
                private.exchange(public)
        else:
            assert private.exchange(public).hex() == test["shared"], test["tcId"]


def test_ml_kem_768_opens_as_wycheproof_says():
    for _, test in _each(wycheproof("mlkem_768_test.json")):
        try:
            private = MLKEM768PrivateKey.from_seed_bytes(bytes.fromhex(test["seed"]))
            shared = private.decapsulate(bytes.fromhex(test["c"])).hex()
        except ValueError:
            assert test["result"] == "invalid", test["tcId"]
            continue
        assert test["result"] == "valid", test["tcId"]
        assert shared == test["K"], test["tcId"]
        if "ek" in test:
            assert private.public_key().public_bytes_raw().hex() == test["ek"], test["tcId"]


def test_hkdf_derives_as_wycheproof_says():
    for _, test in _each(wycheproof("hkdf_sha256_test.json")):
        material, salt, info = (bytes.fromhex(test[name]) for name in ("ikm", "salt", "info"))
        if test["result"] == "invalid":
            with pytest.raises(ValueError):
                HKDF(algorithm=SHA256(), length=test["size"], salt=salt, info=info).derive(material)
        else:
            assert HKDF(algorithm=SHA256(), length=test["size"], salt=salt, info=info).derive(material).hex() == test["okm"], test["tcId"]

"""A software authenticator for the demonstration and the tests: it holds its key in a file, as no real one may."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

from rogatory.act import Assertion
from rogatory.assertion import Credential
from rogatory.canonical import from_base64url, to_base64url

UP_AND_UV = 0x05


@dataclass
class UnsafeSoftwareAuthenticator:
    """An ES256 key that answers any challenge, verified or not: for demonstrations only."""

    key: ec.EllipticCurvePrivateKey
    id: bytes
    counter: int = 0

    @classmethod
    def create(cls) -> UnsafeSoftwareAuthenticator:
        """A new key."""
        return cls(key=ec.generate_private_key(ec.SECP256R1()), id=os.urandom(16))

    @property
    def credential(self) -> Credential:
        """Its public half."""
        cose = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]  # the library leaves it untyped
        return Credential(id=to_base64url(self.id), public_key=to_base64url(cbor.encode(dict(cose))))

    def answer(self, challenge: bytes, *, rp_id: str, origin: str) -> Assertion:
        """Sign a challenge."""
        self.counter += 1
        client = json.dumps(
            {"type": "webauthn.get", "challenge": to_base64url(challenge), "origin": origin, "crossOrigin": False},
            separators=(",", ":"),
        ).encode()
        authenticator = hashlib.sha256(rp_id.encode()).digest() + bytes([UP_AND_UV]) + self.counter.to_bytes(4, "big")
        signature = self.key.sign(authenticator + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return Assertion(
            credential=to_base64url(self.id),
            authenticator=to_base64url(authenticator),
            client=to_base64url(client),
            signature=to_base64url(signature),
        )

    def to_dict(self) -> dict[str, str]:
        """As the demonstration keeps it."""
        raw = self.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return {"id": to_base64url(self.id), "key": to_base64url(raw)}

    @classmethod
    def from_dict(cls, value: dict[str, str]) -> UnsafeSoftwareAuthenticator:
        """What `to_dict` gave."""
        key = serialization.load_der_private_key(from_base64url(value["key"]), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(type(key))
        return cls(key=key, id=from_base64url(value["id"]), counter=int.from_bytes(os.urandom(2), "big"))

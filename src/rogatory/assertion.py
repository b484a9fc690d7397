"""Check the signature of an officer's own key (WebAuthn Level 3, section 7.2), with `fido2` alone.

Checked, in this order: the credential is hers; the client says `webauthn.get`, our challenge and her institution's origin;
the authenticator names that relying party, saw the person (UP) and verified her (UV); the signature holds.

A key shows no text itself: what is proved is which text her node presented.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import AuthenticatorData, CollectedClientData

from rogatory.act import Assertion
from rogatory.canonical import from_base64url
from rogatory.errors import ActError, FormError

UNREADABLE: Final = (FormError, ValueError, KeyError, TypeError, IndexError, AttributeError, NotImplementedError, struct.error)
"""What `fido2` raises at bytes that are no answer of a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """The public half of an officer's key: its name, and the COSE key, both base64url."""

    id: str
    public_key: str


def verify_assertion(assertion: Assertion, *, challenge: bytes, credential: Credential, rp_id: str, origin: str) -> int:
    """The authenticator's counter, once everything holds. `ActError` says what does not."""
    if assertion.credential != credential.id:
        raise _broken("is of another key", "use the key that was enrolled")
    try:
        raw_client = from_base64url(assertion.client, where="client")
        raw_authenticator = from_base64url(assertion.authenticator, where="authenticator")
        signature = from_base64url(assertion.signature, where="signature")
        client = CollectedClientData(raw_client)
        authenticator = AuthenticatorData(raw_authenticator)
        cose = cbor.decode(from_base64url(credential.public_key, where="public key"))
        key = CoseKey.parse(cose if isinstance(cose, Mapping) else {})
    except UNREADABLE as error:
        raise ActError("cannot be read", where="assertion", why=str(error)[:200]) from error
    if client.type != CollectedClientData.TYPE.GET:
        raise _broken("was not made to sign in or to sign", "ask the key for an assertion")
    if client.challenge != challenge:
        raise _broken("is over another text", "sign the text that was shown")
    if client.origin != origin or client.cross_origin:
        raise _broken("was made at another address", f"sign at {origin}")
    if authenticator.rp_id_hash != hashlib.sha256(rp_id.encode()).digest():
        raise _broken("is for another institution", f"sign at {origin}")
    if not authenticator.is_user_present() or not authenticator.is_user_verified():
        raise _broken("does not show that the person was verified", "use a key with a PIN or a fingerprint")
    try:
        key.verify(raw_authenticator + hashlib.sha256(raw_client).digest(), signature)
    except (InvalidSignature, ValueError, NotImplementedError) as error:
        raise _broken("does not hold", "sign the text again") from error
    return int(authenticator.counter)


def _broken(what: str, cure: str) -> ActError:
    return ActError(what, where="the officer's signature", cure=cure)

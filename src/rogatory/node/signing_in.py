"""Sign in with one's own key (WebAuthn Level 3): the one that two registrars enrolled. There is no password.

- The key says who she is: she names nobody, and a key that opens nothing is answered alike whatever the cause.
- A challenge is answered once, within minutes; the address and the institution are those of this node in the trust list.
- A key is made here as well (`made_key`): its public half is shown, for the registrars to enrol, and kept nowhere.

The authenticator's maker is not asked for (no attestation): which keys an institution allows is a matter for its registrars.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from fido2 import cbor
from fido2.webauthn import AttestationObject, CollectedClientData

from rogatory.act import Assertion
from rogatory.assertion import UNREADABLE, Credential
from rogatory.canonical import from_base64url, to_base64url
from rogatory.errors import ActError
from rogatory.moments import Instant
from rogatory.node import people
from rogatory.node.desk import Desk, Person
from rogatory.node.installation import Installation
from rogatory.node.models import Officer
from rogatory.node.security_log import ATTEMPTS, record_refusal

LIVES: Final = timedelta(minutes=5)
ALGORITHMS: Final = (-7, -8)
"""ES256 and EdDSA (COSE)."""
_CURE: Final = "use the key that two registrars of this institution have enrolled for you"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a key of this node's people is used: the relying party and the address of the pages."""

    rp_id: str
    origin: str
    name: str


def place(house: Installation) -> Place:
    """The place that the trust list names for this node."""
    me = house.trust(house.clock.now()).institution(house.settings.institution)
    return Place(rp_id=me.rp_id if me else "", origin=me.origin if me else "", name=me.name if me else "")


def challenge() -> bytes:
    """Fresh bytes for a key to sign."""
    return os.urandom(32)


def pseudonym(house: Installation) -> str:
    """A new name by which an officer is known in acts, here and abroad; nothing of her is in it."""
    return f"{house.settings.institution}#{base64.b32encode(os.urandom(5)).decode().lower()}"


def who(house: Installation, assertion: Assertion, asked: bytes, at: Instant) -> Sequence[Person]:
    """Whose key has signed this challenge: one entry for each capacity. `ActError` if nobody's here; the cause is in the security log."""
    pseudonym = _holder(house, assertion.credential)
    try:
        return _proved(house, pseudonym, assertion, asked)
    except ActError as error:
        given = house.keys.fingerprint(f"{assertion.credential}.{assertion.client}".encode(), use=ATTEMPTS)
        record_refusal(who=pseudonym or "somebody", kind="sign in", rule=error.what, input_hash=given, at=at)
        raise ActError("This key opens nothing here", where="signing in", cure=_CURE) from error


def _holder(house: Installation, credential: str) -> str:
    """The officer of this node whose key that is; nothing if it is nobody's, or more than one's."""
    prefix = f"{house.settings.institution}#"
    found = [name for name, one in people.enrolled(house).items() if one.credential.id == credential and name.startswith(prefix)]
    return found[0] if len(found) == 1 else ""


def _proved(house: Installation, pseudonym: str, assertion: Assertion, asked: bytes) -> Sequence[Person]:
    if not asked:
        raise ActError("answers no question of this session", where="the key")
    people.check_assertion(house, pseudonym, assertion, asked)
    name = Officer.objects.filter(pk=pseudonym).values_list("name", flat=True).first()
    return Desk(house).capacities_of(pseudonym, name or f"Officer {pseudonym.rpartition('#')[2]}")


def made_key(house: Installation, attestation: str, client: str, asked: bytes) -> Credential:
    """The public half of a key that was just made at this node's address. `ActError` if it was made elsewhere or is of no use."""
    here = place(house)
    try:
        data = AttestationObject(from_base64url(attestation, where="attestation")).auth_data
        said = CollectedClientData(from_base64url(client, where="client"))
    except UNREADABLE as error:
        raise ActError("cannot be read", where="the new key", why=str(error)[:200], cure="make it again") from error
    right = said.type == CollectedClientData.TYPE.CREATE and said.challenge == asked and said.origin == here.origin
    if not asked or not right or said.cross_origin or data.rp_id_hash != sha256(here.rp_id.encode()).digest():
        raise ActError("was made elsewhere, or too long ago", where="the new key", cure=f"make it at {here.origin}")
    made = data.credential_data
    if made is None or not data.is_user_verified() or made.public_key.get(3) not in ALGORITHMS:
        raise ActError("is of no use here", where="the new key", why="it verifies nobody, or signs in another way", cure="use another key")
    return Credential(id=to_base64url(made.credential_id), public_key=to_base64url(cbor.encode(dict(made.public_key))))

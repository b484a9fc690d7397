"""The keys of the node itself."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rogatory.canonical import sha256_hex
from rogatory.exchange.message import HpkePrivateKey, hpke_public_text, signing_public_text
from rogatory.folder import read_private, write_durably
from rogatory.ledger import Signer
from rogatory.node.keys.token import token_keys
from rogatory.node.keys.wrapping import seal, unseal

NAMES = ("act", "log", "message", "hpke", "wrap", "witness")
SECRET_BYTES = 32
NEXT_LOG = "log-next"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKeys:
    """What the trust list says of a node's keys."""

    act_kid: str
    act: str
    message_kid: str
    message: str
    hpke: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKeys:
    """The private keys of a node, in memory."""

    act_key: Ed25519PrivateKey
    log_key: Ed25519PrivateKey
    witness_key: Ed25519PrivateKey
    message_key: Ed25519PrivateKey
    hpke_key: HpkePrivateKey
    wrap_key: bytes
    next_log_keys: tuple[Signer, ...] = ()

    @property
    def log_keys(self) -> tuple[Signer, ...]:
        """The keys of the log: the one in the file, further ones that were drawn, and the one in the token, if one is set."""
        return (self.log_key, *self.next_log_keys)

    @property
    def act_kid(self) -> str:
        """The name of the act key: the start of the hash of its public half."""
        return _kid(signing_public_text(self.act_key.public_key()))

    @property
    def message_kid(self) -> str:
        """The name of the message keys."""
        return _kid(signing_public_text(self.message_key.public_key()))

    @property
    def message_hpke_keys(self) -> Mapping[str, HpkePrivateKey]:
        """The keys that open messages, by name."""
        return {self.message_kid: self.hpke_key}

    @property
    def public(self) -> PublicKeys:
        """The public halves."""
        return PublicKeys(
            act_kid=self.act_kid,
            act=signing_public_text(self.act_key.public_key()),
            message_kid=self.message_kid,
            message=signing_public_text(self.message_key.public_key()),
            hpke=hpke_public_text(self.hpke_key),
        )

    def seal(self, plain: bytes, *, aad: bytes) -> bytes:
        """Encrypt under the node's own key."""
        return seal(self.wrap_key, plain, aad)

    def unseal(self, sealed: bytes, *, aad: bytes) -> bytes:
        """Decrypt what `seal` gave."""
        return unseal(self.wrap_key, sealed, aad, aad.decode("ascii", "replace"))

    def fingerprint(self, data: bytes, *, use: bytes) -> str:
        """A keyed hash: the same for the same data and use at this node, and to nobody without its keys a way to try what they were."""
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(self.wrap_key)
        return hmac.new(key, data, sha256).hexdigest()

    @classmethod
    def load(cls, home: Path) -> NodeKeys:
        """Read the keys of a node. `ConfigurationError` if they are not there or others may read them."""
        secret = wrapping_secret(home)
        raw = {name: unseal(secret, read_private(home / "keys" / f"{name}.key"), name.encode(), f"{name}.key") for name in NAMES}
        return cls(
            act_key=Ed25519PrivateKey.from_private_bytes(raw["act"]),
            log_key=Ed25519PrivateKey.from_private_bytes(raw["log"]),
            witness_key=Ed25519PrivateKey.from_private_bytes(raw["witness"]),
            message_key=Ed25519PrivateKey.from_private_bytes(raw["message"]),
            hpke_key=HpkePrivateKey(
                mlkem=MLKEM768PrivateKey.from_seed_bytes(raw["hpke"][:64]),
                x25519=X25519PrivateKey.from_private_bytes(raw["hpke"][64:]),
            ),
            wrap_key=raw["wrap"],
            next_log_keys=(*_next_log_keys(home, secret), *token_keys()),
        )


def _next_log_keys(home: Path, secret: bytes) -> Iterator[Ed25519PrivateKey]:
    for path in sorted((home / "keys").glob(f"{NEXT_LOG}-*.key")):
        yield Ed25519PrivateKey.from_private_bytes(unseal(secret, read_private(path), NEXT_LOG.encode(), path.name))


def draw_log_key(home: Path) -> Ed25519PrivateKey:
    """Draw a further key of the log. It signs from the instant that the trust list gives it, and once the worker has read it."""
    key = Ed25519PrivateKey.generate()
    name = f"{NEXT_LOG}-{_kid(signing_public_text(key.public_key()))}.key"
    write_durably(home / "keys" / name, seal(wrapping_secret(home), key.private_bytes_raw(), NEXT_LOG.encode()))
    return key


def _kid(public: str) -> str:
    return sha256_hex(public.encode("ascii"))[:16]


def wrapping_secret(home: Path) -> bytes:
    """The secret that wraps the keys; never in the database or its backup."""
    path = Path(os.environ.get("ROGATORY_SECRET_FILE") or home / "keys" / "node.secret")
    return read_private(path, size=SECRET_BYTES)


def create_keys(home: Path) -> NodeKeys:
    """Draw all keys of a new node and write them; keys that are there already are kept."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / "casekeys").mkdir(mode=0o700, exist_ok=True)
    if not os.environ.get("ROGATORY_SECRET_FILE"):
        write_durably(folder / "node.secret", os.urandom(SECRET_BYTES))
    write_durably(folder / "session.secret", os.urandom(32).hex().encode())
    secret = wrapping_secret(home)
    drawn = {"act": 32, "log": 32, "message": 32, "hpke": 96, "wrap": 32, "witness": 32}
    for name in NAMES:
        write_durably(folder / f"{name}.key", seal(secret, os.urandom(drawn[name]), name.encode()))
    return NodeKeys.load(home)

"""Small logs, whole and in memory, for the tests of the ledger: the files are a mapping from path to bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rogatory.ledger import (
    EMPTY,
    Address,
    Checkpoint,
    Frontier,
    KeyUse,
    SignedCheckpoint,
    VerifierKey,
    build_step,
    bundle_content,
    bundles_of,
    cosign,
    leaf_hash,
    sign_checkpoint,
    tile_content,
    tiles_of,
    vkey_of,
)

ORIGIN = "node.example/log"


def key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


LOG_KEY = key("log")
LOG_VKEY = vkey_of(LOG_KEY, name=ORIGIN)
WITNESSES = ("w1.example", "w2.example", "w3.example")


def witness_vkey(name: str) -> VerifierKey:
    return vkey_of(key(name), name=name, use=KeyUse.COSIGNATURE)


def act_hash(number: int) -> str:
    return hashlib.sha256(b"act %d" % number).hexdigest()


def seed(number: int) -> bytes:
    return hashlib.sha256(b"seed %d" % number).digest()


@dataclass
class Log:
    """A log that keeps every node that it has made."""

    entries: list[bytes] = field(default_factory=list)
    frontier: Frontier = EMPTY
    stored: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def nodes(self, level: int, index: int) -> bytes:
        return self.stored[level, index]

    def grow(self, *entries: bytes) -> Log:
        for entry in entries:
            grown = self.frontier.append(leaf_hash(entry))
            self.frontier = grown.frontier
            self.entries.append(entry)
            self.stored |= {(node.level, node.index): node.hash for node in grown.completed}
        return self

    def signed(self, *witnesses: str) -> SignedCheckpoint:
        checkpoint = Checkpoint(origin=ORIGIN, size=self.frontier.size, root=self.frontier.root)
        cosignatures = [cosign(checkpoint, key=key(name), name=name, timestamp=1_800_000_000) for name in witnesses]
        return sign_checkpoint(checkpoint, key=LOG_KEY).add(*cosignatures)

    def files(self, *witnesses: str) -> dict[str, bytes]:
        files = {"checkpoint": self.signed(*witnesses).text.encode()}
        for address in tiles_of(self.frontier.size):
            files[address.path] = tile_content(address, self.nodes)
        for address in bundles_of(self.frontier.size):
            files[address.path] = bundle_content(self._bundle(address))
        return files

    def _bundle(self, address: Address) -> list[bytes]:
        return self.entries[address.index * 256 : address.index * 256 + address.width]


def step_root(number: int) -> bytes:
    return build_step(seed(number), []).root


def log_of(size: int) -> Log:
    return Log().grow(*(step_root(number) for number in range(size)))

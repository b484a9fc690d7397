"""A log's checkpoint: its name, its size, its root, signed by the log and cosigned by witnesses.

C2SP `tlog-checkpoint` v1.0.0 and `tlog-cosignature` (Ed25519, `cosignature/v1`).

- The name under which the log signs is its origin: a key for another origin never verifies a checkpoint.
- A cosignature states a time after 1970 that its signature covers; a checkpoint may carry several of one witness.
- A line that carries a witness's name and key id must verify; it is never passed over.
- Extension lines are read, kept and covered by both kinds of signature; our own logs write none.

Left to others: never signing one size with two roots (the node), asking witnesses (the node), quorum (`verify`).

>>> print(Checkpoint(origin="node.example/log", size=0, root=EMPTY_ROOT).body, end="")
node.example/log
0
47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
"""

from __future__ import annotations

from dataclasses import dataclass

from rogatory.errors import FormError, ProofError
from rogatory.ledger.lines import check_text, read_hash, read_number, to_base64
from rogatory.ledger.note import KeyUse, Note, Signature, Signer, VerifierKey, read_note, sign_note, verify_note, vkey_of
from rogatory.ledger.tree import EMPTY_ROOT, HASH_BYTES, MAX_SIZE

_STAMP_BYTES = 8
_SIGNATURE_BYTES = 64
_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log says of itself at one moment."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in check_text(line, where="checkpoint"):
                raise FormError("holds an empty or a broken line", where="checkpoint")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise FormError("has no size and root of a tree", where=f"checkpoint of {self.origin}")

    @property
    def body(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(line + "\n" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint with its signature lines, none of them verified yet."""

    checkpoint: Checkpoint
    note: Note

    def __post_init__(self) -> None:
        if self.note.body != self.checkpoint.body:
            raise FormError("is not the text that was signed", where=f"checkpoint of {self.checkpoint.origin}")

    @property
    def text(self) -> str:
        """The whole note as it is kept, shown and sent."""
        return self.note.text

    def add(self, *signatures: Signature) -> SignedCheckpoint:
        """The same with more signature lines; one that is there already is not repeated."""
        new = dict.fromkeys((*self.note.signatures, *signatures))
        return SignedCheckpoint(checkpoint=self.checkpoint, note=Note(body=self.note.body, signatures=tuple(new)))


def read_body(body: str) -> Checkpoint:
    """Read the text of a checkpoint: origin, size, root, extension lines."""
    lines = check_text(body, where="checkpoint").split("\n")
    if len(lines) <= _LINES or lines.pop():
        raise FormError("has not at least three lines that end in a newline", where="checkpoint")
    checkpoint = Checkpoint(
        origin=lines[0],
        size=read_number(lines[1], where="size of the checkpoint"),
        root=read_hash(lines[2], where="root of the checkpoint"),
        extensions=tuple(lines[3:]),
    )
    if checkpoint.body != body:
        raise FormError("is not in its one form", where="checkpoint")
    return checkpoint


def read_checkpoint(text: str) -> SignedCheckpoint:
    """Read a signed checkpoint; no signature is verified."""
    note = read_note(text)
    return SignedCheckpoint(checkpoint=read_body(note.body), note=note)


def sign_checkpoint(checkpoint: Checkpoint, *, key: Signer) -> SignedCheckpoint:
    """Sign as the log, under the origin's name."""
    note = sign_note(check_empty(checkpoint).body, key=key, name=checkpoint.origin)
    return SignedCheckpoint(checkpoint=checkpoint, note=note)


def check_empty(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint; `ProofError` if it says that the log is empty and names another root than that of nothing."""
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise ProofError("has size 0 and not the root of the empty tree", where=f"checkpoint of {checkpoint.origin}")
    return checkpoint


def verify_checkpoint(signed: SignedCheckpoint, log_key: VerifierKey) -> Checkpoint:
    """The checkpoint, if it is of this log and signed by it."""
    if signed.checkpoint.origin != log_key.name:
        why = f"expected {log_key.name}, found {signed.checkpoint.origin}"
        raise ProofError("is of another log", where="checkpoint", why=why)
    verify_note(signed.note, log_key)
    return check_empty(signed.checkpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """A witness's statement: at this time, no larger tree of the log was known to it, and all before agreed."""

    witness: str
    timestamp: int


def cosign(checkpoint: Checkpoint, *, key: Signer, name: str, timestamp: int) -> Signature:
    """Cosign as a witness. The time is in whole seconds since 1970 and must not be 0."""
    if not 0 < timestamp <= MAX_SIZE:
        raise FormError("is no time of a cosignature", where=str(timestamp), cure="give whole seconds since 1970")
    data = timestamp.to_bytes(_STAMP_BYTES, "big") + key.sign(_cosigned(checkpoint, timestamp))
    return Signature(name=name, key_id=vkey_of(key, name=name, use=KeyUse.COSIGNATURE).key_id, data=data)


def verify_cosignatures(signed: SignedCheckpoint, witness: VerifierKey) -> Cosignature | None:
    """The latest cosignature of this witness; nothing if it has made none; `ProofError` if one does not hold."""
    if witness.use is not KeyUse.COSIGNATURE:
        raise ProofError("signs as a log, not as a witness", where=f"key {witness.name}")
    times = [_verify_line(signed.checkpoint, line, witness) for line in signed.note.signatures_by(witness)]
    return Cosignature(witness=witness.name, timestamp=max(times)) if times else None


def _verify_line(checkpoint: Checkpoint, line: Signature, witness: VerifierKey) -> int:
    where = f"cosignature of {witness.name}"
    if len(line.data) != _STAMP_BYTES + _SIGNATURE_BYTES:
        raise ProofError("has not 72 bytes", where=where)
    timestamp = int.from_bytes(line.data[:_STAMP_BYTES], "big")
    if not 0 < timestamp <= MAX_SIZE:
        raise ProofError("states no time", where=where)
    witness.check(_cosigned(checkpoint, timestamp), line.data[_STAMP_BYTES:])
    return timestamp


def _cosigned(checkpoint: Checkpoint, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{checkpoint.body}".encode()

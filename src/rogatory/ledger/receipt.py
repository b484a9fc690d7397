"""The receipt of one act, in the text form of C2SP `tlog-proof` (v1).

It says: the act with this hash stands in the tree of a step, whose root is the entry at `index` of the log, under this
checkpoint. It holds the path in the step as `extra`, in one byte form (645 bytes: version 1, position in 4 bytes, 20
siblings), then the index, the inclusion proof and the checkpoint as the log signed it.

- The act's hash is not in it: who has the receipt alone learns nothing of the act (RIGHTS H12).
- One text a receipt: read, written again, compared. At most 63 lines of proof.
- Nothing in it is to be believed before `verify.verify_receipt` has gone through its steps.

Left to others: verifying (`verify`), the file's name (`.tlog-proof`).

>>> read_receipt("c2sp.org/tlog-proof@v1")
Traceback (most recent call last):
rogatory.errors.FormError: receipt: ends too early
"""

from __future__ import annotations

from dataclasses import dataclass

from rogatory.errors import FormError
from rogatory.ledger.checkpoint import SignedCheckpoint, read_checkpoint
from rogatory.ledger.lines import check_text, read_base64, read_hash, read_number, to_base64
from rogatory.ledger.step import StepPath, read_path
from rogatory.ledger.tree import HASH_BYTES, MAX_PROOF, MAX_SIZE, Nodes, inclusion_proof

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_HEAD_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A proof that some act stands in a log; which one, its holder knows."""

    path: StepPath
    index: int
    proof: tuple[bytes, ...]
    checkpoint: SignedCheckpoint

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_SIZE:
            raise FormError("has no index of an entry", where="receipt")
        if len(self.proof) > MAX_PROOF or any(len(item) != HASH_BYTES for item in self.proof):
            raise FormError(f"holds more than {MAX_PROOF} hashes, or something else", where="receipt")

    @property
    def text(self) -> str:
        """The receipt as it is kept and sent."""
        head = (_FIRST_LINE, f"extra {to_base64(self.path.to_bytes())}", f"index {self.index}")
        lines = (*head, *(to_base64(item) for item in self.proof), "")
        return "".join(line + "\n" for line in lines) + self.checkpoint.text


def make_receipt(*, path: StepPath, index: int, nodes: Nodes, checkpoint: SignedCheckpoint) -> Receipt:
    """The receipt of an act whose step is the entry at `index`, under a checkpoint that is large enough."""
    proof = inclusion_proof(index, checkpoint.checkpoint.size, nodes)
    return Receipt(path=path, index=index, proof=proof, checkpoint=checkpoint)


def entry_proof_text(receipt: Receipt, entry: bytes) -> str:
    """The same proof for the entry alone, which is its `extra`: it names no act, and whoever verifies it needs none."""
    head = (_FIRST_LINE, f"extra {to_base64(entry)}", f"index {receipt.index}")
    lines = (*head, *(to_base64(item) for item in receipt.proof), "")
    return "".join(line + "\n" for line in lines) + receipt.checkpoint.text


def read_receipt(text: str) -> Receipt:
    """Read a receipt; nothing in it is verified."""
    head, gap, checkpoint = check_text(text, where="receipt").partition("\n\n")
    lines = head.split("\n")
    if not gap or len(lines) < _HEAD_LINES:
        raise FormError("ends too early", where="receipt")
    if lines[0] != _FIRST_LINE:
        raise FormError(f"does not begin with {_FIRST_LINE}", where="receipt", why=f"found {lines[0][:40]!r}")
    receipt = Receipt(
        path=read_path(read_base64(_after("extra ", lines[1]), where="receipt, line 2")),
        index=read_number(_after("index ", lines[2]), where="receipt, line 3"),
        proof=tuple(read_hash(line, where=f"receipt, line {number}") for number, line in enumerate(lines[3:], 4)),
        checkpoint=read_checkpoint(checkpoint),
    )
    if receipt.text != text:
        raise FormError("is not in its one form", where="receipt")
    return receipt


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise FormError(f"has no line that begins with {word!r}", where="receipt", why=f"found {line[:40]!r}")
    return line[len(word) :]

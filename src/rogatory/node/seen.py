"""What this node has seen of other logs, in the receipts that came with acts and as a witness; and what contradicts it.

A log that shows this node one history and its witnesses, or another node, a second one is caught when two of its texts meet here:

- two roots of one size, both signed by the log: in two receipts, or in a receipt and the head that this node cosigned;
- two entries at one index, each proved under a head that the log signed, whatever the sizes of the two heads.

The later text is refused and both are kept as evidence. What was seen first is durable before the act that brought it is taken up.

Left to others: that signatures and proofs hold (`reception`, `cosigning`), showing evidence (`log`).
"""

from __future__ import annotations

from rogatory.errors import ProofError
from rogatory.ledger import Receipt, SignedCheckpoint, entry_proof_text
from rogatory.ledger.step import root_from_path
from rogatory.moments import Instant
from rogatory.node.evidence_of_logs import TWO_ENTRIES, TWO_HEADS, keep
from rogatory.node.models import Seen, WitnessHead

HEAD, ENTRY = "head", "entry"


def look_at(receipt: Receipt, digest: str, *, by: str, at: Instant) -> None:
    """Compare what a verified receipt of an act shows with what was seen of its log. `ProofError`, and evidence, if both cannot be true."""
    head = receipt.checkpoint
    look_at_head(head, by=by, at=at)
    cosigned = WitnessHead.objects.filter(pk=head.checkpoint.origin, size=head.checkpoint.size).first()
    if cosigned is not None and bytes(cosigned.root) != head.checkpoint.root:
        _refuse(TWO_HEADS, head, known=cosigned.text, shown=head.text, by=by, at=at)
    entry = root_from_path(digest, receipt.path)
    shown = entry_proof_text(receipt, entry)
    known = _first(head.checkpoint.origin, ENTRY, receipt.index, entry, shown)
    if known is not None:
        _refuse(TWO_ENTRIES, head, known=known, shown=shown, by=by, at=at)


def look_at_head(head: SignedCheckpoint, *, by: str, at: Instant) -> None:
    """Compare a head that its log has signed with the one of that size that was seen, and remember it if none was."""
    checkpoint = head.checkpoint
    known = _first(checkpoint.origin, HEAD, checkpoint.size, checkpoint.root, head.text)
    if known is not None:
        _refuse(TWO_HEADS, head, known=known, shown=head.text, by=by, at=at)


def contradicted(head: SignedCheckpoint) -> str | None:
    """The text that was seen of that log and that a head contradicts; nothing if there is none. Nothing is remembered."""
    checkpoint = head.checkpoint
    row = Seen.objects.filter(origin=checkpoint.origin, what=HEAD, number=checkpoint.size).first()
    return row.text if row is not None and bytes(row.hash) != checkpoint.root else None


def _first(origin: str, what: str, number: int, found: bytes, text: str) -> str | None:
    """Remember it if it is the first of its number; the text that was first if that says something else."""
    where = {"origin": origin, "what": what, "number": number}
    row = Seen.objects.filter(**where).first()
    if row is None:
        Seen.objects.bulk_create([Seen(**where, hash=found, text=text)], ignore_conflicts=True)
        row = Seen.objects.get(**where)  # another process may have been faster, with something else
    return None if bytes(row.hash) == found else row.text


def _refuse(kind: str, head: SignedCheckpoint, *, known: str, shown: str, by: str, at: Instant) -> None:
    keep(kind, origin=head.checkpoint.origin, by=by, known=known, shown=shown, at=at)
    raise ProofError(
        f"contradicts what this log has shown before: {kind}",
        where=f"log {head.checkpoint.origin}",
        why=f"{head.checkpoint.size} entries; both texts are kept as evidence",
        cure="nothing of this log is taken up on such a proof; its institution must explain it (/log/evidence.json)",
    )

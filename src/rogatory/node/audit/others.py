"""Question 6: what this node remembers beside its own acts, against the proofs and acts that it rests on.

- As a witness: a head that receipts show as cosigned by this node is in its memory. Who sets that back has it cosign a second history.
- Of other logs: each head and entry that a receipt proved was remembered as it was proved.
- Evidence against logs is as it was kept.
- Who may sign in was enrolled by two registrars; what was compared with earlier refusals was an act of its case.

What was removed from these tables and rests on no proof that is here is noticed by nobody (docs/how-to/mend-a-node.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from rogatory.errors import RogatoryError, StorageError, TrustError
from rogatory.exchange.trust import TrustList
from rogatory.ledger import (
    Checkpoint,
    Receipt,
    SignedCheckpoint,
    VerifierKey,
    leaf_hash,
    read_checkpoint,
    read_receipt,
    verify_head,
    verify_inclusion,
)
from rogatory.ledger.lines import read_hash, to_base64
from rogatory.ledger.step import root_from_path
from rogatory.moments import Instant
from rogatory.node.audit.findings import Difference, Question
from rogatory.node.cosigning import Peer, held
from rogatory.node.evidence_of_logs import is_as_kept
from rogatory.node.installation import Installation
from rogatory.node.models import Evidence, ForeignProof, Officer, Seen, WitnessHead
from rogatory.node.people import enrolled
from rogatory.node.refusals import strays
from rogatory.node.seen import ENTRY, HEAD

BLOCK = 500


def others(house: Installation, now: Instant) -> Iterator[Difference]:
    """Everything in these tables that contradicts a proof or an act."""
    trust = house.trust(now)
    yield from _memory(trust)
    for row in Seen.objects.order_by("pk").iterator(chunk_size=BLOCK):
        if wrong := _wrong(row, trust):
            yield _of(f"{row.what} {row.number} of {row.origin}", wrong)
    yield from _proofs(_me(house))
    for one in Evidence.objects.order_by("pk"):
        if not is_as_kept(one):
            yield _of(f"evidence {one.pk} against {one.origin}", "is not as it was kept")
    yield from _people(house)


def _me(house: Installation) -> VerifierKey | None:
    """The key with which this node cosigns, if the trust list names it as a witness."""
    try:
        return Peer(house=house).vkey
    except TrustError:
        return None


def _memory(trust: TrustList) -> Iterator[Difference]:
    for row in WitnessHead.objects.order_by("origin"):
        try:
            held(row)
            _signed(trust, row.origin, read_checkpoint(row.text))
        except RogatoryError as error:
            yield _of(f"memory of {row.origin}", str(error))


def _signed(trust: TrustList, origin: str, head: SignedCheckpoint) -> None:
    """That a log has signed a head, with no false cosignature. `RogatoryError` if not; one that the list names no more is not looked at."""
    named = trust.logs.get(origin)
    if named is not None:
        verify_head(head, log_vkey=named.signer_of(head), witnesses=named.witness_keys)


def _wrong(row: Seen, trust: TrustList) -> str:
    """What is wrong with what was remembered of another log; nothing if its own text still shows it."""
    try:
        head = read_checkpoint(row.text if row.what == HEAD else row.text.partition("\n\n")[2])
        _signed(trust, row.origin, head)
    except RogatoryError as error:
        return f"its text does not hold: {error}"
    body = head.checkpoint
    same = (body.size, body.root) == (row.number, bytes(row.hash)) if row.what == HEAD else _proves(row, body)
    return "" if same and body.origin == row.origin and row.what in {HEAD, ENTRY} else "is not what its own text shows"


def _proves(row: Seen, body: Checkpoint) -> bool:
    """Whether the text proves that entry of that log."""
    _, extra, index, *proof = row.text.partition("\n\n")[0].split("\n")
    try:
        path = [read_hash(line, where="proof") for line in proof]
        verify_inclusion(leaf_hash(bytes(row.hash)), index=row.number, size=body.size, proof=path, root=body.root)
    except RogatoryError:
        return False
    return (extra, index) == (f"extra {to_base64(bytes(row.hash))}", f"index {row.number}")


def _proofs(me: VerifierKey | None) -> Iterator[Difference]:
    """Each receipt against what had to be remembered of it; one that cannot be read is told by question 4."""
    sizes = dict(WitnessHead.objects.values_list("origin", "size"))
    back: dict[str, int] = {}
    for digest, text in ForeignProof.objects.order_by("pk").values_list("hash", "text").iterator(chunk_size=BLOCK):
        try:
            receipt = read_receipt(text)
            entry = root_from_path(digest, receipt.path)
        except RogatoryError:
            continue
        yield from _remembered(digest, receipt, entry)
        head = receipt.checkpoint
        if me is not None and head.note.signatures_by(me) and head.checkpoint.size > sizes.get(head.checkpoint.origin, 0):
            back[head.checkpoint.origin] = max(back.get(head.checkpoint.origin, 0), head.checkpoint.size)
    for origin, size in sorted(back.items()):
        yield _of(f"memory of {origin}", f"was set back: this node has cosigned {size} entries, and remembers {sizes.get(origin, 0)}")


def _remembered(digest: str, receipt: Receipt, entry: bytes) -> Iterator[Difference]:
    body = receipt.checkpoint.checkpoint
    for what, number, proved in ((HEAD, body.size, body.root), (ENTRY, receipt.index, entry)):
        found = Seen.objects.filter(origin=body.origin, what=what, number=number).values_list("hash", flat=True).first()
        if found is None or bytes(found) != proved:
            says = "is not remembered" if found is None else "is remembered otherwise"
            yield _of(f"{what} {number} of {body.origin}", f"{says}: the receipt of act {digest} proves it")


def _people(house: Installation) -> Iterator[Difference]:
    try:
        known = enrolled(house)
    except StorageError as error:
        yield _of("enrolments", str(error))
    else:
        for name in Officer.objects.exclude(pseudonym__in=list(known)).values_list("pseudonym", flat=True):
            yield _of(f"officer {name}", "may sign in, and two registrars have not enrolled her")
    for act, case in strays():
        yield _of(f"act {act}", f"is said to have been compared with earlier refusals, and is no act of case {case} here")


def _of(about: str, says: str) -> Difference:
    return Difference(question=Question.OTHERS, about=about, says=says)

"""The proofs that came with acts from abroad, looked at again before they are shown or believed."""

from __future__ import annotations

from collections.abc import Mapping

from rogatory.errors import RogatoryError
from rogatory.exchange.trust import TrustList
from rogatory.ledger import Receipts, read_receipt, verify_cosignatures
from rogatory.node.faults import damaged, database_name
from rogatory.node.installation import Installation
from rogatory.node.models import ForeignProof, Skeleton

REMEMBERED = 4096
_held: set[tuple[int, str, str]] = set()


def foreign_receipt(house: Installation, digest: str) -> str | None:
    """The receipt that came with an act; nothing if none did. `StorageError` if it no longer proves what it did when it came."""
    institution = Skeleton.objects.filter(pk=digest).values_list("institution", flat=True).first()
    return foreign_receipts(house, {digest: str(institution)}).get(digest)


def foreign_receipts(house: Installation, acts: Mapping[str, str]) -> dict[str, str]:
    """The receipts that came with acts, by hash, as far as they came: `acts` says of which institution each is."""
    proofs = ForeignProof.objects.filter(hash__in=list(acts)).values_list("hash", "text")
    receipts = Receipts()
    return {digest: _checked(house, digest, acts[digest], text, receipts) for digest, text in proofs}


def foreign_indexes(house: Installation, acts: Mapping[str, str]) -> dict[str, int]:
    """Where acts from abroad stand in their logs, by hash, as far as a proof came: `acts` says of which institution each is."""
    return {digest: read_receipt(text).index for digest, text in foreign_receipts(house, acts).items()}


def _checked(house: Installation, digest: str, institution: str, text: str, receipts: Receipts) -> str:
    """The proof, if it holds; what held once under a trust list is not verified again by this process."""
    trust = house.trust(house.clock.now())
    held = (trust.seq, digest, text)
    if held not in _held:
        wrong = why_it_fails(house, trust, digest, institution, text, receipts)
        if wrong:
            raise damaged(wrong, where=f"{database_name()}, table foreign_proof, act {digest}")
        if len(_held) >= REMEMBERED:
            _held.clear()
        _held.add(held)
    return text


def why_it_fails(house: Installation, trust: TrustList, digest: str, institution: str, text: str, receipts: Receipts) -> str:
    """What is wrong with a stored proof; nothing if it holds.

    A cosignature of a witness whom the list names no more is verified with the key that it had, and then is no fault.
    """
    try:
        log, receipt = trust.log_of(institution), read_receipt(text)
        receipts.verify(digest, receipt, log_vkey=log.signer_of(receipt.checkpoint), witnesses=log.witness_keys)
        dropped = house.trust_file.witnesses()
        for key in dropped:
            verify_cosignatures(receipt.checkpoint, key)
    except RogatoryError as error:
        return f"its proof from {institution} does not hold: {error}"
    known = {(one.name, one.key_id) for one in (*log.witness_keys, *dropped, *(dated.key for dated in log.keys))}
    strange = [line.name for line in receipt.checkpoint.note.signatures if (line.name, line.key_id) not in known]
    if strange:
        names = ", ".join(strange)
        return f"its proof from {institution} carries a line of {names}, whom no list that was here has named: altered, or older"
    return ""

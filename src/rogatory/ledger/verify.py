"""Verify a receipt, a whole log, the growth of a log: the numbered steps, each with the attack that it stops.

 1. **Form.** Every text and file has its one form and its exact length. *Stops:* bytes that two readers read differently,
    and a cut file that passes for a short one. The readers (`read_receipt`, `read_checkpoint`, `read_bundle`) do it.
 2. **Origin.** The checkpoint names the log whose key we were given. *Stops:* showing another log's checkpoint.
 3. **Signature.** The log's key has signed the checkpoint. *Stops:* an invented or altered checkpoint.
 4. **Witnesses.** No cosignature of a known witness is false, and at least the quorum is there. *Stops:* a log that shows
    two people two histories.
 5. **Place in step.** The act's hash and its 20 siblings lead to the root of a step. *Stops:* a receipt used for another
    act, and an act claimed for a step that did not take it.
 6. **Place in log.** That root is the entry at the receipt's index below the checkpoint's root. *Stops:* a step that was
    never in the log, or not there.
 7. **Entries.** Each entry hashes to its leaf in the tile of level 0. *Stops:* an entry edited, swapped or taken out.
 8. **Tiles.** Each full tile leads to its hash in the tile above. *Stops:* an edited tile, from which false proofs would
    be made.
 9. **Root.** The right edge of the tiles leads to the checkpoint's root. *Stops:* a history rewritten throughout, a cut
    or grafted end.
10. **Growth.** The newer checkpoint begins with the older one. *Stops:* rewriting what was shown before; two roots of one
    size, both signed, are proof against the log.

In a case file (`cli/case_file.py`, for the ledger may not know what an act means):

11. **Trust.** The trust list is signed by the anchor and in force. *Stops:* keys of institutions that nobody accredited.
12. **Act.** The act is signed by its institution with a key that was good at that time. *Stops:* a forged act.
13. **Contents.** Each disclosure matches a digest in the act. *Stops:* contents exchanged after signing.
14. **Packages.** Each evidence package has the size and the digest that its act states. *Stops:* altered evidence.

What no step can show: that an act is true, that the log holds no second act beside it (recounting with the seeds does),
and, for a log alone, that its entries stand for real acts.

Left to the caller: which key is the log's, which witnesses count and how many are needed. `damage` says what is altered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from rogatory.errors import FormError, ProofError
from rogatory.ledger.checkpoint import (
    Checkpoint,
    Cosignature,
    SignedCheckpoint,
    read_checkpoint,
    verify_checkpoint,
    verify_cosignatures,
)
from rogatory.ledger.damage import Walk, locate, root_of_edges
from rogatory.ledger.files import LogFiles, Read
from rogatory.ledger.findings import Check, Finding, step
from rogatory.ledger.note import VerifierKey
from rogatory.ledger.receipt import Receipt
from rogatory.ledger.step import root_from_path
from rogatory.ledger.tiles import ENTRY_BYTES, TILE_HEIGHT, TILE_WIDTH, Address, bundles_of
from rogatory.ledger.tree import EMPTY_ROOT, InclusionVerifier, leaf_hash, root_of_leaves, verify_consistency

MAX_HEADS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a receipt proves: this act stands in the step that is this entry of this log, under this checkpoint."""

    act_hash: str
    index: int
    checkpoint: Checkpoint
    witnesses: tuple[Cosignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedLog:
    """A log whose entries and tiles are exactly what its checkpoint signs."""

    checkpoint: Checkpoint
    witnesses: tuple[Cosignature, ...]
    succeeds: SignedCheckpoint | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """What was looked at in a log and everything that does not verify."""

    signed: SignedCheckpoint | None
    witnesses: tuple[Cosignature, ...]
    succeeds: SignedCheckpoint | None
    findings: tuple[Finding, ...]

    @property
    def compared(self) -> bool:
        """Whether the files were looked at: only what the log has signed says what they should be."""
        return self.signed is not None and not {found.check for found in self.findings} & {Check.ORIGIN, Check.SIGNATURE}


@dataclass(frozen=True, slots=True)
class Receipts:
    """Verifies receipts, each as if it were the only one. What those of one head share is verified once.

    That is the head itself with its signatures, and the nodes of the tree above their entries. A few heads are remembered: whoever
    has receipts of many heads takes those of one head after another.
    """

    _heads: dict[object, tuple[tuple[Cosignature, ...], InclusionVerifier]] = field(default_factory=dict)

    def verify(
        self,
        act_hash: str,
        receipt: Receipt,
        *,
        log_vkey: VerifierKey,
        witnesses: Iterable[VerifierKey] = (),
        quorum: int = 0,
    ) -> Verified:
        """What the receipt proves of this act; `ProofError` whose `where` names the step that fails. Step 1 was reading it."""
        # 2 origin, 3 signature, 4 witnesses
        cosigned, tree = self._head(receipt.checkpoint, log_vkey, tuple(witnesses), quorum)
        checkpoint = receipt.checkpoint.checkpoint
        # 5 place in step: what comes out is proved by step 6
        with step(Check.PLACE_IN_STEP):
            entry = root_from_path(act_hash, receipt.path)
        # 6 place in log
        with step(Check.PLACE_IN_LOG, f"act {act_hash}, entry {receipt.index} of {checkpoint.origin}"):
            tree.verify(leaf_hash(entry), index=receipt.index, proof=receipt.proof)
        return Verified(act_hash=act_hash, index=receipt.index, checkpoint=checkpoint, witnesses=cosigned)

    def head(
        self, signed: SignedCheckpoint, *, log_vkey: VerifierKey, witnesses: Iterable[VerifierKey] = (), quorum: int = 0
    ) -> tuple[Cosignature, ...]:
        """Steps 2 to 4 alone, as `verify_head` takes them."""
        return self._head(signed, log_vkey, tuple(witnesses), quorum)[0]

    def _head(
        self, signed: SignedCheckpoint, log_vkey: VerifierKey, witnesses: tuple[VerifierKey, ...], quorum: int
    ) -> tuple[tuple[Cosignature, ...], InclusionVerifier]:
        asked = (signed, log_vkey, witnesses, quorum)
        if asked not in self._heads:
            cosigned = verify_head(signed, log_vkey=log_vkey, witnesses=witnesses, quorum=quorum)
            if len(self._heads) >= MAX_HEADS:
                self._heads.clear()
            head = signed.checkpoint
            self._heads[asked] = cosigned, InclusionVerifier(size=head.size, root=head.root)
        return self._heads[asked]


def verify_receipt(
    act_hash: str,
    receipt: Receipt,
    *,
    log_vkey: VerifierKey,
    witnesses: Iterable[VerifierKey] = (),
    quorum: int = 0,
) -> Verified:
    """What one receipt proves of this act, as `Receipts.verify` says."""
    return Receipts().verify(act_hash, receipt, log_vkey=log_vkey, witnesses=witnesses, quorum=quorum)


def verify_head(
    signed: SignedCheckpoint, *, log_vkey: VerifierKey, witnesses: Iterable[VerifierKey] = (), quorum: int = 0
) -> tuple[Cosignature, ...]:
    """Steps 2 to 4 on a checkpoint: the cosignatures that hold, one a witness."""
    # 2 origin
    checkpoint = signed.checkpoint
    if checkpoint.origin != log_vkey.name:
        why = f"expected {log_vkey.name}, found {checkpoint.origin}"
        raise ProofError("checkpoint is of another log", where=Check.ORIGIN.where, why=why)
    # 3 signature
    with step(Check.SIGNATURE):
        verify_checkpoint(signed, log_vkey)
    # 4 witnesses
    with step(Check.WITNESSES):
        by_public = {key.public: found for key in witnesses if (found := verify_cosignatures(signed, key))}
        if len(by_public) < quorum:
            raise ProofError("has too few witnesses", why=f"{len(by_public)} of the {quorum} that are needed")
    return tuple(by_public.values())


def verify_growth(
    old: SignedCheckpoint,
    new: SignedCheckpoint,
    proof: Collection[bytes],
    *,
    log_vkey: VerifierKey,
    witnesses: Iterable[VerifierKey] = (),
    quorum: int = 0,
) -> Checkpoint:
    """The newer checkpoint, once it is shown to begin with the older one. From size 0 the proof must be empty."""
    # 2 to 4: the older one needs no witnesses, for the newer one's have looked at what came before
    verify_head(old, log_vkey=log_vkey)
    verify_head(new, log_vkey=log_vkey, witnesses=witnesses, quorum=quorum)
    # 10 growth
    before, after = old.checkpoint, new.checkpoint
    with step(Check.GROWTH, f"{after.origin}, {before.size} to {after.size}"):
        if before.size == 0 and proof:
            raise ProofError("must be empty, for nothing came before", where="consistency proof")
        if before.size:
            verify_consistency(
                old_size=before.size,
                old_root=before.root,
                new_size=after.size,
                new_root=after.root,
                proof=tuple(proof),
            )
    return after


def verify_log(read: Read, *, log_vkey: VerifierKey, witnesses: Iterable[VerifierKey] = (), quorum: int = 0) -> VerifiedLog:
    """The log whose files `read` gives, if every step holds; `ProofError` for the first that does not."""
    report = inspect_log(read, log_vkey=log_vkey, witnesses=witnesses, quorum=quorum)
    for found in report.findings:
        values = f"expected {found.expected}, found {found.found}" if found.expected else ""
        raise ProofError(found.says, where=found.check.where, why="; ".join(filter(None, (found.file, values))))
    if report.signed is None:
        raise ProofError("has no checkpoint", where=Check.FORM.where)
    return VerifiedLog(checkpoint=report.signed.checkpoint, witnesses=report.witnesses, succeeds=report.succeeds)


def inspect_log(read: Read, *, log_vkey: VerifierKey, witnesses: Iterable[VerifierKey] = (), quorum: int = 0) -> LogReport:
    """Take every step on a whole log and list all that does not verify; without step 2 or 3 there is nothing to compare with."""
    # 1 form, of the checkpoint
    try:
        signed = read_checkpoint(_text(read("checkpoint")))
    except FormError as error:
        found = Finding(check=Check.FORM, file="checkpoint", says=str(error))
        return LogReport(signed=None, witnesses=(), succeeds=None, findings=(found,))
    # 2 origin, 3 signature, 4 witnesses
    findings: list[Finding] = []
    cosigned: tuple[Cosignature, ...] = ()
    try:
        cosigned = verify_head(signed, log_vkey=log_vkey, witnesses=witnesses, quorum=quorum)
    except ProofError as error:
        findings.append(_head_finding(error))
    head = LogReport(signed=signed, witnesses=cosigned, succeeds=None, findings=tuple(findings))
    if not head.compared:  # its size and root are nobody's word: nothing can be measured by them
        return head
    # 7 entries, 8 tiles, 9 root, and 1 form of each file
    files = LogFiles(read=read)
    walk, succeeds = _walk(files, signed.checkpoint.size)
    located = list(locate(walk, files, signed.checkpoint))
    findings += [*files.findings.values(), *located]
    return LogReport(signed=signed, witnesses=cosigned, succeeds=succeeds, findings=tuple(findings))


def _text(data: bytes | None) -> str:
    if data is None:
        raise FormError("is missing", where="checkpoint", cure="give the folder that holds the file `checkpoint`")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormError("is no UTF-8 text", where="checkpoint") from error


def _head_finding(error: ProofError) -> Finding:
    number = next(check for check in Check if check.where == error.where)
    says = ": ".join(part for part in (error.what, error.why) if part)
    return Finding(check=number, file="checkpoint", says=says)


def _walk(files: LogFiles, size: int) -> tuple[Walk, SignedCheckpoint | None]:
    """Go through the log from the entries up, once, and note each tile that is not what lies below it."""
    walk = Walk(size=size)
    succeeds: SignedCheckpoint | None = None
    row: list[bytes | None] = []
    # 7 entries
    for bundle in bundles_of(size):
        entries = files.entries(bundle)
        if bundle.index == 0 and entries:
            succeeds = _predecessor(entries[0])
        below = _leaves(files, bundle, entries, allowed=succeeds is not None) if entries else None
        row.append(_compare(walk, files, Address(level=0, index=bundle.index, width=bundle.width), below))
    # 8 tiles
    level = 1
    while size >> level * TILE_HEIGHT:
        walk.rows.append(row[: size >> level * TILE_HEIGHT])
        row = []
        for address in _row(level, size):
            first = address.index * TILE_WIDTH
            row.append(_compare(walk, files, address, walk.rows[-1][first : first + address.width]))
        level += 1
    # 9 root
    walk.root = root_of_edges(walk.edges) if size else EMPTY_ROOT
    return walk, succeeds


def _row(level: int, size: int) -> Iterator[Address]:
    full, rest = divmod(size >> level * TILE_HEIGHT, TILE_WIDTH)
    for index in range(full + bool(rest)):
        yield Address(level=level, index=index, width=TILE_WIDTH if index < full else rest)


def _leaves(files: LogFiles, bundle: Address, entries: tuple[bytes, ...], *, allowed: bool) -> list[bytes | None]:
    for place, entry in enumerate(entries):
        if len(entry) != ENTRY_BYTES and not (allowed and bundle.index == 0 and place == 0):
            number = bundle.index * TILE_WIDTH + place
            says = f"entry {number} has {len(entry)} bytes and is no root of a step, which has {ENTRY_BYTES}"
            files.findings[f"{bundle.path}#{place}"] = Finding(check=Check.FORM, file=bundle.path, index=number, says=says)
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def _predecessor(entry: bytes) -> SignedCheckpoint | None:
    """The checkpoint with which the first entry says that this log goes on from another one."""
    try:
        return None if len(entry) == ENTRY_BYTES else read_checkpoint(entry.decode("utf-8"))
    except (FormError, UnicodeDecodeError):
        return None


def _compare(walk: Walk, files: LogFiles, address: Address, below: list[bytes | None] | None) -> bytes | None:
    """The root of a tile for the row above, and a note if the tile is not what lies below it."""
    stored = files.hashes(address)
    if stored is None or below is None or list(stored) != below:
        walk.doubtful.add((address.level or 0, address.index))
    hashes = stored or (tuple(item for item in below if item) if below and all(below) else None)
    if hashes and address.width < TILE_WIDTH:
        walk.edges[address.level or 0] = hashes
    return root_of_leaves(hashes) if hashes and address.width == TILE_WIDTH else None

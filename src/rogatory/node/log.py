"""The log of this node as others read it: checkpoint, tiles, bundles, receipts.

Hashes of complete subtrees are stored as they are made, so that a proof of n steps reads about 2 log n rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, zip_longest
from operator import itemgetter

from django.db.models import Count, Max, QuerySet

from rogatory.errors import FormError, ProofError, RequestError, StorageError
from rogatory.exchange.logs import TrustedLog
from rogatory.ledger import (
    EMPTY_ROOT,
    Address,
    Nodes,
    Prover,
    Receipt,
    Receipts,
    SignedCheckpoint,
    build_step,
    bundle_content,
    bundles_of,
    leaf_hash,
    node_hash,
    read_address,
    read_checkpoint,
    read_receipt,
    read_signature,
    root_of_leaves,
    tile_content,
    tiles_of,
    verify_head,
)
from rogatory.node.evidence_of_logs import CLOSING
from rogatory.node.faults import damaged, database_name
from rogatory.node.installation import installation
from rogatory.node.models import Checkpoint, Cosignature, Evidence, Place, Step, TimeStamp, TreeNode
from rogatory.node.showing import Limit, limit

SHIFT = 48
WIDTH = 256
NEAR = 1000
TOGETHER = 10_000
"""So many rows are asked for in one query at most: a database bounds how many values a question holds."""
DUE = 60.0
"""Within so many seconds the quorum must have cosigned; after that the log is shown as late."""
CURE_OF_OLD_COPY = (
    "stop this node and restore the newest backup; if there is none, the log is closed as it stands, and a successor opens "
    "with its last cosigned checkpoint (docs/how-to/keep-the-log.md)"
)


def node(level: int, index: int) -> bytes:
    """The hash of a complete subtree."""
    found = TreeNode.objects.filter(pk=(level << SHIFT) + index).values_list("hash", flat=True).first()
    if found is None:
        raise RequestError("the log has no such subtree", where=f"level {level}, index {index}", cure="ask for a smaller one")
    return bytes(found)


def newest() -> Checkpoint | None:
    """The newest checkpoint that is shown."""
    shown = _limit()
    rows = Checkpoint.objects.order_by("-size")
    return (rows.filter(size__lte=shown.size) if shown else rows).first()


def last_signed() -> Checkpoint | None:
    """The newest checkpoint that was signed: it may wait for the moment at which it is shown."""
    return Checkpoint.objects.order_by("-size").first()


def _limit() -> Limit | None:
    return limit(installation().clock.now())


def _cosignatures(named: TrustedLog) -> QuerySet[Cosignature]:
    """The cosignatures of the witnesses that are named, as far as they are shown."""
    shown = _limit()
    rows = Cosignature.objects.filter(witness__in=[one.name for one in named.witnesses])
    return rows.filter(id__lte=shown.line, size__lte=shown.size) if shown else rows


def _named() -> TrustedLog:
    house = installation()
    return house.trust(house.clock.now()).log_of(house.settings.institution)


def head(beyond: int = -1) -> SignedCheckpoint | None:
    """The checkpoint to show of a log that is longer than `beyond` entries; nothing if it is not that long yet.

    The newest that the quorum of witnesses has cosigned; else the newest that any has; else the newest.
    """
    found = newest()
    if found is None or found.size <= beyond:
        return None
    named = _named()
    for needed in (named.quorum, 1) if named.quorum else ():
        size = _cosigned_size(named, needed, beyond)
        lines = _present(_cosignatures(named).filter(size=size).order_by("witness").values_list("line", flat=True), named) if size else ()
        if len(lines) >= needed:
            return _sound(size, Checkpoint.objects.get(pk=size).text, lines, named)
    return _sound(found.size, found.text, (), named)


def _present(lines: Iterable[str], named: TrustedLog) -> tuple[str, ...]:
    """The lines without those of a key that a witness had before under its name. Any other line that is of no key is damage."""
    signers = {line: _signer(line) for line in lines}
    now = {(key.name, key.key_id) for key in named.witness_keys}
    if now.issuperset(signers.values()):
        return tuple(signers)
    before = {(key.name, key.key_id) for key in installation().trust_file.witnesses()} - now
    return tuple(line for line, signer in signers.items() if signer not in before)


def _signer(line: str) -> tuple[str, bytes]:
    try:
        signature = read_signature(line)
    except FormError:
        return "", b""
    return signature.name, signature.key_id


def _sound(size: int, text: str, lines: tuple[str, ...], named: TrustedLog) -> SignedCheckpoint:
    """A stored checkpoint with its cosignatures. `StorageError` if one of its signatures does not hold: it is not shown."""
    try:
        return _verified(size, text, lines, named)
    except (ProofError, FormError) as error:
        where = f"{database_name()}, tables log_checkpoint and log_cosignature, checkpoint of {size} entries"
        raise damaged(str(error), where=where) from error


@lru_cache(maxsize=64)
def _verified(size: int, text: str, lines: tuple[str, ...], named: TrustedLog) -> SignedCheckpoint:
    signed = read_checkpoint(text).add(*map(read_signature, lines))
    verify_head(signed, log_vkey=named.signer_of(signed), witnesses=named.witness_keys, quorum=len(lines))
    if signed.checkpoint.size != size or len(signed.note.signatures) != 1 + len(lines):
        raise ProofError("is not the one that this row is for", where=f"checkpoint of {signed.checkpoint.size} entries")
    return signed


def _cosigned_size(named: TrustedLog, needed: int, beyond: int = -1) -> int:
    """The size of the newest checkpoint with so many cosignatures; 0 if there is none."""
    rows = _cosignatures(named)
    last = rows.order_by("-size").values_list("size", flat=True).first() or 0
    for since in (max(beyond, last - NEAR), beyond):  # almost always it is one of the last: not all lines are counted for it
        enough = rows.filter(size__gt=since).values("size").annotate(lines=Count("id")).filter(lines__gte=needed)
        found = enough.order_by("-size").values_list("size", flat=True).first()
        if found:
            return found
    return 0


def checkpoint_text() -> str:
    """The checkpoint that is shown to everybody, as text."""
    found = head()
    return found.text if found else ""


def origin() -> str:
    """The name of this node's log."""
    return _named().origin


def verifier_key(signed: SignedCheckpoint | None = None) -> str:
    """The key with which a checkpoint of this node's log, or the one that is shown, is verified: the trust list may name a later one."""
    named, shown = _named(), signed or head()
    return (named.signer_of(shown) if shown else named.keys[0].key).text


def cosigned(receipt: str) -> int:
    """How many of its witnesses have cosigned the checkpoint of one of our receipts."""
    signed = read_receipt(receipt).checkpoint
    return sum(bool(signed.note.signatures_by(key)) for key in _named().witness_keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessing:
    """How far the witnesses have followed this log. `behind` counts the seconds of steps that no quorum has cosigned yet."""

    witnesses: tuple[tuple[str, int], ...]
    quorum: int
    size: int
    cosigned: int
    behind: float
    late: bool
    closed: bool


def witnessing() -> Witnessing:
    """The state of the log and its witnesses: what waits for them, everybody can see."""
    named, found = _named(), newest()
    names = [one.name for one in named.witnesses]
    sizes = dict(_cosignatures(named).values_list("witness").annotate(Max("size")))
    size = found.size if found else 0
    reached = _cosigned_size(named, named.quorum) if named.quorum else size
    behind = (size - reached) * installation().settings.step_ms / 1000
    return Witnessing(
        witnesses=tuple((name, sizes.get(name, 0)) for name in names),
        quorum=named.quorum,
        size=size,
        cosigned=reached,
        behind=behind,
        late=behind > DUE,
        closed=Evidence.objects.filter(origin=named.origin, kind__in=CLOSING).exists(),
    )


def stamped() -> tuple[int, ...]:
    """The sizes of the checkpoints that have a time-stamp."""
    return tuple(TimeStamp.objects.order_by("size").values_list("size", flat=True))


def stamp(size: int) -> tuple[str, bytes] | None:
    """A checkpoint as it was time-stamped, and the authority's response; nothing if it has none."""
    response = TimeStamp.objects.filter(pk=size).values_list("response", flat=True).first()
    return None if response is None else (Checkpoint.objects.get(pk=size).text, bytes(response))


def entries_of(digests: Iterable[str]) -> dict[str, int]:
    """Where acts of this node stand in its log, by hash, as far as a head that is shown proves it: for those there are receipts."""
    shown = newest()
    places = Place.objects.filter(hash__in=list(digests), leaf__lt=shown.size if shown else 0)
    return dict(places.values_list("hash", "leaf"))


def receipt_of(digest: str) -> str | None:
    """The receipt of an act of this node; nothing as long as it has no place, or no head above it that holds."""
    return receipts_of([digest]).get(digest)


def receipts_of(digests: Iterable[str]) -> dict[str, str]:
    """The receipts of acts of this node, by hash, without those that can have none yet. As many as possible are of one head."""
    places = Place.objects.filter(hash__in=list(digests)).order_by("leaf").values_list("leaf", "hash")
    waiting = [(leaf, [digest for _, digest in acts]) for leaf, acts in groupby(places, key=itemgetter(0))]
    made: dict[str, str] = {}
    while waiting:
        shown = head(waiting[0][0])
        if shown is None:
            break
        covered = [(leaf, acts) for leaf, acts in waiting if leaf < shown.checkpoint.size]
        del waiting[: len(covered)]
        if _holds(shown):
            made |= _receipts_under(shown, covered)
    return made


def _receipts_under(shown: SignedCheckpoint, covered: Sequence[tuple[int, Sequence[str]]]) -> Iterator[tuple[str, str]]:
    """The receipts of the acts of these entries, under one head. What was damaged in the tables must not leave this node."""
    leaves = [leaf for leaf, _ in covered]
    size, key, verified = shown.checkpoint.size, _named().signer_of(shown), Receipts()
    prover = Prover(size=size, nodes=_at_once(leaves, size))
    steps = Step.objects.in_bulk(leaves)
    for leaf, acts in covered:
        if leaf not in steps:
            raise _damaged(f"entry {leaf}", "log_step")
        tree = build_step(seed_of(steps[leaf]), Place.objects.filter(leaf=leaf).values_list("hash", flat=True))
        for digest in acts:
            try:
                receipt = Receipt(path=tree.path(digest), index=leaf, proof=prover.prove(leaf), checkpoint=shown)
                verified.verify(digest, receipt, log_vkey=key)
            except ProofError as error:
                raise _damaged(f"receipt of {digest}", "log_node, log_place or log_step") from error
            yield digest, receipt.text


def _at_once(leaves: Iterable[int], size: int) -> Nodes:
    """The hashes that the proofs of these entries take, read together."""
    wanted: list[int] = []

    def note(level: int, at: int) -> bytes:
        wanted.append((level << SHIFT) + at)
        return EMPTY_ROOT  # in the place of a hash: only what is asked for counts here

    noting = Prover(size=size, nodes=note)
    for leaf in leaves:
        noting.prove(leaf)
    found: dict[int, bytes] = {}
    for start in range(0, len(wanted), TOGETHER):
        rows = TreeNode.objects.filter(pk__in=wanted[start : start + TOGETHER]).values_list("pk", "hash")
        found |= {pk: bytes(one) for pk, one in rows}

    def read(level: int, at: int) -> bytes:
        held = found.get((level << SHIFT) + at)
        if held is None:
            raise _damaged(f"hash {at} of level {level}", "log_node")
        return held

    return read


def _holds(shown: SignedCheckpoint) -> bool:
    """Whether the key of a head holds. When keys change, a head that the old one signed last and few have cosigned waits for the next."""
    try:
        _named().key_for(shown, installation().clock.now())
    except ProofError:
        return False
    return True


def seed_of(step: Step) -> bytes:
    """The seed of a step. `StorageError` if it is damaged."""
    try:
        return installation().keys.unseal(bytes(step.seed), aad=b"seed")
    except StorageError as error:
        raise damaged("its seed cannot be decrypted", where=f"{database_name()}, table log_step, entry {step.leaf}") from error


def tile_at(path: str) -> bytes | None:
    """A tile or an entry bundle of the log, by its C2SP path; nothing if the log is not that long."""
    address = read_address(f"tile/{path}")
    return content(address, (newest() or Checkpoint(size=0)).size)


def content(address: Address, size: int) -> bytes | None:
    """The bytes of a tile or bundle of a log of this size, read at once; nothing if it is not that long."""
    first = address.index * WIDTH
    if address.level is None:
        if first + address.width > size:
            return None
        rows = Step.objects.filter(leaf__gte=first, leaf__lt=first + address.width).order_by("leaf")
        entries = [bytes(entry) for entry in rows.values_list("entry", flat=True)]
        leaves = [leaf_hash(entry) for entry in entries]
        wrong = next((at for at, (one, two) in enumerate(zip_longest(leaves, _hashes(0, first, address.width))) if one != two), None)
        if wrong is not None:
            raise _damaged(f"{address.path}, entry {first + wrong}", "log_step")
        _must_lead_to_what_was_signed(address, 0, leaves)
        return bundle_content(entries)
    if (first + address.width) << (8 * address.level) > size:
        return None
    hashes = _hashes(8 * address.level, first, address.width)
    _must_lead_to_what_was_signed(address, 8 * address.level, hashes)
    return tile_content(address, lambda _level, index: hashes[index - first])


def _hashes(level: int, first: int, count: int) -> list[bytes]:
    """The hashes of neighbouring subtrees, in one query."""
    start = (level << SHIFT) + first
    rows = TreeNode.objects.filter(pk__gte=start, pk__lt=start + count).order_by("pk").values_list("hash", flat=True)
    return [bytes(one) for one in rows]


def _must_lead_to_what_was_signed(address: Address, level: int, hashes: Sequence[bytes]) -> None:
    """That the hashes of a tile, full or partial, lead to the root that was signed when the log ended with it."""
    first = address.index * WIDTH
    size = first + address.width << level
    text = Checkpoint.objects.filter(pk=size).values_list("text", flat=True).first()
    if len(hashes) != address.width or text is None:
        raise _damaged(address.path, "log_node" if text else "log_checkpoint")
    root = root_of_leaves(hashes)
    for left in reversed(_left_of(first << level)):
        root = node_hash(left, root)
    try:
        signed = read_checkpoint(text).checkpoint
    except FormError as error:
        raise _damaged(address.path, "log_checkpoint") from error
    if (signed.size, signed.root) != (size, root):
        raise _damaged(address.path, "log_node")


def _left_of(leaves: int) -> list[bytes]:
    """The roots of the largest complete subtrees of so many leaves, from the left, in one query."""
    keys, start = [], 0
    for level in range(leaves.bit_length() - 1, -1, -1):
        if leaves >> level & 1:
            keys.append((level << SHIFT) + (start >> level))
            start += 1 << level
    found = dict(TreeNode.objects.filter(pk__in=keys).values_list("pk", "hash"))
    missing = [key for key in keys if key not in found]
    if missing:
        raise _damaged(f"hash {missing[0] & (1 << SHIFT) - 1} of level {missing[0] >> SHIFT}", "log_node")
    return [bytes(found[key]) for key in keys]


def _damaged(what: str, table: str) -> StorageError:
    return damaged("it does not lead to what the log has signed", where=f"{database_name()}, table {table}, {what}")


def files(have: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Every file of the log as it is shown now, but full tiles and bundles that are there already; the checkpoint last."""
    shown = head()
    if shown is None:
        raise RequestError("has no checkpoint yet", where="log", cure="run: rogatory work")
    size = shown.checkpoint.size
    for address in (*bundles_of(size), *tiles_of(size)):
        if have(address.path) and address.width == WIDTH:
            continue
        data = content(address, size)
        if data is None:
            raise StorageError("is not whole", where=f"log, {address.path}", cure="run: rogatory audit")
        yield address.path, data
    yield "checkpoint", shown.text.encode()

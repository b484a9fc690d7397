"""The log of this node as others read it: checkpoint, tiles, bundles, receipts.

Hashes of complete subtrees are stored as they are made, so that a proof of n steps reads about 2 log n rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from django.db.models import Count, Max

from rogatory.errors import ConfigurationError, RequestError, StorageError
from rogatory.exchange.trust import TrustList
from rogatory.ledger import (
    Address,
    Receipt,
    SignedCheckpoint,
    build_step,
    bundle_content,
    bundles_of,
    make_receipt,
    read_address,
    read_checkpoint,
    read_receipt,
    read_signature,
    tile_content,
    tiles_of,
)
from rogatory.node.installation import installation
from rogatory.node.models import Checkpoint, Cosignature, Place, Step, TreeNode

SHIFT = 48
WIDTH = 256


def node(level: int, index: int) -> bytes:
    """The hash of a complete subtree."""
    found = TreeNode.objects.filter(pk=(level << SHIFT) + index).values_list("hash", flat=True).first()
    if found is None:
        raise RequestError("the log has no such subtree", where=f"level {level}, index {index}", cure="ask for a smaller one")
    return bytes(found)


def newest() -> Checkpoint | None:
    """The newest signed checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def _trust() -> TrustList:
    house = installation()
    return house.trust(house.clock.now())


def head(beyond: int = -1) -> SignedCheckpoint | None:
    """The checkpoint to show of a log that is longer than `beyond` entries; nothing if it is not that long yet.

    The newest that the quorum of witnesses has cosigned; else the newest that any has; else the newest.
    """
    found = newest()
    if found is None or found.size <= beyond:
        return None
    trust = _trust()
    lines = Cosignature.objects.filter(size__gt=beyond, witness__in=[one.name for one in trust.payload.witnesses])
    for needed in (trust.quorum, 1) if trust.quorum else ():
        enough = lines.values("size").annotate(lines=Count("id")).filter(lines__gte=needed)
        size = enough.order_by("-size").values_list("size", flat=True).first()
        if size is not None:
            signatures = lines.filter(size=size).order_by("witness").values_list("line", flat=True)
            return read_checkpoint(Checkpoint.objects.get(pk=size).text).add(*map(read_signature, signatures))
    return read_checkpoint(found.text)


def checkpoint_text() -> str:
    """The checkpoint that is shown to everybody, as text."""
    found = head()
    return found.text if found else ""


def verifier_key() -> str:
    """The key with which this node's log is verified, as the trust list gives it."""
    house = installation()
    entity = _trust().institution(house.settings.institution)
    if entity is None:
        raise ConfigurationError("names no such institution", where="trust.json", why=house.settings.institution)
    return entity.log.vkey


def cosigned(receipt: str) -> int:
    """How many witnesses of the trust list have cosigned the checkpoint of one of our receipts."""
    signed = read_receipt(receipt).checkpoint
    return sum(bool(signed.note.signatures_by(key)) for key in _trust().witness_keys)


def witnessed() -> tuple[tuple[str, int], ...]:
    """Each witness of the trust list with the size up to which it has cosigned this log."""
    names = [one.name for one in _trust().payload.witnesses]
    newest_of = dict(Cosignature.objects.filter(witness__in=names).values_list("witness").annotate(Max("size")))
    return tuple((name, newest_of.get(name, 0)) for name in names)


def receipt_of(digest: str) -> str | None:
    """The receipt of an act of this node; nothing as long as it has no place."""
    place = Place.objects.filter(pk=digest).values_list("leaf", flat=True).first()
    shown = head(place) if place is not None else None
    if place is None or shown is None:
        return None
    step = Step.objects.get(pk=place)
    seed = installation().keys.unseal(bytes(step.seed), aad=b"seed")
    hashes = tuple(sorted(Place.objects.filter(leaf=place).values_list("hash", flat=True)))
    path = build_step(seed, hashes).path(digest)
    return make_receipt(path=path, index=place, nodes=node, checkpoint=shown).text


@lru_cache(maxsize=4096)
def index_of(receipt: str | None) -> int | None:
    """The index in the log that a receipt names."""
    if receipt is None:
        return None
    read: Receipt = read_receipt(receipt)
    return read.index


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
        return bundle_content(bytes(entry) for entry in rows.values_list("entry", flat=True))
    if (first + address.width) << (8 * address.level) > size:
        return None
    start = (8 * address.level << SHIFT) + first
    rows_of_tile = TreeNode.objects.filter(pk__gte=start, pk__lt=start + address.width).values_list("pk", "hash")
    found = {pk - start + first: bytes(one) for pk, one in rows_of_tile}
    return tile_content(address, lambda _level, index: found[index])


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

"""The log of this node as others read it: checkpoint, tiles, bundles, receipts.

Hashes of complete subtrees are stored as they are made, so that a proof of n steps reads about 2 log n rows.
"""

from __future__ import annotations

from functools import lru_cache

from rogatory.errors import RequestError
from rogatory.ledger import (
    Receipt,
    build_step,
    bundle_content,
    make_receipt,
    read_address,
    read_checkpoint,
    read_receipt,
    tile_content,
)
from rogatory.node.installation import installation
from rogatory.node.models import Checkpoint, Place, Step, TreeNode

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


def checkpoint_text() -> str:
    """The newest signed checkpoint, as text."""
    found = newest()
    return found.text if found else ""


def receipt_of(digest: str) -> str | None:
    """The receipt of an act of this node; nothing as long as it has no place."""
    place = Place.objects.filter(pk=digest).values_list("leaf", flat=True).first()
    head = newest()
    if place is None or head is None or head.size <= place:
        return None
    step = Step.objects.get(pk=place)
    seed = installation().keys.unseal(bytes(step.seed), aad=b"seed")
    hashes = tuple(sorted(Place.objects.filter(leaf=place).values_list("hash", flat=True)))
    path = build_step(seed, hashes).path(digest)
    return make_receipt(path=path, index=place, nodes=node, checkpoint=read_checkpoint(head.text)).text


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
    size = (newest() or Checkpoint(size=0)).size
    if address.level is None:
        first = address.index * WIDTH
        if first + address.width > size:
            return None
        rows = Step.objects.filter(leaf__gte=first, leaf__lt=first + address.width).order_by("leaf")
        return bundle_content(bytes(entry) for entry in rows.values_list("entry", flat=True))
    if (address.index * WIDTH + address.width) << (8 * address.level) > size:
        return None
    return tile_content(address, node)

"""What a node states to the oversight body about a period: the seeds of its steps, its acts, and what crossed to whom.

Facts of skeletons only: no contents, no persons. Which entries the period covers follows from the times that witnesses' cosignatures
state: from the last head cosigned before it to the first one after it, so that no entry of the period can be left out.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from rogatory.canonical import Value, to_base64url
from rogatory.errors import RequestError
from rogatory.ledger import read_signature
from rogatory.moments import Instant, format_instant, instant
from rogatory.node import log
from rogatory.node.installation import Installation
from rogatory.node.models import Cosignature, Outbox, Place, Skeleton, Step

VERSION = 1


def statement(house: Installation, since: Instant, until: Instant) -> Value:
    """The statement of this node about a half-open period."""
    if since >= until:
        raise RequestError("ends before it begins", where=format_instant(since), cure="give --from an instant before --to")
    head = log.head()
    if head is None:
        raise RequestError("has no checkpoint yet", where="log", cure="run: rogatory work")
    first, last = _entries(since, until, head.checkpoint.size)
    placed: dict[int, list[str]] = {}
    for digest, leaf in Place.objects.filter(leaf__gte=first, leaf__lt=last).values_list("hash", "leaf"):
        placed.setdefault(leaf, []).append(digest)
    steps: list[Value] = [
        {"leaf": row.leaf, "seed": to_base64url(log.seed_of(row)), "acts": sorted(placed.get(row.leaf, []))}
        for row in Step.objects.filter(leaf__gte=first, leaf__lt=last).order_by("leaf").iterator(chunk_size=1000)
    ]
    return {
        "v": VERSION,
        "institution": house.settings.institution,
        "origin": log.origin(),
        "from": format_instant(since),
        "to": format_instant(until),
        "checkpoint": head.text,
        "steps": steps,
        "acts": _acts(since, until),
    }


def _entries(since: Instant, until: Instant, size: int) -> tuple[int, int]:
    """The entries that the period may cover, by the times at which witnesses cosigned heads."""
    first, last, quorum = 0, size, log.witnessing().quorum
    rows = Cosignature.objects.order_by("size").values_list("size", "line").iterator(chunk_size=1000)
    for cosigned, lines in groupby(rows, key=itemgetter(0)):
        times = [int.from_bytes(read_signature(line).data[:8], "big") for _, line in lines]
        if len(times) < max(1, quorum):  # one witness with a wrong clock decides nothing
            continue
        if max(times) < since.timestamp():
            first = max(first, cosigned)
        elif min(times) >= until.timestamp():
            last = min(last, max(cosigned, first))
    return min(first, last), last


def _acts(since: Instant, until: Instant) -> list[Value]:
    """Every act of the period that the tables hold: kind, whose, and to whom it was sent."""
    sent: dict[str, list[str]] = {}
    for digest, to in Outbox.objects.filter(state="sent").order_by("to").values_list("hash", "to"):
        sent.setdefault(digest, []).append(to)
    rows = Skeleton.objects.filter(at__gte=since, at__lt=until).order_by("hash")
    return [
        {
            "hash": row.hash,
            "kind": row.kind,
            "by": row.institution,
            "at": format_instant(instant(row.at)),
            "sent": list(sent.get(row.hash, [])),
        }
        for row in rows.iterator(chunk_size=1000)
    ]

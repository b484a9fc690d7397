"""What a node states to the oversight body about a period: the seeds of its steps, its acts, and what crossed to whom.

- Facts of skeletons only, read from the signed texts: no contents, no persons.
- Which entries the period covers follows from the times that witnesses' cosignatures state: from the last head that a quorum had cosigned
  before it to the first one cosigned after it. Both heads are stated, so that whoever counts sees that no entry was left out at the edges.
- Stated are the acts of the period, and those that stand in its entries, whatever time they bear.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.db.models import Q

from rogatory.act import read
from rogatory.canonical import Value, to_base64url
from rogatory.errors import ActError, RequestError
from rogatory.ledger import EDGE, read_checkpoint, read_signature
from rogatory.moments import Instant, format_instant
from rogatory.node import log
from rogatory.node.faults import damaged, database_name
from rogatory.node.installation import Installation
from rogatory.node.models import Checkpoint, Cosignature, Outbox, Place, Skeleton, Step

VERSION = 2


def statement(house: Installation, since: Instant, until: Instant) -> Value:
    """The statement of this node about a half-open period."""
    if since >= until:
        raise RequestError("ends before it begins", where=format_instant(since), cure="give --from an instant before --to")
    head = log.head()
    if head is None:
        raise RequestError("has no checkpoint yet", where="log", cure="run: rogatory work")
    span = _span(since, until, head.checkpoint.size)
    placed: dict[int, list[str]] = {}
    for digest, leaf in Place.objects.filter(leaf__gte=span.first, leaf__lt=span.last).values_list("hash", "leaf"):
        placed.setdefault(leaf, []).append(digest)
    steps: list[Value] = [
        {"leaf": row.leaf, "seed": to_base64url(log.seed_of(row)), "acts": sorted(placed.get(row.leaf, []))}
        for row in Step.objects.filter(leaf__gte=span.first, leaf__lt=span.last).order_by("leaf").iterator(chunk_size=1000)
    ]
    return {
        "v": VERSION,
        "institution": house.settings.institution,
        "origin": log.origin(),
        "from": format_instant(since),
        "to": format_instant(until),
        "checkpoint": head.text,
        **({"before": span.before} if span.before else {}),
        **({"after": span.after} if span.after else {}),
        "steps": steps,
        "acts": _acts(since, until, span),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """The entries that a period covers, and the cosigned heads before and after it; none where the log begins or ends."""

    first: int
    last: int
    before: str = ""
    after: str = ""


def _span(since: Instant, until: Instant, size: int) -> _Span:
    """The entries that the period may cover, by the times at which a quorum of witnesses cosigned heads."""
    begins, ends = since.timestamp() - EDGE, until.timestamp() + EDGE
    before, after, quorum = 0, 0, max(1, log.witnessing().quorum)
    rows = Cosignature.objects.filter(size__lte=size).order_by("size").values_list("size", "line").iterator(chunk_size=1000)
    for cosigned, lines in groupby(rows, key=itemgetter(0)):
        times = [int.from_bytes(read_signature(line).data[:8], "big") for _, line in lines]
        if sum(time < begins for time in times) >= quorum:  # one witness with a wrong clock decides nothing
            before = cosigned
        elif sum(time >= ends for time in times) >= quorum and cosigned > before:
            after = cosigned
            break
    return _Span(first=before, last=after or size, before=_head(before), after=_head(after))


def _head(size: int) -> str:
    """A checkpoint with all its cosignatures; nothing for none."""
    if not size:
        return ""
    lines = Cosignature.objects.filter(size=size).order_by("witness").values_list("line", flat=True)
    return read_checkpoint(Checkpoint.objects.get(pk=size).text).add(*map(read_signature, lines)).text


def _acts(since: Instant, until: Instant, span: _Span) -> list[Value]:
    """Every act of the period that the tables hold, and every one that stands in its entries: kind, whose, and to whom it was sent."""
    sent: dict[str, list[str]] = {}
    for digest, to in Outbox.objects.filter(state="sent").order_by("to").values_list("hash", "to"):
        sent.setdefault(digest, []).append(to)
    there = Place.objects.filter(leaf__gte=span.first, leaf__lt=span.last).values("hash")
    rows = Skeleton.objects.filter(Q(at__gte=since, at__lt=until) | Q(hash__in=there)).order_by("hash").values_list("hash", "text")
    return [_act(digest, text, sent.get(digest, [])) for digest, text in rows.iterator(chunk_size=1000)]


def _act(digest: str, text: str, sent: list[str]) -> Value:
    try:
        act = read(text)
    except ActError as error:
        raise damaged(str(error), where=f"{database_name()}, table act_skeleton, act {digest}") from error
    return {"hash": act.hash, "kind": act.kind, "by": act.by.institution, "at": format_instant(act.at), "sent": list(sent)}

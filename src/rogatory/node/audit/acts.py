"""Questions 3 and 4: each act, its row and its contents; each act its leaf or its proof, and each leaf its act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from django.db.models import Q

from rogatory.act import disclose, read, verify
from rogatory.canonical import to_base64url
from rogatory.errors import RogatoryError
from rogatory.exchange.trust import TrustList
from rogatory.ledger import LATE, Receipts, read_signature
from rogatory.moments import Instant, format_instant, instant
from rogatory.node import storage
from rogatory.node.audit.findings import Difference, Question
from rogatory.node.evidence.purging import DESTROYING
from rogatory.node.foreign import why_it_fails
from rogatory.node.installation import Installation
from rogatory.node.models import Contents, Cosignature, ForeignProof, Place, Skeleton

LATELY = timedelta(seconds=60)
BLOCK = 500
BETWEEN = 20
"""Entries between a head and an act that is judged by its time: it may be cosigned while an older act waits for its place."""


def acts(house: Installation, now: Instant) -> Iterator[Difference]:
    """Each act against its hash, its row, the key of its institution, its contents."""
    trust = house.trust(now)
    purged = _destroyed(house)
    known: set[str] = set()
    for digest, found in _rows():
        known.add(digest)
        try:
            row = found or Skeleton.objects.get(pk=digest)
            wrong = _row(row, trust, house.settings.institution) or _contents(house, row, purged=str(row.case) in purged)
        except (RogatoryError, KeyError, ValueError, TypeError) as error:
            wrong = str(error)
        if wrong:
            yield Difference(question=Question.ACTS, about=f"act {digest}", says=wrong)
    strays = set(Contents.objects.values_list("hash", flat=True)) - known - set(Skeleton.objects.values_list("hash", flat=True))
    for digest in sorted(strays):
        yield Difference(question=Question.ACTS, about=f"act {digest}", says="its contents are here, and the act is not")


def _rows() -> Iterator[tuple[str, Skeleton | None]]:
    """Every act; of a block in which a value cannot be read only the hashes, so that each row is read alone."""
    last = ""
    while block := list(Skeleton.objects.filter(hash__gt=last).order_by("hash").values_list("hash", flat=True)[:BLOCK]):
        last = block[-1]
        rows: dict[str, Skeleton] = {}
        with suppress(ValueError, TypeError):  # the block is read row by row then, and each such row is named
            rows = Skeleton.objects.in_bulk(block)
        yield from ((digest, rows.get(digest)) for digest in block)


def _destroyed(house: Installation) -> set[str]:
    """The cases of which an act ordered to destroy everything; where only items have ended, the contents of the acts stay."""
    found: set[str] = set()
    ordered = Skeleton.objects.filter(kind__in=DESTROYING)
    for case_id in map(str, ordered.values_list("case", flat=True).distinct()):
        whole = ordered.filter(case=case_id).exclude(kind="end keeping").exists()
        with suppress(RogatoryError):  # an act that cannot be read is a difference, told below
            if whole or any(view.parts.get("whole") is True for _, view in storage.read_acts(house, case_id) if view.kind in DESTROYING):
                found.add(case_id)
    return found


def _row(row: Skeleton, trust: TrustList, me: str) -> str:
    """What the act says against what its row says."""
    act = read(row.text)
    if act.hash != row.hash:
        return f"is another act: its text has the hash {act.hash}"
    key = trust.act_key(act.by.institution, act.kid, act.at)
    if key is None:
        return f"is signed with a key that {act.by.institution} did not have at that time"
    verify(act, key)
    said = {
        "kind": (row.kind, act.kind),
        "case": (str(row.case) if row.case else None, act.case.id if act.case else None),
        "institution": (row.institution, act.by.institution),
        "at": (instant(row.at), act.at),
        "origin": (row.foreign, act.by.institution != me),
        "nonce": (row.nonce, to_base64url(act.nonce)),
    }
    wrong = [f"{name}: the row says {one}, the act {two}" for name, (one, two) in said.items() if one != two]
    return "; ".join(wrong)


def _contents(house: Installation, row: Skeleton, *, purged: bool) -> str:
    sealed = Contents.objects.filter(pk=row.hash).values_list("sealed", flat=True).first()
    if sealed is None:
        gone = purged or row.kind == "consult"  # for which purpose somebody looked goes by its own schedule
        return "" if gone else "its contents are not here, and no destruction was recorded"
    if purged:
        return ""  # what remains of a purged case is told by its certificate, not here
    disclose(read(row.text), storage.open_contents(house, str(row.case) if row.case else None, row.hash, sealed))
    return ""


def leaves(house: Installation, now: Instant) -> Iterator[Difference]:
    """Each act of this node has a place, and each place an act; each act from abroad has its proof."""
    before = instant(now - LATELY)
    unplaced = Skeleton.objects.filter(foreign=False, at__lt=before).exclude(hash__in=Place.objects.values("hash"))
    for digest in unplaced.values_list("hash", flat=True):
        yield _leaf(digest, "has no leaf: it is older than a minute and stands nowhere in the log")
    own = Skeleton.objects.filter(foreign=False).values("hash")
    for digest, leaf in Place.objects.exclude(hash__in=own).values_list("hash", "leaf"):
        yield _leaf(digest, f"stands in entry {leaf} and is not here as an act of this node: it was taken away, or never was")
    yield from _backdated(house, now)
    trust = house.trust(now)
    proofs = dict(ForeignProof.objects.values_list("hash", "text"))
    foreign = Skeleton.objects.filter(foreign=True).values_list("hash", "institution")
    receipts = Receipts()
    for digest, institution in sorted(foreign, key=lambda act: _head(proofs.get(act[0]))):
        text = proofs.get(digest)
        wrong = why_it_fails(house, trust, digest, institution, text, receipts) if text else _unproved(institution)
        if wrong:
            yield _leaf(digest, wrong)


def _backdated(house: Installation, now: Instant) -> Iterator[Difference]:
    """Each act of ours that says it was made long before a head that does not hold it, by the times that a quorum states."""
    heads = _cosigned(house.trust(now).log_of(house.settings.institution).quorum)
    following = next(heads, None)
    seen = float("-inf")
    last = (-1, "")
    while block := list(_placed_after(last)):
        last = block[-1]
        made = dict(Skeleton.objects.filter(hash__in=[digest for _, digest in block], foreign=False).values_list("hash", "at"))
        for leaf, digest in block:
            while following is not None and following[0] + BETWEEN <= leaf:
                seen, following = max(seen, following[1]), next(heads, None)
            if digest in made and made[digest].timestamp() < seen - LATE:
                at, then = format_instant(instant(made[digest])), format_instant(instant(datetime.fromtimestamp(seen, UTC)))
                yield _leaf(
                    digest, f"says that it was made at {at}, and is not under a head that witnesses cosigned at {then}: it was dated back"
                )


def _cosigned(quorum: int) -> Iterator[tuple[int, float]]:
    """The size of each head that a quorum has cosigned, and the first time that one of them states."""
    rows = Cosignature.objects.order_by("size").values_list("size", "line").iterator(chunk_size=BLOCK)
    for size, lines in groupby(rows, key=itemgetter(0)):
        times = []
        for _, line in lines:
            with suppress(RogatoryError):  # a damaged one is told by question 1
                times.append(int.from_bytes(read_signature(line).data[:8], "big"))
        if 0 < quorum <= len(times):
            yield size, min(times)


def _placed_after(last: tuple[int, str]) -> Iterator[tuple[int, str]]:
    leaf, digest = last
    rows = Place.objects.filter(Q(leaf__gt=leaf) | Q(leaf=leaf, hash__gt=digest)).order_by("leaf", "hash")
    yield from rows.values_list("leaf", "hash")[:BLOCK]


def _head(proof: str | None) -> str:
    """The head of a stored proof: those of one head are verified one after another, and the head once."""
    return (proof or "").partition("\n\n")[2]


def _unproved(institution: str) -> str:
    return f"came from {institution} and has no proof of its place there"


def _leaf(digest: str, says: str) -> Difference:
    return Difference(question=Question.LEAVES, about=f"act {digest}", says=says)

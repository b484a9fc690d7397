"""Evidence against logs: two texts that one log has signed and that cannot both be true, or a head that it never signed.

It stays (triggers), and everybody may see it: it holds heads, and no case. An entry is a random-looking hash: it names no act either.
"""

from __future__ import annotations

import contextlib
import hashlib

from django.db import IntegrityError, transaction

from rogatory.moments import Instant, format_instant, instant
from rogatory.node.faults import damaged, database_name
from rogatory.node.models import Evidence

TWO_HEADS, TWO_ENTRIES, UNSIGNED, BROKEN, SHRUNK = "two heads", "two entries", "unsigned head", "broken growth", "shrunk log"
KEPT = 100
CLOSING = (SHRUNK, TWO_HEADS)
"""Evidence of this kind against this node's own log closes it."""


def keep(kind: str, *, origin: str, by: str, known: str, shown: str, at: Instant) -> None:
    """Keep evidence against a log, once, and of each sort the first hundred of a log: nobody can fill the table."""
    digest = _digest(kind, origin, known, shown)
    if Evidence.objects.filter(origin=origin, kind=kind).count() < KEPT and not Evidence.objects.filter(digest=digest).exists():
        row = Evidence(seen_at=at, kind=kind, origin=origin, by=by, known=known, shown=shown, digest=digest)
        with contextlib.suppress(IntegrityError), transaction.atomic():  # another process may have kept it at the same moment
            Evidence.objects.bulk_create([row])


def kept() -> list[dict[str, str]]:
    """Everything that this node has kept against a log, its own included, oldest first: for oversight, and for anybody else."""
    return [_shown(row) for row in Evidence.objects.order_by("id")]


def _shown(row: Evidence) -> dict[str, str]:
    if not is_as_kept(row):
        raise damaged("it is not as it was kept", where=f"{database_name()}, table log_evidence, row {row.pk}")
    seen_at = format_instant(instant(row.seen_at))
    return {"seen_at": seen_at, "kind": row.kind, "origin": row.origin, "by": row.by, "known": row.known, "shown": row.shown}


def is_as_kept(row: Evidence) -> bool:
    """Whether what was kept is as it was kept."""
    return row.digest == _digest(row.kind, row.origin, row.known, row.shown)


def _digest(kind: str, origin: str, known: str, shown: str) -> str:
    return hashlib.sha256(f"{kind}\n{origin}\n{known}\n{shown}".encode()).hexdigest()

"""Keep the evidence store in order: nothing left lying, nothing damaged without notice.

- Uploads that nobody goes on with, and packages that no act announced, are removed after their time.
- A package that can no longer be fetched is removed at the side that produced it.
- Files without a row, left by a crash, are removed once they are a day old.
- The scrub reads one package after another, again and again, and says which is damaged; every opening checks as well.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from rogatory.errors import StorageError
from rogatory.moments import parse_day
from rogatory.node import storage
from rogatory.node.evidence import sealing, uploads
from rogatory.node.installation import Installation
from rogatory.node.models import Package

ORPHANS_LIVE = timedelta(days=1)
SCRUBBED_A_TURN = 256 << 20
_log = structlog.get_logger("rogatory.evidence")
_next = {"digest": ""}


def tidy(house: Installation) -> None:
    """One turn of everything."""
    now = house.clock.now()
    uploads.remove_left(house, now)
    sealing.remove_left(house, now)
    remove_expired(house)
    known = set(Package.objects.exclude(state="purged").values_list("digest", flat=True))
    for digest, changed in house.store.digests():
        if digest not in known and now.timestamp() - changed > ORPHANS_LIVE.total_seconds():
            house.store.delete(digest)
    scrub(house)


def remove_expired(house: Installation) -> int:
    """Remove our copy of what was sent, once the time in which it could be fetched has ended. How many there were."""
    today, done = house.clock.now().date(), 0
    for row in Package.objects.filter(direction="out", state__in=["sent", "refused"]):
        case = storage.load_case(house, str(row.case)).case
        line = next((one for one in case.packages if one.line.digest == row.digest), None)
        if line is not None and today > parse_day(line.available_until):
            house.store.delete(row.digest)
            Package.objects.filter(pk=row.pk).update(state="expired")
            done += 1
    return done


def scrub(house: Installation, *, most: int = SCRUBBED_A_TURN) -> tuple[str, ...]:
    """Check the next packages, up to so many bytes. The digests of those that were damaged or are not there."""
    rows = Package.objects.filter(state__in=["sealed", "waiting", "sent", "received", "quarantined"]).order_by("digest")
    due = list(rows.filter(digest__gt=_next["digest"]).values_list("digest", "size")) or list(rows.values_list("digest", "size"))
    damaged, read = [], 0
    for digest, size in due:
        if read and read + size > most:
            break
        try:
            house.store.open(digest).close()
        except StorageError as error:
            _log.error("evidence is damaged", package=digest[:12], why=str(error))
            damaged.append(digest)
        read += size
        _next["digest"] = digest
    return tuple(damaged)

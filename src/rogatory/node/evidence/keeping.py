"""Keep the evidence store in order: nothing left lying, nothing damaged without notice.

- Uploads that nobody goes on with, and packages that no act announced, are removed after their time.
- A package that can no longer be fetched is removed at the side that produced it, unless something holds destruction back.
- Files without a row, and keys half written, left by a crash, are removed once they are a day old.
- The scrub reads one package after another, again and again, and says which is damaged; every opening checks as well.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, BinaryIO

import structlog

from rogatory.errors import StorageError
from rogatory.folder import remove_left
from rogatory.moments import parse_day
from rogatory.node import storage
from rogatory.node.evidence import sealing, uploads
from rogatory.node.installation import Installation
from rogatory.node.models import Package

ORPHANS_LIVE = timedelta(days=1)
SCRUBBED_A_TURN, MOST_A_TURN, PIECE = 256 << 20, 1000, 1 << 20
LYING = ("sealed", "waiting", "sent", "received", "quarantined")
_log = structlog.get_logger("rogatory.evidence")


def tidy(house: Installation, scrub: Scrub) -> None:
    """One turn of everything."""
    now = house.clock.now()
    uploads.remove_left(house, now)
    sealing.remove_left(house, now)
    remove_expired(house)
    known = set(Package.objects.exclude(state="purged").values_list("digest", flat=True))
    for digest, changed in house.store.digests():
        if digest not in known and now.timestamp() - changed > ORPHANS_LIVE.total_seconds():
            house.store.delete(digest)
    for folder in ("keys", "casekeys"):
        remove_left(house.settings.home / folder, ORPHANS_LIVE)
    scrub.turn()


def remove_expired(house: Installation) -> int:
    """Remove our copy of what was sent, once the time in which it could be fetched has ended. How many there were."""
    today, done = house.clock.now().date(), 0
    for row in Package.objects.filter(direction="out", state__in=["sent", "refused"]):
        case = storage.load_case(house, str(row.case)).case
        line = next((one for one in case.packages if one.line.digest == row.digest), None)
        if line is not None and today > parse_day(line.available_until) and not case.held_back:
            house.store.delete(row.digest)
            Package.objects.filter(pk=row.pk).update(state="expired")
            done += 1
    return done


class Scrub:
    """Reads the packages of a node one after another, so many bytes a turn, and finds those that are damaged or not there."""

    def __init__(self, house: Installation, *, turn: int = SCRUBBED_A_TURN) -> None:
        self._house, self._turn = house, turn
        self._last = ""
        self._open: tuple[str, BinaryIO, Any] | None = None

    def turn(self) -> tuple[str, ...]:
        """Read on. The digests of what was found to be damaged in this turn."""
        damaged: list[str] = []
        left = self._turn
        while left > 0 and (self._open is not None or self._next(damaged)):
            assert self._open is not None  # `_next` opened it
            digest, stream, found = self._open
            piece = stream.read(min(PIECE, left))
            found.update(piece)
            left -= len(piece)
            if not piece:
                stream.close()
                self._open = None
                if found.hexdigest() != digest and self._house.store.has(digest):
                    damaged.append(digest)
        for digest in damaged:
            _log.error("evidence is damaged", package=digest[:12], cure="restore it from the backup, or ask its producer to send it again")
        return tuple(damaged)

    def _next(self, damaged: list[str]) -> bool:
        """Open the next package. Whether there is one; after the last the next turn begins anew."""
        rows = Package.objects.filter(state__in=LYING, digest__gt=self._last).order_by("digest")
        for digest in rows.values_list("digest", flat=True)[:MOST_A_TURN]:
            self._last = digest
            try:
                self._open = (digest, self._house.store.open_unchecked(digest), hashlib.sha256())
            except StorageError:
                damaged.append(digest)
            else:
                return True
        self._last = ""
        return False

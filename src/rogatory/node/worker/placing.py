"""Place acts in the ledger: exactly one leaf for each step of a fixed clock, whatever happened (RIGHTS, H5).

- The acts of a step are those that have no row in the table of places; never "id above the last".
- Places, step, hashes and signed checkpoint are committed together before anything is shown; the same size is never signed
  with two roots, because its row exists.
- The step clock is the machine's monotonic one. After a halt the log simply goes on at the next step.
- A step is made and committed right after one moment of that clock, and shown at the next (`node.showing`): when it is shown does not tell
  how much it held.
- Before a process signs for the first time it must be certain that the database is no old copy: by the mark that lies beside
  the keys (the size and root last signed, written after each step), or by what most witnesses remember. A log that has signed
  more than is here is never continued.
- It signs with the key that holds now in the trust list: a new key takes over at its own instant, without a halt.
- One worker holds the lock; others stand by.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import IO

from django.db import connection, transaction

from rogatory.errors import ConfigurationError, StorageError
from rogatory.exchange.logs import TrustedLog
from rogatory.ledger import EMPTY, Frontier, Signer, build_step, frontier_at, leaf_hash, sign_checkpoint
from rogatory.ledger import Checkpoint as Head
from rogatory.moments import Instant, instant
from rogatory.node import log
from rogatory.node.installation import Installation
from rogatory.node.mark import DATABASE, MARK, check_mark, check_open, write_mark
from rogatory.node.models import Checkpoint, Place, Step, TreeNode
from rogatory.node.showing import show_all, show_at
from rogatory.node.statements import Table

MOST, _LOCK = 10_000, 7_061_676
WAIT = 2.0
_UNPLACED = (
    "SELECT s.hash FROM act_skeleton s LEFT JOIN log_place p ON p.hash = s.hash "
    'WHERE s.at >= %s AND NOT s."foreign" AND p.hash IS NULL LIMIT %s'
)
_PLACES = Table(Place, "hash", "leaf", "position")
_ROWS = 300
LONGEST = 600.0
"""Seconds within which an act is committed after its instant was read; its transaction gives up long before."""
_EVER = instant(datetime(1970, 1, 1, tzinfo=UTC))


class Placer:
    """Places the acts of one node."""

    def __init__(self, house: Installation, *, confirmed: Callable[[], bool] = lambda: False) -> None:
        self.house = house
        self._confirmed = confirmed
        self._sure = False
        self._next = 0
        self._lock: IO[bytes] | None = None
        self._session: int | None = None
        self._frontier: Frontier | None = None
        self._readings: list[tuple[float, Instant]] = []

    def leads(self) -> bool:
        """Whether this worker holds the lock of the node, taking it if it is free. The server's lock ends with its session."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                session = cursor.fetchone()[0]
                if session != self._session:
                    cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
                    self._session = session if cursor.fetchone()[0] else None
            if self._session is None:
                self._let_go()  # who has the server's lock needs this one as well
                return False
        if self._lock is None:
            lock = (self.house.settings.home / "worker.lock").open("wb")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                return False
            self._lock = lock
        return True

    def leave(self) -> None:
        """Give the lock back."""
        if self._session is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
            self._session = None
        self._let_go()

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def step_if_due(self) -> bool:
        """One step for each moment of the clock, made right after the moment before it. Whether there was one."""
        step = self.house.settings.step_ms / 1000
        monotonic = self.house.clock.monotonic()
        moment = int(monotonic / step) + 1
        if moment < self._next:
            return False
        self._next = moment + 1
        try:
            self.step(shown_in=moment * step - monotonic)
        except StorageError:
            self._next = moment + max(1, round(WAIT / step))  # said once in a while, not at every step
            raise
        return True

    def step(self, *, shown_in: float | None = None) -> int:
        """One step of the log, shown in so many seconds, or at once. The index of its leaf.

        `StorageError` if the log may not be continued.
        """
        now = self.house.clock.now()
        self._check_open()
        frontier = self._frontier or self._stored()
        self._frontier = None
        seed = os.urandom(32)
        hashes = self._unplaced()
        tree = build_step(seed, hashes)
        grown = frontier.append(leaf_hash(tree.root))
        origin = self._named().origin
        head = sign_checkpoint(Head(origin=origin, size=grown.frontier.size, root=grown.frontier.root), key=self._key())
        with transaction.atomic():
            self._keep_places(tree.places, frontier.size)
            Step.objects.bulk_create([Step(leaf=frontier.size, entry=tree.root, seed=self.house.keys.seal(seed, aad=b"seed"))])
            TreeNode.objects.bulk_create(TreeNode(id=(one.level << log.SHIFT) + one.index, hash=one.hash) for one in grown.completed)
            if shown_in is None:
                show_all()
            else:
                show_at(grown.frontier.size, instant(now + timedelta(seconds=shown_in)), now=now)
            Checkpoint.objects.bulk_create([Checkpoint(size=grown.frontier.size, text=head.text)])
        self._frontier = grown.frontier
        write_mark(self.house.settings.home, grown.frontier.size, grown.frontier.root)
        return frontier.size

    def _check_open(self) -> None:
        """That nothing is known of this log that is not here."""
        named = self._named()
        check_open(named)
        if self._sure:
            return
        if not check_mark(self.house.settings.home) and self._stored().size and named.quorum and not self._confirmed():
            why = f"there is no {MARK}, and fewer than {named.quorum} witnesses have said what they know"
            raise StorageError("may be an old copy", where=DATABASE, why=why, cure=f"wait for the witnesses, or restore {MARK}")
        self._sure = True

    def _stored(self) -> Frontier:
        head = log.last_signed()
        return frontier_at(head.size, log.node) if head else EMPTY

    def _keep_places(self, places: Mapping[str, int], leaf: int) -> None:
        rows = [(digest, leaf, position) for digest, position in places.items()]
        with connection.cursor() as cursor:
            for first in range(0, len(rows), _ROWS):
                _PLACES.insert(cursor, rows[first : first + _ROWS])

    def _unplaced(self) -> list[str]:
        """Acts without a place: at the first question of this process among all, then among those of the last minutes.

        What was looked at once is placed, but for acts whose transaction was still open; none is open for `LONGEST`, by the machine's
        own clock, for the other may be moved. `rogatory audit` looks at all of them.
        """
        monotonic, now = self.house.clock.monotonic(), self.house.clock.now()
        if self._readings and now < self._readings[-1][1]:  # the clock was corrected: what is made now lies before what was read
            self._readings.clear()
        old = [at for read, at in self._readings if read <= monotonic - LONGEST]
        with connection.cursor() as cursor:
            cursor.execute(_UNPLACED, [connection.ops.adapt_datetimefield_value(old[-1] if old else _EVER), MOST])
            found = [row[0] for row in cursor.fetchall()]
        if len(found) < MOST:
            self._looked(monotonic, now, of_all=not old)
        return found

    def _looked(self, monotonic: float, now: Instant, *, of_all: bool) -> None:
        if of_all and not self._readings:
            self._readings.append((monotonic - LONGEST, instant(now - timedelta(seconds=LONGEST))))
        if self._readings[-1][0] <= monotonic - LONGEST / 10:
            self._readings.append((monotonic, now))
        while len(self._readings) > 1 and self._readings[1][0] <= monotonic - LONGEST:
            del self._readings[0]

    def _named(self) -> TrustedLog:
        return self.house.trust(self.house.clock.now()).log_of(self.house.settings.institution)

    def _key(self) -> Signer:
        """The key of this node that holds now. `ConfigurationError` if none does: what it signed would be refused."""
        named = self._named()
        holding = {one.public for one in named.signing_at(self.house.clock.now())}
        for key in self.house.keys.log_keys:
            if key.public_key().public_bytes_raw() in holding:
                return key
        raise ConfigurationError(
            "has no key that holds now",
            where=named.origin,
            why="the trust list names others, or the key has ended or was revoked",
            cure="draw a new one (rogatory log new-key) and have the anchor name it",
        )

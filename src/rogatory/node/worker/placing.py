"""Place acts in the ledger: exactly one leaf for each step of a fixed clock, whatever happened (RIGHTS, H5).

- The acts of a step are those that have no row in the table of places; never "id above the last".
- Places, step, hashes and signed checkpoint are committed together before anything is shown; the same size is never signed
  with two roots, because its row exists.
- The step clock is the machine's monotonic one. After a halt the log simply goes on at the next step.
- One worker holds the lock; others stand by.
"""

from __future__ import annotations

import fcntl
import os
from typing import IO

from django.db import connection, transaction

from rogatory.ledger import EMPTY, Frontier, build_step, frontier_at, leaf_hash, sign_checkpoint
from rogatory.ledger import Checkpoint as Head
from rogatory.node import log
from rogatory.node.installation import Installation
from rogatory.node.models import Checkpoint, Place, Step, TreeNode

MOST = 10_000
_UNPLACED = 'SELECT s.hash FROM act_skeleton s LEFT JOIN log_place p ON p.hash = s.hash WHERE NOT s."foreign" AND p.hash IS NULL LIMIT %s'


class Placer:
    """Places the acts of one node."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self._next = house.clock.monotonic()
        self._lock: IO[bytes] | None = None
        self._frontier: Frontier | None = None

    def leads(self) -> bool:
        """Whether this worker holds the lock of the node, taking it if it is free."""
        if connection.vendor == "postgresql" and self._lock is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(7061676)")
                if not cursor.fetchone()[0]:
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

    def step_if_due(self) -> bool:
        """One step, if its moment has come. Whether there was one."""
        now = self.house.clock.monotonic()
        if now < self._next:
            return False
        step = self.house.settings.step_ms / 1000
        self._next = max(self._next + step, now)
        self.step()
        return True

    def step(self) -> int:
        """One step of the log. The index of its leaf."""
        frontier = self._frontier or self._stored()
        self._frontier = None
        seed = os.urandom(32)
        hashes = self._unplaced()
        tree = build_step(seed, hashes)
        grown = frontier.append(leaf_hash(tree.root))
        origin = self._origin()
        head = sign_checkpoint(Head(origin=origin, size=grown.frontier.size, root=grown.frontier.root), key=self.house.keys.log_key)
        with transaction.atomic():
            if tree.places:
                Place.objects.bulk_create(
                    Place(hash=digest, leaf=frontier.size, position=position) for digest, position in tree.places.items()
                )
            Step.objects.bulk_create([Step(leaf=frontier.size, entry=tree.root, seed=self.house.keys.seal(seed, aad=b"seed"))])
            TreeNode.objects.bulk_create(TreeNode(id=(one.level << log.SHIFT) + one.index, hash=one.hash) for one in grown.completed)
            Checkpoint.objects.bulk_create([Checkpoint(size=grown.frontier.size, text=head.text)])
        self._frontier = grown.frontier
        return frontier.size

    def _stored(self) -> Frontier:
        head = log.newest()
        return frontier_at(head.size, log.node) if head else EMPTY

    def _unplaced(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(_UNPLACED, [MOST])
            return [row[0] for row in cursor.fetchall()]

    def _origin(self) -> str:
        institution = self.house.settings.institution
        entity = self.house.trust(self.house.clock.now()).institution(institution)
        if entity is None:
            raise LookupError(institution)
        return entity.log.origin

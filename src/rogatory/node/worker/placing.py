"""Place acts in the ledger: exactly one leaf for each step of a fixed clock, whatever happened (RIGHTS, H5).

- The acts of a step are those that have no row in the table of places; never "id above the last".
- Places, step, hashes and signed checkpoint are committed together before anything is shown; the same size is never signed
  with two roots, because its row exists.
- The step clock is the machine's monotonic one. After a halt the log simply goes on at the next step.
- Before a process signs for the first time it must be certain that the database is no old copy: by the mark that lies beside
  the keys (the size and root last signed, written after each step), or by what most witnesses remember. A log that has signed
  more than is here is never continued.
- It signs with the key that holds now in the trust list: a new key takes over at its own instant, without a halt.
- One worker holds the lock; others stand by.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO

from django.db import connection, transaction

from rogatory.errors import ConfigurationError, StorageError
from rogatory.exchange.logs import TrustedLog
from rogatory.folder import write_durably
from rogatory.ledger import EMPTY, Frontier, Signer, build_step, frontier_at, leaf_hash, root_at, sign_checkpoint
from rogatory.ledger import Checkpoint as Head
from rogatory.node import log
from rogatory.node.evidence_of_logs import CLOSING
from rogatory.node.installation import Installation
from rogatory.node.models import Checkpoint, Evidence, Place, Step, TreeNode

MOST = 10_000
WAIT = 2.0
MARK, DATABASE = "log.signed", "the database"
_UNPLACED = 'SELECT s.hash FROM act_skeleton s LEFT JOIN log_place p ON p.hash = s.hash WHERE NOT s."foreign" AND p.hash IS NULL LIMIT %s'


class Placer:
    """Places the acts of one node."""

    def __init__(self, house: Installation, *, confirmed: Callable[[], bool] = lambda: False) -> None:
        self.house = house
        self._confirmed = confirmed
        self._sure = False
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
        try:
            self.step()
        except StorageError:
            self._next = now + max(step, WAIT)  # said once in a while, not at every step
            raise
        return True

    def step(self) -> int:
        """One step of the log. The index of its leaf. `StorageError` if the log may not be continued."""
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
            if tree.places:
                Place.objects.bulk_create(
                    Place(hash=digest, leaf=frontier.size, position=position) for digest, position in tree.places.items()
                )
            Step.objects.bulk_create([Step(leaf=frontier.size, entry=tree.root, seed=self.house.keys.seal(seed, aad=b"seed"))])
            TreeNode.objects.bulk_create(TreeNode(id=(one.level << log.SHIFT) + one.index, hash=one.hash) for one in grown.completed)
            Checkpoint.objects.bulk_create([Checkpoint(size=grown.frontier.size, text=head.text)])
        self._frontier = grown.frontier
        write_mark(self.house.settings.home, grown.frontier.size, grown.frontier.root)
        return frontier.size

    def _check_open(self) -> None:
        """That nothing is known of this log that is not here."""
        named = self._named()
        if Evidence.objects.filter(origin=named.origin, kind__in=CLOSING).exists():
            raise StorageError("is closed", where=named.origin, why="it has signed what is not in this database", cure=log.CURE_OF_OLD_COPY)
        if self._sure:
            return
        frontier = self._stored()
        mark = read_mark(self.house.settings.home)
        if mark is not None and (mark[0] > frontier.size or root_at(mark[0], log.node) != mark[1]):
            why = f"{mark[0]} entries are signed, and here are {frontier.size} or others"
            raise StorageError("is not the one that this log has signed", where=DATABASE, why=why, cure=log.CURE_OF_OLD_COPY)
        if mark is None and frontier.size and named.quorum and not self._confirmed():
            why = f"there is no {MARK}, and fewer than {named.quorum} witnesses have said what they know"
            raise StorageError("may be an old copy", where=DATABASE, why=why, cure=f"wait for the witnesses, or restore {MARK}")
        self._sure = True

    def _stored(self) -> Frontier:
        head = log.newest()
        return frontier_at(head.size, log.node) if head else EMPTY

    def _unplaced(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(_UNPLACED, [MOST])
            return [row[0] for row in cursor.fetchall()]

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


def read_mark(home: Path) -> tuple[int, bytes] | None:
    """The size and root that this log last signed, as its worker wrote them; nothing if there is no such file."""
    path = home / "keys" / MARK
    if not path.is_file():
        return None
    size, _, root = path.read_text().strip().partition(" ")
    if not re.fullmatch(r"[0-9]{1,19}", size) or not re.fullmatch(r"[0-9a-f]{64}", root):
        raise StorageError("is damaged", where=str(path), cure="take it away: the witnesses will be asked instead")
    return int(size), bytes.fromhex(root)


def write_mark(home: Path, size: int, root: bytes) -> None:
    """Keep what was signed, beside the keys: it is not in the backup of the database."""
    write_durably(home / "keys" / MARK, f"{size} {root.hex()}\n".encode(), replace=True)

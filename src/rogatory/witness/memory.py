"""What a witness remembers, in SQLite: checked and written in one transaction that is durable before anybody is answered.

Two heads of one size, both signed by the log, are kept for ever with what the witness knew: they prove the log's fault. Heads
that a log of the list never signed, or that do not continue what was cosigned, are kept as well, the first hundred of each log.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from rogatory.ledger import Accepted, Refused, Remembered, VerifierKey, check_add_checkpoint
from rogatory.moments import Instant, format_instant

_TABLES = """
CREATE TABLE IF NOT EXISTS head (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS conflict (seen_at TEXT NOT NULL, known TEXT NOT NULL, shown TEXT NOT NULL, UNIQUE (known, shown)) STRICT;
CREATE TRIGGER IF NOT EXISTS head_grows BEFORE UPDATE ON head WHEN NEW.size < OLD.size OR NEW.origin <> OLD.origin
    BEGIN SELECT RAISE(ABORT, 'rogatory: a witness forgets no head'); END;
CREATE TRIGGER IF NOT EXISTS head_stays BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'rogatory: a witness forgets no head'); END;
CREATE TRIGGER IF NOT EXISTS conflict_stays BEFORE DELETE ON conflict BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
CREATE TABLE IF NOT EXISTS refusal
    (seen_at TEXT NOT NULL, origin TEXT NOT NULL, status INTEGER NOT NULL, shown TEXT NOT NULL UNIQUE) STRICT;
CREATE TRIGGER IF NOT EXISTS refusal_stays BEFORE DELETE ON refusal BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
CREATE TRIGGER IF NOT EXISTS refusal_same BEFORE UPDATE ON refusal BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
CREATE TRIGGER IF NOT EXISTS conflict_same BEFORE UPDATE ON conflict BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
"""


KEPT_REFUSALS = 100
KEPT_STATUS = (403, 422)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two histories of one log: the checkpoint that was cosigned, and the request that showed another of the same size."""

    seen_at: str
    known: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A head of a known log that was refused with 403 (its log never signed it) or 422 (it continues nothing)."""

    seen_at: str
    origin: str
    status: int
    shown: str


def origin_of(text: str) -> str:
    """The origin that a request names, before anything of it is verified."""
    return text.partition("\n\n")[2].partition("\n")[0]


class Memory:
    """The memory of one witness; any thread may use it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;" + _TABLES)
        columns = {row[1] for row in self._db.execute("PRAGMA table_info(head)")}
        if "timestamp" not in columns:
            self._db.execute("ALTER TABLE head ADD COLUMN timestamp INTEGER NOT NULL DEFAULT 0")

    def judge(self, text: str, *, logs: Mapping[str, Collection[VerifierKey]], at: Instant) -> Accepted | Refused:
        """Judge a request by what is remembered; what it leads to is durable when this returns."""
        origin, seen_at = origin_of(text), format_instant(at)
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            row = self._db.execute("SELECT size, root, text FROM head WHERE origin = ?", (origin,)).fetchone()
            remembered = {origin: Remembered(size=row[0], root=row[1])} if row else {}
            answer = check_add_checkpoint(text, logs=logs, remembered=remembered)
            if isinstance(answer, Accepted):
                self._db.execute(
                    "INSERT INTO head (origin, size, root, text, timestamp) VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE "
                    "SET size = excluded.size, root = excluded.root, text = excluded.text, timestamp = excluded.timestamp",
                    (origin, answer.remember.size, answer.remember.root, answer.checkpoint.text, int(at.timestamp())),
                )
            elif answer.equivocation:
                self._db.execute("INSERT OR IGNORE INTO conflict VALUES (?, ?, ?)", (seen_at, row[2], text))
            elif answer.status in KEPT_STATUS:
                count = self._db.execute("SELECT count(*) FROM refusal WHERE origin = ?", (origin,)).fetchone()[0]
                if count < KEPT_REFUSALS:
                    self._db.execute("INSERT OR IGNORE INTO refusal VALUES (?, ?, ?, ?)", (seen_at, origin, answer.status, text))
        return answer

    def newest(self, origin: str) -> tuple[str, int] | None:
        """The newest cosigned head of a log, as it was submitted, and when it was cosigned."""
        with self._lock:
            row = self._db.execute("SELECT text, timestamp FROM head WHERE origin = ? AND timestamp > 0", (origin,)).fetchone()
        return (row[0], row[1]) if row else None

    def heads(self) -> Mapping[str, int]:
        """The size up to which each log is cosigned."""
        with self._lock:
            return dict(self._db.execute("SELECT origin, size FROM head ORDER BY origin").fetchall())

    def conflicts(self) -> tuple[Conflict, ...]:
        """Every proof of two histories, oldest first."""
        with self._lock:
            rows = self._db.execute("SELECT seen_at, known, shown FROM conflict ORDER BY rowid").fetchall()
        return tuple(Conflict(seen_at=at, known=known, shown=shown) for at, known, shown in rows)

    def refusals(self) -> tuple[Refusal, ...]:
        """Heads that were refused because the log never signed them, or because they continue nothing; oldest first."""
        with self._lock:
            rows = self._db.execute("SELECT seen_at, origin, status, shown FROM refusal ORDER BY rowid").fetchall()
        return tuple(Refusal(seen_at=at, origin=origin, status=status, shown=shown) for at, origin, status, shown in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

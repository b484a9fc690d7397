"""What a witness remembers, in SQLite: checked and written in one transaction that is durable before anybody is answered.

Two heads of one size, both signed by the log, are kept for ever with what the witness knew: they prove the log's fault.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from rogatory.ledger import Accepted, Refused, Remembered, VerifierKey, check_add_checkpoint

_TABLES = """
CREATE TABLE IF NOT EXISTS head (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS conflict (seen_at TEXT NOT NULL, known TEXT NOT NULL, shown TEXT NOT NULL, UNIQUE (known, shown)) STRICT;
CREATE TRIGGER IF NOT EXISTS head_grows BEFORE UPDATE ON head WHEN NEW.size < OLD.size OR NEW.origin <> OLD.origin
    BEGIN SELECT RAISE(ABORT, 'rogatory: a witness forgets no head'); END;
CREATE TRIGGER IF NOT EXISTS head_stays BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'rogatory: a witness forgets no head'); END;
CREATE TRIGGER IF NOT EXISTS conflict_stays BEFORE DELETE ON conflict BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
CREATE TRIGGER IF NOT EXISTS conflict_same BEFORE UPDATE ON conflict BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two histories of one log: the checkpoint that was cosigned, and the request that showed another of the same size."""

    seen_at: str
    known: str
    shown: str


class Memory:
    """The memory of one witness; any thread may use it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;" + _TABLES)

    def judge(self, text: str, *, logs: Mapping[str, Collection[VerifierKey]], seen_at: str) -> Accepted | Refused:
        """Judge a request by what is remembered; what it leads to is durable when this returns."""
        origin = text.partition("\n\n")[2].partition("\n")[0]
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            row = self._db.execute("SELECT size, root, text FROM head WHERE origin = ?", (origin,)).fetchone()
            remembered = {origin: Remembered(size=row[0], root=row[1])} if row else {}
            answer = check_add_checkpoint(text, logs=logs, remembered=remembered)
            if isinstance(answer, Accepted):
                self._db.execute(
                    "INSERT INTO head VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size, "
                    "root = excluded.root, text = excluded.text",
                    (origin, answer.remember.size, answer.remember.root, answer.checkpoint.text),
                )
            elif answer.equivocation:
                self._db.execute("INSERT OR IGNORE INTO conflict VALUES (?, ?, ?)", (seen_at, row[2], text))
        return answer

    def heads(self) -> Mapping[str, int]:
        """The size up to which each log is cosigned."""
        with self._lock:
            return dict(self._db.execute("SELECT origin, size FROM head ORDER BY origin").fetchall())

    def conflicts(self) -> tuple[Conflict, ...]:
        """Every proof of two histories, oldest first."""
        with self._lock:
            rows = self._db.execute("SELECT seen_at, known, shown FROM conflict ORDER BY rowid").fetchall()
        return tuple(Conflict(seen_at=at, known=known, shown=shown) for at, known, shown in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

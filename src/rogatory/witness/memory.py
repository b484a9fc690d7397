"""What a witness remembers, in SQLite: checked and written in one transaction that is durable before anybody is answered.

- It is made once, with the key. A file that is gone, empty, damaged or older than `witness.signed` beside it says so and signs nothing: who
  forgets could cosign a second history.
- It signs no time below one that it has signed.
- Two heads of one size, both signed by the log, are kept with what the witness knew: they prove the log's fault. Heads that a log of the
  list never signed, or that do not continue what was cosigned, are kept as well. Of each sort the first hundred of a log, once each.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rogatory.errors import ClockError, ConfigurationError, FullError, StorageError
from rogatory.folder import write_durably
from rogatory.ledger import Accepted, Refused, Remembered, VerifierKey, check_add_checkpoint
from rogatory.ledger.witness import NOTHING, evidence, remembered
from rogatory.moments import Instant, format_instant, instant

_TABLES = """
PRAGMA journal_mode=WAL;
BEGIN;
CREATE TABLE head
    (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, text TEXT NOT NULL, timestamp INTEGER NOT NULL) STRICT;
CREATE TABLE signed (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL, timestamp INTEGER NOT NULL) STRICT;
INSERT INTO signed VALUES (1, 0, 0);
CREATE TABLE conflict
    (seen_at TEXT NOT NULL, origin TEXT NOT NULL, known TEXT NOT NULL, shown TEXT NOT NULL, UNIQUE (known, shown)) STRICT;
CREATE TABLE refusal (seen_at TEXT NOT NULL, origin TEXT NOT NULL, status INTEGER NOT NULL, shown TEXT NOT NULL UNIQUE) STRICT;
CREATE TRIGGER head_grows BEFORE UPDATE ON head WHEN NEW.size < OLD.size OR NEW.origin <> OLD.origin
    BEGIN SELECT RAISE(ABORT, 'rogatory: a witness forgets no head'); END;
CREATE TRIGGER head_stays BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'rogatory: a witness forgets no head'); END;
CREATE TRIGGER signed_grows BEFORE UPDATE ON signed WHEN NEW.count <= OLD.count OR NEW.timestamp < OLD.timestamp
    BEGIN SELECT RAISE(ABORT, 'rogatory: a witness forgets nothing that it signed'); END;
CREATE TRIGGER signed_stays BEFORE DELETE ON signed
    BEGIN SELECT RAISE(ABORT, 'rogatory: a witness forgets nothing that it signed'); END;
CREATE TRIGGER conflict_stays BEFORE DELETE ON conflict BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
CREATE TRIGGER conflict_same BEFORE UPDATE ON conflict BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
CREATE TRIGGER refusal_stays BEFORE DELETE ON refusal BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
CREATE TRIGGER refusal_same BEFORE UPDATE ON refusal BEGIN SELECT RAISE(ABORT, 'rogatory: evidence stays'); END;
COMMIT;
"""

KEPT = 100
MARK = "witness.signed"
NEW = "this key may sign nothing more: set up a new witness, with a new name, in another folder, and have the anchor name it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two histories of one log: the checkpoint that was cosigned, and another of the same size that the log has signed."""

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
    """The memory of one witness; any thread may use it, and any process."""

    def __init__(self, path: Path, *, signs: bool = True) -> None:
        """Open what `Memory.new` has made. `FaultError` if it is not there; if it `signs`, also if it is damaged or an older copy."""
        self.path = path
        self._lock = threading.Lock()
        if not path.is_file() or not path.stat().st_size:
            raise ConfigurationError("is not there, or empty: what was cosigned is forgotten", where=path.name, cure=NEW)
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        with self._faults():
            self._db.executescript("PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;")
        if signs:
            self._check()

    @classmethod
    def new(cls, path: Path) -> Memory:
        """The memory of a new witness, which has signed nothing. `ConfigurationError` if one lies there."""
        if path.exists():
            raise ConfigurationError("is the memory of another witness", where=str(path), cure="name another folder")
        with sqlite3.connect(path, isolation_level=None) as made:
            made.executescript(_TABLES)
        made.close()
        path.chmod(0o600)
        write_durably(path.with_name(MARK), b"0\n", replace=True)
        return cls(path)

    def judge(self, text: str, *, logs: Mapping[str, Collection[VerifierKey]], at: Instant) -> Accepted | Refused:
        """Judge a request by what is remembered; what it leads to is durable when this returns."""
        origin = origin_of(text)
        with self._lock, self._faults():
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                count, last = self._signed()
                if int(at.timestamp()) < last:
                    raise _turned_back(at, last)
                held, known = self._head(origin)
                answer = check_add_checkpoint(text, logs=logs, remembered={origin: held} if known else {})
                if isinstance(answer, Accepted):
                    self._remember(origin, answer, count + 1, int(at.timestamp()))
                elif (shown := evidence(text, held, answer)) is not None:
                    self._keep(answer, origin, known=known, shown=shown, seen_at=format_instant(at))
            if isinstance(answer, Accepted):
                write_durably(self.path.with_name(MARK), b"%d\n" % (count + 1), replace=True)
        return answer

    def _remember(self, origin: str, answer: Accepted, count: int, timestamp: int) -> None:
        self._db.execute(
            "INSERT INTO head (origin, size, root, text, timestamp) VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE "
            "SET size = excluded.size, root = excluded.root, text = excluded.text, timestamp = excluded.timestamp",
            (origin, answer.remember.size, answer.remember.root, answer.checkpoint.text, timestamp),
        )
        self._db.execute("UPDATE signed SET count = ?, timestamp = ?", (count, timestamp))

    def _keep(self, answer: Refused, origin: str, *, known: str, shown: str, seen_at: str) -> None:
        if answer.equivocation:
            kept = self._db.execute("SELECT count(*) FROM conflict WHERE origin = ?", (origin,)).fetchone()[0]
            if kept < KEPT:
                self._db.execute("INSERT OR IGNORE INTO conflict VALUES (?, ?, ?, ?)", (seen_at, origin, known, shown))
            return
        same = (origin, answer.status)
        if self._db.execute("SELECT count(*) FROM refusal WHERE origin = ? AND status = ?", same).fetchone()[0] < KEPT:
            self._db.execute("INSERT OR IGNORE INTO refusal VALUES (?, ?, ?, ?)", (seen_at, *same, shown))

    def _head(self, origin: str) -> tuple[Remembered, str]:
        """What is remembered of a log, and the text of its head; `StorageError` if the two are not of one head."""
        row = self._db.execute("SELECT size, root, text FROM head WHERE origin = ?", (origin,)).fetchone()
        if row is None:
            return NOTHING, ""
        held = remembered(origin, *row)
        if held is None:
            raise self._damaged(f"the text of {origin} is another head than its size and root")
        return held, row[2]

    def _signed(self) -> tuple[int, int]:
        """How many heads this witness has cosigned, and the last time that it stated."""
        row = self._db.execute("SELECT count, timestamp FROM signed").fetchone()
        return int(row[0]), int(row[1])

    def _check(self) -> None:
        """That nothing which was cosigned is damaged or missing."""
        with self._faults():
            said = self._db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if said != "ok":
                raise self._damaged(str(said))
            self._check_mark(self._signed()[0])
            for origin in self.heads():
                self._head(origin)

    def _check_mark(self, count: int) -> None:
        """That nothing was cosigned which is not here: `witness.signed` is written after each, and lies in no copy of the database."""
        mark = self.path.with_name(MARK)
        text = mark.read_text() if mark.is_file() else ""
        if not text.strip().isascii() or not text.strip().isdecimal():
            raise ConfigurationError("is not there, or no number", where=MARK, cure=NEW)
        if int(text) > count:
            why = f"{int(text)} heads were cosigned, and it knows of {count}"
            raise ConfigurationError("is an older copy", where=self.path.name, why=why, cure=f"bring back the newer one; else {NEW}")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Let an error of the file end as the fault that it is."""
        try:
            yield
        except sqlite3.Error as error:
            if "full" in str(error):
                raise FullError("is full", where="the disk of this witness", cure="make room; nothing was signed") from error
            raise self._damaged(str(error)) from error

    def _damaged(self, why: str) -> StorageError:
        return StorageError("cannot be used, and nothing is signed", where=self.path.name, why=why, cure=f"if it is damaged, {NEW}")

    def newest(self, origin: str) -> tuple[str, int] | None:
        """The newest cosigned head of a log, as it was submitted, and when it was cosigned."""
        with self._lock, self._faults():
            text = self._head(origin)[1]
            row = self._db.execute("SELECT timestamp FROM head WHERE origin = ?", (origin,)).fetchone()
        return (text, row[0]) if row else None

    def heads(self) -> Mapping[str, int]:
        """The size up to which each log is cosigned."""
        with self._lock, self._faults():
            return dict(self._db.execute("SELECT origin, size FROM head ORDER BY origin").fetchall())

    def conflicts(self) -> tuple[Conflict, ...]:
        """Every proof of two histories, oldest first."""
        with self._lock, self._faults():
            rows = self._db.execute("SELECT seen_at, known, shown FROM conflict ORDER BY rowid").fetchall()
        return tuple(Conflict(seen_at=at, known=known, shown=shown) for at, known, shown in rows)

    def refusals(self) -> tuple[Refusal, ...]:
        """Heads that were refused because the log never signed them, or because they continue nothing; oldest first."""
        with self._lock, self._faults():
            rows = self._db.execute("SELECT seen_at, origin, status, shown FROM refusal ORDER BY rowid").fetchall()
        return tuple(Refusal(seen_at=at, origin=origin, status=status, shown=shown) for at, origin, status, shown in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def _turned_back(at: Instant, last: int) -> ClockError:
    why = f"this witness has cosigned at {format_instant(instant(datetime.fromtimestamp(last, UTC)))}"
    return ClockError("the clock was turned back", where=format_instant(at), why=why, cure="set it right; nothing is signed until then")

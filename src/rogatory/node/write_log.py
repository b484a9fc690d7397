"""SQLite's log of writes after a deletion: what was deleted stays in it until it is cut, and it cannot be cut while somebody reads.

- `secure_delete` overwrites what is deleted in the file itself; the log of writes keeps the pages as they were before.
- Cutting holds up every writer, the ledger's too, so it waits for readers a moment only. What could not be cut is cut at a later turn:
  `worker.tidy` tries once a minute, and an empty log costs it nothing.
- PostgreSQL keeps its own (docs/start/operator.md, "Evidence").
"""

from __future__ import annotations

from django.db import connection

MOMENT_MS = 50


def cut() -> bool:
    """Cut the log of writes to nothing. Whether that was done: not while another process reads what is older."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        patience = int(cursor.fetchone()[0])
        cursor.execute(f"PRAGMA busy_timeout={MOMENT_MS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return not cursor.fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout={patience}")

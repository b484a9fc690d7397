"""What an error of the database or the disk is to people: which file, what happened to it, what to do.

- A full disk is `FullError`: nothing was written, reading goes on, and the same call may be repeated once there is room.
- A damaged file is `StorageError`, and so is a server that cannot be reached. Who reads a value that the database cannot give (no
  UTF-8, no date, no JSON) has met damage too.
- `check` looks at the whole database at each start: a process that would read damaged pages or indexes does not start. SQLite is
  asked to compare every index with its table. PostgreSQL compares checksums of pages itself as it reads them.

Left to others: values that are readable and wrong. Acts and hashes are compared with what was signed (`log`, `storage`), contents
with their seal, lists with the digest of their row (`lists`).
"""

from __future__ import annotations

import contextlib
import errno
import traceback
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from rogatory.errors import FaultError, FullError, RogatoryError, StorageError

CURE = "stop this node, keep a copy of the file, restore the newest backup, then run: rogatory audit (docs/how-to/mend-a-node.md)"
ROOM = "make room on the disk; nothing was written, and the same call may be repeated"
AGAIN = "ask again; if it stays so, start the server of the database"
_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL_STATES = frozenset({"53100"})
_DAMAGE_STATES = frozenset({"XX000", "XX001", "XX002", "58030", "58P01", "22021"})
_FULL_TEXT = ("database or disk is full",)
_DAMAGE_TEXT = (
    *("malformed", "not a database", "disk I/O error", "Could not decode to UTF-8", "no such table", "no such column"),
    "row_cast_map",  # the declared type of a column is no text any more
)
_log = structlog.get_logger("rogatory.faults")


def database_name() -> str:
    """How the database is named to people: its file, or its name on the server. No folder: strangers read it too."""
    name = str(connection.settings_dict["NAME"])
    return Path(name).name if connection.vendor == "sqlite" else f"PostgreSQL database {name}"


def fault_of(error: BaseException) -> FaultError | None:
    """The fault of ours that an error means; nothing if it is of another kind, such as a lock that was not free."""
    if isinstance(error, RogatoryError):
        return error if isinstance(error, FaultError) else None
    if isinstance(error, OSError):
        return FullError("is full", where="the disk of this node", cure=ROOM) if error.errno in _FULL_ERRNOS else None
    if isinstance(error, DatabaseError):
        return _of_database(error)
    return damaged(str(error)) if isinstance(error, ValueError | TypeError) and _in_database(error) else None


def damaged(why: str, *, where: str = "") -> StorageError:
    """The database holds what it was not given."""
    return StorageError("is damaged, and is not served", where=where or database_name(), why=why[:200], cure=CURE)


@contextlib.contextmanager
def named() -> Iterator[None]:
    """Let an error of the database or the disk end as the fault that it is: for commands, whose users see the sentence."""
    try:
        yield
    except Exception as error:
        fault = fault_of(error)
        if fault is None or fault is error:
            raise
        raise fault from error


def _of_database(error: DatabaseError) -> FaultError | None:
    state, text = getattr(error.__cause__, "sqlstate", None), str(error)
    if state in _FULL_STATES or any(one in text for one in _FULL_TEXT):
        return FullError("is full", where=f"the disk of {database_name()}", cure=ROOM)
    if state in _DAMAGE_STATES or any(one in text for one in _DAMAGE_TEXT):
        return damaged(text.strip().split("\n")[0])
    if connection.vendor == "postgresql" and isinstance(error, OperationalError | InterfaceError) and _lost(state):
        return StorageError("cannot be reached", where=database_name(), why=text.strip().split("\n")[0], cure=AGAIN)
    return None


def _lost(state: str | None) -> bool:
    return state is None or state.startswith(("08", "57P"))


def _in_database(error: BaseException) -> bool:
    """Whether a value could not be read where the layer of the database turns rows into values."""
    frames = traceback.extract_tb(error.__traceback__)
    return any("/django/db/" in frame.filename for frame in frames[-4:])


def check() -> None:
    """That the database is whole, before a process serves from it. `StorageError` names the first thing that is not."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW data_checksums")
            if cursor.fetchone()[0] != "on":
                _log.warning("pages of the database have no checksums", database=database_name(), cure="pg_checksums --enable")
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(1)")
            said = str(cursor.fetchone()[0])
    except UnicodeDecodeError as error:  # the complaint itself quotes what is damaged
        raise damaged("its schema cannot be read") from error
    except DatabaseError as error:
        raise _of_database(error) or error from error
    if said != "ok":
        raise damaged(said.replace("\n", " "))

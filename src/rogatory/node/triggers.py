"""Triggers that refuse to change or delete what must stay: acts, places, steps, checkpoints, proofs, the security log.

They stop accidents. Whoever owns the database is found by the ledger. `check` runs at each start and after each migration.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from rogatory.errors import StorageError

KEPT = {
    "act_skeleton": ("hash", "nonce"),
    "log_place": ("hash",),
    "log_step": ("leaf",),
    "log_node": ("id",),
    "log_checkpoint": ("size",),
    "log_cosignature": ("id", "size, witness"),
    "foreign_proof": ("hash",),
    "security_entry": ("id",),
    "log_evidence": ("id", "digest"),
    "log_timestamp": ("size",),
}
"""What is kept for ever, each table with its keys."""
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION rogatory_keep() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'rogatory: % of % is refused: it is kept for ever', TG_OP, TG_TABLE_NAME; END $$"
)
NEVER_CHANGED = {"act_contents": ("hash",)}
"""What only a purge removes, and nothing changes."""
_ONLY = {"nonce": 'NOT "foreign" AND NOT NEW."foreign"'}
"""Keys that hold for some rows only."""


def install(database: BaseDatabaseWrapper) -> None:
    """Make every trigger, in the place of those of an earlier release; a table that a later migration makes gets its own then."""
    vendor = database.vendor
    present = set(database.introspection.table_names())
    with database.cursor() as cursor:
        for name, table in sorted(_named(vendor).items()):
            if table in present:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}" if vendor == "sqlite" else f"DROP TRIGGER IF EXISTS {name} ON {table}")
        for statement in statements(vendor, present):
            cursor.execute(statement)


def statements(vendor: str, present: Collection[str]) -> list[str]:
    """The statements that make every trigger on the tables that are there, for one engine."""
    kept = {table: keys for table, keys in KEPT.items() if table in present}
    never_changed = {table: keys for table, keys in NEVER_CHANGED.items() if table in present}
    if vendor == "sqlite":
        return [
            *(_sqlite(table, what) for table in kept for what in ("UPDATE", "DELETE")),
            *(_sqlite(table, "UPDATE") for table in never_changed),
            *(_sqlite_insert(table, keys) for table, keys in {**kept, **never_changed}.items()),
        ]
    return [
        _FUNCTION,
        *(
            f"CREATE TRIGGER keep_{table}_{what.lower()} BEFORE {what} ON {table} "
            f"FOR EACH {'STATEMENT' if what == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION rogatory_keep()"
            for table in kept
            for what in ("UPDATE", "DELETE", "TRUNCATE")
        ),
        *(
            f"CREATE TRIGGER keep_{table}_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION rogatory_keep()"
            for table in never_changed
        ),
    ]


def _sqlite(table: str, what: str) -> str:
    return (
        f"CREATE TRIGGER keep_{table}_{what.lower()} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'rogatory: {what} of {table} is refused: it is kept for ever'); END"
    )


def _sqlite_insert(table: str, keys: tuple[str, ...]) -> str:
    """No insert may take the place of a row: REPLACE would, by any key or by SQLite's own row number, and fire no other trigger."""
    exists = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {_alike(key)})"  # noqa: S608  # names of our own tables
        for key in ("rowid", *keys)
    )
    return (
        f"CREATE TRIGGER keep_{table}_insert BEFORE INSERT ON {table} WHEN {exists} "
        f"BEGIN SELECT RAISE(ABORT, 'rogatory: {table} holds this already'); END"
    )


def _alike(key: str) -> str:
    columns = " AND ".join(f"{column} = NEW.{column}" for column in key.split(", "))
    return f"{columns} AND {_ONLY[key]}" if key in _ONLY else columns


def _named(vendor: str) -> dict[str, str]:
    """The name of each trigger that must be there, with its table."""
    kinds = ("update", "delete", "insert") if vendor == "sqlite" else ("update", "delete", "truncate")
    less = ("update", "insert") if vendor == "sqlite" else ("update",)
    kept = {f"keep_{table}_{kind}": table for table in KEPT for kind in kinds}
    return kept | {f"keep_{table}_{kind}": table for table in NEVER_CHANGED for kind in less}


def expected(vendor: str) -> set[str]:
    """The names of all triggers that must be there."""
    return set(_named(vendor))


def present(database: BaseDatabaseWrapper) -> set[str]:
    """The names of the triggers that are there and switched on."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if database.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    )
    with database.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def check() -> None:
    """That every trigger is in place. `StorageError` names those that are not."""
    missing = sorted(expected(connection.vendor) - present(connection))
    if missing:
        raise StorageError(
            "the database no longer refuses to change what must stay",
            where=", ".join(missing),
            cure="find out who removed them, then restore the database or run the migration again",
        )

"""Triggers that refuse to change or delete what must stay: acts, places, steps, checkpoints, proofs, the security log.

They stop accidents. Whoever owns the database is found by the ledger. `check` runs at each start and after each migration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from rogatory.errors import StorageError

KEPT = {
    "act_skeleton": "hash",
    "log_place": "hash",
    "log_step": "leaf",
    "log_node": "id",
    "log_checkpoint": "size",
    "log_cosignature": "id",
    "foreign_proof": "hash",
    "security_entry": "id",
}
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION rogatory_keep() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'rogatory: % of % is refused: it is kept for ever', TG_OP, TG_TABLE_NAME; END $$"
)
NEVER_CHANGED = ("act_contents",)
WITNESSING = {"log_evidence": "id"}
"""Tables that came later have their triggers made by the migration that made them."""


def statements(vendor: str, *, kept: Mapping[str, str] = KEPT, never_changed: Iterable[str] = NEVER_CHANGED) -> list[str]:
    """The statements that make the triggers of these tables, for one engine."""
    if vendor == "sqlite":
        return [
            *(_sqlite(table, what) for table in kept for what in ("UPDATE", "DELETE")),
            *(_sqlite_insert(table, key) for table, key in kept.items()),
            *(_sqlite(table, "UPDATE") for table in never_changed),
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


def _sqlite_insert(table: str, key: str) -> str:
    return (
        f'CREATE TRIGGER keep_{table}_insert BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE "{key}" = NEW."{key}") '  # noqa: S608  # names of our own tables
        f"BEGIN SELECT RAISE(ABORT, 'rogatory: {table} holds this already'); END"
    )


def expected(vendor: str) -> set[str]:
    """The names of all triggers that must be there."""
    kinds = ("update", "delete", "insert") if vendor == "sqlite" else ("update", "delete", "truncate")
    return {f"keep_{table}_{kind}" for table in (*KEPT, *WITNESSING) for kind in kinds} | {f"keep_{t}_update" for t in NEVER_CHANGED}


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

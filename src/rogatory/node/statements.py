"""The statements of the write path, composed once from the tables' own models.

The ORM composes the text of a statement anew for every act, which costs more than the database does (docs/adr/0015). Names
of tables and columns and the form of each value still come from the models; only the text is kept. Values are always
parameters. The text is the same for SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, CharField, DateTimeField, Field, IntegerField, Model, TextField

Adapt = Callable[[object, BaseDatabaseWrapper], Any] | None
"""What a driver takes is typed by the driver."""
_AS_THEY_ARE = (BooleanField, CharField, IntegerField, TextField)


class Table:
    """One table: inserts, and reads or changes of one row by its key."""

    def __init__(self, model: type[Model], *columns: str) -> None:
        """The columns in the order in which rows give them; all of the table if none is named."""
        meta = model._meta  # noqa: SLF001  # the documented door to a model's fields
        fields: dict[str, Field[object, object]] = {one.name: one for one in meta.concrete_fields}
        self._adapt_of = {name: _adapt(one) for name, one in fields.items()}
        self._columns = {name: _quoted(str(one.column)) for name, one in fields.items()}
        self._given = tuple(columns or fields)
        self._adapts = [self._adapt_of[name] for name in self._given]
        self._key = meta.pk.name
        self._name = _quoted(meta.db_table)

    def insert(self, cursor: CursorWrapper, rows: Sequence[Sequence[object]], *, conflict: str = "") -> int:
        """Insert all rows by one statement, with a clause for conflicts if one is given. How many rows it wrote."""
        if not rows:
            return 0
        database = cursor.db
        values: list[Any] = [
            adapt(value, database) if adapt else value for row in rows for adapt, value in zip(self._adapts, row, strict=True)
        ]
        cursor.execute(self._insert(len(rows), conflict), values)
        return int(cursor.rowcount)

    def read(self, cursor: CursorWrapper, key: object, *columns: str) -> tuple[object, ...] | None:
        """Some columns of the row of that key, as the driver gives them: for text and whole numbers."""
        cursor.execute(self._read(columns), [self._value(self._key, key, cursor.db)])
        found: tuple[object, ...] | None = cursor.fetchone()
        return found

    def update(self, cursor: CursorWrapper, key: object, *, version: int, changed: Mapping[str, object]) -> int:
        """Change the row of that key if it still has that version. How many rows it changed."""
        values = [self._value(name, one, cursor.db) for name, one in changed.items()]
        cursor.execute(self._update(tuple(changed)), [*values, self._value(self._key, key, cursor.db), version])
        return int(cursor.rowcount)

    def _value(self, name: str, value: object, database: BaseDatabaseWrapper) -> Any:
        adapt = self._adapt_of[name]
        return adapt(value, database) if adapt else value

    @cache  # noqa: B019  # tables live as long as the process
    def _insert(self, rows: int, conflict: str) -> str:
        names = ", ".join(self._columns[name] for name in self._given)
        row = f"({', '.join('%s' for _ in self._given)})"
        return f"INSERT INTO {self._name} ({names}) VALUES {', '.join([row] * rows)} {conflict}".rstrip()  # noqa: S608  # names of our own models

    @cache  # noqa: B019  # tables live as long as the process
    def _read(self, columns: tuple[str, ...]) -> str:
        names = ", ".join(self._columns[one] for one in columns)
        return f"SELECT {names} FROM {self._name} WHERE {self._columns[self._key]} = %s"  # noqa: S608  # names of our own models

    @cache  # noqa: B019  # tables live as long as the process
    def _update(self, changed: tuple[str, ...]) -> str:
        sets = ", ".join(f"{self._columns[one]} = %s" for one in changed)
        return f"UPDATE {self._name} SET {sets} WHERE {self._columns[self._key]} = %s AND version = %s"  # noqa: S608  # names of our own models


def _quoted(name: str) -> str:
    return f'"{name}"'


def _adapt(field: Field[object, object]) -> Adapt:
    """What turns a value into the driver's form; nothing where text, numbers and truth values go as they are."""
    if isinstance(field, _AS_THEY_ARE):
        return None
    if isinstance(field, DateTimeField):  # instants are aware already: only the driver's form is left
        return _instant
    return field.get_db_prep_save


def _instant(value: object, database: BaseDatabaseWrapper) -> Any:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise TypeError(f"{value} has no zone")  # a fault of ours: nobody outside gives the tables a time
    return database.ops.adapt_datetimefield_value(value)  # type: ignore[arg-type]  # a datetime or nothing, as the model says

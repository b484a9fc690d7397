"""Before the questions: that each value in SQLite is of the kind that its column is for. PostgreSQL takes no other.

SQLite stores any value in any column. A row with such a value is named here, because nobody can read it to ask anything of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

from rogatory.node.audit.findings import Difference, Question
from rogatory.node.faults import database_name

_NAMED = 20
_KINDS: tuple[tuple[type[models.Field[object, object]], str], ...] = (
    (models.BooleanField, "{c} NOT IN (0, 1)"),
    (models.IntegerField, "typeof({c}) <> 'integer'"),
    (models.BinaryField, "typeof({c}) <> 'blob'"),
    (models.UUIDField, "typeof({c}) <> 'text' OR length({c}) <> 32 OR {c} GLOB '*[^0-9a-f]*'"),
    (models.DateTimeField, "typeof({c}) <> 'text' OR datetime({c}) IS NULL"),
    (models.JSONField, "typeof({c}) <> 'text' OR NOT json_valid({c})"),
    (models.CharField, "typeof({c}) <> 'text'"),
    (models.TextField, "typeof({c}) <> 'text'"),
)


def values() -> Iterator[Difference]:
    """Every value that cannot be read as what its column is for, by table, column and row."""
    if connection.vendor != "sqlite":
        return
    quote = connection.ops.quote_name
    for model in apps.get_app_config("node").get_models():
        table, key = model._meta.db_table, quote(str(model._meta.pk.column))  # noqa: SLF001  # Django's public name for it
        for field in model._meta.concrete_fields:  # noqa: SLF001  # as above
            wrong = next((one for kind, one in _KINDS if isinstance(field, kind)), None)
            if wrong is None:
                continue
            column = quote(str(field.column))
            null = f"{column} IS NOT NULL AND " if field.null else f"{column} IS NULL OR "
            query = " ".join(("SELECT", key, "FROM", quote(table), "WHERE", null, "(", wrong.format(c=column), ") LIMIT", str(_NAMED)))
            with connection.cursor() as cursor:
                cursor.execute(query)
                rows = [row[0] for row in cursor.fetchall()]
            for row in rows:
                about = f"{database_name()}, table {table}, row {row}"
                yield Difference(question=Question.LOG, about=about, says=f"what stands in {field.column} is of no kind that it is for")

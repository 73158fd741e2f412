"""Saving many rows, each with values of its own, in one statement that is sent for all of them."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def update_rows(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Save these fields of rows of one model. In a transaction of the caller, which has them locked.

    Django's bulk_update builds one statement of all rows and values: ten times the work for fifty rows.
    """
    if not rows:
        return
    meta = rows[0]._meta
    columns: list[Any] = [meta.get_field(name) for name in fields]
    key, quote = str(meta.pk and meta.pk.column), connection.ops.quote_name
    changes = ", ".join(f"{quote(str(each.column))} = %s" for each in columns)
    values = [
        [*(each.get_db_prep_save(getattr(row, each.attname), connection) for each in columns), row.pk] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(meta.db_table)} SET {changes} WHERE {quote(key)} = %s",  # noqa: S608 (our names)
            values,
        )

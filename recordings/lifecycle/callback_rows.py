"""Writing what events say into their rows: one statement for all of them, prepared once."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from recordings.models import CallbackEvent

WRITTEN = ("interpreted_at", "recording", "event_type", "status", "task_id", "happened_at", "complaint")
_FIELDS: list[Any] = [CallbackEvent._meta.get_field(name) for name in WRITTEN]


def write_parsed(events: Sequence[CallbackEvent]) -> None:
    """Store these fields of locked events. `bulk_update` does the same in seven times the time: it builds a CASE
    for every field and row, and one worker has to keep up with all that is posted."""
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(field.column)} = %s" for field in _FIELDS)
    values = [
        [*(field.get_db_prep_save(getattr(event, field.attname), connection) for field in _FIELDS), event.pk]
        for event in events
    ]
    table = quote(CallbackEvent._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {columns} WHERE id = %s", values)  # noqa: S608 (only our own names)

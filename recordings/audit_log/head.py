"""The end of the chain: locked, then moved. In plain SQL, since every other writer waits meanwhile."""

from collections.abc import Sequence

from django.db import connection

from recordings.models import AuditEntry, AuditHead

TABLE = AuditHead._meta.db_table
READ = f"SELECT sequence, mac FROM {TABLE} WHERE id = 1"  # noqa: S608 (the name of a table of ours)
MOVE = f"UPDATE {TABLE} SET sequence = %s, mac = %s WHERE id = 1"  # noqa: S608
FIELDS = [field for field in AuditEntry._meta.local_concrete_fields if not field.primary_key]
COLUMNS = ", ".join(f'"{field.column}"' for field in FIELDS)
MOVE_AND_INSERT = (
    f"WITH moved AS ({MOVE}) INSERT INTO {AuditEntry._meta.db_table} "  # noqa: S608
    f"({COLUMNS}) VALUES ({', '.join(['%s'] * len(FIELDS))}) RETURNING id"
)


def locked_head() -> tuple[int, str]:
    """The last sequence and its mac. Other writers wait until this transaction ends."""
    with connection.cursor() as cursor:
        # SQLite locks with the transaction itself: it is IMMEDIATE
        cursor.execute(READ + " FOR UPDATE" * connection.features.has_select_for_update)
        row = cursor.fetchone()
    if row is None:  # the first entry of all
        AuditHead.objects.get_or_create(pk=1)
        return locked_head()
    return row[0], row[1]


def append(entry: AuditEntry) -> None:
    """Store the entry and make it the chain's end. The caller holds the lock.

    PostgreSQL does both in one statement, so that the lock is held for one round trip less.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            values = [field.get_db_prep_save(field.pre_save(entry, add=True), connection) for field in FIELDS]
            cursor.execute(MOVE_AND_INSERT, [entry.sequence, entry.mac, *values])
            entry.pk, entry._state.adding, entry._state.db = cursor.fetchone()[0], False, connection.alias
            return
        entry.save(force_insert=True)
        cursor.execute(MOVE, [entry.sequence, entry.mac])


def append_many(entries: Sequence[AuditEntry]) -> None:
    """Store the entries, which follow each other, and make the last one the chain's end. The caller holds the lock."""
    AuditEntry.objects.bulk_create(entries)
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [entries[-1].sequence, entries[-1].mac])

"""The end of the chain, locked and moved on: in plain SQL, since every writer waits while another does this."""

from django.db import connection

from recordings.models import AuditHead

TABLE = AuditHead._meta.db_table
READ = f"SELECT sequence, mac FROM {TABLE} WHERE id = 1"  # noqa: S608 (the name of a table of ours)
MOVE = f"UPDATE {TABLE} SET sequence = %s, mac = %s WHERE id = 1"  # noqa: S608


def locked_head() -> tuple[int, str]:
    """The last sequence and its mac. Whoever else enters something waits until this transaction ends."""
    with connection.cursor() as cursor:
        # SQLite locks with the transaction itself: it is IMMEDIATE
        cursor.execute(READ + " FOR UPDATE" * connection.features.has_select_for_update)
        row = cursor.fetchone()
    if row is None:  # the first entry of all
        AuditHead.objects.get_or_create(pk=1)
        return locked_head()
    return row[0], row[1]


def set_head(sequence: int, mac: str) -> None:
    """The chain ends here now. The caller holds the lock."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [sequence, mac])

"""The clock that leases are set and judged by: the database's, so that machines whose clocks differ agree.

SQLite is a file on this machine, and has no clock but this machine's.
"""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def database_now() -> datetime:
    """The moment at which the database answers, also within a transaction. Raises django.db.Error."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now

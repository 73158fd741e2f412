"""Whether a pooler in transaction mode, such as pgbouncer, stands between this process and PostgreSQL.

Then two statements of one connection may run on two connections of the server, and a cursor that the first opened is
gone for the second. DATABASE_POOLING=transaction does without such cursors; psycopg prepares no statements either way.
"""

from django.db import connection

ATTEMPTS = 5


def shares_connections() -> bool:
    """Whether another client is given the server's process that we were given. Raises django.db.Error.

    PostgreSQL itself and poolers in session mode never do that. A pooler hands out what was used last, so one attempt
    nearly always shows it; under load another client may take it first.
    """
    return any(_was_given_ours() for _ in range(ATTEMPTS))


def _was_given_ours() -> bool:
    """Two connections at once, each outside of a transaction: the first stays open while the second asks."""
    first, second = connection.copy(), connection.copy()
    try:
        return _process(first) == _process(second)
    finally:
        second.close()
        first.close()


def _process(of: object) -> int:
    with of.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])

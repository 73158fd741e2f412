"""Checks of the database: it exists, is up to date and undamaged, and is reached in a supported way.

Run with `check --database default`. Only what would lose or mix up data stops a server from starting: one whose
database does not answer yet starts, and says so at /readyz. Registered in apps.py.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import Error as AnyDatabaseError
from django.db import connection

from recordings import wakeups
from recordings.caching import soft
from recordings.pooling import shares_connections
from recordings.readiness import pending_migrations

AT_LEISURE = "whole"
"""The tag of checks that read the whole database: not run when a server starts, since they take minutes."""
MAX_NAMED = 3
MAX_LINES = 5


@register(Tags.database, deploy=True)
def database_is_up_to_date(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The database responds and has every migration and the cache's table. `migrate`, which repairs these, skips it."""
    if not databases:
        return []
    try:
        pending = pending_migrations()
        tables = connection.introspection.table_names()
    except AnyDatabaseError as error:
        hint = "Check DATABASE_URL, that the server runs, and that the database was created."
        what = f"The database cannot be used ({type(error).__name__}). {_first_line(error)}"
        return [Error(what, hint=hint, id="trroadmin.E015")]
    found: list[CheckMessage] = []
    if pending:
        named = ", ".join(pending[:MAX_NAMED]) + (", …" if len(pending) > MAX_NAMED else "")
        what = f"Migrations are pending: {named}."
        found.append(Error(what, hint="Run manage.py migrate.", id="trroadmin.E016"))
    location = settings.CACHES["default"].get("LOCATION", "")
    if isinstance(caches["default"], BaseDatabaseCache) and location not in tables:
        what = f"The cache's table {location} is missing: no user could sign in."
        found.append(Error(what, hint="Run manage.py createcachetable.", id="trroadmin.E017"))
    return found


@register(Tags.database, deploy=True)
def cache_and_queue_respond(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The cache and the queue respond, where they are not in the database."""
    if not databases:
        return []
    found: list[CheckMessage] = []
    if not isinstance(caches["default"], BaseDatabaseCache) and not soft.answers():
        what = "The cache does not respond: no user could sign in."
        found.append(Error(what, hint="Check CACHE_URL, and that Redis runs.", id="trroadmin.E022"))
    try:
        wakeups.waiting()
    except Exception as error:  # whatever the queue's store raises
        what = f"The queue does not respond ({type(error).__name__}): no work would be started."
        found.append(Error(what, hint="Check QUEUE_URL, and that its server runs.", id="trroadmin.E023"))
    return found


@register(AT_LEISURE)
def sqlite_file_is_whole(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """SQLite's own quick_check: it finds a file that was restored beside an old -wal."""
    if not databases or connection.vendor != "sqlite":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA quick_check({MAX_LINES})")
            lines = [str(line) for (line,) in cursor.fetchall()]
    except (AnyDatabaseError, sqlite3.Error) as error:
        if "malformed" not in str(error) and "not a database" not in str(error):
            return []  # locked or missing: the check above reports it
        lines = [_first_line(error)]
    if lines == ["ok"]:
        return []
    hint = "Stop all servers and workers, and restore a backup as docs/operations.md says."
    return [Error(f"The SQLite file is damaged: {'; '.join(lines)[:300]}", hint=hint, id="trroadmin.E018")]


@register(Tags.database)
def pooler_is_known(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A pooler in transaction mode breaks server-side cursors, unless DATABASE_POOLING says so."""
    if not databases or settings.DATABASE_POOLING == "TRANSACTION" or connection.vendor != "postgresql":
        return []
    try:
        is_shared = shares_connections()
    except AnyDatabaseError:
        return []
    if not is_shared:
        return []
    what = "The database is reached through a pooler in transaction mode, such as pgbouncer."
    hint = "Set TRROADMIN_DATABASE_POOLING=transaction, or connect to PostgreSQL itself."
    return [Error(what, hint=hint, id="trroadmin.E019")]


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]

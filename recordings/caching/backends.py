"""The cache in a table of the database, made by `createcachetable`, with values in signed JSON.

Django's own backend for this table reads and writes pickles in the middle of its methods, so only its table is used.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from recordings.caching.values import UNREADABLE, CacheUnavailable, decode, encode
from recordings.rate_limited_log import warn_rarely

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
CULLED_EACH = 100
"""Writes after which entries that are over, and too many, are removed."""


class DatabaseCache(BaseDatabaseCache):
    """Raises CacheUnavailable if the database fails."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._name = connection.ops.quote_name(table)
        self._writes = count(1)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        name = self.make_and_validate_key(key, version=version)
        with self._cursor() as cursor:
            cursor.execute(
                f"SELECT value FROM {self._name} WHERE cache_key = %s AND expires > %s",  # noqa: S608
                [name, _stored(timezone.now())],
            )
            row = cursor.fetchone()
        value = decode(row[0]) if row else UNREADABLE
        return default if value is UNREADABLE else value

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self.get(key, UNREADABLE, version) is not UNREADABLE

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._write(key, value, timeout, version, "")

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Set a key that is absent; of two callers at the same moment, one gets True."""
        over = f" WHERE {self._name}.expires <= %s"
        return self._write(key, value, timeout, version, over, _stored(timezone.now())) == 1

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        name = self.make_and_validate_key(key, version=version)
        with self._cursor() as cursor:
            cursor.execute(
                f"UPDATE {self._name} SET expires = %s WHERE cache_key = %s AND expires > %s",  # noqa: S608
                [_stored(self._end(timeout)), name, _stored(timezone.now())],
            )
            return bool(cursor.rowcount)

    def delete(self, key: Any, version: int | None = None) -> bool:
        name = self.make_and_validate_key(key, version=version)
        with self._cursor() as cursor:
            cursor.execute(f"DELETE FROM {self._name} WHERE cache_key = %s", [name])  # noqa: S608
            return bool(cursor.rowcount)

    def clear(self) -> None:
        with self._cursor() as cursor:
            cursor.execute(f"DELETE FROM {self._name}")  # noqa: S608

    def _write(self, key: Any, value: Any, timeout: Any, version: int | None, condition: str, *values: Any) -> int:
        """Insert, or replace what is there if the condition holds; how many rows that were."""
        name = self.make_and_validate_key(key, version=version)
        with self._cursor() as cursor:
            if next(self._writes) % CULLED_EACH == 0:
                self._remove_too_many(cursor)
            cursor.execute(
                f"INSERT INTO {self._name} (cache_key, value, expires) VALUES (%s, %s, %s) "  # noqa: S608
                "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires" + condition,
                [name, encode(value), _stored(self._end(timeout)), *values],
            )
            return int(cursor.rowcount)

    def _end(self, timeout: Any) -> datetime:
        at = self.get_backend_timeout(timeout)
        return FOREVER if at is None else datetime.fromtimestamp(min(at, FOREVER.timestamp()), UTC)

    def _remove_too_many(self, cursor: CursorWrapper) -> None:
        """Entries that are over; then, if there are still too many, a third: those that end first."""
        cursor.execute(f"DELETE FROM {self._name} WHERE expires <= %s", [_stored(timezone.now())])  # noqa: S608
        cursor.execute(f"SELECT COUNT(*) FROM {self._name}")  # noqa: S608
        entries = cursor.fetchone()[0]
        if entries > self._max_entries:
            cursor.execute(
                f"DELETE FROM {self._name} WHERE cache_key IN "  # noqa: S608
                f"(SELECT cache_key FROM {self._name} ORDER BY expires LIMIT %s)",
                [entries // 3],
            )

    @contextmanager
    def _cursor(self) -> Iterator[CursorWrapper]:
        """In a transaction, a savepoint: a cache that fails must not take the caller's changes with it."""
        try:
            if connection.in_atomic_block:
                with transaction.atomic(), connection.cursor() as cursor:
                    yield cursor
            else:
                with connection.cursor() as cursor:
                    yield cursor
        except DatabaseError as error:
            warn_rarely("cache_unavailable", why=type(error).__name__)
            raise CacheUnavailable from error


def _stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)

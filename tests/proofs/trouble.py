"""A database that does not take a response: locked by another client, or its connection cut."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, connections

from recordings.models import ApiCall

PATIENCE_SECONDS = 0.3


def be_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let connections that are opened from now on wait 0.3 seconds for a lock, and not 20 or for ever."""
    options = connections.databases["default"].setdefault("OPTIONS", {})
    if connection.vendor == "sqlite":
        monkeypatch.setitem(options, "timeout", PATIENCE_SECONDS)
    else:
        monkeypatch.setitem(options, "options", f"-c lock_timeout={PATIENCE_SECONDS * 1000:.0f}")


@contextmanager
def locked_database() -> Iterator[None]:
    """Another client holds the lock that a response needs: the file's, or on PostgreSQL that of the ledger."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            yield
        finally:
            other.close()
    else:
        with _somebody_else() as postgres:
            postgres.execute(f"LOCK TABLE {ApiCall._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            yield
            postgres.rollback()


def cut_every_connection() -> None:
    """End all sessions of this database but our own and the one that does it. PostgreSQL only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (mine,) = cursor.fetchone()
    with _somebody_else() as postgres:
        postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
            [mine],
        )


@contextmanager
def _somebody_else() -> Iterator[psycopg.Connection]:
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: parameters[name] for name in names if name in parameters}) as postgres:
        yield postgres

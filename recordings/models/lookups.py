"""`begins`: the beginning of a text, found through an index on either database.

Django's `startswith` uses no index on SQLite, whose LIKE ignores case. On PostgreSQL the index needs the operator
class `varchar_pattern_ops`; SQLite ignores that.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup
from django.db.models.sql.compiler import SQLCompiler

LAST = "\U0010ffff"
"""Sorts behind every other character."""


@CharField.register_lookup
class Begins(Lookup):
    """Case-sensitive; an empty text begins everything."""

    lookup_name = "begins"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        beginning = str(self.rhs)
        return f"({column} >= %s AND {column} < %s)", (*params, beginning, *params, beginning + LAST)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", (*params, f"{connection.ops.prep_for_like_query(self.rhs)}%")

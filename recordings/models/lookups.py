"""What lets SQLite find an index where Django's own lookups and parameters do not: `begins` and `Constant`.

Django's `startswith` uses no index on SQLite, whose LIKE ignores case. On PostgreSQL the index of `begins` needs the
operator class `varchar_pattern_ops`; SQLite ignores that.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup, Value
from django.db.models.sql.compiler import SQLCompiler

LAST = "\U0010ffff"
"""Sorts behind every other character."""


@CharField.register_lookup
class Begins(Lookup):
    """The beginning of a text, case-sensitive; an empty text begins everything."""

    lookup_name = "begins"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        beginning = str(self.rhs)
        return f"({column} >= %s AND {column} < %s)", (*params, beginning, *params, beginning + LAST)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", (*params, f"{connection.ops.prep_for_like_query(self.rhs)}%")


class Constant(Value):
    """A text of this program that stands in the SQL itself, not as a parameter.

    SQLite uses an index with a condition such as `state IN ('accepted', 'queued')` only for a query that has the same
    list in its SQL.
    """

    value: str

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        if not self.value.isidentifier():
            raise ValueError(f"Only plain words may stand in the SQL: {self.value!r}")
        return f"'{self.value}'", ()

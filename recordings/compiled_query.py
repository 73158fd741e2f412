"""Queries whose SQL is built once for each process: Django takes milliseconds to build what a database answers in 0.1.

For the few queries that delay every start. All others stay plain querysets.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet, UUIDField, Value

RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a parameter's value goes among those of the SQL."""

    name: str


def parameter(name: str) -> Any:
    """Stands in a queryset for a number, a text or a UUID that each run of the compiled query gives."""
    return Value(_Place(name))


class CompiledQuery(Generic[RowT]):
    """The first row of a queryset in which `parameter` stands for what differs from run to run.

    What `annotate` adds comes as the database gives it: SQLite's truth values are numbers.
    """

    def __init__(self, build: Callable[[], QuerySet[RowT]]) -> None:
        self._build = build
        self._compiled: tuple[type[RowT], str, tuple[Any, ...]] | None = None

    def first(self, **values: int | str | UUID) -> RowT | None:
        """The first row with these values of all parameters."""
        model, sql, places = self._compile()
        params = [_stored(values[each.name]) if isinstance(each, _Place) else each for each in places]
        return next(iter(model._default_manager.raw(sql, params)), None)

    def _compile(self) -> tuple[type[RowT], str, tuple[Any, ...]]:
        if self._compiled is None:
            queryset = self._build()[:1]
            sql, places = queryset.query.get_compiler(connection=connection).as_sql()
            self._compiled = queryset.model, sql, places
        return self._compiled


def _stored(value: int | str | UUID) -> Any:
    """A value as the database stores it: SQLite has no UUIDs."""
    return UUIDField().get_db_prep_value(value, connection) if isinstance(value, UUID) else value

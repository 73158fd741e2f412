"""Keyset pages of lists that are ordered by a name or an id: the same cost however far down, no OFFSET."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

PAGE_LENGTH = 50
SALT = "recordings.web.paging"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[M]):
    """One page of a list, and the cursor of the one after it; empty when there is none."""

    rows: list[M]
    next_cursor: str


def page_of(rows: QuerySet[M], *, by: str, cursor: str) -> Page[M]:
    """The page in ascending order of `by` that begins after `cursor`; an invalid cursor gives the first.

    The condition's form lets both databases run it from an index on `by`.
    """
    after = _read_cursor(cursor, rows.model, by)
    if after:
        value, pk = after
        rows = rows.filter(**{f"{by}__gte": value}).filter(Q(**{f"{by}__gt": value}) | Q(pk__gt=pk))
    found = list(rows.order_by(by, "pk")[: PAGE_LENGTH + 1])
    more = len(found) > PAGE_LENGTH
    found = found[:PAGE_LENGTH]
    return Page(rows=found, next_cursor=_cursor(found[-1], by) if more else "")


def newest_page_of(rows: QuerySet[M], *, by: str, cursor: str) -> Page[M]:
    """The same in descending order of the moment `by`, which no row lacks."""
    after = _read_cursor(cursor, rows.model, by)
    if after:
        value, pk = datetime.fromisoformat(after[0]), after[1]
        rows = rows.filter(**{f"{by}__lte": value}).filter(Q(**{f"{by}__lt": value}) | Q(pk__lt=pk))
    found = list(rows.order_by(f"-{by}", "-pk")[: PAGE_LENGTH + 1])
    more = len(found) > PAGE_LENGTH
    found = found[:PAGE_LENGTH]
    return Page(rows=found, next_cursor=_cursor(found[-1], by) if more else "")


def _cursor(row: Model, by: str) -> str:
    value = getattr(row, by)
    shown = value.isoformat() if isinstance(value, datetime) else value
    return signing.dumps([shown, str(row.pk)], salt=_salt(type(row), by))


def _read_cursor(cursor: str, model: type[Model], by: str) -> tuple[Any, str] | None:
    try:
        value, pk = signing.loads(cursor, salt=_salt(model, by))
    except (signing.BadSignature, ValueError):
        return None
    return value, pk


def _salt(model: type[Model], by: str) -> str:
    """A cursor is of one list: another's keys are of another kind."""
    return f"{SALT}.{model._meta.label}.{by}"

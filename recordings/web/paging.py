"""Keyset pages of every list, in both directions: the same cost however far down, no OFFSET."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Field, IntegerField, Model, Q, QuerySet, Subquery

from recordings.models import User

M = TypeVar("M", bound=Model)

PAGE_LENGTH = 50
MAX_COUNTED = 10_000
"""Rows of a list that are counted: of longer ones it says that there are more."""
SALT = "recordings.web.paging"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[M]):
    """One page of a list, with the cursors of the pages beside it; empty where there is none."""

    rows: list[M]
    next_cursor: str
    previous_cursor: str = ""
    first: int = 1
    """The number of the first row in the list, as it was when the reader began at its top."""

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page begins: after the row with this value and key, or before it when it leads back to the top."""

    value: Any
    pk: str
    number: int
    """Of that row in the list."""
    leads_back: bool


def page_of(rows: QuerySet[M], *, by: str, cursor: str) -> Page[M]:
    """The page in ascending order of `by` that `cursor` leads to; an invalid cursor gives the first."""
    return _page(rows, by, cursor, descending=False)


def newest_page_of(rows: QuerySet[M], *, by: str, cursor: str) -> Page[M]:
    """The same in descending order of `by`, which no row lacks."""
    return _page(rows, by, cursor, descending=True)


class CappedCount(Subquery):
    """How many rows a sliced queryset has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def capped_counts(user: User, rows: Mapping[str, tuple[QuerySet[Any], int]]) -> dict[str, tuple[int, bool]]:
    """Of each of `rows`, given with the most that is counted: how many there are, and whether there are more.

    One statement, which stands on the row of the `user` who asks.
    """
    counts = {
        f"count_{name}": CappedCount(found.select_related(None).order_by().values("pk")[: most + 1])
        for name, (found, most) in rows.items()
    }
    counted: dict[str, Any] = dict(User.objects.filter(pk=user.pk).values(**counts).get())
    found = {name: counted[f"count_{name}"] or 0 for name in rows}  # None for rows that cannot exist
    return {name: (min(found[name], most), found[name] > most) for name, (_rows, most) in rows.items()}


def _page(rows: QuerySet[M], by: str, text: str, *, descending: bool) -> Page[M]:
    cursor = _read_cursor(text, rows.model, by)
    if cursor and cursor.leads_back:
        found = _rows_from(rows, by, cursor, descending=not descending)
        if len(found) > PAGE_LENGTH:
            first = max(cursor.number - PAGE_LENGTH, 2)
            return _with_cursors(found[:PAGE_LENGTH][::-1], by, first, has_next=True)
        cursor = None  # what is left above fits on the first page
    found = _rows_from(rows, by, cursor, descending=descending)
    first = cursor.number + 1 if cursor else 1
    return _with_cursors(found[:PAGE_LENGTH], by, first, has_next=len(found) > PAGE_LENGTH)


def _rows_from(rows: QuerySet[M], by: str, cursor: Cursor | None, *, descending: bool) -> list[M]:
    """The rows beyond the cursor, one more than a page. The condition's form lets both databases use an index."""
    beyond = "lt" if descending else "gt"
    keys = [by] if _field(rows.model, by).unique else [by, "pk"]
    if cursor and len(keys) == 1:
        rows = rows.filter(**{f"{by}__{beyond}": cursor.value})
    elif cursor:
        rows = rows.filter(**{f"{by}__{beyond}e": cursor.value})
        rows = rows.filter(Q(**{f"{by}__{beyond}": cursor.value}) | Q(**{f"pk__{beyond}": cursor.pk}))
    order = [f"-{key}" for key in keys] if descending else keys
    return list(rows.order_by(*order)[: PAGE_LENGTH + 1])


def _with_cursors(rows: list[M], by: str, first: int, *, has_next: bool) -> Page[M]:
    last = first + len(rows) - 1
    return Page(
        rows=rows,
        first=first,
        next_cursor=_cursor(rows[-1], by, last) if has_next else "",
        previous_cursor=_cursor(rows[0], by, first, leads_back=True) if first > 1 and rows else "",
    )


def _cursor(row: Model, by: str, number: int, *, leads_back: bool = False) -> str:
    value = getattr(row, by)
    shown = value.isoformat() if isinstance(value, datetime) else value
    return signing.dumps([shown, str(row.pk), number, leads_back], salt=_salt(type(row), by))


def _read_cursor(cursor: str, model: type[Model], by: str) -> Cursor | None:
    try:
        value, pk, number, leads_back = signing.loads(cursor, salt=_salt(model, by))
        value = _field(model, by).to_python(value)
    except (signing.BadSignature, ValidationError, ValueError):
        return None
    return Cursor(value=value, pk=pk, number=number, leads_back=leads_back)


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, Field)  # noqa: S101 (lists are ordered by columns)
    return field


def _salt(model: type[Model], by: str) -> str:
    """A cursor is of one list: another's keys are of another kind."""
    return f"{SALT}.{model._meta.label}.{by}"

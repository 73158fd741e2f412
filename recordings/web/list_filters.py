"""What the filters of every list share: cleaned text, days, and what came with the address and has no field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.pasted import IdField, PastedField

DATE = {"type": "date"}
BEFORE_EVERYTHING = date(1970, 1, 1)
"""Earlier days have no moment in every time zone."""


def midnight(day: date) -> datetime:
    """When a day begins in the project's time zone: as a moment, so that the database finds it by its index."""
    return timezone.make_aware(datetime.combine(max(day, BEFORE_EVERYTHING), time.min))


class SearchFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Words to search for, cleaned of what is pasted along with them."""

    field_class = PastedField


class IdFilter(django_filters.CharFilter):  # type: ignore[misc]
    """An id or another single word, cleaned in the same way."""

    field_class = IdField


def first_day() -> django_filters.DateFilter:
    return django_filters.DateFilter(label=gettext_lazy("From"), method="from_day", widget=forms.DateInput(attrs=DATE))


def last_day() -> django_filters.DateFilter:
    return django_filters.DateFilter(label=gettext_lazy("To"), method="to_day", widget=forms.DateInput(attrs=DATE))


class FilterForm(forms.Form):
    """The form of every list's filters."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day is before the first day."))
        return cleaned


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that came with the address and has no field on the page."""

    name: str
    label: str
    value: str
    """The requested value, unchanged."""
    words: str
    """The same for a reader."""
    without: str
    """The list's query string without this filter."""


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows a list down by query parameters, so that what is shown can be bookmarked and exported.

    A value that is not offered matches nothing and says so at its field. A subclass names in `moment` the field that
    `since` and `until` are about.
    """

    moment = "created_at"

    def from_day(self, rows: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        return rows.filter(**{f"{self.moment}__gte": midnight(day)})

    def to_day(self, rows: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        """The last day counts in full."""
        if day == date.max:
            return rows
        return rows.filter(**{f"{self.moment}__lt": midnight(day + timedelta(days=1))})

    def chips(self) -> Sequence[Chip]:
        """Every filter that is set and that no field on the page shows."""
        return [
            Chip(
                name=field.name,
                label=str(field.label),
                value=self.data[field.name],
                words=self._words(field.name),
                without=self._without(field.name),
            )
            for field in self.form.hidden_fields()
            if self.data.get(field.name)
        ]

    def _words(self, name: str) -> str:
        if name in self.form.errors:
            return str(self.data[name])
        return str(self.form.cleaned_data[name])

    def _without(self, name: str) -> str:
        query = self.data.copy()
        for gone in (name, "after", *self.belonging(name)):
            query.pop(gone, None)
        return str(query.urlencode())

    def belonging(self, name: str) -> Sequence[str]:
        """Filters that only apply together with the filter `name`, and are removed with it."""
        return ()


def is_set(query: Mapping[str, Any]) -> bool:
    """Whether a query string filters at all: its page is no filter."""
    return any(value for name, value in query.items() if name != "after")

"""What the filters of every list share: cleaned text, moments, and the chips of what no toolbar shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.pasted import IdField, PastedField
from recordings.web.moments import Moment, MomentFilter, MomentInput

IN_BAR = 3
"""Fields that stand in the toolbar of a list; where there are more than one more, the rest is behind a button."""


class SearchFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Words to search for, cleaned of what is pasted along with them."""

    field_class = PastedField


class IdFilter(django_filters.CharFilter):  # type: ignore[misc]
    """An id or another single word, cleaned in the same way."""

    field_class = IdField


def first_moment() -> django_filters.Filter:
    return MomentFilter(label=gettext_lazy("From"), method="from_moment", widget=MomentInput(time_of_days="00:00"))


def last_moment() -> django_filters.Filter:
    return MomentFilter(label=gettext_lazy("To"), method="to_moment", widget=MomentInput(time_of_days="23:59"))


class FilterForm(forms.Form):
    """The form of every list's filters."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since.begins > until.begins:
            self.add_error("until", _("The last day is before the first day."))
        return cleaned

    def bar_fields(self) -> list[forms.BoundField]:
        """The fields of the toolbar."""
        visible = self.visible_fields()
        return visible if len(visible) <= IN_BAR + 1 else visible[:IN_BAR]

    def more_fields(self) -> list[forms.BoundField]:
        """The fields behind "More filters"; what is set of them is shown as chips."""
        return self.visible_fields()[len(self.bar_fields()) :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is set and that no field in the toolbar shows."""

    name: str
    label: str
    value: str
    """The requested value, unchanged."""
    words: str
    """The same for a reader."""
    without: str
    """The list's query string without this filter."""
    has_field: bool = False
    """Whether a field behind "More filters" holds it."""


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows a list down by query parameters, so that what is shown can be bookmarked and exported.

    A value that is not offered matches nothing and says so at its field. A subclass names in `moment` the field that
    `since` and `until` are about.
    """

    moment = "created_at"

    def from_moment(self, rows: QuerySet[Any], name: str, since: Moment) -> QuerySet[Any]:
        return rows.filter(**{f"{self.moment}__gte": since.begins})

    def to_moment(self, rows: QuerySet[Any], name: str, until: Moment) -> QuerySet[Any]:
        """The last day, or the last minute, counts in full."""
        return rows.filter(**{f"{self.moment}__lt": until.ends}) if until.ends else rows

    def chips(self) -> Sequence[Chip]:
        """Every filter that is set and that no field in the toolbar shows."""
        more = {field.name for field in self.form.more_fields()}
        return [
            Chip(
                name=field.name,
                label=str(field.label),
                value=self.data[field.name],
                words=self._words(field.name),
                without=self._without(field.name),
                has_field=field.name in more,
            )
            for field in (*self.form.hidden_fields(), *self.form.more_fields())
            if self.data.get(field.name)
        ]

    def _words(self, name: str) -> str:
        if name in self.form.errors:
            return str(self.data[name])
        value = self.form.cleaned_data[name]
        field = self.form.fields[name]
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return str(dict(list(field.choices)).get(value, value))  # type: ignore[arg-type]
        return str(value)

    def _without(self, name: str) -> str:
        query = self.data.copy()
        for gone in (name, "after", "open", *self.belonging(name)):
            query.pop(gone, None)
        return str(query.urlencode())

    def belonging(self, name: str) -> Sequence[str]:
        """Filters that only apply together with the filter `name`, and are removed with it."""
        return ()


def is_set(query: Mapping[str, Any]) -> bool:
    """Whether a query string filters at all: its page, and what is open beside it, is no filter."""
    return any(value for name, value in query.items() if name not in {"after", "open"})

"""Which items of a batch are shown and exported."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recordings.batches.progress import PARTS, states_of
from recordings.lifecycle.batches.queries import visible_batches
from recordings.models import Batch, BatchItem, User
from recordings.web.list_filters import FilterForm, IdFilter, ListFilter


class BatchItemFilter(ListFilter):
    """Narrows items down to those of one batch, of one part of its bar, and with one error code."""

    batch = django_filters.ModelChoiceFilter(
        label=_("Batch"), queryset=Batch.objects.none(), widget=forms.HiddenInput, required=True
    )
    show = django_filters.ChoiceFilter(
        label=_("State"), choices=[(key, label) for key, label, _states, _tone in PARTS], method="by_part"
    )
    code = IdFilter(label=_("Error code"), field_name="error_code", max_length=128)

    class Meta:
        model = BatchItem
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["batch"].queryset = visible_batches(user)

    def by_part(self, items: QuerySet[BatchItem], name: str, key: str) -> QuerySet[BatchItem]:
        return items.filter(state__in=states_of(key))

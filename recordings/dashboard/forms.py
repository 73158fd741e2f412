"""The filters of what needs a person, and the reason with which it is seen to."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from recordings.list_filters import FilterForm, ListFilter
from recordings.models import Attention, Project, Recording, User
from recordings.parameters import ReasonField
from recordings.people.permissions import projects_where


class AttentionFilter(ListFilter):
    """Narrows the list down."""

    project = django_filters.ModelChoiceFilter(
        label=_("Project"), queryset=Project.objects.none(), empty_label=_("All")
    )
    attention = django_filters.ChoiceFilter(label=_("Why"), choices=Attention.choices, empty_label=_("All"))

    class Meta:
        model = Recording
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["project"].queryset = projects_where(user, "recording.see")


class DecideForm(forms.Form):
    """What is done about the chosen recordings, and why."""

    CLOSE, DISMISS = "close", "dismiss"

    decision = forms.ChoiceField(choices=[(CLOSE, _("Close")), (DISMISS, _("Mark as handled"))])
    selection = forms.CharField(widget=forms.HiddenInput)
    reason = ReasonField()

    def __init__(self, data: Mapping[str, Any] | None = None, *, selection: str = "") -> None:
        super().__init__(data, initial={"selection": selection})

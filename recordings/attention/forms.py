"""The filters of the attention list, and the reason for handling recordings."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recordings.domain.attention_reasons import BY_RISK, UNCLAIMED
from recordings.models import Attention, Project, Recording, UnclaimedTask, User
from recordings.permissions import projects_where
from recordings.web.fields import ReasonField
from recordings.web.list_filters import FilterForm, ListFilter

CHOICES = [(reason, _("Unclaimed task") if reason == UNCLAIMED else Attention(reason).label) for reason in BY_RISK]


class AttentionFilter(ListFilter):
    """Narrows the list down."""

    project = django_filters.ModelChoiceFilter(
        label=_("Project"), queryset=Project.objects.none(), empty_label=_("All")
    )
    attention = django_filters.ChoiceFilter(label=_("Reason"), choices=CHOICES, empty_label=_("All"))

    class Meta:
        model = Recording
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["project"].queryset = projects_where(user, "recording.see")

    def tasks(self, unclaimed: QuerySet[UnclaimedTask]) -> QuerySet[UnclaimedTask]:
        """Those of the unclaimed tasks that the filters let through."""
        if not self.form.is_valid() or self.form.cleaned_data["attention"] not in {"", UNCLAIMED}:
            return unclaimed.none()
        project = self.form.cleaned_data["project"]
        return unclaimed.filter(project=project) if project else unclaimed


class DecideForm(forms.Form):
    """What is done about the chosen recordings, and why."""

    CLOSE, DISMISS = "close", "dismiss"

    decision = forms.ChoiceField(choices=[(CLOSE, _("Close")), (DISMISS, _("Mark as handled"))])
    selection = forms.CharField(widget=forms.HiddenInput)
    reason = ReasonField()

    def __init__(self, data: Mapping[str, Any] | None = None, *, selection: str = "") -> None:
        super().__init__(data, initial={"selection": selection})

"""The history's filters: query parameters, so that a filtered list can be bookmarked."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recordings.history.queries import with_words
from recordings.models import Device, Project, Recording, User
from recordings.people.permissions import projects_where


class HistoryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows recordings down. A value that is not offered matches nothing and says so at its field."""

    q = django_filters.CharFilter(
        label=_("TaskId, RequestId or device"), method="by_words", max_length=512, widget=forms.TextInput
    )
    project = django_filters.ModelChoiceFilter(label=_("Project"), queryset=Project.objects.none())
    device = django_filters.ModelChoiceFilter(
        label=_("Device"), queryset=Device.objects.none(), widget=forms.HiddenInput
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=Recording.State.choices)
    upload_state = django_filters.ChoiceFilter(label=_("Files"), choices=Recording.UploadState.choices)
    error_code = django_filters.CharFilter(label=_("Error code"), max_length=128)
    requested_by = django_filters.ModelChoiceFilter(label=_("Who"), queryset=User.objects.none())
    since = django_filters.DateFilter(
        label=_("Since"),
        field_name="created_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        label=_("Until"),
        field_name="created_at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Recording
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = projects_where(user, "recording.see")
        self.filters["project"].extra["queryset"] = projects
        self.filters["device"].extra["queryset"] = Device.objects.filter(project__in=projects)
        asked = Recording.objects.filter(project__in=projects).values("requested_by")
        self.filters["requested_by"].extra["queryset"] = User.objects.filter(pk__in=asked)

    def by_words(self, recordings: QuerySet[Recording], name: str, words: str) -> QuerySet[Recording]:
        return with_words(recordings, words.strip())

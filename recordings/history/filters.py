"""The history's filters: query parameters, so that a filtered list can be bookmarked."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recordings.history.queries import with_words
from recordings.models import Device, Project, Recording, User
from recordings.people.permissions import projects_where

DATE = {"type": "date"}


BEFORE_EVERYTHING = date(1970, 1, 1)
"""Earlier days have no moment in every time zone."""


def midnight(day: date) -> datetime:
    """When a day begins in the project's time zone: as a moment, so that the database finds it by its index."""
    return timezone.make_aware(datetime.combine(max(day, BEFORE_EVERYTHING), time.min))


class HistoryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows recordings down. A value that is not offered matches nothing and says so at its field."""

    q = django_filters.CharFilter(
        label=_("TaskId, RequestId or device"), method="by_words", max_length=512, widget=forms.TextInput
    )
    project = django_filters.ModelChoiceFilter(
        label=_("Project"), queryset=Project.objects.none(), empty_label=_("All")
    )
    device = django_filters.ModelChoiceFilter(
        label=_("Device"), queryset=Device.objects.none(), widget=forms.HiddenInput
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=Recording.State.choices, empty_label=_("All"))
    upload_state = django_filters.ChoiceFilter(
        label=_("Files"), choices=Recording.UploadState.choices, empty_label=_("All")
    )
    error_code = django_filters.CharFilter(label=_("Error code"), max_length=128)
    requested_by = django_filters.ModelChoiceFilter(label=_("Who"), queryset=User.objects.none(), empty_label=_("All"))
    since = django_filters.DateFilter(label=_("Since"), method="from_day", widget=forms.DateInput(attrs=DATE))
    until = django_filters.DateFilter(label=_("Until"), method="to_day", widget=forms.DateInput(attrs=DATE))

    class Meta:
        model = Recording
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = projects_where(user, "recording.see")
        self.filters["project"].queryset = projects
        self.filters["device"].queryset = Device.objects.filter(project__in=projects)
        asked = Recording.objects.filter(project__in=projects).values("requested_by")
        self.filters["requested_by"].queryset = User.objects.filter(pk__in=asked)

    def from_day(self, recordings: QuerySet[Recording], name: str, day: date) -> QuerySet[Recording]:
        return recordings.filter(created_at__gte=midnight(day))

    def to_day(self, recordings: QuerySet[Recording], name: str, day: date) -> QuerySet[Recording]:
        """The last day counts in full."""
        return recordings if day == date.max else recordings.filter(created_at__lt=midnight(day + timedelta(days=1)))

    def by_words(self, recordings: QuerySet[Recording], name: str, words: str) -> QuerySet[Recording]:
        return with_words(recordings, words.strip())

"""The history's filters."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.lifecycle.batches.queries import visible_batches
from recordings.lifecycle.hourly_counts import with_outcome
from recordings.lifecycle.labels import label_choices, with_label
from recordings.lifecycle.search import of_devices, with_error_code, with_words
from recordings.models import Batch, Device, HourlyCount, Membership, Project, Recording, User
from recordings.permissions import holds_everywhere, projects_where
from recordings.web.list_filters import FilterForm, IdFilter, ListFilter, SearchFilter, first_moment, last_moment

PLACEHOLDER = _("Search device, TaskId, RequestId, reference, error code")

LIVE = "live"
"""All states of which something runs, or may run."""
AGES: Mapping[str, tuple[timedelta, Promise]] = MappingProxyType(
    {
        "1h": (timedelta(hours=1), _("Last hour")),
        "24h": (timedelta(hours=24), _("Last 24 hours")),
        "7d": (timedelta(days=7), _("Last 7 days")),
        "30d": (timedelta(days=30), _("Last 30 days")),
    }
)


def _possible_requesters(user: User, projects: QuerySet[Project]) -> QuerySet[User]:
    """Users who may have requested recordings of these projects, from small tables only.

    The recordings themselves are not read: there may be millions. A viewer of all projects is offered every user, also
    one who lost their roles; other viewers those with a role in one of their projects or in all.
    """
    if holds_everywhere(user, "recording.see"):
        return User.objects.order_by("username")
    in_reach = Membership.objects.filter(Q(project__in=projects) | Q(project=None))
    return User.objects.filter(pk__in=in_reach.values("user")).order_by("username")


class HistoryFilter(ListFilter):
    """Narrows recordings down."""

    q = SearchFilter(
        label=_("Search"),
        method="by_words",
        max_length=512,
        widget=forms.TextInput(attrs={"placeholder": PLACEHOLDER, "title": PLACEHOLDER}),
    )
    within = django_filters.ChoiceFilter(
        label=_("Time"),
        choices=[(key, words) for key, (_age, words) in AGES.items()],
        method="by_age",
        empty_label=_("Any time"),
    )
    project = django_filters.ModelChoiceFilter(
        label=_("Project"), queryset=Project.objects.none(), empty_label=_("All projects")
    )
    device = django_filters.ModelChoiceFilter(
        label=_("Device"), queryset=Device.objects.none(), widget=forms.HiddenInput
    )
    batch = django_filters.ModelChoiceFilter(label=_("Batch"), queryset=Batch.objects.none(), widget=forms.HiddenInput)
    label = django_filters.ChoiceFilter(label=_("Label"), choices=(), method="by_label", empty_label=_("All"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[(LIVE, _("Live")), *Recording.State.choices], method="by_state", empty_label=_("All")
    )
    upload_state = django_filters.ChoiceFilter(
        label=_("Files"), choices=Recording.UploadState.choices, empty_label=_("All")
    )
    error_code = IdFilter(label=_("Error code"), method="by_error_code", max_length=128)
    requested_by = django_filters.ModelChoiceFilter(
        label=_("Requested by"), queryset=User.objects.none(), empty_label=_("All")
    )
    outcome = django_filters.ChoiceFilter(
        label=_("Start"), choices=HourlyCount.Outcome.choices, method="by_outcome", widget=forms.HiddenInput
    )
    since = first_moment()
    until = last_moment()

    class Meta:
        model = Recording
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = projects_where(user, "recording.see")
        self.filters["project"].queryset = projects
        self.filters["device"].queryset = Device.objects.filter(project__in=projects)
        self.filters["batch"].queryset = visible_batches(user)
        self.filters["label"].extra["choices"] = partial(label_choices, projects)
        self.filters["requested_by"].queryset = _possible_requesters(user, projects)

    def by_words(self, recordings: QuerySet[Recording], name: str, words: str) -> QuerySet[Recording]:
        return with_words(recordings, words)

    def by_label(self, recordings: QuerySet[Recording], name: str, key: str) -> QuerySet[Recording]:
        condition = of_devices(with_label(Device.objects.order_by(), key))
        return recordings.filter(condition) if condition else recordings.none()

    def by_age(self, recordings: QuerySet[Recording], name: str, age: str) -> QuerySet[Recording]:
        return recordings.filter(created_at__gte=timezone.now() - AGES[age][0])

    def by_state(self, recordings: QuerySet[Recording], name: str, state: str) -> QuerySet[Recording]:
        return recordings.filter(Recording.IS_LIVE) if state == LIVE else recordings.filter(state=state)

    def by_error_code(self, recordings: QuerySet[Recording], name: str, code: str) -> QuerySet[Recording]:
        return with_error_code(recordings, code)

    def by_outcome(self, recordings: QuerySet[Recording], name: str, outcome: str) -> QuerySet[Recording]:
        return with_outcome(recordings, outcome)

"""The audit trail's filters: query parameters, so that what was looked for can be bookmarked and exported."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recordings.audit.queries import with_words
from recordings.audit.words import TARGETS, choices_of_actions
from recordings.history.filters import midnight
from recordings.models import AuditEntry, Project, User
from recordings.people.permissions import projects_where

DATE = {"type": "date"}


class TrailFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Narrows entries down. A value that is not offered matches nothing and says so at its field."""

    q = django_filters.CharFilter(
        label=_("Name, id, TaskId or RequestId"), method="by_words", max_length=512, widget=forms.TextInput
    )
    actor = django_filters.CharFilter(label=_("Who (user name)"), max_length=150)
    action = django_filters.ChoiceFilter(
        label=_("What"), choices=choices_of_actions, method="by_action", empty_label=_("All")
    )
    target_type = django_filters.ChoiceFilter(label=_("On what"), choices=list(TARGETS.items()), empty_label=_("All"))
    target_id = django_filters.CharFilter(max_length=64, widget=forms.HiddenInput)
    project = django_filters.ModelChoiceFilter(
        label=_("Project"), queryset=Project.objects.none(), method="by_project", empty_label=_("All")
    )
    address = django_filters.CharFilter(label=_("Address"), max_length=64)
    since = django_filters.DateFilter(label=_("Since"), method="from_day", widget=forms.DateInput(attrs=DATE))
    until = django_filters.DateFilter(label=_("Until"), method="to_day", widget=forms.DateInput(attrs=DATE))

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["project"].queryset = projects_where(user, "audit.see")

    def by_words(self, entries: QuerySet[AuditEntry], name: str, words: str) -> QuerySet[AuditEntry]:
        return with_words(entries, words.strip())

    def by_action(self, entries: QuerySet[AuditEntry], name: str, action: str) -> QuerySet[AuditEntry]:
        """One action, or all of a kind: `recording.` is the beginning of many."""
        return entries.filter(action__startswith=action) if action.endswith(".") else entries.filter(action=action)

    def by_project(self, entries: QuerySet[AuditEntry], name: str, project: Project) -> QuerySet[AuditEntry]:
        return entries.filter(project_id=project.project_id)

    def from_day(self, entries: QuerySet[AuditEntry], name: str, day: date) -> QuerySet[AuditEntry]:
        return entries.filter(at__gte=midnight(day))

    def to_day(self, entries: QuerySet[AuditEntry], name: str, day: date) -> QuerySet[AuditEntry]:
        """The last day counts in full."""
        return entries if day == date.max else entries.filter(at__lt=midnight(day + timedelta(days=1)))

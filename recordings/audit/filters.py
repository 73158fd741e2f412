"""The audit trail's filters."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recordings.audit.labels import TARGETS, choices_of_actions
from recordings.audit.search import with_words
from recordings.models import AuditEntry, Project, User
from recordings.permissions import projects_where
from recordings.web.list_filters import FilterForm, IdFilter, ListFilter, SearchFilter, first_moment, last_moment

PLACEHOLDER = _("Search name, id, TaskId, RequestId, reference")


class TrailFilter(ListFilter):
    """Narrows entries down."""

    moment = "at"

    q = SearchFilter(
        label=_("Search"),
        method="by_words",
        max_length=512,
        widget=forms.TextInput(attrs={"placeholder": PLACEHOLDER, "title": PLACEHOLDER}),
    )
    actor = SearchFilter(label=_("User"), max_length=150)
    action = django_filters.ChoiceFilter(
        label=_("What"), choices=choices_of_actions, method="by_action", empty_label=_("All")
    )
    target_type = django_filters.ChoiceFilter(label=_("Target"), choices=list(TARGETS.items()), empty_label=_("All"))
    target_id = IdFilter(label=_("Target id"), max_length=64, widget=forms.HiddenInput)
    project = django_filters.ModelChoiceFilter(
        label=_("Project"), queryset=Project.objects.none(), method="by_project", empty_label=_("All")
    )
    address = IdFilter(label=_("Address"), max_length=64)
    since = first_moment()
    until = last_moment()

    class Meta:
        model = AuditEntry
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["project"].queryset = projects_where(user, "audit.see")

    def by_words(self, entries: QuerySet[AuditEntry], name: str, words: str) -> QuerySet[AuditEntry]:
        return with_words(entries, words)

    def by_action(self, entries: QuerySet[AuditEntry], name: str, action: str) -> QuerySet[AuditEntry]:
        """One action, or all of a kind: `recording.` is the beginning of many."""
        return entries.filter(action__startswith=action) if action.endswith(".") else entries.filter(action=action)

    def by_project(self, entries: QuerySet[AuditEntry], name: str, project: Project) -> QuerySet[AuditEntry]:
        return entries.filter(project_id=project.project_id)

"""The filters of lists of devices."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from recordings.lifecycle.labels import label_choices, with_label
from recordings.lifecycle.queries import search_devices
from recordings.models import Device, Project, User
from recordings.permissions import projects_where
from recordings.web.list_filters import FilterForm, ListFilter, SearchFilter

ALL = gettext_lazy("All")


class DeviceFilter(ListFilter):
    """Narrows the devices' list down."""

    q = SearchFilter(
        label=gettext_lazy("Search"),
        method="by_words",
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Search id or name")}),
    )
    project = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Project"), queryset=Project.objects.none(), empty_label=ALL
    )
    type = django_filters.ChoiceFilter(label=gettext_lazy("Type"), choices=Device.Type.choices, empty_label=ALL)
    status = django_filters.ChoiceFilter(label=gettext_lazy("Status"), choices=Device.Status.choices, empty_label=ALL)
    label = django_filters.ChoiceFilter(label=gettext_lazy("Label"), choices=(), method="by_label", empty_label=ALL)

    class Meta:
        model = Device
        fields: list[str] = []
        form = FilterForm

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = projects_where(user, "fleet.see")
        self.filters["project"].queryset = projects
        self.filters["label"].extra["choices"] = label_choices(projects)

    def by_label(self, devices: QuerySet[Device], name: str, key: str) -> QuerySet[Device]:
        return with_label(devices, key)

    def by_words(self, devices: QuerySet[Device], name: str, words: str) -> QuerySet[Device]:
        return search_devices(devices, words)

"""What the start form offers one user, read once for a page however often the form asks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.db.models import Model, QuerySet

from recordings.lifecycle.check_storage_key import summary
from recordings.lifecycle.labels import label_choices, with_label
from recordings.lifecycle.queries import devices_to_start, search_devices, storages_to_start
from recordings.models import Device, Project, Recording, RecordingProfile, StorageCredential, User
from recordings.permissions import projects_where

LATEST = 50
"""How many of the user's own recordings show which devices are usual."""

MAX_USUAL = 6


class Offers:
    """The projects, profiles, storages and devices that a user may start with."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.scope = projects_where(user, "recording.start").filter(account__retired_at=None)
        self._storages: dict[int | None, Sequence[StorageCredential]] = {None: ()}

    @cached_property
    def projects(self) -> Sequence[Project]:
        return list(self.scope.select_related("account", "default_profile__storage"))

    @cached_property
    def profiles(self) -> Sequence[RecordingProfile]:
        """Those whose storage one of the projects may use."""
        usable = RecordingProfile.objects.filter(storage__projects__in=self.scope, storage__retired_at=None)
        return list(usable.distinct())

    def storages(self, project: Project | None) -> Sequence[StorageCredential]:
        key = project.pk if project else None
        if key not in self._storages:
            self._storages[key] = list(storages_to_start(project))
        return self._storages[key]

    @cached_property
    def devices(self) -> QuerySet[Device]:
        return devices_to_start(self.scope)

    @cached_property
    def _latest(self) -> Sequence[tuple[int, int]]:
        """The project and device of each of the user's last recordings, the newest first."""
        mine = Recording.objects.filter(requested_by=self.user).order_by("-created_at", "-id")
        return list(mine.values_list("project_id", "device_id")[:LATEST])

    def usual_project(self) -> Project | None:
        """The one of the last recording, else the first."""
        by_key = {project.pk: project for project in self.projects}
        used = (by_key[project] for project, _device in self._latest if project in by_key)
        return next(used, self.projects[0] if self.projects else None)

    def labels(self, project: Project | None) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
        """The labels of a project by kind."""
        return label_choices(Project.objects.filter(pk=project.pk)) if project else ()

    def found_devices(self, project: Project | None, words: str, label: str, most: int) -> tuple[Sequence[Device], int]:
        """Up to `most` devices that match, and how many of the first are those that this user starts often.

        Nothing is usual about a search. Ask for one more than is shown to know whether there are more.
        """
        if project is None:
            return (), 0
        devices = search_devices(devices_to_start([project]), words)
        if label:
            devices = with_label(devices, label)
        if words or label:
            return list(devices[:most]), 0
        counted = Counter(device for key, device in self._latest if key == project.pk)
        usual = [device for device, _times in counted.most_common(MAX_USUAL)]
        # In two queries: sorted by what is usual, the database would read every device of the project
        first = sorted(devices.filter(pk__in=usual), key=lambda device: usual.index(device.pk))
        others = devices.exclude(pk__in=usual).order_by("device_id")[: most - len(first)]
        return [*first, *others], len(first)


class LoadedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among rows that are loaded already: neither checking it nor showing it asks the database."""

    def offer(self, rows: Iterable[Model]) -> None:
        self._rows: Mapping[str, Model] = {str(row.pk): row for row in rows}
        empty = [("", self.empty_label)] if self.empty_label is not None else []
        self.choices = [*empty, *((row.pk, self.label_from_instance(row)) for row in self._rows.values())]

    def to_python(self, value: Any) -> Model | None:
        if value in EMPTY_VALUES:
            return None
        row = self._rows.get(str(value))
        if row is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return row


class StorageChoice(LoadedChoice):
    """Each storage with what the last test of its key found, and how long ago."""

    def label_from_instance(self, obj: Any) -> str:
        """The storage's name, and in a few words whether it can be relied on. `obj` comes with `current_keys`."""
        keys = getattr(obj, "current_keys", [])
        return f"{obj} · {summary(keys[0] if keys else None)}"

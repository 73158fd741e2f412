"""What the start form offers."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from recordings.models import Device, Project, Recording, StorageCredential, StorageKey

MOST_OFFERED = 60
"""Devices shown at once: the search finds the rest."""


def devices_to_start(projects: QuerySet[Project] | Iterable[Project]) -> QuerySet[Device]:
    """Field devices of the given projects, with `is_live` where one of their streams is recorded already."""
    live = Recording.objects.filter(device=OuterRef("pk"), state__in=Recording.LIVE)
    return (
        Device.objects.filter(project__in=projects, type=Device.Type.FIELD)
        .select_related("project__account")
        .annotate(is_live=Exists(live))
    )


def search_devices(devices: QuerySet[Device], words: str) -> QuerySet[Device]:
    """Devices whose id or name contains every word."""
    for word in words.split()[:5]:
        devices = devices.filter(Q(device_id__icontains=word) | Q(name__icontains=word))
    return devices


def storages_to_start(project: Project | None) -> QuerySet[StorageCredential]:
    """Storages that a project may use and that have a current key; none without a project."""
    if project is None:
        return StorageCredential.objects.none()
    current = StorageKey.objects.filter(storage=OuterRef("pk"), replaced_at=None)
    return StorageCredential.objects.filter(Exists(current), projects=project)

"""Which labels there are, and the devices that have one."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db.models import QuerySet

from recordings.models import Device, Label, Project

Choice = tuple[str, str]


def label_choices(projects: QuerySet[Project]) -> Sequence[tuple[str, Sequence[Choice]]]:
    """The labels of these projects by kind, each once however many projects have it, as the choices of a filter."""
    found = Label.objects.filter(project__in=projects).order_by("kind", "name").values_list("kind", "name").distinct()
    by_kind = {kind: list(pairs) for kind, pairs in groupby(found, key=lambda each: each[0])}
    return [
        (str(kind.label), [(f"{kind}:{name}", name) for _kind, name in by_kind[kind]])
        for kind in Label.Kind
        if kind in by_kind
    ]


def with_label(devices: QuerySet[Device], key: str) -> QuerySet[Device]:
    """Those of the devices that have the label with this `key` (models/labels.py)."""
    kind, _colon, name = key.partition(":")
    return devices.filter(labels__in=Label.objects.filter(kind=kind, name=name))


def attach_labels(devices: Iterable[Device]) -> None:
    """Let each device know its `shown_labels`, in one query."""
    by_key = {device.pk: device for device in devices}
    links = Device.labels.through.objects.filter(device__in=by_key)
    found: dict[int, list[Label]] = {}
    for link in links.select_related("label").order_by("label__kind", "label__name"):
        found.setdefault(link.device_id, []).append(link.label)
    for pk, device in by_key.items():
        device.shown_labels = found.get(pk, [])

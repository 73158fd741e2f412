"""Adding a label to many devices at once, and taking it off."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from recordings.audit_log.record import record_audit
from recordings.fleet.labels import LabelName, rows_of
from recordings.models import Device, Label, Project, User
from recordings.permissions import demand

AT_ONCE = 500
"""Devices in one statement, and in one entry of the audit trail."""


def add_label(*, actor: User, devices: Sequence[int], name: LabelName) -> int:
    """Give these devices a label; how many did not have it yet. Raises PermissionDenied."""
    with transaction.atomic():
        return sum(
            _add(actor, project, of_project, rows_of([name], project)[0])
            for project, of_project in _by_project(actor, devices).items()
        )


def remove_label(*, actor: User, devices: Sequence[int], name: LabelName) -> int:
    """Take a label off these devices; how many had it. Raises PermissionDenied."""
    kind, text = name
    removed = 0
    with transaction.atomic():
        for project, of_project in _by_project(actor, devices).items():
            label = Label.objects.filter(project=project, kind=kind, name=text).first()
            if label:
                removed += _remove(actor, project, of_project, label)
    return removed


def _by_project(actor: User, devices: Sequence[int]) -> Mapping[Project, dict[int, str]]:
    """The devices by project: the id of each by its key."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for start in range(0, len(devices), AT_ONCE):
        rows = Device.objects.filter(pk__in=devices[start : start + AT_ONCE]).order_by("device_id")
        for pk, device_id, key in rows.values_list("pk", "device_id", "project_id"):
            found[key][pk] = device_id
    projects = {project: found[project.pk] for project in Project.objects.filter(pk__in=found)}
    for project in projects:
        demand(actor, "fleet.change", project)
    return projects


def _add(actor: User, project: Project, devices: Mapping[int, str], label: Label) -> int:
    link = Device.labels.through
    having = set(link.objects.filter(label_id=label.pk).values_list("device_id", flat=True))
    new = [pk for pk in devices if pk not in having]
    rows = [link(device_id=pk, label_id=label.pk) for pk in new]
    link.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    _record(actor, "devices.label_added", project, label, [devices[pk] for pk in new])
    return len(new)


def _remove(actor: User, project: Project, devices: Mapping[int, str], label: Label) -> int:
    links = Device.labels.through.objects.filter(label_id=label.pk)
    having = [pk for pk in links.values_list("device_id", flat=True) if pk in devices]
    for start in range(0, len(having), AT_ONCE):
        links.filter(device_id__in=having[start : start + AT_ONCE]).delete()
    _record(actor, "devices.label_removed", project, label, sorted(devices[pk] for pk in having))
    return len(having)


def _record(actor: User, action: str, project: Project, label: Label, device_ids: Collection[str]) -> None:
    """Entries that name every device, a part of them each."""
    ids = list(device_ids)
    for start in range(0, len(ids), AT_ONCE):
        record_audit(
            actor=actor,
            action=action,
            target=project,
            project_id=project.project_id,
            after={"label": label.key, "devices": ids[start : start + AT_ONCE]},
        )

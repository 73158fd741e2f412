"""Keeps devices as the vendor shows them: whether they are online, while a user needs to know.

Only what is known already is refreshed; devices that are new to us come with the sync.
Source: TRRO API, DescribeDeviceList.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from recordings.audit_log.record import SYSTEM, record_audit
from recordings.lifecycle.vendor_lists import ListedDevice, list_devices
from recordings.models import Device, DeviceStatusChange, Project, Recording
from recordings.wakeups import wake

log = structlog.get_logger(__name__)
EVERY = timedelta(seconds=45)
"""How old the devices of a project with live recordings may become."""

ON_SIGHT = timedelta(seconds=20)
"""How old they may be when a user opens a page that shows them."""


def projects_to_refresh(now: datetime) -> QuerySet[Project]:
    """The projects with live recordings whose devices were last refreshed too long ago."""
    live = Recording.objects.filter(Recording.IS_LIVE).order_by().values("project")
    return Project.objects.filter(_older_than(now - EVERY), pk__in=live)


def request_refresh(project: Project, *, now: datetime) -> None:
    """A user views this project's devices: have them refreshed soon, unless they just were."""
    if project.devices_refreshed_at is None or project.devices_refreshed_at < now - ON_SIGHT:
        wake("devices", project.pk)


def refresh_devices(project_id: int, *, now: datetime) -> int | None:
    """Read all devices of a project and store what is different; how many were.

    None when another worker did it a moment ago, or the vendor gave no list: then the next time is in 45 seconds.
    Raises CannotCall.
    """
    fresh = Project.objects.filter(_older_than(now - ON_SIGHT), pk=project_id)
    if fresh.update(devices_refreshed_at=now) != 1:
        return None
    project = Project.objects.select_related("account").get(pk=project_id)
    known = {device.device_id: device for device in project.devices.all()}
    changed = 0
    listing = list_devices(project.account, project.project_id, once=True)
    if listing.code:
        log.warning("devices_not_read", project=project.project_id, code=listing.code)
    for device_id, seen in listing.rows.items():
        device = known.get(device_id)
        if device and _store(device, seen, now):
            changed += 1
    return changed


def _older_than(moment: datetime) -> Q:
    """Also what a clock that was ahead wrote: it would hold a project up until then."""
    in_the_future = Q(devices_refreshed_at__gt=moment + 2 * EVERY)
    return Q(devices_refreshed_at=None) | Q(devices_refreshed_at__lte=moment) | in_the_future


def keep_status(device: int, status: str, at: datetime) -> None:
    """Keep that a device has this status from now on, in the transaction that gives it the status."""
    DeviceStatusChange.objects.create(device_id=device, status=status, at=at)


def _store(device: Device, seen: ListedDevice, now: datetime) -> bool:
    """Store a device's status as the vendor shows it, and its name if it has none yet; whether anything changed.

    A device that is listed is not gone.
    """
    values: dict[str, Any] = {}
    if seen.status and seen.status != device.status:
        values["status"] = seen.status
    is_offline = values.get("status", device.status) == Device.Status.OFFLINE
    if is_offline != (device.offline_since is not None):
        values["offline_since"] = now if is_offline else None
    if seen.name and not device.name:
        values["name"] = values["vendor_name"] = seen.name
    if device.gone_since is not None:
        values["gone_since"] = None
    if not values:
        return False
    with transaction.atomic():
        if Device.objects.filter(pk=device.pk, status=device.status).update(**values) != 1:
            return False
        if "status" in values:
            keep_status(device.pk, values["status"], now)
        for field, action in (("name", "device.named"), ("gone_since", "device.returned")):
            if field in values:
                record_audit(
                    actor=SYSTEM,
                    action=action,
                    target=device,
                    project_id=device.project.project_id,
                    after={"name": seen.name},
                )
    return True

"""Keeps devices as the vendor shows them: whether they are online, while a user needs to know.

Only what is known already is refreshed; devices that are new to us come with the sync.
Source: TRRO API, DescribeDeviceList.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from recordings import calls
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.models import Device, DeviceStatusChange, Project, Recording
from recordings.trro.outcome import Accepted
from recordings.trro.requests import DescribeDeviceList
from recordings.wakeups import wake

log = structlog.get_logger(__name__)
EVERY = timedelta(seconds=45)
"""How old the devices of a project with live recordings may become."""

ON_SIGHT = timedelta(seconds=20)
"""How old they may be when a user opens a page that shows them."""

PAGE_SIZE = 100
MAX_PAGES = 200
NAME_LENGTH = 100


def projects_to_refresh(now: datetime) -> QuerySet[Project]:
    """The projects with live recordings whose devices were last refreshed too long ago."""
    live = Recording.objects.filter(project=OuterRef("pk"), state__in=Recording.LIVE)
    return Project.objects.filter(_older_than(now - EVERY)).filter(Exists(live))


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
    for seen in _listed(project):
        device = known.get(str(seen.get("DeviceId")))
        if device and _store(device, seen, now):
            changed += 1
    return changed


def _older_than(moment: datetime) -> Q:
    """Also what a clock that was ahead wrote: it would hold a project up until then."""
    in_the_future = Q(devices_refreshed_at__gt=moment + 2 * EVERY)
    return Q(devices_refreshed_at=None) | Q(devices_refreshed_at__lte=moment) | in_the_future


def _listed(project: Project) -> Iterator[Mapping[str, Any]]:
    """The devices on every page of the vendor's list, until a page is empty or could not be read."""
    for number in range(1, MAX_PAGES + 1):
        request = DescribeDeviceList(project_id=project.project_id, page_size=PAGE_SIZE, page_number=number)
        outcome = calls.read(account=project.account, request=request)
        if not isinstance(outcome, Accepted):
            log.warning("devices_not_read", project=project.project_id, code=outcome.code)
            return
        devices = [device for device in outcome.response["Devices"] if isinstance(device, dict)]
        yield from devices
        if not devices or number * PAGE_SIZE >= outcome.response["Total"]:
            return


def keep_status(device: int, status: str, at: datetime) -> None:
    """Keep that a device has this status from now on, in the transaction that gives it the status."""
    DeviceStatusChange.objects.create(device_id=device, status=status, at=at)


def _store(device: Device, seen: Mapping[str, Any], now: datetime) -> bool:
    """Store a device's status as the vendor shows it, and its name if it has none yet; whether anything changed."""
    status, name = seen.get("DeviceStatus"), seen.get("DeviceName")
    values: dict[str, Any] = {}
    if status in Device.Status.values and status != device.status:
        values["status"] = status
    is_offline = values.get("status", device.status) == Device.Status.OFFLINE
    if is_offline != (device.offline_since is not None):
        values["offline_since"] = now if is_offline else None
    if isinstance(name, str) and name.isprintable() and 0 < len(name) <= NAME_LENGTH and not device.name:
        values["name"] = values["vendor_name"] = name
    if not values:
        return False
    with transaction.atomic():
        if Device.objects.filter(pk=device.pk, status=device.status).update(**values) != 1:
            return False
        if "status" in values:
            keep_status(device.pk, values["status"], now)
        if "name" in values:
            record_audit(
                actor=SYSTEM,
                action="device.named",
                target=device,
                project_id=device.project.project_id,
                after={"name": name},
            )
    return True

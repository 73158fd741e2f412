"""Reads an account's projects and devices in the background, and keeps how they differ for a user to review."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from recordings import wakeups
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.calls import CannotCall
from recordings.clock import database_now
from recordings.leases import LEASE, Lease, LeaseLost, claim
from recordings.lifecycle.vendor_lists import ListedDevice, Listing, list_devices, list_projects
from recordings.models import CloudAccount, Device, FleetDifference, FleetSync, Project, User
from recordings.permissions import demand

log = structlog.get_logger(__name__)
State, Kind = FleetSync.State, FleetDifference.Kind
MAX_ATTEMPTS = 3
AT_ONCE = 500
CANNOT_CALL = "KeyUnreadable"


def request_sync(*, actor: User, account: CloudAccount) -> FleetSync:
    """Let a worker read the account; the sync that is at work already, if there is one. Raises PermissionDenied."""
    demand(actor, "fleet.change")
    return _request(account, actor)


def due_accounts(now: datetime) -> QuerySet[CloudAccount]:
    """Accounts in use whose next sync is due; the first of an account is requested by a user."""
    return CloudAccount.objects.filter(retired_at=None, next_sync_at__lte=now)


def request_scheduled_sync(key: UUID, now: datetime) -> None:
    """The worker's job: request the sync of one account by the schedule."""
    if due_accounts(now).filter(pk=key).update(next_sync_at=_next(now)) == 1 and settings.SYNC_EVERY:
        _request(CloudAccount.objects.get(pk=key), None)


def _next(now: datetime) -> datetime | None:
    return now + settings.SYNC_EVERY if settings.SYNC_EVERY else None


def _request(account: CloudAccount, actor: User | None) -> FleetSync:
    now = database_now()
    try:
        with transaction.atomic():
            sync = FleetSync.objects.create(account=account, requested_by=actor, created_at=now, due_at=now)
            wakeups.wake("sync", sync.pk)
            if actor:
                record_audit(actor=actor, action="fleet.sync_asked", target=account)
    except IntegrityError:
        return FleetSync.objects.get(account=account, state__in=FleetSync.UNFINISHED)
    return sync


def due_syncs(now: datetime) -> QuerySet[FleetSync]:
    """Syncs that a worker may read or apply: new ones, and those whose worker died."""
    return FleetSync.objects.filter(state__in=FleetSync.UNFINISHED, due_at__lte=now)


def read_fleet(sync: FleetSync, now: datetime) -> None:
    """Read the account of a sync that is due and keep the differences. Does nothing when another worker has it."""
    unfinished = FleetSync.objects.filter(state=State.READING)
    due = due_syncs(now).filter(state__in=(State.WAITING, State.READING))
    lease = claim(due, sync.pk, now=now, unfinished=unfinished, state=State.READING, attempts=F("attempts") + 1)
    if lease is None:
        return
    sync = FleetSync.objects.select_related("account", "requested_by").get(pk=sync.pk)
    sync.differences.all().delete()
    try:
        if sync.attempts > MAX_ATTEMPTS:
            _fail(sync, lease, "ProcessLost")
            return
        _Reading(sync, lease).run()
    except LeaseLost:
        log.warning("sync_lease_lost", sync=sync.pk)
    except CannotCall:
        _fail(sync, lease, CANNOT_CALL)


class _Reading:
    """One reading, project by project."""

    def __init__(self, sync: FleetSync, lease: Lease[FleetSync]) -> None:
        self.sync, self.lease = sync, lease

    def heed(self) -> None:
        """After each call: keep the lease, and count. Raises LeaseLost."""
        self.sync.calls += 1
        if self.lease.until - database_now() < LEASE / 2:
            self.lease.renew(calls=self.sync.calls, devices=self.sync.devices)

    def run(self) -> None:
        account = self.sync.account
        known = {each.project_id: each for each in Project.objects.filter(account=account)}
        present = [key for key, project in known.items() if project.gone_since is None]
        listing = list_projects(account, known=present, heed=self.heed)
        if listing.code and not listing.rows:
            _fail(self.sync, self.lease, listing.code)
            return
        self._note(listing, "")
        self._keep(list(_of_projects(listing, known)))
        self.sync.projects = len(listing.rows)
        for project_id in listing.rows:
            self._read_project(project_id, known.get(project_id))
        self._finish()

    def _read_project(self, project_id: str, project: Project | None) -> None:
        devices = {each.device_id: each for each in project.devices.all()} if project else {}
        present = [key for key, device in devices.items() if device.gone_since is None]
        listing = list_devices(self.sync.account, project_id, known=present, heed=self.heed)
        self._note(listing, project_id)
        self.sync.devices += len(listing.rows)
        _note_names(devices, listing)
        self._keep(list(_of_devices(project_id, listing, devices)))

    def _note(self, listing: Listing[object] | Listing[str] | Listing[ListedDevice], project_id: str) -> None:
        self.sync.unusable += listing.unusable
        if not listing.is_complete:
            self.sync.incomplete.append(project_id)
            self.sync.error_code = self.sync.error_code or listing.code

    def _keep(self, differences: list[FleetDifference]) -> None:
        for each in differences:
            each.sync = self.sync
        FleetDifference.objects.bulk_create(differences, batch_size=AT_ONCE)

    def _finish(self) -> None:
        sync, now = self.sync, database_now()
        found = sync.differences.count()
        names = ("calls", "projects", "devices", "unusable", "incomplete", "error_code")
        with transaction.atomic():
            state = State.REVIEW if found else State.DONE
            self.lease.write(state=state, due_at=None, read_at=now, **{name: getattr(sync, name) for name in names})
            older = FleetSync.objects.filter(account=sync.account, state=State.REVIEW).exclude(pk=sync.pk)
            FleetDifference.objects.filter(sync__in=list(older)).delete()
            older.update(state=State.REPLACED)
            CloudAccount.objects.filter(pk=sync.account_id).update(next_sync_at=_next(now))
            record_audit(
                actor=sync.requested_by or SYSTEM,
                action="fleet.synced",
                target=sync.account,
                after={"projects": sync.projects, "devices": sync.devices, "differences": found},
            )


def _of_projects(listing: Listing[str], known: dict[str, Project]) -> Iterator[FleetDifference]:
    for key, name in listing.rows.items():
        project = known.get(key)
        if project is None:
            yield FleetDifference(kind=Kind.NEW, project_id=key, name_after=name)
        else:
            yield from _change(project, name, FleetDifference(project_id=key))
    if listing.is_complete:
        for key, project in known.items():
            if key not in listing.rows and project.gone_since is None:
                yield FleetDifference(kind=Kind.GONE, project_id=key, name_before=project.name)


def _of_devices(project_id: str, listing: Listing[ListedDevice], known: dict[str, Device]) -> Iterator[FleetDifference]:
    for key, row in listing.rows.items():
        device = known.get(key)
        difference = FleetDifference(project_id=project_id, device_id=key, type_after=row.type, status=row.status)
        if device is None:
            difference.kind, difference.name_after = Kind.NEW, row.name
            yield difference
        else:
            difference.type_before = device.type
            yield from _change(device, row.name, difference)
    if listing.is_complete:
        for key, device in known.items():
            if key not in listing.rows and device.gone_since is None:
                yield FleetDifference(
                    kind=Kind.GONE, project_id=project_id, device_id=key, name_before=device.name,
                    type_before=device.type,
                )  # fmt: skip


def _change(row: Project | Device, name: str, difference: FleetDifference) -> Iterator[FleetDifference]:
    """How a known row differs, if it does. A name that was edited here stays; Tencent Cloud's is noted beside it."""
    has_new_name = bool(name) and name not in (row.vendor_name, row.name)
    has_new_type = difference.type_after not in ("", difference.type_before)
    if row.gone_since is None and not has_new_name and not has_new_type:
        return
    difference.kind = Kind.CHANGED if row.gone_since is None else Kind.RETURNED
    difference.name_before = row.name
    difference.name_after = name
    difference.keeps_name = has_new_name and row.name not in ("", row.vendor_name)
    yield difference


def _note_names(devices: dict[str, Device], listing: Listing[ListedDevice]) -> None:
    """Keep Tencent Cloud's names of devices that are named the same here: no user has to review these."""
    same = [
        device
        for key, device in devices.items()
        if key in listing.rows and listing.rows[key].name == device.name != device.vendor_name
    ]
    for device in same:
        device.vendor_name = device.name
    Device.objects.bulk_update(same, ["vendor_name"], batch_size=AT_ONCE)


def _fail(sync: FleetSync, lease: Lease[FleetSync], code: str) -> None:
    now = database_now()
    with transaction.atomic():
        failed = {"state": State.FAILED, "due_at": None, "read_at": now, "error_code": code, "calls": sync.calls}
        if lease.row().update(**failed) != 1:
            return
        CloudAccount.objects.filter(pk=sync.account_id).update(next_sync_at=_next(now))
        record_audit(actor=SYSTEM, action="fleet.sync_failed", target=sync.account, after={"code": code})

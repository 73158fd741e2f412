"""Applies the chosen differences of a sync, in the background and in parts, each with its entries in the trail."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction

from recordings import wakeups
from recordings.audit_log.record import record_audit
from recordings.clock import database_now
from recordings.leases import Lease, LeaseLost, claim
from recordings.lifecycle.fleet_sync import due_syncs, read_fleet
from recordings.models import Device, DeviceStatusChange, FleetDifference, FleetSync, Project, User
from recordings.permissions import demand, holds

log = structlog.get_logger(__name__)
State, Kind = FleetSync.State, FleetDifference.Kind
AT_ONCE = 200


def do_sync(key: int, now: datetime) -> None:
    """The worker's job: read or apply one sync that is due."""
    sync = due_syncs(now).filter(pk=key).first()
    if sync is None:
        return
    if sync.state == State.APPLYING:
        apply_chosen(sync, now)
    else:
        read_fleet(sync, now)


def request_apply(*, actor: User, sync: FleetSync, keys: Collection[int] = (), kind: str = "") -> int:
    """Choose these differences, or all of a kind, and let a worker apply them; how many. 0 when it is not in review.

    Raises PermissionDenied.
    """
    demand(actor, "fleet.change")
    chosen = sync.differences.filter(kind=kind) if kind else sync.differences.filter(pk__in=list(keys)[:1000])
    with suppress(IntegrityError), transaction.atomic():  # the account is being read again
        review = FleetSync.objects.filter(pk=sync.pk, state=State.REVIEW)
        number = chosen.count()
        applying = {"state": State.APPLYING, "applied_by": actor, "due_at": database_now()}
        if not number or review.update(**applying) != 1:
            return 0
        chosen.update(is_chosen=True)
        wakeups.wake("sync", sync.pk)
        record_audit(actor=actor, action="fleet.sync_applied", target=sync.account, after={"differences": number})
        return number
    return 0


def apply_chosen(sync: FleetSync, now: datetime) -> None:
    """Apply what is chosen, projects first; what was applied already by a worker that died is not there any more."""
    lease = claim(due_syncs(now), sync.pk, now=now, unfinished=FleetSync.objects.filter(state=State.APPLYING))
    if lease is None:
        return
    sync = FleetSync.objects.select_related("account", "applied_by").get(pk=sync.pk)
    actor = sync.applied_by
    try:
        if actor is None or not actor.is_active or not holds(actor, "fleet.change"):
            sync.differences.update(is_chosen=False)
        else:
            while _apply_part(sync, actor, lease, now):
                pass
        left = sync.differences.exists()
        lease.write(state=State.REVIEW if left else State.DONE, due_at=None)
    except LeaseLost:
        log.warning("sync_lease_lost", sync=sync.pk)


def _apply_part(sync: FleetSync, actor: User, lease: Lease[FleetSync], now: datetime) -> bool:
    """Apply the next differences in one transaction; whether there were any."""
    chosen = sync.differences.filter(is_chosen=True)
    part = list(chosen.filter(device_id="")[:AT_ONCE]) or list(chosen[:AT_ONCE])
    if not part:
        return False
    with transaction.atomic():
        lease.renew()
        ids = {each.project_id for each in part}
        projects = {each.project_id: each for each in Project.objects.filter(account=sync.account, project_id__in=ids)}
        _Part(sync, actor, now, projects).apply(part)
    return True


class _Part:
    """Differences that are applied in one transaction."""

    def __init__(self, sync: FleetSync, actor: User, now: datetime, projects: dict[str, Project]) -> None:
        self.sync, self.actor, self.now, self.projects = sync, actor, now, projects

    def apply(self, part: Sequence[FleetDifference]) -> None:
        devices = self._devices(part)
        new: list[FleetDifference] = []
        waiting: list[int] = []
        for each in part:
            project = self.projects.get(each.project_id)
            device = devices.get((each.project_id, each.device_id))
            if not each.device_id:
                self._apply_project(each, project)
            elif project is None:
                waiting.append(each.pk)  # its project is new, and was not chosen
            elif device is not None:
                self._apply_device(each, device)
            elif each.kind == Kind.NEW:
                new.append(each)
        self._create(new)
        FleetDifference.objects.filter(pk__in=waiting).update(is_chosen=False)
        FleetDifference.objects.filter(pk__in={each.pk for each in part}.difference(waiting)).delete()

    def _devices(self, part: Sequence[FleetDifference]) -> dict[tuple[str, str], Device]:
        known = Device.objects.filter(
            project__in=self.projects.values(), device_id__in={each.device_id for each in part if each.device_id}
        ).select_related("project")
        return {(each.project.project_id, each.device_id): each for each in known}

    def _apply_project(self, each: FleetDifference, project: Project | None) -> None:
        if project is not None:
            self._change(each, project, "project")
        elif each.kind == Kind.NEW:
            name = each.name_after or each.project_id
            project = Project.objects.create(
                account=self.sync.account, project_id=each.project_id, name=name, vendor_name=each.name_after
            )
            self._record("project.created", project, each.project_id, {}, {"name": name})

    def _apply_device(self, each: FleetDifference, device: Device) -> None:
        self._change(each, device, "device")

    def _change(self, each: FleetDifference, row: Project | Device, what: str) -> None:
        values: dict[str, Any] = {}
        match each.kind:
            case Kind.GONE:
                values["gone_since"] = self.now
            case Kind.NEW:  # another user added it meanwhile
                values["vendor_name"] = each.name_after
            case _:
                values |= {"vendor_name": each.name_after or row.vendor_name, "gone_since": None}
                if each.name_after and not each.keeps_name and row.name == each.name_before:
                    values["name"] = each.name_after
                if each.type_after and what == "device":
                    values["type"] = each.type_after
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return
        before = {name: _plain(getattr(row, name)) for name in changed}
        type(row)._default_manager.filter(pk=row.pk).update(**changed)
        after = {name: _plain(value) for name, value in changed.items()}
        self._record(f"{what}.{_ACTIONS[Kind(each.kind)]}", row, each.project_id, before, after)

    def _create(self, new: Sequence[FleetDifference]) -> None:
        rows = [
            Device(
                project=self.projects[each.project_id],
                device_id=each.device_id,
                name=each.name_after,
                vendor_name=each.name_after,
                type=each.type_after or Device.Type.FIELD,
                status=each.status or Device.Status.OFFLINE,
                offline_since=None if each.status and each.status != Device.Status.OFFLINE else self.now,
            )
            for each in new
        ]
        Device.objects.bulk_create(rows)
        DeviceStatusChange.objects.bulk_create(
            [DeviceStatusChange(device=row, status=row.status, at=self.now) for row in rows]
        )
        for row in rows:
            after = {"device_id": row.device_id, "name": row.name, "type": row.type}
            self._record("device.created", row, row.project.project_id, {}, after)

    def _record(
        self, action: str, row: Project | Device, project_id: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        record_audit(
            actor=self.actor, action=action, target=row, project_id=project_id, before=before, after=after,
            reason="Sync with Tencent Cloud",
        )  # fmt: skip


_ACTIONS = {Kind.NEW: "changed", Kind.CHANGED: "changed", Kind.GONE: "gone", Kind.RETURNED: "returned"}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

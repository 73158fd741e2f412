"""The sync: reading keeps differences for a review, and only what a user applies counts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.lifecycle.apply_sync import do_sync, request_apply
from recordings.lifecycle.fleet_sync import due_accounts, due_syncs, request_scheduled_sync, request_sync
from recordings.models import AuditEntry, Device, DeviceStatusChange, FleetSync, Project, User
from recordings.sandbox import Fault, Sandbox
from tests.factories import make_device, signed_in

pytestmark = pytest.mark.django_db


def read(admin: User, project: Project) -> FleetSync:
    sync = request_sync(actor=admin, account=project.account)
    do_sync(sync.pk, timezone.now())
    sync.refresh_from_db()
    return sync


def found(sync: FleetSync, kind: str) -> list[str]:
    return list(sync.differences.filter(kind=kind).order_by("device_id").values_list("device_id", flat=True))


def apply(admin: User, sync: FleetSync, kind: str) -> FleetSync:
    assert request_apply(actor=admin, sync=sync, kind=kind)
    do_sync(sync.pk, timezone.now())
    sync.refresh_from_db()
    return sync


def test_nothing_counts_before_it_is_applied(sandbox: Sandbox, device: Device, project: Project, admin: User) -> None:
    make_device(project, device_id="not_there")
    sync = read(admin, project)
    assert (sync.state, sync.projects, sync.devices, sync.incomplete) == ("review", 1, 201, [])
    assert len(found(sync, "new")) == 200
    assert found(sync, "gone") == ["not_there"]
    assert Device.objects.count() == 2
    assert not Device.objects.filter(gone_since__isnull=False).exists()


def test_new_devices_are_added_with_entries_and_their_first_status(
    sandbox: Sandbox, device: Device, project: Project, admin: User
) -> None:
    sync = apply(admin, read(admin, project), "new")
    assert (sync.state, Device.objects.count()) == ("done", 201)
    assert AuditEntry.objects.filter(action="device.created", actor="admin").count() == 200
    assert DeviceStatusChange.objects.filter(status="connected").count() == 200
    again = read(admin, project)
    assert (again.state, again.differences.count()) == ("done", 0)


def test_the_gone_stay_with_their_history_and_are_not_offered_any_more(
    sandbox: Sandbox, device: Device, project: Project, admin: User, operator: User
) -> None:
    gone = make_device(project, device_id="not_there")
    sync = apply(admin, read(admin, project), "gone")
    gone.refresh_from_db()
    assert gone.gone_since is not None
    assert sync.state == "review", "the new ones are left"
    offered = signed_in(operator).get("/recordings/new/").context["devices"]
    assert [each.pk for each in offered] == [device.pk]
    assert b"Gone at Tencent Cloud" in signed_in(operator).get("/fleet/devices/").content


def test_one_that_is_listed_again_comes_back(sandbox: Sandbox, device: Device, project: Project, admin: User) -> None:
    Device.objects.update(gone_since=timezone.now())
    sync = read(admin, project)
    assert found(sync, "returned") == ["truck_07"]
    apply(admin, sync, "returned")
    device.refresh_from_db()
    assert device.gone_since is None


def test_a_name_edited_here_stays_beside_the_vendors(
    sandbox: Sandbox, device: Device, project: Project, admin: User
) -> None:
    Project.objects.filter(pk=project.pk).update(name="Our pit")
    sync = read(admin, project)
    difference = sync.differences.get(kind="changed")
    assert (difference.device_id, difference.keeps_name, difference.name_after) == ("", True, "Open pit")
    apply(admin, sync, "changed")
    project.refresh_from_db()
    assert (project.name, project.vendor_name) == ("Our pit", "Open pit")
    assert not read(admin, project).differences.filter(kind="changed").exists()


def test_a_name_that_follows_the_vendor_is_renamed(
    sandbox: Sandbox, device: Device, project: Project, admin: User
) -> None:
    Project.objects.filter(pk=project.pk).update(name="Old", vendor_name="Old")
    apply(admin, read(admin, project), "changed")
    project.refresh_from_db()
    assert (project.name, project.vendor_name) == ("Open pit", "Open pit")


def test_new_projects_come_before_their_devices(
    sandbox: Sandbox, device: Device, project: Project, admin: User
) -> None:
    Project.objects.filter(pk=project.pk).update(project_id="other")
    sync = read(admin, project)
    assert found(sync, "new").count("") == 1
    first = sync.differences.filter(kind="new").exclude(device_id="")[0]
    request_apply(actor=admin, sync=sync, keys=[first.pk])
    do_sync(sync.pk, timezone.now())
    assert Device.objects.count() == 1, "its project was not chosen"
    sync.refresh_from_db()
    assert sync.state == "review"
    apply(admin, sync, "new")
    assert Project.objects.get(project_id=project.project_id).devices.count() == 201


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.HTML])
def test_a_list_that_cannot_be_read_makes_nothing_gone(
    sandbox: Sandbox, device: Device, project: Project, admin: User, fault: Fault
) -> None:
    make_device(project, device_id="not_there")
    sandbox.add_fault(fault, action="DescribeDeviceList", times=None)
    sync = read(admin, project)
    assert sync.incomplete == [project.project_id]
    assert not sync.differences.exists()
    sandbox.add_fault(fault, action="DescribeProjectList", times=None)
    assert read(admin, project).state == "failed"


def test_one_account_is_read_once_at_a_time(project: Project, admin: User) -> None:
    assert request_sync(actor=admin, account=project.account) == request_sync(actor=admin, account=project.account)


def test_a_later_sync_replaces_an_earlier_review(
    sandbox: Sandbox, device: Device, project: Project, admin: User
) -> None:
    earlier = read(admin, project)
    read(admin, project)
    earlier.refresh_from_db()
    assert (earlier.state, earlier.differences.count()) == ("replaced", 0)
    assert request_apply(actor=admin, sync=earlier, kind="new") == 0


def test_a_worker_that_died_leaves_a_sync_for_the_next(
    sandbox: Sandbox, device: Device, project: Project, admin: User
) -> None:
    sync = request_sync(actor=admin, account=project.account)
    FleetSync.objects.update(state="reading", attempts=1)
    sync.differences.create(kind="new", project_id="left", device_id="over")
    assert due_syncs(timezone.now()).get() == sync
    do_sync(sync.pk, timezone.now())
    assert not sync.differences.filter(project_id="left").exists()


def test_who_lost_the_right_meanwhile_applies_nothing(
    sandbox: Sandbox, device: Device, project: Project, admin: User
) -> None:
    sync = read(admin, project)
    request_apply(actor=admin, sync=sync, kind="new")
    admin.memberships.all().delete()
    do_sync(sync.pk, timezone.now())
    sync.refresh_from_db()
    assert (sync.state, Device.objects.count()) == ("review", 1)


def test_the_schedule_begins_with_the_first_sync(
    sandbox: Sandbox, device: Device, project: Project, admin: User
) -> None:
    later = timezone.now() + timedelta(hours=7)
    assert not due_accounts(later).exists()
    read(admin, project)
    assert due_accounts(later).get() == project.account
    request_scheduled_sync(project.account.pk, later)
    assert FleetSync.objects.get(state="waiting").requested_by is None
    assert not due_accounts(later).exists()


def test_the_pages_lead_from_the_sync_to_its_review(
    sandbox: Sandbox, device: Device, project: Project, admin: User
) -> None:
    client = signed_in(admin)
    assert client.post("/fleet/sync/start/", {"account": project.account.name}).status_code == 303
    assert b"hx-trigger" in client.get("/fleet/sync/").content.split(b'id="syncs"')[1][:200]
    sync = FleetSync.objects.get()
    do_sync(sync.pk, timezone.now())
    assert sync.get_absolute_url().encode() in client.get("/fleet/sync/").content
    page = client.get(sync.get_absolute_url())
    assert b"Apply all 200 of this kind" in page.content
    key = page.context["page"].rows[0].pk
    client.post(f"{sync.get_absolute_url()}apply/", {"difference": [key, "x", "9" * 30]})
    do_sync(sync.pk, timezone.now())
    assert Device.objects.count() == 2


def test_only_a_credential_admin_syncs(project: Project, operator: User, auditor: User) -> None:
    for person in (operator, auditor):
        assert signed_in(person).post("/fleet/sync/start/").status_code == 403
    assert not FleetSync.objects.exists()

"""Many devices at once: ticked, or all that match, frozen on the server and refused when they changed."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client

from recordings.models import AuditEntry, Device, DeviceSelection, Label, Project, User
from recordings.web.device_selection import BadSelection, SelectionChanged, freeze_selection, selected_devices
from tests.factories import label, make_device, make_operator, signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db
LIST, SELECT, LABELS = "/fleet/devices/", "/fleet/devices/select/", "/fleet/devices/labels/"
NORTH = {"kind": "site", "label": "north", "change": "add"}


def ask(query: str) -> QueryDict:
    return QueryDict(query)


def read(selection: DeviceSelection, user: User) -> list[int]:
    return selected_devices(ask(f"selection={selection.pk}"), user=user, permission="fleet.see")


def said(client: Client) -> str:
    return str(next(iter(client.get(LIST).context["messages"])))


def test_a_label_is_added_to_the_ticked_devices_with_an_entry_that_names_them(
    project: Project, foreign_project: Project, admin: User
) -> None:
    first, second, third = (make_device(where) for where in (project, project, foreign_project))
    label(first, "north", kind=Label.Kind.SITE)
    client = signed_in(admin)
    response = client.post(LABELS, NORTH | {"device": [first.pk, second.pk, third.pk]})
    assert response.headers["Location"] == LIST
    assert said(client) == "Label added to 2 devices."
    assert {each.key for device in (first, second, third) for each in device.labels.all()} == {"site:north"}
    entries = {each.project_id: each.after for each in AuditEntry.objects.filter(action="devices.label_added")}
    assert entries[project.project_id] == {"label": "site:north", "devices": [second.device_id]}
    assert entries[foreign_project.project_id]["devices"] == [third.device_id]


def test_it_is_removed_from_those_that_have_it(project: Project, admin: User) -> None:
    having, other = make_device(project), make_device(project)
    label(having, "north", "south", kind=Label.Kind.SITE)
    client = signed_in(admin)
    client.post(LABELS, NORTH | {"change": "remove", "device": [having.pk, other.pk]})
    assert said(client) == "Label removed from 1 device."
    assert [each.key for each in having.labels.all()] == ["site:south"]
    assert AuditEntry.objects.get(action="devices.label_removed").after["devices"] == [having.device_id]


@pytest.mark.parametrize(
    "wrong", [{"label": ""}, {"label": "a, b"}, {"label": "x" * 41}, {"label": "a\u202eb"}, {"kind": "x"}]
)
def test_a_label_that_cannot_be_one_changes_nothing(device: Device, admin: User, wrong: dict[str, str]) -> None:
    assert signed_in(admin).post(LABELS, NORTH | {"device": device.pk} | wrong).status_code == 303
    assert not Label.objects.exists()


def test_nothing_selected_and_nonsense_change_nothing(device: Device, admin: User) -> None:
    for posted in ({}, {"device": ["x", "9" * 30, ""]}, {"selection": "x"}, {"selection": "\x00", "device": device.pk}):
        assert signed_in(admin).post(LABELS, NORTH | posted).status_code == 303
    assert not Label.objects.exists()


def test_all_that_match_are_frozen_and_shown_selected(project: Project, admin: User) -> None:
    Device.objects.bulk_create(Device(project=project, device_id=f"truck_{n:03}") for n in range(70))
    make_device(project, device_id="crane_1")
    client = signed_in(admin)
    page = client.get(LIST, {"q": "truck"}).content.decode()
    assert "Select all 70 matching" in page
    shown = client.get(client.post(SELECT, {"query": "q=truck&after=x"}).headers["Location"])
    assert shown.context["selection"].keys == list(
        Device.objects.filter(device_id__startswith="truck").order_by("device_id").values_list("pk", flat=True)
    )
    assert b"All 70 matching selected" in shown.content
    client.post(LABELS, NORTH | {"selection": str(shown.context["selection"].pk), "query": "q=truck"})
    assert Label.objects.get().devices.count() == 70


@pytest.mark.parametrize("change", ["added", "removed", "swapped"])
def test_a_selection_is_refused_when_other_devices_match(project: Project, operator: User, change: str) -> None:
    first = make_device(project, name="pump")
    selection = freeze_selection(ask("q=pump"), user=operator)
    if change != "added":
        Device.objects.filter(pk=first.pk).update(name="fan")
    if change != "removed":
        make_device(project, name="pump")
    with pytest.raises(SelectionChanged) as refused:
        read(selection, operator)
    assert (refused.value.added, refused.value.removed) == (change != "removed", change != "added")


def test_a_selection_is_its_users_own_and_expires(project: Project, operator: User) -> None:
    make_device(project)
    selection = freeze_selection(ask(""), user=operator)
    with pytest.raises(BadSelection):
        read(selection, make_operator(project))
    assert len(read(selection, operator)) == 1
    DeviceSelection.objects.update(created_at=selection.created_at - timedelta(hours=2))
    with pytest.raises(BadSelection):
        read(selection, operator)
    freeze_selection(ask(""), user=operator)
    assert DeviceSelection.objects.count() == 1, "the old one is gone"


def test_devices_of_other_projects_are_left_out(
    device: Device, foreign_project: Project, operator: User, auditor: User
) -> None:
    foreign = make_device(foreign_project)
    asked = ask(f"device={foreign.pk}&device={device.pk}")
    assert selected_devices(asked, user=operator, permission="recording.start") == [device.pk]
    assert selected_devices(asked, user=auditor, permission="recording.start") == []
    everything = freeze_selection(ask(""), user=operator)
    assert everything.keys == [device.pk]


def test_a_filter_that_is_invalid_selects_nothing(device: Device, operator: User) -> None:
    assert signed_in(operator).post(SELECT, {"query": "status=x"}).headers["Location"] == LIST
    assert not DeviceSelection.objects.exists()


def test_who_can_do_nothing_with_them_is_offered_no_boxes(device: Device, admin: User, auditor: User) -> None:
    assert b'name="device"' in signed_in(admin).get(LIST).content
    assert b'name="device"' not in signed_in(auditor).get(LIST).content


def test_the_list_answers_204_until_something_that_it_shows_changes(
    device: Device, admin: User, project: Project
) -> None:
    client = signed_in(admin)
    version = client.get(LIST).context["refresh_query"]
    assert client.get(f"{LIST}?{version}", headers=FRAGMENT).status_code == 204
    assert client.get(f"{LIST}?{version}").status_code == 200, "a page is a page"
    label(device, "north")
    changed = client.get(f"{LIST}?{version}", headers=FRAGMENT)
    assert changed.status_code == 200
    again = changed.context["refresh_query"]
    for values in ({"status": "offline"}, {"name": "Other"}):
        Device.objects.update(**values)
        changed = client.get(f"{LIST}?{again}", headers=FRAGMENT)
        assert changed.status_code == 200
        again = changed.context["refresh_query"]
    assert client.get(f"{LIST}?{again}", headers=FRAGMENT).status_code == 204

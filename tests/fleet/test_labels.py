"""Labels of devices: shown, filtered by on every list that has devices, and scoped like the devices."""

import pytest

from recordings.lifecycle.labels import label_choices
from recordings.lifecycle.start import build_recording
from recordings.models import Device, Label, Project, StorageCredential, User
from tests.factories import label, make_device, make_operator, signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
DEVICES, HISTORY, START = "/fleet/devices/", "/recordings/", "/recordings/new/"


def test_a_label_of_two_projects_is_one_choice_and_finds_the_devices_of_both(
    project: Project, foreign_project: Project
) -> None:
    person = make_operator(project, foreign_project)
    for where in (project, foreign_project):
        label(make_device(where), "night", kind=Label.Kind.SHIFT)
    label(make_device(project), "night")
    response = signed_in(person).get(DEVICES, {"label": "shift:night"})
    assert {row.project for row in response.context["page"].rows} == {project, foreign_project}
    assert response.content.count(b'value="shift:night"') == 1


def test_a_label_of_a_foreign_project_is_neither_offered_nor_answered(
    device: Device, foreign_project: Project, operator: User, storage: StorageCredential
) -> None:
    label(make_device(foreign_project), "quay", kind=Label.Kind.SITE)
    for url in (DEVICES, HISTORY):
        response = signed_in(operator).get(url, {"label": "site:quay"})
        assert response.context["page"].rows == [], url
        assert b"A filter is invalid" in response.content, url


def test_the_history_is_narrowed_down_by_a_label(
    device: Device, project: Project, operator: User, storage: StorageCredential
) -> None:
    label(device, "north", kind=Label.Kind.SITE)
    other = make_device(project)
    found = [build_recording(actor=operator, request=start_request(each, storage)) for each in (device, other)]
    for recording in found:
        recording.save()
    rows = signed_in(operator).get(HISTORY, {"label": "site:north"}).context["page"].rows
    assert [row.pk for row in rows] == [found[0].pk]


def test_a_label_that_no_device_has_any_more_finds_nothing(
    device: Device, operator: User, storage: StorageCredential
) -> None:
    Label.objects.create(project=device.project, kind="site", name="south")
    build_recording(actor=operator, request=start_request(device, storage)).save()
    assert signed_in(operator).get(HISTORY, {"label": "site:south"}).context["page"].rows == []


def test_the_start_form_finds_devices_by_label_and_keeps_the_choice(
    device: Device, project: Project, operator: User, storage: StorageCredential
) -> None:
    label(device, "north", kind=Label.Kind.SITE)
    make_device(project, device_id="truck_08")
    page = signed_in(operator).get(START, {"device_label": "site:north"})
    assert [each.pk for each in page.context["devices"]] == [device.pk]
    assert b'<option value="site:north" selected>' in page.content
    nonsense = signed_in(operator).get(START, {"device_label": "site:nowhere\x00"})
    assert len(nonsense.context["devices"]) == 2


def test_rows_and_the_device_page_lead_to_those_with_the_same_label(device: Device, operator: User) -> None:
    label(device, "north & south", kind=Label.Kind.SITE)
    for url in (DEVICES, device.get_absolute_url()):
        assert b'href="/fleet/devices/?label=site%3Anorth%20%26%20south"' in signed_in(operator).get(url).content, url


def test_choices_are_grouped_by_kind_in_one_query(project: Project, django_assert_num_queries: object) -> None:
    device = make_device(project)
    label(device, "b", "a", kind=Label.Kind.SHIFT)
    label(device, "c")
    with django_assert_num_queries(1):  # type: ignore[operator]
        choices = label_choices(Project.objects.all())
    assert choices == [("Shift", [("shift:a", "a"), ("shift:b", "b")]), ("Other label", [("other:c", "c")])]

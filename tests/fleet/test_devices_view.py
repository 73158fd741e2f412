"""The list of devices: filters, pages, and the way to a start."""

import pytest
from pytest_django import DjangoAssertNumQueries

from recordings.lifecycle.start import build_recording
from recordings.models import Device, Project, Recording, StorageCredential, User
from tests.factories import make_device, make_operator, signed_in
from tests.forms import FRAGMENT
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
URL = "/fleet/devices/"


def make_recording(actor: User, device: Device, storage: StorageCredential, stream: int = 0) -> Recording:
    """One that records."""
    recording = build_recording(actor=actor, request=start_request(device, storage, video_stream_id=stream))
    recording.state, recording.task_id = Recording.State.RECORDING, f"-task-{stream}"
    recording.save()
    return recording


def ids(person: User, **query: str) -> list[str]:
    return [row.device_id for row in signed_in(person).get(URL, query).context["page"].rows]


def test_they_are_ordered_by_id(project: Project, operator: User) -> None:
    for device_id in ("truck_2", "crane_1", "truck_1"):
        make_device(project, device_id=device_id)
    assert ids(operator) == ["crane_1", "truck_1", "truck_2"]


def test_a_person_limited_to_projects_sees_their_devices_only(
    device: Device, foreign_project: Project, operator: User, limited_auditor: User, auditor: User
) -> None:
    make_device(foreign_project, device_id="crane_1")
    assert ids(operator) == ids(limited_auditor) == [device.device_id]
    assert ids(auditor) == ["crane_1", device.device_id]


def test_every_word_is_looked_for_in_id_and_name(project: Project, operator: User) -> None:
    make_device(project, device_id="truck_1", name="North haul truck")
    make_device(project, device_id="truck_2", name="South haul truck")
    assert ids(operator, q="TRUCK north") == ["truck_1"]
    assert ids(operator, q="truck_2") == ["truck_2"]
    assert ids(operator, q="shovel") == []


def test_project_type_and_status_narrow_it_down(project: Project, foreign_project: Project) -> None:
    person = make_operator(project, foreign_project)
    make_device(project, device_id="a", status=Device.Status.OFFLINE)
    make_device(project, device_id="b", type=Device.Type.REMOTE)
    make_device(foreign_project, device_id="c")
    assert ids(person, project=str(project.pk)) == ["a", "b"]
    assert ids(person, type="remote") == ["b"]
    assert ids(person, status="offline") == ["a"]
    assert ids(person, project=str(foreign_project.pk), type="field", status="ready") == ["c"]


@pytest.mark.parametrize(
    "query",
    [
        {"type": "drone"},
        {"status": "x" * 10_000},
        {"project": "9" * 30},
        {"project": "x"},
        {"q": "a\x00"},
        {"q": "x" * 101},
    ],
)
def test_a_filter_that_cannot_be_used_shows_nothing_and_says_so(
    query: dict[str, str], device: Device, operator: User
) -> None:
    response = signed_in(operator).get(URL, query)
    assert response.status_code == 200
    assert response.context["page"].rows == []
    assert b"A filter is invalid" in response.content


def test_the_filter_of_a_foreign_project_is_refused_not_answered(foreign_project: Project, operator: User) -> None:
    make_device(foreign_project)
    response = signed_in(operator).get(URL, {"project": str(foreign_project.pk)})
    assert response.context["page"].rows == []
    assert b"A filter is invalid" in response.content


def test_field_devices_lead_to_a_start_for_those_who_may(project: Project, foreign_project: Project) -> None:
    person = make_operator(project)
    field = make_device(project)
    seat = make_device(project, type=Device.Type.REMOTE)
    page = signed_in(person).get(URL).content.decode()
    assert f"/recordings/new/?project={project.pk}&amp;device={field.pk}" in page
    assert f"device={seat.pk}" not in page


def test_who_may_not_start_is_not_led_there(device: Device, auditor: User, admin: User) -> None:
    for person in (auditor, admin):
        assert f"device={device.pk}" not in signed_in(person).get(URL).content.decode()


def test_an_operator_of_one_project_who_audits_another_starts_in_the_first_only(
    device: Device, foreign_project: Project, operator: User
) -> None:
    operator.memberships.create(role="auditor", project=foreign_project)
    foreign = make_device(foreign_project)
    page = signed_in(operator).get(URL).content.decode()
    assert f"device={device.pk}" in page
    assert f"device={foreign.pk}" not in page


def test_every_device_is_on_exactly_one_page_and_the_filter_stays(project: Project, foreign_project: Project) -> None:
    person = make_operator(project, foreign_project)
    Device.objects.bulk_create(
        Device(project=where, device_id=f"truck_{number:03}")
        for number in range(70)
        for where in (project, foreign_project)
    )
    make_device(project, device_id="zz_crane")
    client, found, url = signed_in(person), [], f"{URL}?q=truck"
    while url:
        response = client.get(url)
        page = response.context["page"]
        found += page.rows
        url = f"{URL}?{response.context['query']}&after={page.next_cursor}" if page.next_cursor else ""
        assert not url or url.replace("&", "&amp;").replace(":", "%3A") in response.content.decode()
    assert found == list(Device.objects.filter(device_id__startswith="truck").order_by("device_id", "pk"))


def test_htmx_gets_the_list_and_everybody_else_the_page(device: Device, operator: User) -> None:
    client = signed_in(operator)
    assert client.get(URL, headers=FRAGMENT).content.strip().startswith(b'<div id="devices" ')
    assert b"<!doctype html>" in client.get(URL).content
    restored = client.get(URL, headers=FRAGMENT | {"HX-History-Restore-Request": "true"})
    assert b"<!doctype html>" in restored.content


def test_an_empty_list_says_what_to_do(project: Project, operator: User, admin: User) -> None:
    assert b"Add devices using the IDs" in signed_in(admin).get(URL).content
    assert b"A credential admin adds the devices" in signed_in(operator).get(URL).content
    assert b"Clear filters" in signed_in(operator).get(URL, {"q": "x"}).content


def test_its_queries_do_not_grow_with_the_list(
    project: Project, operator: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Device.objects.bulk_create(Device(project=project, device_id=f"truck_{number}") for number in range(60))
    client = signed_in(operator)
    with django_assert_max_num_queries(12):
        client.get(URL, {"q": "truck"})


def test_each_row_says_what_records_now_and_what_was_recorded_last(
    operator: User, device: Device, storage: StorageCredential, project: Project
) -> None:
    idle, seat = make_device(project), make_device(project, type=Device.Type.REMOTE)
    recording = make_recording(operator, device, storage)
    rows = {row.pk: row for row in signed_in(operator).get(URL).context["page"].rows}
    assert (rows[device.pk].last_recording, rows[idle.pk].last_recording) == (recording.pk, None)
    page = signed_in(operator).get(URL).content.decode()
    assert page.count(f'href="{recording.get_absolute_url()}"') == 2
    assert f'id="stop-{recording.pk}"' in page
    assert page.count("Never") == 1
    assert f"device={seat.pk}" not in page


def test_who_may_not_stop_is_offered_no_stop(
    operator: User, auditor: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage)
    assert f'id="stop-{recording.pk}"' not in signed_in(auditor).get(URL).content.decode()


def test_a_device_with_two_live_streams_leads_to_its_page_to_stop_them(
    operator: User, device: Device, storage: StorageCredential
) -> None:
    for stream in (0, 1):
        make_recording(operator, device, storage, stream)
    assert f'{device.get_absolute_url()}#device-live"' in signed_in(operator).get(URL).content.decode()

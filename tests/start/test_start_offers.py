"""What the start form offers first, what it says in one line, and what it costs."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from recordings.lifecycle.start import build_recording
from recordings.models import Device, Project, RecordingProfile, StorageCredential, User
from tests.factories import make_device, make_profile, signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
URL = "/recordings/new/"


@pytest.fixture
def fleet(project: Project, profile: RecordingProfile) -> list[Device]:
    """Sixty field devices in a project that has a default profile."""
    project.default_profile = profile
    project.save()
    return [make_device(project, device_id=f"t_{number:02}", name=f"Truck {number}") for number in range(60)]


def record(actor: User, device: Device, storage: StorageCredential, stream: int) -> None:
    recording = build_recording(actor=actor, request=start_request(device, storage, video_stream_id=stream))
    recording.state = "ended"
    recording.save()


def test_devices_that_the_user_starts_often_come_first(
    operator: User, storage: StorageCredential, fleet: list[Device]
) -> None:
    for stream, device in enumerate((fleet[40], fleet[50], fleet[50])):
        record(operator, device, storage, stream)
    context = signed_in(operator).get(URL).context
    assert context["usual_devices"] == [fleet[50], fleet[40]]
    assert context["other_devices"][0] == fleet[0]
    assert fleet[50] not in context["other_devices"]


def test_a_search_shows_what_matches_and_nothing_else_first(
    operator: User, storage: StorageCredential, fleet: list[Device]
) -> None:
    record(operator, fleet[40], storage, 0)
    posted = {"refresh": "devices", "device_search": "t_0", "project": fleet[0].project_id}
    context = signed_in(operator).post(URL, posted).context
    assert context["usual_devices"] == []
    assert context["devices"] == fleet[:10]


def test_a_list_that_is_cut_says_so(operator: User, fleet: list[Device]) -> None:
    assert "Only the first 40 are shown" in signed_in(operator).get(URL).content.decode()


def test_the_search_has_the_focus_until_a_device_is_chosen(operator: User, fleet: list[Device]) -> None:
    browser = signed_in(operator)
    assert " autofocus" in browser.get(URL).content.decode()
    assert " autofocus" not in browser.get(URL, {"device": fleet[0].pk}).content.decode()


def test_complete_settings_are_one_line_that_opens(
    operator: User, profile: RecordingProfile, fleet: list[Device]
) -> None:
    response = signed_in(operator).get(URL)
    assert response.context["settings"][0] == profile.name
    assert not response.context["settings_open"]


def test_settings_that_differ_from_their_profile_say_so(
    operator: User, profile: RecordingProfile, fleet: list[Device]
) -> None:
    context = signed_in(operator).get(URL, {"profile": profile.pk, "max_idle_time": 77}).context
    assert context["settings"][0] in (f"{profile} (changed)", "Custom settings")
    assert "stops after 77 s without video" in context["settings"]


@pytest.mark.parametrize("wrong", [{"storage": ""}, {"max_idle_time": "3"}])
def test_settings_that_lack_something_are_open(operator: User, fleet: list[Device], wrong: dict[str, Any]) -> None:
    posted = {"project": fleet[0].project_id, "device": fleet[0].pk, "output_format": 3} | wrong
    response = signed_in(operator).post(URL, posted)
    assert response.status_code == 422
    assert response.context["settings_open"]


def test_the_form_costs_few_queries_however_many_devices_and_recordings(
    operator: User, storage: StorageCredential, fleet: list[Device],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for stream in range(30):
        record(operator, fleet[stream], storage, stream)
    browser = signed_in(operator)
    with django_assert_max_num_queries(17):
        assert browser.get(URL).status_code == 200
    with django_assert_max_num_queries(21):
        browser.get(URL, {"device": fleet[3].pk})


@pytest.mark.parametrize("output_format", ["", "x", "²", "9"])
def test_settings_without_a_known_format_are_no_line_and_no_error(
    operator: User, storage: StorageCredential, fleet: list[Device], output_format: str
) -> None:
    posted = {"refresh": "devices", "project": fleet[0].project_id, "storage": storage.pk}
    response = signed_in(operator).post(URL, posted | {"output_format": output_format})
    assert response.status_code == 200
    assert response.context["settings"] == ()


def test_a_profile_that_writes_hls_is_a_whole_line(
    operator: User, storage: StorageCredential, fleet: list[Device]
) -> None:
    profile = make_profile(storage, name="Incident", output_format=0, max_media_file_duration=None)
    Project.objects.filter(pk=fleet[0].project_id).update(default_profile=profile)
    line = signed_in(operator).get(URL, {"project": fleet[0].project_id}).context["settings"]
    assert line[:3] == ["Incident", storage.name, "HLS"]

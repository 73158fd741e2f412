"""The pages of unclaimed tasks: what each role sees, and what happens when another user was faster."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recordings.models import CallbackEvent, Device, Project, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods
from tests.factories import make_operator, signed_in
from tests.forms import FRAGMENT, errors_of, hostile_answers

from .signed_posts import TASK, body_of, make_key, make_recording, tell

pytestmark = pytest.mark.django_db
LIST = "/unclaimed/"


@pytest.fixture(autouse=True)
def task(project: Project) -> int:
    make_key(project)
    tell(project, body_of(301, Status=0))
    return CallbackEvent.objects.get().pk


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def test_it_shows_each_unknown_task_and_only_operators_may_act(browser: Client, auditor: User, task: int) -> None:
    page = browser.get(LIST).content.decode()
    for text in (TASK, f"/unclaimed/{task}/claim/", f"/unclaimed/{task}/stop/", "Recorder started"):
        assert text in page
    seen = signed_in(auditor).get(LIST).content.decode()
    assert TASK in seen
    assert "/claim/" not in seen
    assert "/stop/" not in seen


def test_it_shows_nothing_of_other_projects(foreign_project: Project, task: int) -> None:
    stranger = signed_in(make_operator(foreign_project))
    assert TASK not in stranger.get(LIST).content.decode()
    for action in ("claim", "stop"):
        assert stranger.post(f"/unclaimed/{task}/{action}/").status_code == 404


def test_it_has_a_fragment_and_asks_to_sign_in(browser: Client, no_role_user: User, task: int) -> None:
    fragment = browser.get(LIST, headers=FRAGMENT).content.decode()
    assert fragment.lstrip().startswith('<div id="unclaimed"')
    assert_asks_to_sign_in(LIST)
    assert_asks_to_sign_in(f"/unclaimed/{task}/claim/")
    assert_forbidden(f"/unclaimed/{task}/claim/", no_role_user)


def test_methods(operator: User, task: int) -> None:
    assert_methods(LIST, operator)
    assert signed_in(operator).get(f"/unclaimed/{task}/stop/").status_code == 405


def test_many_tasks_take_few_queries(
    browser: Client, project: Project, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    tell(project, *(body_of(301, task_id=f"-task-{number}", Status=0) for number in range(60)))
    with django_assert_max_num_queries(18):
        page = browser.get(LIST).content.decode()
    assert page.count('id="task-') == 2 * 50


def test_claiming_leads_to_the_recording(
    browser: Client, device: Device, storage: StorageCredential, task: int
) -> None:
    answers = {
        "device_id": device.device_id, "video_stream_id": 2, "storage": storage.pk, "output_format": 0,
        "file_name_prefix": "2025/site", "reason": "The yard started it",
    }  # fmt: skip
    response = browser.post(f"/unclaimed/{task}/claim/", answers)
    recording = Recording.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, recording.get_absolute_url())
    assert (recording.video_stream_id, recording.output_format, recording.file_name_prefix) == (2, 0, ["2025", "site"])
    assert recording.state == "recording"
    again = browser.post(f"/unclaimed/{task}/claim/", answers)
    assert again.headers["Location"] == LIST
    assert Recording.objects.count() == 1


def test_what_is_wrong_is_said_at_its_field(
    browser: Client, project: Project, device: Device, storage: StorageCredential, task: int
) -> None:
    url = f"/unclaimed/{task}/claim/"
    assert set(errors_of(browser, url, {})) == {"device_id", "video_stream_id", "storage", "output_format", "reason"}
    good = {
        "device_id": device.device_id,
        "video_stream_id": 0,
        "storage": storage.pk,
        "output_format": 3,
        "reason": "x",
    }
    for name, answers in hostile_answers(good | {"file_name_prefix": "a/b"}):
        response = browser.post(url, answers)
        assert response.status_code in {303, 422}, name
        if response.status_code == 303:  # it was all right, and the task is claimed: on with another
            assert response.headers["Location"] != LIST, name
            tell(project, body_of(301, task_id=f"-after-{len(name)}-{Recording.objects.count()}", Status=0))
            url = f"/unclaimed/{CallbackEvent.objects.filter(recording=None).get().pk}/claim/"


def test_matching_asks_for_a_reason_with_the_task_id_already_chosen(
    browser: Client, operator: User, device: Device, storage: StorageCredential, project: Project
) -> None:
    recording = make_recording(operator, device, storage)
    tell(project, body_of(301, task_id="-late/1+2", Status=0))
    page = browser.get(LIST).content.decode()
    url = f"/recordings/{recording.pk}/resolve/?task_id=-late%2F1%2B2"
    assert url in page
    assert browser.get(url).context["form"]["found"].value() == "offered:-late/1+2"
    without = browser.post(url, {"found": "offered:-late/1+2", "reason": ""})
    assert without.status_code == 422
    browser.post(url, {"found": "offered:-late/1+2", "reason": "The bucket shows it"})
    recording.refresh_from_db()
    assert (recording.state, recording.task_id) == ("accepted", "-late/1+2")
    assert recording.decisions.get().reason == "The bucket shows it"


@pytest.mark.parametrize("task_id", ["", " ", "x y", "\u202e", "9" * 600])
def test_a_task_id_in_the_address_that_is_none_chooses_nothing(
    browser: Client, operator: User, device: Device, storage: StorageCredential, task_id: str
) -> None:
    recording = make_recording(operator, device, storage)
    response = browser.get(f"/recordings/{recording.pk}/resolve/", {"task_id": task_id})
    assert response.context["form"]["found"].value() is None


def test_stopping_says_what_came_of_it(sandbox: Sandbox, browser: Client, task: int) -> None:
    browser.post(f"/unclaimed/{task}/stop/")
    assert "Not stopped" in browser.get(LIST).content.decode()


def test_the_former_address_leads_to_the_page_with_its_query(client: Client) -> None:
    answer = client.get("/quarantine/?after=x")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/unclaimed/?after=x")

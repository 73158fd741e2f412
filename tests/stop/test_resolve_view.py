"""What became of an unknown start: a candidate from the callbacks, a TaskId that was found, or nothing at all."""

import pytest
from django.test import Client
from django.utils import timezone

from recordings.lifecycle.start import start_recording
from recordings.models import CallbackEvent, Decision, Device, Project, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from tests.access import assert_forbidden, assert_methods, assert_missing
from tests.factories import make_device, make_operator, make_project, signed_in
from tests.forms import hostile_answers
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def unknown(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    sandbox.add_fault(Fault.RESET_AFTER)
    return start_recording(actor=operator, request=start_request(device, storage))[0]


def url(recording: Recording) -> str:
    return f"/recordings/{recording.pk}/resolve/"


def reported(project: Project, task_id: str) -> CallbackEvent:
    now = timezone.now()
    return CallbackEvent.objects.create(
        project=project, body=b"{}", digest=task_id[:64], received_at=now, interpreted_at=now, event_type=301,
        status=0, task_id=task_id,
    )  # fmt: skip


def test_a_task_id_of_the_callbacks_is_offered_and_taken_over(
    sandbox: Sandbox, browser: Client, unknown: Recording, project: Project
) -> None:
    (started,) = sandbox.journal(EntryKind.STARTED)
    reported(project, started.task_id)
    assert started.task_id in browser.get(url(unknown)).content.decode()
    browser.post(url(unknown), {"found": f"offered:{started.task_id}", "reason": "The camera's light is on"})
    unknown.refresh_from_db()
    assert (unknown.task_id, unknown.state, unknown.origin) == (started.task_id, Recording.State.ACCEPTED, "matched")
    assert CallbackEvent.objects.get().interpreted_at is None, "its callbacks are interpreted again"


def test_task_ids_of_other_projects_or_of_known_recordings_are_not_offered(
    browser: Client, unknown: Recording, project: Project, foreign_project: Project, operator: User,
    storage: StorageCredential,
) -> None:  # fmt: skip
    known, _ = start_recording(
        actor=operator, request=start_request(make_device(project, device_id="truck_001"), storage)
    )
    reported(project, known.task_id)
    reported(foreign_project, "-of-another-project")
    assert browser.get(url(unknown)).context["candidates"] == []
    response = browser.post(url(unknown), {"found": "offered:-of-another-project", "reason": "x"})
    assert response.status_code == 422


def test_a_task_id_that_was_found_by_hand_counts_unless_a_recording_has_it(
    browser: Client, unknown: Recording, project: Project, operator: User, storage: StorageCredential
) -> None:
    known, _ = start_recording(
        actor=operator, request=start_request(make_device(project, device_id="truck_002"), storage)
    )
    taken = browser.post(url(unknown), {"found": "typed", "task_id": known.task_id, "reason": "Seen"})
    assert taken.status_code == 422
    assert "Another recording already has this TaskId" in taken.content.decode()
    browser.post(url(unknown), {"found": "typed", "task_id": "-found/by+hand", "reason": "In the bucket"})
    unknown.refresh_from_db()
    assert unknown.task_id == "-found/by+hand"


def test_found_not_to_have_started_frees_the_stream_and_keeps_the_reason(browser: Client, unknown: Recording) -> None:
    response = browser.post(url(unknown), {"found": "not_started", "reason": "The lamp is off"})
    assert response.status_code == 303
    unknown.refresh_from_db()
    assert (unknown.state, Decision.objects.get().reason) == (Recording.State.NOT_STARTED, "The lamp is off")


def test_decided_in_another_tab_it_says_so_and_changes_nothing(browser: Client, unknown: Recording) -> None:
    for _ in range(2):
        response = browser.post(url(unknown), {"found": "not_started", "reason": "Off"}, follow=True)
    assert "Nothing was changed" in response.content.decode()
    assert Decision.objects.count() == 1


def test_no_answer_however_hostile_is_an_error_of_ours(browser: Client, unknown: Recording) -> None:
    for name, answers in hostile_answers({"found": "typed", "task_id": "-a", "reason": "x"}):
        assert browser.post(url(unknown), answers).status_code in {303, 422}, name


def test_access(unknown: Recording, admin: User, auditor: User, operator: User) -> None:
    assert_forbidden(url(unknown), admin, auditor)
    assert_missing(url(unknown), make_operator(make_project()))
    assert_methods(url(unknown), operator, "post")

"""Two of one stream, one of which ended and runs on or has gone silent: neither page claims what is not known."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.callbacks import keys
from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.live_status import LiveStatus, live_status_of
from recordings.lifecycle.queries import with_ends
from recordings.lifecycle.resolve import decide_many
from recordings.lifecycle.selection import SelectedRecording
from recordings.lifecycle.streams import running_on
from recordings.models import ApiCall, Attention, Device, Project, Recording, StorageCredential, User
from recordings.models.profiles import OutputFormat
from tests.callbacks.signed_posts import TASK, body_of, make_key, make_recording, tell
from tests.factories import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key(project: Project) -> None:
    keys.forget()
    make_key(project)


def now(recording: Recording) -> Recording:
    return with_ends(Recording.objects.all()).get(pk=recording.pk)


def run_on(recording: Recording) -> None:
    """It says that it left ten minutes ago, and cuts a segment now."""
    at = timezone.now().timestamp()
    tell(
        recording.project,
        body_of(301, task_id=recording.task_id, at=at - 1200, Status=0),
        body_of(302, task_id=recording.task_id, at=at - 600, LeaveCode=0),
        body_of(307, task_id=recording.task_id, at=at, FileName="b.m3u8"),
    )


@pytest.fixture
def runs_on(operator: User, device: Device, storage: StorageCredential) -> Recording:
    recording = make_recording(operator, device, storage, task_id=TASK)
    run_on(recording)
    return now(recording)


def handle(actor: User, recording: Recording) -> None:
    chosen = SelectedRecording(pk=recording.pk, state=recording.state, attention=recording.attention)
    assert decide_many(actor=actor, chosen=[chosen], reason="Looked at it", closing=False) == []


def accept_a_stop(recording: Recording, *, minutes_ago: int) -> None:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    ApiCall.objects.create(
        account=recording.account, recording=recording, action="DeleteCloudRecording", created_at=at, lease_until=at,
        closed_at=at, outcome=ApiCall.Outcome.ACCEPTED,
    )  # fmt: skip
    Recording.objects.filter(pk=recording.pk).update(stop_wanted_at=at)


def test_what_runs_on_offers_a_stop_though_an_earlier_one_was_accepted_and_a_user_handled_it(
    operator: User, runs_on: Recording
) -> None:
    accept_a_stop(runs_on, minutes_ago=12)
    handle(operator, now(runs_on))
    handled = now(runs_on)
    assert handled.attention == ""
    assert handled.runs_on_since is not None
    assert handled.offers_stop
    assert f"/recordings/{runs_on.pk}/stop/" in signed_in(operator).get(runs_on.get_absolute_url()).content.decode()


def test_a_stop_that_was_accepted_since_is_not_offered_again_but_shown(operator: User, runs_on: Recording) -> None:
    Recording.objects.filter(pk=runs_on.pk).update(
        runs_on_since=timezone.now() - timedelta(minutes=2), attention="", attention_at=None
    )
    accept_a_stop(runs_on, minutes_ago=1)
    assert not now(runs_on).offers_stop
    page = signed_in(operator).get(runs_on.get_absolute_url()).content.decode()
    assert "has accepted a stop since" in page
    assert "every 2s" in page


def test_the_list_refreshes_the_row_of_one_that_runs_on(operator: User, runs_on: Recording) -> None:
    browser = signed_in(operator)
    shown = browser.get("/recordings/")
    assert shown.context["unsettled"] == [runs_on.pk]
    assert f"id={runs_on.pk}" in shown.context["refresh_query"]
    rows = browser.get("/recordings/rows/", {"id": runs_on.pk})
    assert rows.context["unsettled"] == [runs_on.pk]


def test_a_live_one_beside_one_that_does_not_stop_is_alarmed_until_the_other_was_handled(
    operator: User, device: Device, storage: StorageCredential, runs_on: Recording
) -> None:
    beside = make_recording(operator, device, storage, task_id="-beside")
    Recording.objects.filter(pk=runs_on.pk).update(runs_on_since=timezone.now() - timedelta(minutes=9))
    accept_a_stop(runs_on, minutes_ago=8)
    refresh_due_attention(timezone.now())
    refresh_due_attention(timezone.now())
    assert now(runs_on).attention == Attention.NOT_STOPPING
    assert now(beside).attention == Attention.DOUBLED
    handle(operator, now(runs_on))
    refresh_due_attention(timezone.now())
    assert now(beside).attention != Attention.DOUBLED


@pytest.mark.parametrize(("outcome", "code"), [("accepted", ""), ("refused", "ResourceNotFound.Task")])
def test_one_whose_stop_was_settled_and_that_a_user_handled_does_not_run_on_for_ever(
    operator: User, device: Device, runs_on: Recording, outcome: str, code: str
) -> None:
    at = timezone.now()
    accept_a_stop(runs_on, minutes_ago=0)
    runs_on.calls.filter(action="DeleteCloudRecording").update(outcome=outcome, code=code, closed_at=at)
    Recording.objects.filter(pk=runs_on.pk).update(attention=Attention.NOT_STOPPING, attention_at=at)
    handle(operator, now(runs_on))
    assert now(runs_on).runs_on_since is None
    assert live_status_of(now(runs_on), at) is None
    assert running_on([device.pk]) == []
    tell(device.project, body_of(306, at=at.timestamp() + 90, Status=0))
    assert now(runs_on).attention == Attention.RUNS_ON, "new work is news"


def test_one_that_a_user_handled_without_a_stop_is_shown_as_running_on(
    operator: User, device: Device, runs_on: Recording
) -> None:
    handle(operator, runs_on)
    assert running_on([device.pk]) == [runs_on]


def test_the_start_form_warns_of_a_stream_that_runs_on(
    operator: User, device: Device, storage: StorageCredential, runs_on: Recording
) -> None:
    page = (
        signed_in(operator)
        .get("/recordings/new/", {"device": device.pk, "project": device.project_id})
        .content.decode()
    )
    assert f'href="{runs_on.get_absolute_url()}"' in page
    assert "A new start would record the stream twice" in page
    assert "cannot be started again" not in page


@pytest.mark.parametrize("is_handled", [False, True])
def test_a_silent_one_of_a_pair_is_not_shown_as_recording(
    operator: User, device: Device, storage: StorageCredential, is_handled: bool
) -> None:
    silent = make_recording(operator, device, storage, task_id=TASK, output_format=OutputFormat.HLS)
    hour_ago = timezone.now() - timedelta(hours=1)
    tell(device.project, body_of(301, task_id=TASK, at=hour_ago.timestamp(), Status=0))
    Recording.objects.filter(pk=silent.pk).update(
        last_file_at=hour_ago, scanned_at=timezone.now(), is_duplicate=True, duplicate_since=hour_ago
    )
    refresh_due_attention(timezone.now())
    if is_handled:
        handle(operator, now(silent))
    found = now(silent)
    assert found.state == "recording"
    assert found.attention != Attention.SILENT
    assert live_status_of(found, timezone.now()) is LiveStatus.PROBABLY_ENDED


def test_one_of_a_pair_whose_whole_hls_was_reported_is_not_shown_as_recording(
    operator: User, device: Device, storage: StorageCredential
) -> None:
    silent = make_recording(operator, device, storage, task_id=TASK, output_format=OutputFormat.HLS_MP4)
    hour_ago = timezone.now() - timedelta(hours=1)
    tell(
        device.project,
        body_of(301, task_id=TASK, at=hour_ago.timestamp(), Status=0),
        body_of(305, task_id=TASK, at=hour_ago.timestamp() + 60, Status=0),
    )
    silent.events.filter(event_type=305).update(received_at=hour_ago)
    Recording.objects.filter(pk=silent.pk).update(is_duplicate=True, duplicate_since=hour_ago)
    refresh_due_attention(timezone.now())
    assert now(silent).attention == Attention.DOUBLED
    assert live_status_of(now(silent), timezone.now()) is LiveStatus.PROBABLY_ENDED

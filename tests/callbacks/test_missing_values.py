"""What a callback does not tell, or not readably, starts, ends and completes nothing, and the timeline shows why."""

import json
import time
from typing import Any

import pytest

from recordings.callbacks import keys
from recordings.history.timeline import timeline_of
from recordings.models import CallbackEvent, Device, Project, Recording, StorageCredential, User
from recordings.trro.callback import read

from .signed_posts import TASK, body_of, make_key, make_recording, tell

pytestmark = pytest.mark.django_db

UNREADABLE: dict[str, dict[str, Any]] = {
    "missing": {},
    "null": {"Status": None},
    "a word": {"Status": "ok"},
    "false": {"Status": False},
    "true": {"Status": True},
    "a list": {"Status": [0]},
    "an object": {"Status": {"Status": 0}},
    "an empty string": {"Status": ""},
    "a number with a space": {"Status": " 0"},
    "a number with a sign": {"Status": "-0"},
    "a number with zeros in front": {"Status": "00"},
    "a fraction": {"Status": 0.5},
    "a decimal fraction in a string": {"Status": "0.0"},
    "digits of another script": {"Status": "٠"},
    "a number without a meaning": {"Status": 7},
    "less than nothing": {"Status": -1},
    "another letter case": {"status": 0},
    "the reason of a 302": {"Reason": 0},
}
NAMES_OF = {310: {"FileList": ["a.mp4"]}, 304: {"FileList": "a.m3u8"}}


@pytest.fixture(autouse=True)
def key(project: Project) -> None:
    keys.forget()
    make_key(project)


@pytest.fixture
def recording(operator: User, device: Device, storage: StorageCredential) -> Recording:
    return make_recording(operator, device, storage, task_id=TASK)


def raw(event_type: object, payload: object) -> bytes:
    """A body whose payload is exactly this; `...` leaves it out."""
    now = time.time()
    info = {"TaskId": TASK, "EventMsTs": round(now * 1000), "Payload": payload}
    if payload is ...:
        del info["Payload"]
    return json.dumps({"EventGroupId": 3, "EventType": event_type, "EventInfo": info}).encode()


def states(recording: Recording) -> tuple[str, str]:
    recording.refresh_from_db()
    return recording.state, recording.upload_state


def said_of(recording: Recording, event_type: int) -> str:
    """What the timeline says beside the event of this type."""
    (moment,) = [moment for moment in timeline_of(recording) if moment.who == f"Callback {event_type}"]
    return moment.detail


@pytest.mark.parametrize("event_type", [301, 303, 305, 306, 310])
@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_status_starts_and_completes_nothing(
    project: Project, recording: Recording, event_type: int, name: str
) -> None:
    tell(project, raw(event_type, UNREADABLE[name] | NAMES_OF.get(event_type, {})))
    assert states(recording) == ("accepted", "none")
    assert "ignored: " in said_of(recording, event_type)


@pytest.mark.parametrize("payload", ['{"Status": 0}', ..., None, [], ["Status", 0], 0, True, "ok"])
@pytest.mark.parametrize("event_type", [301, 303, 305, 306, 310])
def test_a_payload_that_is_no_object_starts_and_completes_nothing(
    project: Project, recording: Recording, event_type: int, payload: object
) -> None:
    tell(project, raw(event_type, payload))
    assert states(recording) == ("accepted", "none")
    assert CallbackEvent.objects.get().complaint in {"Payload is not an object", "Status is missing"}


@pytest.mark.parametrize("output_format", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_status_completes_nothing_after_the_end(
    project: Project, recording: Recording, name: str, output_format: int
) -> None:
    Recording.objects.update(output_format=output_format)
    payload = UNREADABLE[name]
    tell(project, raw(301, {"Status": 0}), raw(302, {"LeaveCode": 0}), raw(305, payload), raw(310, payload))
    assert states(recording) == ("ended", "none")


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_status_takes_nothing_back(project: Project, recording: Recording, name: str) -> None:
    files = {"FileList": ["a.mp4"]}
    tell(project, body_of(310, Status=1, **files), body_of(302, LeaveCode=0), raw(310, UNREADABLE[name] | files))
    assert states(recording) == ("ended", "incomplete")


@pytest.mark.parametrize("status", [0, "0", 0.0])
def test_a_plain_number_is_readable_also_in_a_string(project: Project, recording: Recording, status: object) -> None:
    tell(project, raw(301, {"Status": status}))
    assert states(recording)[0] == "recording"
    assert CallbackEvent.objects.get().complaint == ""


def test_a_failure_without_a_readable_status_fails_nothing(project: Project, recording: Recording) -> None:
    tell(project, raw(301, {"Status": "1 "}))
    assert states(recording)[0] == "accepted"


@pytest.mark.parametrize("payload", [{}, {"LeaveCode": "gone"}, {"Status": 0}, ..., '{"LeaveCode": 0}'])
def test_that_the_recorder_left_follows_from_the_type_and_a_missing_reason_is_complained_of(
    project: Project, recording: Recording, payload: object
) -> None:
    tell(project, raw(302, payload))
    assert states(recording)[0] == "ended"
    assert CallbackEvent.objects.get().complaint
    assert CallbackEvent.objects.get().complaint.split(" ")[0] in said_of(recording, 302)


@pytest.mark.parametrize("event_type", [None, True, "301x", [301], 301.5, ""])
def test_a_type_that_cannot_be_read_is_no_event(project: Project, recording: Recording, event_type: object) -> None:
    tell(project, raw(event_type, {"Status": 0}))
    assert states(recording) == ("accepted", "none")


def test_a_status_that_is_given_twice_does_not_count() -> None:
    body = b'{"EventType": 310, "EventInfo": {"TaskId": "t", "Payload": {"Status": 1, "Status": 0}}}'
    assert (read(body).status, read(body).complaint) == (None, "Status is not a number")


def test_the_status_of_305_may_stand_in_leave_code_and_not_beside_an_unreadable_one() -> None:
    assert read(raw(305, {"LeaveCode": 2})).status == 2
    assert read(raw(305, {"Status": "done", "LeaveCode": 0})).status is None
    assert read(raw(310, {"LeaveCode": 0})).status is None

"""A claimed or matched recording says how it became known, by whom, when and why: and nothing that never was."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from recordings.exports.history_rows import HISTORY_COLUMNS, HISTORY_FIELDS, complete
from recordings.lifecycle.claim import ClaimRequest, claim_task
from recordings.lifecycle.resolve import match_task_id
from recordings.lifecycle.unclaimed_tasks import unclaimed_tasks
from recordings.models import AuditEntry, Device, Project, Recording, StorageCredential, User
from recordings.sandbox.bucket_server import BucketServer
from tests.factories import make_operator, signed_in
from tests.lifecycle.test_bucket_scan import look, new_task_id, put

from .signed_posts import TASK, body_of, make_key, make_recording, tell

pytestmark = pytest.mark.django_db
WHY = "A script of the yard started it"


@pytest.fixture
def claimer(project: Project) -> User:
    return make_operator(project, username="lin", first_name="Lin", last_name="Xiao")


@pytest.fixture
def claimed(project: Project, claimer: User, device: Device, storage: StorageCredential) -> Recording:
    make_key(project)
    tell(project, body_of(301, Status=0))
    (task,) = unclaimed_tasks(Project.objects.all())
    named = ClaimRequest(device=device, video_stream_id=0, storage=storage, output_format=3, file_name_prefix=("line",))
    return claim_task(actor=claimer, task=task, named=named, reason=WHY)


@pytest.fixture
def matched(project: Project, operator: User, claimer: User, device: Device, storage: StorageCredential) -> Recording:
    recording = make_recording(operator, device, storage)
    match_task_id(actor=claimer, recording=recording, task_id=TASK, reason=WHY)
    recording.refresh_from_db()
    return recording


@pytest.fixture
def second(bucket: BucketServer, operator: User, device: Device, storage: StorageCredential) -> Recording:
    """The second task of one start, found in the bucket."""
    first = make_recording(operator, device, storage, task_id=new_task_id())
    Recording.objects.filter(pk=first.pk).update(next_scan_at=timezone.now())
    first.refresh_from_db()
    put(bucket, first, first.task_id, "a.mp4")
    put(bucket, first, new_task_id(), "b.mp4")
    look(first)
    return Recording.objects.get(duplicate_of=first)


def words(page: str) -> str:
    """The text of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def exported(recording: Recording) -> dict[str, object]:
    rows = complete(list(Recording.objects.filter(pk=recording.pk).values_list(*HISTORY_FIELDS)))
    return dict(zip([column.name for column in HISTORY_COLUMNS], rows[0], strict=True))


def test_a_claimed_recording_says_who_claimed_it_and_why_and_tells_of_no_request(
    operator: User, claimed: Recording
) -> None:
    page = words(signed_in(operator).get(claimed.get_absolute_url()).content.decode())
    assert "Origin Claimed from unclaimed tasks" in page
    assert "Lin Xiao claimed it from the unclaimed tasks" in page
    assert "Claimed by Lin Xiao" in page
    assert page.count(WHY) == 2, "beside its origin, and in the timeline"
    assert "no start call was made here" in page
    for never in ("Requested by", "Requested at", "requested the start", "CreateCloudRecording",
                  "Nothing has been sent", "Show call", "30 s without video"):  # fmt: skip
        assert never not in page


def test_a_matched_start_names_its_requester_and_who_matched_it_with_the_reason(
    operator: User, matched: Recording
) -> None:
    page = words(signed_in(operator).get(matched.get_absolute_url()).content.decode())
    assert "Requested by operator" in page
    assert "Matched by Lin Xiao" in page
    assert "Lin Xiao matched the TaskId" in page, "the decision is in its timeline"
    assert page.count(WHY) == 2
    assert "Response: Accepted" not in page
    assert matched.started_at == matched.sent_at, "and not when it was matched"


def test_a_second_task_found_in_the_bucket_names_the_start_it_came_of_and_no_call(
    operator: User, second: Recording
) -> None:
    page = words(signed_in(operator).get(second.get_absolute_url()).content.decode())
    assert "Second task of one start, found in the bucket" in page
    assert f"Recording {second.duplicate_of_id}" in page
    assert "No call was made for it" in page
    for never in ("requested the start", "CreateCloudRecording", "Response: "):
        assert never not in page
    assert page.count("Requested by") == 1, "of the start beside it, with which it is compared"


@pytest.mark.parametrize(
    ("which", "said"),
    [
        ("claimed", "Claimed from unclaimed tasks by Lin Xiao"),
        ("matched", "operator · TaskId matched by Lin Xiao"),
        ("second", "Second task of one start, found in the bucket"),
    ],
)
def test_rows_dialogs_and_attention_say_so_too(
    request: pytest.FixtureRequest, operator: User, which: str, said: str
) -> None:
    recording: Recording = request.getfixturevalue(which)
    browser = signed_in(operator)
    Recording.objects.filter(pk=recording.pk).update(attention="stop_refused", attention_at=timezone.now())
    pages = [
        browser.get(url).content.decode()
        for url in ("/recordings/", "/attention/", recording.device.get_absolute_url())
    ]
    pages += [browser.get(f"/recordings/{recording.pk}/{dialog}/").content.decode() for dialog in ("stop", "close")]
    for page in pages:
        assert said in words(page)


def test_exports_tell_the_origin_and_name_no_requester_where_there_was_none(claimed: Recording, claimer: User) -> None:
    row = exported(claimed)
    assert (row["origin"], row["requested_by"], row["claimed_by"], row["calls"]) == ("claimed", None, "lin", [])
    (decision,) = json.loads(json.dumps(row["decisions"]))
    assert (decision["choice"], decision["reason"], decision["decided_by"]) == ("claimed", WHY, "lin")


def test_exports_tell_the_match_and_the_second_task(matched: Recording) -> None:
    row = exported(matched)
    assert (row["origin"], row["requested_by"], row["claimed_by"]) == ("matched", "operator", "lin")


def test_exports_name_the_start_of_a_second_task(second: Recording) -> None:
    row = exported(second)
    assert (row["origin"], row["requested_by"], row["duplicate_of"]) == ("in_bucket", None, second.duplicate_of_id)


def test_the_trail_keeps_the_reason_of_a_claim_and_of_a_match(claimed: Recording) -> None:
    entry = AuditEntry.objects.get(action="recording.claimed")
    assert (entry.actor, entry.reason, entry.after["task_id"], entry.before) == ("lin", WHY, TASK, {})


def test_a_claim_without_a_reason_is_refused(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    make_key(project)
    tell(project, body_of(301, Status=0))
    (task,) = unclaimed_tasks(Project.objects.all())
    browser: Client = signed_in(operator)
    answers = {"device_id": device.device_id, "video_stream_id": 0, "storage": storage.pk, "output_format": 3}
    for reason in ("", "  ", "x\u202ey", "x" * 501):
        response = browser.post(f"/unclaimed/{task.key}/claim/", answers | {"reason": reason})
        assert (response.status_code, set(response.context["form"].errors)) == (422, {"reason"})
    assert not Recording.objects.exists()


def test_a_start_whose_task_id_the_bucket_showed_says_so_in_its_timeline(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    lost = make_recording(operator, device, storage)
    Recording.objects.filter(pk=lost.pk).update(next_scan_at=timezone.now())
    lost.refresh_from_db()
    put(bucket, lost, new_task_id(), "a.mp4")
    look(lost)
    assert "System found the TaskId in the bucket" in words(
        signed_in(operator).get(lost.get_absolute_url()).content.decode()
    )

"""Changing a profile."""

from typing import Any

import pytest

from recordings.lifecycle.start import build_recording
from recordings.models import AuditEntry, Device, Recording, RecordingProfile, StorageCredential, User
from tests.factories import make_profile, make_storage, signed_in
from tests.forms import errors_of, hostile_answers
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


def url_of(profile: RecordingProfile) -> str:
    return f"/profiles/{profile.pk}/edit/"


def answers_of(profile: RecordingProfile, **changed: Any) -> dict[str, Any]:
    return {
        "name": profile.name, "storage": profile.storage_id, "output_format": profile.output_format,
        "max_media_file_duration": profile.max_media_file_duration or "", "max_idle_time": profile.max_idle_time,
        "file_name_prefix": profile.file_name_prefix,
    } | changed  # fmt: skip


def test_what_changed_is_stored_with_before_and_after(profile: RecordingProfile, admin: User) -> None:
    other = make_storage(name="Coast")
    answers = answers_of(profile, storage=other.pk, max_idle_time=60)
    assert signed_in(admin).post(url_of(profile), answers).status_code == 303
    entry = AuditEntry.objects.get(action="profile.changed")
    assert entry.before == {"storage": "Pit archive", "max_idle_time": 30}
    assert entry.after == {"storage": "Coast", "max_idle_time": 60}


def test_saving_it_unchanged_writes_nothing(profile: RecordingProfile, admin: User) -> None:
    assert signed_in(admin).post(url_of(profile), answers_of(profile)).status_code == 303
    assert not AuditEntry.objects.filter(target_type="RecordingProfile").exists()


@pytest.mark.parametrize("left_out", [True, False])
def test_a_change_to_hls_forgets_the_longest_file(left_out: bool, profile: RecordingProfile, admin: User) -> None:
    answers = answers_of(profile, output_format=0)
    if left_out:
        del answers["max_media_file_duration"]
    assert signed_in(admin).post(url_of(profile), answers).status_code == 303
    profile.refresh_from_db()
    assert (profile.output_format, profile.max_media_file_duration) == (0, None)


def test_a_recording_keeps_the_parameters_it_was_started_with(
    profile: RecordingProfile, device: Device, storage: StorageCredential, operator: User, admin: User
) -> None:
    build_recording(actor=operator, request=start_request(device, storage, profile=profile)).save()
    signed_in(admin).post(url_of(profile), answers_of(profile, max_idle_time=900, file_name_prefix="other"))
    recording = Recording.objects.get()
    assert (recording.max_idle_time, recording.file_name_prefix[0]) == (30, "shift")


def test_a_name_that_is_taken_is_refused(profile: RecordingProfile, admin: User) -> None:
    make_profile(name="Night")
    errors = errors_of(signed_in(admin), url_of(profile), answers_of(profile, name="Night"))
    assert errors == {"name": ["Another profile has this name."]}


def test_nothing_that_is_posted_breaks_it(profile: RecordingProfile, admin: User) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers_of(profile, file_name_prefix="a/b")):
        assert client.post(url_of(profile), posted).status_code in {303, 422}, what

"""Who needs a person, and when: the rule by itself, and the sweep that marks rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from recordings.domain.attention_rule import OVERDUE, PATIENCE, SEARCH, UPLOAD, Facts, attention_of
from recordings.domain.states import State, UploadState
from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.resolve import decide_many
from recordings.lifecycle.selection import SelectedRecording
from recordings.lifecycle.start import build_recording, close_recording
from recordings.models import Attention, CallbackKey, Device, Recording, StorageCredential, User
from tests.lifecycle.start_requests import start_request

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BLINK = timedelta(seconds=1)
ASKED = NOW - timedelta(hours=5)
FACTS = Facts(state=State.RECORDING, asked_at=ASKED, answered_at=ASKED, started_at=ASKED)


def begins(facts: Facts, reason: Attention, at: datetime) -> None:
    """The reason is there from `at` on, and not before."""
    assert attention_of(facts, at - BLINK) != reason
    assert attention_of(facts, at) == reason


def test_an_unknown_start_needs_attention_once_the_bucket_was_searched() -> None:
    begins(replace(FACTS, state=State.UNKNOWN, started_at=None), Attention.UNKNOWN, ASKED + SEARCH)


def test_where_the_bucket_cannot_be_listed_an_unknown_start_needs_attention_at_once() -> None:
    facts = replace(FACTS, state=State.UNKNOWN, started_at=None, can_list=False)
    assert attention_of(facts, ASKED) == Attention.CANNOT_LIST


def test_a_doubled_one_needs_attention_before_anything_else() -> None:
    facts = replace(FACTS, is_duplicate=True, stop_failed_at=ASKED, offline_since=ASKED)
    assert attention_of(facts, ASKED) == Attention.DOUBLED
    assert attention_of(replace(facts, state=State.ENDED, upload_state=UploadState.COMPLETE), NOW) == ""


def test_accepted_without_a_word_from_the_recorder_counts_only_where_callbacks_come() -> None:
    accepted = replace(FACTS, state=State.ACCEPTED)
    begins(replace(accepted, has_callbacks=True), Attention.NOT_RECORDING, ASKED + PATIENCE)
    assert attention_of(accepted, NOW) == ""


@pytest.mark.parametrize("state", [State.ACCEPTED, State.RECORDING])
def test_a_device_offline_for_longer_than_its_idle_time_is_silent(state: State) -> None:
    idle = timedelta(seconds=300)
    facts = replace(FACTS, state=state, max_idle_time=300)
    begins(replace(facts, offline_since=ASKED - idle), Attention.SILENT, ASKED + idle)
    later = ASKED + timedelta(hours=1)
    begins(replace(facts, offline_since=later), Attention.SILENT, later + idle)
    file_at = later + idle
    begins(replace(facts, offline_since=later, last_file_at=file_at), Attention.SILENT, file_at + idle)
    assert attention_of(facts, NOW) == ""


def test_a_file_long_overdue_and_a_finished_upload_are_silence_too() -> None:
    begins(replace(FACTS, longest_file=60), Attention.SILENT, ASKED + timedelta(minutes=60) + OVERDUE)
    begins(replace(FACTS, uploaded_at=NOW), Attention.SILENT, NOW + PATIENCE)


def test_a_stop_without_an_end_a_failed_recorder_and_late_files() -> None:
    begins(replace(FACTS, state=State.STOPPING, stopped_at=NOW), Attention.NOT_STOPPING, NOW + PATIENCE)
    assert attention_of(replace(FACTS, state=State.FAILED, ended_at=NOW), NOW) == Attention.FAILED
    ended = replace(FACTS, state=State.ENDED, ended_at=ASKED, upload_state=UploadState.PARTIAL)
    begins(ended, Attention.UPLOAD_LATE, ASKED + UPLOAD)
    assert attention_of(replace(ended, upload_state=UploadState.COMPLETE), NOW) == ""


def test_a_refused_stop_is_brought_up_while_the_recording_lives() -> None:
    assert attention_of(replace(FACTS, stop_failed_at=NOW), NOW) == Attention.STOP_REFUSED
    assert attention_of(replace(FACTS, state=State.CLOSED, stop_failed_at=NOW), NOW) == ""


def test_what_was_seen_to_stays_away_and_what_comes_later_does_not() -> None:
    seen_to = replace(FACTS, is_duplicate=True, dismissed_at=ASKED + BLINK)
    assert attention_of(seen_to, NOW) == ""
    assert attention_of(replace(seen_to, stop_failed_at=NOW), NOW) == Attention.STOP_REFUSED


@pytest.fixture
def silent(operator: User, device: Device, storage: StorageCredential) -> Recording:
    """A recording of a device that has been offline for an hour, in a project without callbacks."""
    long_ago = timezone.now() - timedelta(hours=1)
    Device.objects.filter(pk=device.pk).update(status=Device.Status.OFFLINE, offline_since=long_ago)
    recording = build_recording(actor=operator, request=start_request(device, storage))
    recording.state, recording.task_id, recording.started_at = Recording.State.ACCEPTED, "-t", long_ago
    recording.save()
    return recording


@pytest.mark.django_db(transaction=True)
class TestSweep:
    def test_it_marks_once_and_unmarks_when_the_reason_is_gone(self, silent: Recording) -> None:
        assert refresh_due_attention(timezone.now()) == 1
        assert refresh_due_attention(timezone.now()) == 0
        silent.refresh_from_db()
        assert silent.attention == Attention.SILENT
        Device.objects.update(status=Device.Status.CONNECTED, offline_since=None)
        assert refresh_due_attention(timezone.now()) == 1
        silent.refresh_from_db()
        assert (silent.attention, silent.attention_at) == ("", None)

    def test_closing_unmarks_at_once(self, silent: Recording, operator: User) -> None:
        refresh_due_attention(timezone.now())
        close_recording(actor=operator, recording=silent, reason="It is off")
        silent.refresh_from_db()
        assert (silent.state, silent.attention) == (Recording.State.CLOSED, "")

    def test_seen_to_it_does_not_come_back(self, silent: Recording, operator: User) -> None:
        refresh_due_attention(timezone.now())
        chosen = [SelectedRecording(pk=silent.pk, state=silent.state, attention=Attention.SILENT)]
        assert decide_many(actor=operator, chosen=chosen, reason="Known", closing=False) == []
        assert refresh_due_attention(timezone.now() + timedelta(days=1)) == 1, "a file is overdue by then: that is new"
        silent.refresh_from_db()
        assert silent.state == Recording.State.ACCEPTED

    def test_callbacks_count_where_a_valid_key_and_an_address_are_set_up(self, silent: Recording) -> None:
        Device.objects.update(status=Device.Status.CONNECTED, offline_since=None)
        Recording.objects.update(max_media_file_duration=None)
        assert refresh_due_attention(timezone.now()) == 0
        key = CallbackKey.objects.create(project=silent.project, key_sealed=b"", created_by="somebody")
        assert refresh_due_attention(timezone.now()) == 0, "no address for callbacks is registered"
        silent.project.callbacks_registered_at = timezone.now()
        silent.project.save()
        assert refresh_due_attention(timezone.now()) == 1
        silent.refresh_from_db()
        assert silent.attention == Attention.NOT_RECORDING
        CallbackKey.objects.filter(pk=key.pk).update(retired_at=timezone.now())
        assert refresh_due_attention(timezone.now()) == 1

    def test_it_leaves_alone_what_moved_on_meanwhile(self, silent: Recording) -> None:
        Recording.objects.filter(pk=silent.pk).update(state=Recording.State.ENDED, upload_state="complete")
        assert refresh_due_attention(timezone.now()) == 0

    def test_late_files_are_noticed_and_the_complete_are_not_looked_at(
        self, silent: Recording, django_assert_max_num_queries: object
    ) -> None:
        an_hour_ago = timezone.now() - timedelta(hours=1, seconds=1)
        Recording.objects.update(state=Recording.State.ENDED, ended_at=an_hour_ago, upload_state="partial")
        refresh_due_attention(timezone.now())
        silent.refresh_from_db()
        assert silent.attention == Attention.UPLOAD_LATE
        Recording.objects.update(upload_state="complete")
        refresh_due_attention(timezone.now())
        silent.refresh_from_db()
        assert silent.attention == ""

"""What the rule of attention wants to know of many recordings, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Max, Min, Q

from recordings.capture.attention_rule import Facts
from recordings.capture.states import State, UploadState
from recordings.models import ApiCall, CallbackEvent, CallbackKey, Decision, Device, Recording
from recordings.trro.requests import CreateCloudRecording, DeleteCloudRecording

HLS_UPLOADED = 305
FAILED = frozenset({ApiCall.Outcome.REFUSED, ApiCall.Outcome.UNKNOWN})


def facts_of(keys: Sequence[int], now: datetime) -> Iterator[tuple[Recording, Facts]]:
    """The recordings with these keys, in the order of their keys, and what is known of each at `now`."""
    starts, stops = _calls(keys)
    uploaded = _uploaded_at(keys)
    dismissed = _dismissed_at(keys)
    keyed = _projects_with_keys(now)
    rows = Recording.objects.filter(pk__in=keys).select_related("device", "project", "storage_key")
    for recording in rows.order_by("pk"):
        tries = [call for call in starts[recording.pk] if not call.late]
        last = stops[recording.pk][-1] if stops[recording.pk] else None
        accepted = [call for call in stops[recording.pk] if call.outcome == ApiCall.Outcome.ACCEPTED]
        has_failed = last is not None and last.outcome in FAILED and recording.stop_due_at is None
        registered = recording.project.callbacks_registered_at is not None
        yield (
            recording,
            Facts(
                state=State(recording.state),
                upload_state=UploadState(recording.upload_state),
                doubled=recording.doubled,
                asked_at=recording.created_at,
                answered_at=tries[-1].closed_at if tries else None,
                started_at=recording.started_at,
                stopped_at=accepted[-1].closed_at if accepted else None,
                stop_failed_at=last.closed_at if last and has_failed else None,
                ended_at=recording.ended_at,
                offline_since=_offline_since(recording.device),
                last_file_at=recording.last_file_at,
                uploaded_at=uploaded.get(recording.pk),
                max_idle_time=recording.max_idle_time,
                longest_file=recording.max_media_file_duration,
                has_callbacks=registered and recording.project_id in keyed,
                can_list=recording.storage_key.can_list,
                dismissed_at=dismissed.get(recording.pk),
            ),
        )


def _calls(keys: Sequence[int]) -> tuple[Mapping[int | None, list[ApiCall]], Mapping[int | None, list[ApiCall]]]:
    """The tries to start and to stop, by recording, each in order."""
    starts: dict[int | None, list[ApiCall]] = defaultdict(list)
    stops: dict[int | None, list[ApiCall]] = defaultdict(list)
    by_action = {CreateCloudRecording.action: starts, DeleteCloudRecording.action: stops}
    for call in ApiCall.objects.filter(recording__in=keys, action__in=by_action).order_by("id"):
        by_action[call.action][call.recording_id].append(call)
    return starts, stops


def _uploaded_at(keys: Sequence[int]) -> Mapping[int, datetime]:
    events = CallbackEvent.objects.filter(recording__in=keys, event_type=HLS_UPLOADED)
    return dict(events.order_by().values_list("recording").annotate(Min("received_at")))


def _dismissed_at(keys: Sequence[int]) -> Mapping[int, datetime]:
    seen_to = Decision.objects.filter(recording__in=keys, verdict=Decision.Verdict.DISMISSED)
    return dict(seen_to.order_by().values_list("recording").annotate(Max("decided_at")))


def _projects_with_keys(now: datetime) -> frozenset[int]:
    """The projects of which a valid key can prove callbacks."""
    valid = CallbackKey.objects.filter(Q(retired_at=None) | Q(retired_at__gt=now))
    return frozenset(valid.order_by().values_list("project_id", flat=True))


def _offline_since(device: Device) -> datetime | None:
    return device.offline_since if device.status == Device.Status.OFFLINE else None

"""What the rule of attention wants to know of many recordings, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Max, Min, Q

from recordings.domain.attention_rule import Facts
from recordings.domain.signs import RECORDER_AT_WORK, RECORDER_STARTED
from recordings.domain.states import HLS_FORMATS, State, UploadState
from recordings.lifecycle.due import first_due_of
from recordings.lifecycle.queries import running_parts
from recordings.models import (
    ApiCall,
    CallbackEvent,
    CallbackKey,
    Decision,
    Device,
    Recording,
    StorageKey,
)
from recordings.trro.callback import STATUSES
from recordings.trro.event_type import EventType
from recordings.trro.requests import CreateCloudRecording, DeleteCloudRecording

FAILED = frozenset({ApiCall.Outcome.REFUSED, ApiCall.Outcome.UNKNOWN})


def facts_of(keys: Sequence[int], now: datetime) -> Iterator[tuple[Recording, Facts]]:
    """The recordings with these keys, in the order of their keys, and what is known of each at `now`."""
    starts, stops = _calls(keys)
    uploaded = _uploaded_at(keys)
    decided = _decided_at(keys)
    keyed = _projects_with_keys(now)
    rows = Recording.objects.filter(pk__in=keys).select_related("device", "project", "storage_key")
    found = list(rows.order_by("pk"))
    can_list = _can_list({recording.storage_id for recording in found})
    reports = _signs_of([recording.pk for recording in found if recording.state == State.CLOSED])
    beside = _beside([recording for recording in found if recording.is_live])
    for recording in found:
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
                is_duplicate=recording.is_duplicate or recording.pk in beside,
                duplicate_since=max(
                    (at for at in (recording.duplicate_since, beside.get(recording.pk)) if at), default=None
                ),
                asked_at=recording.created_at,
                answered_at=tries[-1].closed_at if tries else None,
                started_at=recording.started_at,
                stopped_at=accepted[-1].closed_at if accepted else None,
                stop_failed_at=last.closed_at if last and has_failed else None,
                ended_at=recording.over_since,
                runs_on_since=recording.runs_on_since,
                closed_at=decided.get((recording.pk, Decision.Choice.CLOSED)),
                reported_at=reports.get((recording.pk, True)),
                has_left=(recording.pk, False) in reports and recording.runs_on_since is None,
                due_since=_due_since(recording, tries, stops[recording.pk]),
                offline_since=_offline_since(recording.device),
                last_file_at=recording.last_file_at,
                scanned_at=recording.scanned_at,
                is_hls=recording.output_format in HLS_FORMATS,
                uploaded_at=uploaded.get(recording.pk),
                max_idle_time=recording.max_idle_time,
                longest_file=recording.max_media_file_duration,
                has_callbacks=registered and recording.project_id in keyed,
                can_list=can_list.get(recording.storage_id, recording.storage_key.can_list),
                dismissed_at=decided.get((recording.pk, Decision.Choice.DISMISSED)),
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


def _beside(live: Sequence[Recording]) -> Mapping[int, datetime]:
    """Since when each of these live recordings is one of two: another of its stream is a duplicate, or runs on
    after its end. Both need attention for what both pages show."""
    devices = {recording.device_id for recording in live}
    if not devices:
        return {}
    running, marked, works_on = running_parts(Recording.objects.filter(device__in=devices))
    found: dict[tuple[int, int], list[tuple[int, datetime]]] = defaultdict(list)
    pairs = (
        (running.filter(is_duplicate=True), "duplicate_since"),
        (marked, "attention_at"),
        (works_on.exclude(attention=""), "runs_on_since"),
    )
    for rows, since in pairs:
        for device, stream, pk, at, started in rows.values_list("device", "video_stream_id", "pk", since, "created_at"):
            found[device, stream].append((pk, at or started))
    return {
        recording.pk: max(moments)
        for recording in live
        if (moments := [at for pk, at in found[recording.device_id, recording.video_stream_id] if pk != recording.pk])
    }


def _uploaded_at(keys: Sequence[int]) -> Mapping[int, datetime]:
    events = CallbackEvent.objects.filter(
        recording__in=keys, event_type=EventType.HLS_UPLOADED, status__in=STATUSES[EventType.HLS_UPLOADED]
    )
    return dict(events.order_by().values_list("recording").annotate(Min("received_at")))


def _decided_at(keys: Sequence[int]) -> Mapping[tuple[int, str], datetime]:
    """When each kind of decision was last made, by recording and choice."""
    decisions = Decision.objects.filter(recording__in=keys).order_by()
    rows = decisions.values_list("recording", "choice").annotate(Max("decided_at"))
    return {(recording, choice): at for recording, choice, at in rows}


def _signs_of(keys: Sequence[int]) -> Mapping[tuple[int, bool], datetime]:
    """When callbacks last said that the recorders of these are at work (True), and that they left (False)."""
    if not keys:
        return {}
    began = Q(event_type__in=(RECORDER_STARTED.event_type, EventType.RECORDER_CHANGED), status=0)
    events = CallbackEvent.objects.filter(recording__in=keys)
    signs = events.filter(began | Q(event_type__in=[*RECORDER_AT_WORK, EventType.RECORDER_LEFT])).order_by()
    reports: dict[tuple[int, bool], datetime] = {}
    for recording, kind, at in signs.values_list("recording", "event_type").annotate(Max("received_at")):
        key = (recording, kind != EventType.RECORDER_LEFT)
        reports[key] = max(at, reports.get(key, at))
    return reports


def _can_list(storages: Collection[int]) -> Mapping[int, bool | None]:
    """Whether today's key of each storage may list its bucket, by storage: which key a start began with may be past."""
    keys = StorageKey.objects.filter(storage__in=storages, replaced_at=None)
    return dict(keys.values_list("storage_id", "can_list"))


def _due_since(recording: Recording, starts: Sequence[ApiCall], stops: Sequence[ApiCall]) -> datetime | None:
    """Since when a start or a stop should have been sent: that it was put off by the worker, minute by minute, since
    its account cannot make calls, changes nothing about that."""
    if recording.state == State.QUEUED and recording.not_before:
        return first_due_of(recording, starts)
    if recording.stop_due_at is None:
        return None
    moments = (recording.stop_wanted_at, recording.started_at, stops[-1].closed_at if stops else None)
    return max((at for at in moments if at), default=recording.stop_due_at)


def _projects_with_keys(now: datetime) -> frozenset[int]:
    """The projects of which a valid key can prove callbacks."""
    valid = CallbackKey.objects.filter(Q(retired_at=None) | Q(retired_at__gt=now))
    return frozenset(valid.order_by().values_list("project_id", flat=True))


def _offline_since(device: Device) -> datetime | None:
    return device.offline_since if device.status == Device.Status.OFFLINE else None

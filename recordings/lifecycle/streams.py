"""Which recordings run on a stream, as far as is known: for devices, and for the others of a recording's stream."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from recordings.lifecycle.live_status import StatusBadge, badge_of, combined_status
from recordings.lifecycle.queries import running_parts, with_ends
from recordings.models import Attention, Device, Recording

StreamKey = tuple[int, int]
"""A device's key, and the number of its stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A stream of which something runs, or may run, and what is known of that."""

    number: int
    recordings: Sequence[Recording]
    look: StatusBadge


def running_on(devices: Iterable[int]) -> list[Recording]:
    """The recordings of these devices that run or may run, the oldest first: live ones, and what runs on after its end.

    Three queries, each by its own index.
    """
    keys = set(devices)
    if not keys:
        return []
    return _running(Recording.objects.filter(device__in=keys))


def running_in(projects: Collection[int]) -> list[Recording]:
    """The same of all devices of these projects, to which they are narrowed down once they are read: by a condition
    on the project SQLite would read a project's whole history.
    """
    return [each for each in _running(Recording.objects.all()) if each.project_id in projects]


def _running(recordings: QuerySet[Recording]) -> list[Recording]:
    # Without an order: for one SQLite would read the whole history by its newest
    parts = [part.order_by() for part in running_parts(recordings)]
    found = {each.pk: each for part in parts for each in _shown(part)}
    return sorted(found.values(), key=lambda each: (each.created_at, each.pk))


def streams_of(devices: Iterable[int], now: datetime) -> Mapping[int, Sequence[Stream]]:
    """The streams that are in use, by device, in the order of their numbers."""
    return streams_by_device(running_on(devices), now)


def streams_by_device(running: Iterable[Recording], now: datetime) -> Mapping[int, Sequence[Stream]]:
    """The same of recordings that were read already."""
    streams: dict[int, list[Stream]] = defaultdict(list)
    for (device, number), recordings in sorted(_by_stream(running).items()):
        if standing := combined_status(recordings, now):
            look = badge_of(standing, len(recordings))
            streams[device].append(Stream(number=number, recordings=recordings, look=look))
    return streams


def attach_streams(devices: Iterable[Device], now: datetime) -> None:
    """Let each device know its `streams` that are in use."""
    devices = list(devices)
    streams = streams_of((device.pk for device in devices), now)
    for device in devices:
        device.streams = streams.get(device.pk, ())
        device.is_recorded = any(each.is_live for stream in device.streams for each in stream.recordings)


def attach_others(recordings: Iterable[Recording]) -> None:
    """Let each recording that runs, or may run, know the `others` of its stream that do."""
    concerned = [each for each in recordings if each.may_be_stopped or each.attention == Attention.RUNS_ON]
    by_stream = _by_stream(running_on(each.device_id for each in concerned))
    for recording in concerned:
        beside = [each for each in by_stream[_key(recording)] if each.pk != recording.pk]
        if recording.state == Recording.State.CLOSED and recording.attention != Attention.RUNS_ON:
            beside = [each for each in beside if each.is_duplicate and _was_closed_beside(recording, each)]
        elif recording.duplicate_since and not beside:
            beside = [each for each in _closed_on(recording) if _was_closed_beside(each, recording)]
        recording.others = beside


def _was_closed_beside(closed: Recording, duplicate: Recording) -> bool:
    """Whether it was closed as one of two, which stopped nothing: as far as is known it runs beside the other."""
    if closed.ended_at is None or duplicate.duplicate_since is None:
        return False
    return closed.ended_at >= duplicate.duplicate_since and closed.may_run_on and not closed.stop_accepted


def _closed_on(recording: Recording) -> QuerySet[Recording]:
    same = Recording.objects.filter(device=recording.device_id, video_stream_id=recording.video_stream_id)
    closed = same.filter(state=Recording.State.CLOSED, ended_at__gte=recording.duplicate_since).exclude(task_id="")
    return _shown(closed)


def _shown(recordings: QuerySet[Recording]) -> QuerySet[Recording]:
    return with_ends(recordings).select_related("project", "device", "requested_by", "claimed_by")


def _key(recording: Recording) -> StreamKey:
    return recording.device_id, recording.video_stream_id


def _by_stream(recordings: Iterable[Recording]) -> Mapping[StreamKey, list[Recording]]:
    found: dict[StreamKey, list[Recording]] = defaultdict(list)
    for recording in recordings:
        found[_key(recording)].append(recording)
    return found

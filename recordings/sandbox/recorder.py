"""The recorder: while a task runs it writes files to the bucket of the call and tells of it by callbacks.

HLS comes segment by segment with a growing playlist; MP4 and AAC come when a part is cut and at the end.
Nothing is written for a time in which nobody published.
"""

import threading
from dataclasses import dataclass, replace

from recordings.sandbox.callbacks import Callbacks, as_vendor_writes
from recordings.sandbox.clock import Background, Clock
from recordings.sandbox.config import SandboxConfig
from recordings.sandbox.journal import Journal, Kind
from recordings.sandbox.media import CONTENT_TYPES, Media, playlist, segment_name
from recordings.sandbox.names import file_stem, robot_of, room_of
from recordings.sandbox.rules import AAC, HLS, HLS_AND_AAC, HLS_AND_MP4, MP4
from recordings.sandbox.storage import Storage, StorageError
from recordings.sandbox.tasks import Task

ALL_THERE, SOME_WAIT, FAILED = range(3)

_WITH_HLS = (HLS, HLS_AND_MP4, HLS_AND_AAC)
_WHOLE_FILE = {HLS_AND_MP4: "mp4", MP4: "mp4", HLS_AND_AAC: "aac", AAC: "aac"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """What every recording needs."""

    config: SandboxConfig
    clock: Clock
    background: Background
    journal: Journal
    storage: Storage
    media: Media
    callbacks: Callbacks


class Recorder:
    """One task's recording; satisfies `tasks.Film`. Its steps never overlap."""

    def __init__(self, task: Task, studio: Studio) -> None:
        wanted = task.wanted
        self._task = task
        self._studio = studio
        self._lock = threading.Lock()
        self._room = room_of(wanted.project_id, wanted.device_id, wanted.stream)
        self._publisher = wanted.device_id
        self._stem = file_stem(
            sdk_app_id=studio.config.sdk_app_id, room=self._room, publisher=self._publisher
        )
        self._hls = wanted.output_format in _WITH_HLS
        self._whole = _WHOLE_FILE.get(wanted.output_format)
        self._segments: list[tuple[float, float]] = []
        self._segment_from = self._part_from = task.started_at
        self._parts = 0
        self._everything_there = True

    def begin(self) -> None:
        """301, and the first steps are laid out."""
        self._tell(301, {"Status": 0})
        if self._hls:
            self._studio.background.at(self._segment_from + self._studio.config.segment, self._next_segment)
        if self._whole:
            self._studio.background.at(self._part_from + self._part_length, self._next_part)

    def leave(self) -> None:
        """302 at once; the last files follow after the upload delay."""
        self._tell(302, {"LeaveCode": self._task.leave_code})
        ended_at = self._task.ended_at or self._studio.clock.now()
        self._studio.background.at(
            ended_at + self._studio.config.upload_delay, lambda _due: self._finish(ended_at)
        )

    @property
    def _part_length(self) -> float:
        return self._task.wanted.max_minutes * self._studio.config.minute

    def _next_segment(self, due: float) -> None:
        with self._lock:
            if self._task.ended_at is not None:
                return
            self._cut_segment(due)
            self._studio.background.at(due + self._studio.config.segment, self._next_segment)

    def _next_part(self, due: float) -> None:
        with self._lock:
            if self._task.ended_at is not None:
                return
            self._cut_part(due)
            self._studio.background.at(due + self._part_length, self._next_part)

    def _finish(self, ended_at: float) -> None:
        with self._lock:
            if self._hls:
                self._cut_segment(ended_at)
                if self._segments:
                    self._put_playlist(ended=True)
                    self._tell(305, {"Status": ALL_THERE if self._everything_there else SOME_WAIT})
            if self._whole:
                self._cut_part(ended_at)

    def _cut_segment(self, until: float) -> None:
        began_at, self._segment_from = self._segment_from, until
        if until <= began_at or not self._task.recorded_since(began_at):
            return
        name, first = segment_name(self._stem, began_at), not self._segments
        if first:
            self._tell(303, {"Status": 0})
        self._put(name, self._studio.media.content("ts"), "ts")
        self._segments.append((began_at, until - began_at))
        self._put_playlist(ended=False)
        if first:
            about = {
                "FileName": f"{self._playlist_name}",
                "UserId": self._publisher,
                "TrackType": "audio_video",
            }
            self._tell(307, {**about, "BeginTimeStamp": _ms(began_at)})
            self._tell(304, {"FileList": self._playlist_name})

    def _cut_part(self, until: float) -> None:
        began_at, self._part_from = self._part_from, until
        if self._whole is None or until <= began_at or not self._task.recorded_since(began_at):
            return
        name = f"{self._stem}_{self._parts}.{self._whole}"
        self._parts += 1
        there = self._put(name, self._studio.media.content(self._whole), self._whole)
        about = {
            "FileName": name,
            "UserId": self._publisher,
            "TrackType": "audio" if self._whole == "aac" else "audio_video",
            "MediaId": "main",
            "StartTimeStamp": _ms(began_at),
            "EndTimeStamp": _ms(until),
        }
        self._tell(
            310, {"Status": ALL_THERE if there else FAILED, "FileList": [name], "FileMessage": [about]}
        )

    @property
    def _playlist_name(self) -> str:
        return f"{self._stem}_audio_video.m3u8"

    def _put_playlist(self, *, ended: bool) -> None:
        content = playlist(
            stem=self._stem, segments=self._segments, longest=self._studio.config.segment, ended=ended
        )
        self._put(self._playlist_name, content, "m3u8")

    def _put(self, name: str, content: bytes, kind: str) -> bool:
        """Write one file under `<prefix…>/<TaskId>/`; a refusal of the storage is told by 308."""
        key = "/".join((*self._task.wanted.prefix, self._task.task_id, name))
        try:
            self._studio.storage.put(self._task.wanted.bucket, key, content, CONTENT_TYPES[kind])
        except StorageError as error:
            self._everything_there = False
            self._note(Kind.UPLOAD_FAILED, key, size=None, code=error.code)
            self._tell(308, {"Code": error.code, "Message": error.message})
            return False
        if self._studio.storage.writes:
            self._note(Kind.WROTE, key, size=len(content), code="")
        return True

    def _note(self, kind: Kind, key: str, *, size: int | None, code: str) -> None:
        self._studio.journal.add(replace(self._task.entry(kind), key=key, size=size, code=code))

    def _tell(self, event_type: int, payload: dict[str, object]) -> None:
        now, task = self._studio.clock.now(), self._task
        info = {
            "RoomId": self._room,
            # Projects with numbered rooms send this as a string: the documents show both.
            "EventTs": str(int(now)) if isinstance(self._room, int) else int(now),
            "EventMsTs": _ms(now),
            "UserId": robot_of(task.task_id),
            "TaskId": task.task_id,
            "Payload": payload,
        }
        body = as_vendor_writes(
            {"EventGroupId": 3, "EventType": event_type, "CallbackTs": _ms(now), "EventInfo": info}
        )
        self._studio.callbacks.post(
            body, project_id=task.wanted.project_id, task_id=task.task_id, event_type=event_type
        )


def _ms(moment: float) -> int:
    return int(moment * 1000)

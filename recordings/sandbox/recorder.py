"""The recorder: while a task runs it writes files to the call's bucket and reports them by callbacks.

HLS comes segment by segment with a growing playlist; MP4 and AAC come when a part is cut and at the end.
Nothing is written for a time without published video.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from recordings.sandbox import events
from recordings.sandbox.callbacks import Callbacks
from recordings.sandbox.clock import Background, Clock
from recordings.sandbox.config import SandboxConfig
from recordings.sandbox.events import milliseconds, task_event
from recordings.sandbox.journal import EntryKind, Journal
from recordings.sandbox.media import CONTENT_TYPES, Media, playlist, segment_name
from recordings.sandbox.names import file_stem, room_of
from recordings.sandbox.rules import AAC, HLS, HLS_AND_AAC, HLS_AND_MP4, MP4
from recordings.sandbox.storage import Storage, StorageError
from recordings.sandbox.task import Task

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
        request = task.request
        room = room_of(request.project_id, request.device_id, request.stream)
        self._task = task
        self._studio = studio
        self._lock = threading.Lock()
        self._stem = file_stem(sdk_app_id=studio.config.sdk_app_id, room=room, publisher=request.device_id)
        self._hls = request.output_format in _WITH_HLS
        self._whole = _WHOLE_FILE.get(request.output_format)
        self._part_length = request.max_minutes * studio.config.minute
        self._segments: list[tuple[float, float]] = []
        self._segment_from = self._part_from = task.started_at
        self._parts = 0
        self._failures = 0

    def begin(self) -> None:
        """301, and the first steps are laid out."""
        self._tell(events.STARTED, {"Status": 0}, at=self._task.started_at)
        if self._hls:
            self._later(self._segment_from + self._studio.config.segment, self._next_segment)
        if self._whole:
            self._later(self._part_from + self._part_length, self._next_part)

    def leave(self) -> None:
        """302 at once; the last files follow after the upload delay."""
        ended_at = self._task.ended_at or self._studio.clock.now()
        self._tell(events.LEFT, {"LeaveCode": self._task.leave_code}, at=ended_at)
        self._later(ended_at + self._studio.config.upload_delay, lambda due: self._finish(ended_at, due))

    def _later(self, due: float, step: Callable[[float], None]) -> None:
        self._studio.background.at(due, step)

    def _next_segment(self, due: float) -> None:
        with self._lock:
            if self._task.ended_at is None:
                self._cut_segment(until=due, at=due)
                self._later(due + self._studio.config.segment, self._next_segment)

    def _next_part(self, due: float) -> None:
        with self._lock:
            if self._task.ended_at is None:
                self._cut_part(until=due, at=due)
                self._later(due + self._part_length, self._next_part)

    def _finish(self, ended_at: float, due: float) -> None:
        with self._lock:
            if self._hls:
                self._cut_segment(until=ended_at, at=due)
                if self._segments:
                    self._put_playlist(ended=True, at=due)
                    status = SOME_WAIT if self._failures else ALL_THERE
                    self._tell(events.HLS_UPLOADED, {"Status": status}, at=due)
            if self._whole:
                self._cut_part(until=ended_at, at=due)

    def _cut_segment(self, *, until: float, at: float) -> None:
        began_at, self._segment_from = self._segment_from, until
        if until <= began_at or not self._task.recorded_since(began_at):
            return
        first = not self._segments
        if first:
            self._tell(events.UPLOAD_STARTED, {"Status": 0}, at=at)
        film = self._studio.media.segment(begin=began_at - self._task.started_at, length=until - began_at)
        self._put(segment_name(self._stem, began_at), "ts", film, at=at)
        self._segments.append((began_at, until - began_at))
        self._put_playlist(ended=False, at=at)
        if first:
            about = self._about(self._playlist_name, "audio_video", BeginTimeStamp=milliseconds(began_at))
            self._tell(events.FIRST_SEGMENT, about, at=at)
            self._tell(events.FIRST_PLAYLIST, {"FileList": self._playlist_name}, at=at)

    def _cut_part(self, *, until: float, at: float) -> None:
        began_at, self._part_from = self._part_from, until
        if self._whole is None or until <= began_at or not self._task.recorded_since(began_at):
            return
        name = f"{self._stem}_{self._parts}.{self._whole}"
        self._parts += 1
        there = self._put(name, self._whole, self._studio.media.content(self._whole), at=at)
        times = {"StartTimeStamp": milliseconds(began_at), "EndTimeStamp": milliseconds(until)}
        track = "audio" if self._whole == "aac" else "audio_video"
        about = self._about(name, track, MediaId="main", **times)
        status = ALL_THERE if there else FAILED
        self._tell(events.FILE_FINISHED, {"Status": status, "FileList": [name], "FileMessage": [about]}, at=at)

    def _about(self, name: str, track: str, **more: object) -> dict[str, object]:
        return {"FileName": name, "UserId": self._task.request.device_id, "TrackType": track, **more}

    @property
    def _playlist_name(self) -> str:
        return f"{self._stem}_audio_video.m3u8"

    def _put_playlist(self, *, ended: bool, at: float) -> None:
        longest = self._studio.config.segment
        content = playlist(stem=self._stem, segments=self._segments, longest=longest, ended=ended)
        self._put(self._playlist_name, "m3u8", content, at=at)

    def _put(self, name: str, kind: str, content: bytes, *, at: float) -> bool:
        """Write one file under `<prefix…>/<TaskId>/`; when the storage refuses it, say so by 308."""
        key = "/".join((*self._task.request.prefix, self._task.task_id, name))
        try:
            self._studio.storage.put(self._task.request.bucket, key, content, CONTENT_TYPES[kind])
        except StorageError as error:
            self._failures += 1
            self._note(EntryKind.UPLOAD_FAILED, key, code=error.code)
            self._tell(events.STORAGE_ERROR, {"Code": error.code, "Message": error.message}, at=at)
            return False
        if self._studio.storage.writes:
            self._note(EntryKind.WROTE, key, size=len(content))
        return True

    def _note(self, kind: EntryKind, key: str, *, size: int | None = None, code: str = "") -> None:
        self._studio.journal.add(replace(self._task.entry(kind), key=key, size=size, code=code))

    def _tell(self, event_type: int, payload: dict[str, object], *, at: float) -> None:
        body = task_event(self._task, event_type, payload, at=at)
        self._studio.callbacks.post(
            body,
            project_id=self._task.request.project_id,
            task_id=self._task.task_id,
            event_type=event_type,
        )

"""Reading a callback's body: hostile until shown otherwise, though its signature was right.

`read` never raises. What makes no sense is left out and complained of; the rest counts. Source: TRRO, recording
callbacks. Ids, numbers and times come as strings or numbers, files as a list or one string.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NoReturn

from recordings.trro.event_type import EventType
from recordings.trro.outcome import is_id

MAX_FILES = 1000
LONGEST_NAME = 512
LARGEST = 2**31 - 1
_NUMBER = re.compile(r"-?[0-9]{1,15}")
_YEARS = range(2015, 2100)

NAME_FILES = frozenset({EventType.FIRST_PLAYLIST, EventType.FIRST_SEGMENT, EventType.FILE_FINISHED})
STATUSES: Mapping[int | None, range] = MappingProxyType(
    {
        EventType.RECORDER_STARTED: range(2),
        EventType.UPLOAD_STARTED: range(2),
        EventType.HLS_UPLOADED: range(3),
        EventType.RECORDER_CHANGED: range(1),
        EventType.FILE_FINISHED: range(3),
    }
)
"""What an event of each of these types may have as its status; one that has another, or none, says nothing.

302 (the recorder left), 304 and 307 say all by their type: what their payload adds turns nothing round.
"""
_STATUS = re.compile(r"0|[1-9][0-9]{0,9}")
_TRACKS = frozenset({"audio", "video", "audio_video"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedFile:
    """A file that a callback names: by its base name below the TaskId, and no other."""

    name: str
    track_type: str = ""
    begins_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCallback:
    """What one callback says. `complaint` tells the first thing that made no sense; empty when all did."""

    event_type: int | None = None
    status: int | None = None
    task_id: str = ""
    happened_at: datetime | None = None
    sent_at: datetime | None = None
    files: tuple[AnnouncedFile, ...] = ()
    complaint: str = ""


def is_readable(event_type: int | None, status: int | None) -> bool:
    """Whether an event of this type says something with this status: it needs none, or has one that is documented."""
    return event_type not in STATUSES or status in STATUSES[event_type]


@dataclass(slots=True)
class _Complaints:
    first: str = ""

    def add(self, words: str) -> None:
        self.first = self.first or words


@dataclass(frozen=True, slots=True)
class _Reader:
    complaints: _Complaints = field(default_factory=_Complaints)

    def number(self, given: object, name: str) -> int | None:
        """A whole number, also in a string. None, with a complaint, for anything else."""
        if given is None:
            return None
        if isinstance(given, str) and _NUMBER.fullmatch(given.strip()):
            return int(given)
        if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**15:
            return given
        if isinstance(given, float) and given.is_integer() and abs(given) < 10**15:
            return int(given)
        self.complaints.add(f"{name} is not a number")
        return None

    def status(self, event_type: int | None, payload: Mapping[str, Any]) -> int | None:
        """The status that an event of this type needs, or the reason of a 302. None, with a complaint, for anything
        but a whole number in its plain form, also in a string: no boolean, sign, space or leading zero.
        """
        name = "LeaveCode" if event_type == EventType.RECORDER_LEFT else "Status"
        given = payload.get(name)
        if given is None and event_type == EventType.HLS_UPLOADED:
            given = payload.get("LeaveCode")
        if isinstance(given, str) and not _STATUS.fullmatch(given):
            self.complaints.add(f"{name} is not a number")
            return None
        status = self.small(given, name)
        if given is None and (event_type in STATUSES or event_type == EventType.RECORDER_LEFT):
            self.complaints.add(f"{name} is missing")
        elif status is not None and not is_readable(event_type, status):
            self.complaints.add(f"{name} has no known meaning")
        return status

    def small(self, given: object, name: str) -> int | None:
        """A number that fits a row."""
        value = self.number(given, name)
        if value is not None and abs(value) > LARGEST:
            self.complaints.add(f"{name} is out of range")
            return None
        return value

    def moment(self, given: object, name: str, *, per_second: int) -> datetime | None:
        """A moment, from a number of seconds or milliseconds since 1970."""
        value = self.number(given, name)
        if not value:
            return None
        try:
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value * 1000 // per_second)
        except OverflowError:
            at = None
        if at is None or at.year not in _YEARS:
            self.complaints.add(f"{name} is no time of our days")
            return None
        return at

    def table(self, given: object, name: str) -> Mapping[str, Any]:
        if isinstance(given, dict):
            return given
        if given is not None:
            self.complaints.add(f"{name} is not an object")
        return {}

    def name(self, given: object) -> str:
        """The base name of a file, or nothing with a complaint: it may never lead out of its folder."""
        if isinstance(given, str) and is_base_name(given):
            return given
        self.complaints.add("a file's name is not a plain name")
        return ""


def read(body: bytes) -> ParsedCallback:
    """All that a callback's body says."""
    reader = _Reader()
    try:
        given = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return ParsedCallback(complaint="the body is not JSON")
    if not isinstance(given, dict):
        return ParsedCallback(complaint="the body is not an object")
    info = reader.table(given.get("EventInfo"), "EventInfo")
    payload = reader.table(info.get("Payload"), "Payload")
    event_type = reader.small(given.get("EventType"), "EventType")
    if event_type is None or event_type < 0:
        reader.complaints.add("EventType is missing")
        event_type = None
    task_id = info.get("TaskId")
    if task_id is not None and not is_id(task_id):
        reader.complaints.add("TaskId has not the form of an id")
    return ParsedCallback(
        event_type=event_type,
        status=reader.status(event_type, payload),
        task_id=task_id if is_id(task_id) else "",
        happened_at=reader.moment(info.get("EventMsTs"), "EventMsTs", per_second=1000)
        or reader.moment(info.get("EventTs"), "EventTs", per_second=1),
        sent_at=reader.moment(given.get("CallbackTs"), "CallbackTs", per_second=1000),
        files=tuple(_files(reader, event_type, payload)),
        complaint=reader.complaints.first,
    )


def is_base_name(name: str) -> bool:
    """Whether a name is one part of an object's key, without characters that cannot be seen.

    Two dots within are the vendor's own: in base64 it writes `=` as `.`.
    """
    return (
        0 < len(name) <= LONGEST_NAME
        and not name.isspace()
        and "/" not in name
        and "\\" not in name
        and name not in {".", ".."}
        and not any(unicodedata.category(character)[0] in "CZ" and character != " " for character in name)
    )


def _files(reader: _Reader, event_type: int | None, payload: Mapping[str, Any]) -> Iterator[AnnouncedFile]:
    if event_type not in NAME_FILES:
        return
    described = payload.get("FileMessage") or []
    listed = payload.get("FileList") or []
    if event_type == EventType.FIRST_SEGMENT:
        described = [payload]
    elif isinstance(described, dict):
        described = [described]
    if isinstance(listed, str):
        listed = [listed]
    if not isinstance(described, list) or not isinstance(listed, list):
        reader.complaints.add("the files are not a list")
        return
    if len(described) > MAX_FILES or len(listed) > MAX_FILES:
        reader.complaints.add("more files than can be true")
    for about in described[:MAX_FILES]:
        about = reader.table(about, "FileMessage")
        if name := reader.name(about.get("FileName")):
            track = about.get("TrackType")
            begins = about.get("StartTimeStamp", about.get("BeginTimeStamp"))
            yield AnnouncedFile(
                name=name,
                track_type=track if isinstance(track, str) and track in _TRACKS else "",
                begins_at=reader.moment(begins, "StartTimeStamp", per_second=1000),
                ends_at=reader.moment(about.get("EndTimeStamp"), "EndTimeStamp", per_second=1000),
            )
    for given in listed[:MAX_FILES]:
        if name := reader.name(given):
            yield AnnouncedFile(name=name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice with two values tells neither: its value is of no type that is read."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        found[name] = value if name not in found or found[name] == value else _TWO_VALUES
    return found


_TWO_VALUES = object()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")

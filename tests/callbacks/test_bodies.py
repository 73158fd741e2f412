"""Reading bodies: everything the vendor is known to write, and everything that an attacker might."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.trro.callback import AnnouncedFile, is_base_name, read

AT = datetime(2022, 9, 27, 4, 29, 8, 180000, tzinfo=UTC)
MS = 1664252948180


def body(event_type: Any = 301, payload: Any = None, **info: Any) -> bytes:
    said = {"Status": 0} if payload is None else payload
    about = {"RoomId": "r", "EventTs": MS // 1000, "EventMsTs": MS, "TaskId": "-x+/y.", "Payload": said}
    return json.dumps(
        {"EventGroupId": 3, "EventType": event_type, "CallbackTs": MS + 1, "EventInfo": about | info}
    ).encode()


def test_a_plain_event_is_read_whole() -> None:
    said = read(body(301, {"Status": 1}))
    assert (said.event_type, said.status, said.task_id, said.happened_at) == (301, 1, "-x+/y.", AT)
    assert said.sent_at
    assert not said.complaint


@pytest.mark.parametrize("room", ["truck_1", 8489, "8489", None])
def test_a_room_may_be_text_or_number(room: object) -> None:
    assert not read(body(RoomId=room)).complaint


def test_numbers_may_come_as_text() -> None:
    said = read(body("302", {"LeaveCode": "99"}, EventMsTs=str(MS), EventTs=str(MS // 1000)))
    assert (said.event_type, said.status, said.happened_at) == (302, 99, AT)


def test_seconds_count_where_there_are_no_milliseconds() -> None:
    assert read(body(EventMsTs=None, EventTs=str(MS // 1000))).happened_at == AT.replace(microsecond=0)


@pytest.mark.parametrize("name", ["Status", "LeaveCode"])
def test_the_status_of_305_is_also_seen_as_leave_code(name: str) -> None:
    assert read(body(305, {name: 1})).status == 1


def test_the_playlist_of_304_is_a_string() -> None:
    assert read(body(304, {"FileList": "a.m3u8"})).files == (AnnouncedFile(name="a.m3u8"),)


def test_the_file_of_307_has_a_track_and_a_beginning() -> None:
    (file,) = read(body(307, {"FileName": "a.m3u8", "TrackType": "audio_video", "BeginTimeStamp": MS})).files
    assert file == AnnouncedFile(name="a.m3u8", track_type="audio_video", begins_at=AT)


def test_the_files_of_310_have_both_ends() -> None:
    about = {"FileName": "a.mp4", "TrackType": "audio_video", "StartTimeStamp": MS, "EndTimeStamp": str(MS + 1000)}
    files = read(body(310, {"Status": 0, "FileList": ["a.mp4"], "FileMessage": [about]})).files
    assert {file.name for file in files} == {"a.mp4"}
    assert (files[0].begins_at, files[0].ends_at) == (AT, AT.replace(second=9))


@pytest.mark.parametrize(
    "name",
    ["../x.mp4", "a/b.mp4", "a\\b.mp4", "..", ".", "", " ", "a\x00.mp4", "a\n.mp4", "a\u202e4pm.", "x" * 600, 7, None],
)
def test_a_name_that_could_lead_elsewhere_is_no_file_and_is_complained_of(name: object) -> None:
    said = read(body(310, {"Status": 0, "FileList": [name, "good.mp4"]}))
    assert [file.name for file in said.files] == ["good.mp4"]
    assert said.complaint == "a file's name is not a plain name"


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b"\xff\xfe{}",
    "NUL": b"\x00" * 100,
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "deep": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a huge number": b'{"EventType": ' + b"9" * 5000 + b"}",
    "infinity": b'{"EventType": Infinity}',
    "half a character": b'{"EventType": 301, "EventInfo": {"TaskId": "\\ud800"}}',
    "info as text": b'{"EventType": 301, "EventInfo": "x"}',
    "payload as list": b'{"EventType": 301, "EventInfo": {"Payload": [1]}}',
    "types as tables": b'{"EventType": {}, "CallbackTs": [], "EventInfo": {"TaskId": {}, "EventMsTs": {}}}',
    "a TaskId with a NUL": b'{"EventType": 301, "EventInfo": {"TaskId": "a\\u0000b"}}',
    "a TaskId too long": b'{"EventType": 301, "EventInfo": {"TaskId": "' + b"x" * 513 + b'"}}',
    "a type too large": b'{"EventType": 99999999999}',
    "a negative type": b'{"EventType": -1}',
    "a truth for a type": b'{"EventType": true}',
    "files as a number": body(310, {"FileList": 7, "FileMessage": 7}),
    "files as tables": body(310, {"FileList": {"a": 1}, "FileMessage": [[1], "x", None]}),
    "a year far off": body(301, EventMsTs=10**15),
    "status of a table": body(310, {"Status": [0]}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_makes_no_sense_is_complained_of_and_never_raises(name: str) -> None:
    said = read(HOSTILE[name])
    assert said.complaint or name == "a year far off"
    assert not said.task_id or said.task_id == "-x+/y."


def test_an_unknown_event_is_read_all_the_same() -> None:
    said = read(body(999, {"Anything": [1]}))
    assert (said.event_type, said.complaint) == (999, "")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("Status", "LeaveCode", "FileList", "FileMessage", "FileName", "TrackType", "BeginTimeStamp", "EndTimeStamp")


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from([301, 302, 304, 305, 307, 310, "310", 999]) | VALUES,
    payload=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5) | VALUES,
    info=st.dictionaries(st.sampled_from(["TaskId", "EventMsTs", "EventTs", "RoomId"]), VALUES, max_size=4),
)
def test_no_value_in_any_place_makes_it_raise_or_gives_what_no_row_takes(kind: Any, payload: Any, info: Any) -> None:
    said = read(json.dumps({"EventType": kind, "EventInfo": {**info, "Payload": payload}}).encode())
    assert len(said.task_id) <= 512
    assert len(said.complaint) <= 200
    for number in (said.event_type, said.status):
        assert number is None or abs(number) < 2**31


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(garbage: bytes) -> None:
    assert read(garbage).task_id == ""


def test_two_dots_in_a_name_are_the_vendors_own() -> None:
    """It writes base64 with `=` as `.`: such a file was announced like any other."""
    assert is_base_name("1400704311_ZGVtbw..__UserId_s_dHJ1Y2s.__UserId_e_main_0.mp4")

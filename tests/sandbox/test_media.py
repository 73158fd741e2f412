"""Files that are made up are at least whole: what their heads promise is there."""

import struct
from pathlib import Path

from recordings.sandbox import colour_bars
from recordings.sandbox.media import Media

MADE_UP = Media(None)


def _boxes(content: bytes) -> dict[str, bytes]:
    found, place = {}, 0
    while place < len(content):
        length, name = struct.unpack_from(">I4s", content, place)
        found[name.decode()] = content[place + 8 : place + length]
        place += length
    assert place == len(content)
    return found


def test_the_made_up_mp4_is_made_of_whole_boxes() -> None:
    assert list(_boxes(MADE_UP.content("mp4"))) == ["ftyp", "moov", "mdat"]


def test_the_index_of_the_mp4_points_to_the_first_picture() -> None:
    content = MADE_UP.content("mp4")
    (begin,) = struct.unpack_from(">I", content, content.index(b"stco") + 12)
    first = next(colour_bars.pictures())
    assert struct.unpack_from(">I", content, begin) == (len(first),)
    assert content[begin + 4 :].startswith(first)


def test_no_picture_holds_a_start_code() -> None:
    for picture in colour_bars.pictures():
        assert b"\0\0\0" not in picture
        assert b"\0\0\1" not in picture


def test_the_made_up_transport_stream_is_made_of_whole_packets() -> None:
    content = MADE_UP.segment(begin=8, length=4)
    assert len(content) % 188 == 0
    assert set(content[::188]) == {0x47}


def test_the_made_up_aac_is_made_of_frames_of_the_length_they_tell() -> None:
    content, place = MADE_UP.content("aac"), 0
    while place < len(content):
        assert content[place : place + 2] == b"\xff\xf1"
        place += (content[place + 3] & 3) << 11 | content[place + 4] << 3 | content[place + 5] >> 5
    assert place == len(content)


def test_a_sample_of_the_directory_comes_before_what_is_made_up(tmp_path: Path) -> None:
    (tmp_path / "sample.aac").write_bytes(b"a song")
    assert Media(tmp_path).content("aac") == b"a song"
    assert Media(tmp_path).content("mp4") == MADE_UP.content("mp4")

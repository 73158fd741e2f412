"""Rewriting playlists: strict about where addresses lead, lenient with all else."""

import re
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.history.playlists import MAX_SEGMENTS, CannotPlay, rewritten

NAME = "1400_ZGVtbw..__UserId_e_main_audio_video_20250318010203004.ts"
GOOD = """#EXTM3U
#EXT-X-VERSION:3
#EXT-X-ALLOW-CACHE:NO
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-TARGETDURATION:10
#EXTINF:10.000,
a_1.ts
#EXT-X-DISCONTINUITY
#EXTINF:4.5,title
a_2.ts
#EXT-X-ENDLIST
"""


def served(text: str | bytes) -> str:
    return rewritten(text.encode() if isinstance(text, str) else text).text


def with_segment(name: str, length: str = "4") -> str:
    return f"#EXTM3U\n#EXTINF:{length},\n{name}\n"


def lengths(text: str) -> list[str]:
    return re.findall("#EXTINF:(.*),", text)


def test_segments_are_named_relative_and_what_is_not_understood_is_left_out() -> None:
    assert served(GOOD).splitlines() == [
        "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:10", "#EXT-X-MEDIA-SEQUENCE:0", "#EXTINF:10.000000,",
        "a_1.ts", "#EXT-X-DISCONTINUITY", "#EXTINF:4.500000,", "a_2.ts", "#EXT-X-ENDLIST",
    ]  # fmt: skip


def test_a_running_recording_is_served_as_what_there_is_so_far() -> None:
    """Chromium's player gives up on many a playlist that is still growing."""
    assert served(GOOD.replace("#EXT-X-ENDLIST\n", "")) == served(GOOD)
    growing = GOOD.replace("#EXT-X-VERSION:3", "#EXT-X-PLAYLIST-TYPE:EVENT")
    assert served(growing) == served(GOOD)


def test_a_name_as_the_vendor_makes_it_is_one() -> None:
    """It writes base64 with `=` as `.`, so two dots come often."""
    assert f"\n{NAME}\n" in served(with_segment(NAME))


@pytest.mark.parametrize(
    "odd",
    [
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        "\n\n" + GOOD.replace("\n", "\n\n"),
        GOOD.replace("#EXT-X-VERSION:3", "#EXT-X-VERSION:three"),
        GOOD.replace("#EXT-X-VERSION:3", "#EXT-X-VERSION:3\n#EXT-X-VERSION:3"),
        GOOD.replace("DURATION:10", "DURATION:9.6"),
        GOOD.replace("#EXTINF:4.5,title", "#EXTINF: 4.5"),
        GOOD.replace("#EXTINF:4.5,title", "#EXTINF:+45e-1,a title with , and \u202e"),
        GOOD.replace("#EXTINF:10.000", "#EXTINF:1E1"),
        GOOD.replace("#EXT-X-DISCONTINUITY", "#EXT-X-NEW-THING:1\n#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:soon"),
        GOOD.replace("#EXT-X-ALLOW-CACHE:NO", "# a comment"),
        GOOD.replace("#EXT-X-ALLOW-CACHE:NO", "#EXT-X-KEY: METHOD=NONE"),
    ],
)
def test_an_odd_line_changes_nothing(odd: str) -> None:
    assert served(odd) == served(GOOD)


def test_a_title_that_is_not_utf_8_changes_nothing() -> None:
    assert served(GOOD.encode().replace(b"title", b"\xb1\xea")) == served(GOOD)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        ("1.1e-05", "0.000011"), ("1e-12", "0.000001"), (".5", "0.500000"), ("5.", "5.000000"), ("007", "7.000000"),
        ("nan", "10.000000"), ("inf", "10.000000"), ("-4", "10.000000"), ("1e400", "10.000000"), ("", "10.000000"),
        ("ten", "10.000000"), ("0", "10.000000"),
    ],
)  # fmt: skip
def test_a_length_may_be_written_in_any_way(length: str, said: str) -> None:
    assert lengths(served(with_segment("a.ts", length))) == [said]


def test_a_segment_without_a_length_has_the_usual_one() -> None:
    assert lengths(served("#EXTM3U\n#EXT-X-TARGETDURATION:6\na.ts\n#EXTINF:2,\nb.ts\n")) == ["6.000000", "2.000000"]


def test_the_target_duration_is_never_shorter_than_a_segment() -> None:
    """A player may refuse a longer segment. Source: RFC 8216, 4.3.3.1."""
    assert "#EXT-X-TARGETDURATION:13\n" in served("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:12.2,\na.ts\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a b.ts", "./a%20b.ts"), ("a%20b.ts", "./a%20b.ts"), ("第一段.ts", "./%E7%AC%AC%E4%B8%80%E6%AE%B5.ts"),
        ("a.ts?x=1", "a.ts"), ("a.ts#x", "a.ts"), ("./a.ts", "a.ts"), ("a;b.ts", "./a%3Bb.ts"), ("a.bin", "./a.bin"),
        ("a", "./a"), ("a..b.ts", "a..b.ts"), ("A.TS", "./A.TS"), ("-a+b=.ts", "./-a%2Bb%3D.ts"),
    ],
)  # fmt: skip
def test_an_odd_name_in_the_folder_is_played(line: str, said: str) -> None:
    assert f"\n{said}\n#EXT-X-ENDLIST\n" in served(with_segment(line))


@pytest.mark.parametrize("line", ["a\u202e.ts", "a\x07b.ts", "a" * 513 + ".ts", b"\xb5.ts"])
def test_a_name_that_no_file_can_have_is_left_out_and_counted(line: str | bytes) -> None:
    raw = line if isinstance(line, bytes) else line.encode()
    found = rewritten(GOOD.encode().replace(b"a_1.ts", raw))
    assert (found.left_out, found.segments) == (1, ("a_2.ts", "a_2.ts"))
    assert found.text.count("#EXT-X-DISCONTINUITY") == 1


@pytest.mark.parametrize(
    "segment",
    [
        "https://evil.example/a.ts", "//evil.example/a.ts", "/a.ts", "../a.ts", "..", ".", "b/a.ts", "b\\a.ts",
        "%2e%2e%2fa.ts", "%2e%2e", "..%5ca.ts", "javascript:alert(1)", "data:video/mp2t;base64,AAAA", "a.m3u8",
        "HTTPS:a.ts", "./../a.ts", "a.M3U8?x.ts",
    ],
)  # fmt: skip
def test_a_segment_that_leads_out_of_the_folder_is_refused_with_the_reason(segment: str) -> None:
    with pytest.raises(CannotPlay, match="names"):
        rewritten(f"{GOOD}#EXTINF:4,\n{segment}\n".encode())


@pytest.mark.parametrize(
    "tag",
    [
        '#EXT-X-KEY:METHOD=AES-128,URI="https://evil.example/key"', '#EXT-X-MAP:URI="init.mp4"',
        '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"', "#EXT-X-STREAM-INF:BANDWIDTH=1", "#EXT-X-BYTERANGE:10@0",
        '#EXT-X-MEDIA:TYPE=AUDIO,URI="https://evil.example/a.m3u8"',
    ],
)  # fmt: skip
def test_a_playlist_that_needs_something_else_is_refused_by_name(tag: str) -> None:
    with pytest.raises(CannotPlay, match=tag.partition(":")[0]):
        rewritten(f"#EXTM3U\n{tag}\n#EXTINF:4,\na.ts\n".encode())


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xfe#EXTM3U", b"0123456789", b"#EXTM3U\n", b"#EXTM3U\n#x\n"])
def test_what_is_no_playlist_is_refused(content: bytes) -> None:
    with pytest.raises(CannotPlay):
        rewritten(content)


def test_a_playlist_of_more_segments_than_are_served_is_refused() -> None:
    with pytest.raises(CannotPlay, match="more than"):
        rewritten(("#EXTM3U\n" + "#EXTINF:4,\na.ts\n" * (MAX_SEGMENTS + 1)).encode())


@given(st.lists(st.text(max_size=60), max_size=8))
def test_whatever_it_holds_only_names_in_the_folder_and_known_tags_come_out(lines: list[str]) -> None:
    try:
        said = rewritten("\n".join(["#EXTM3U", *lines]).encode("utf-8", "surrogatepass")).text
    except CannotPlay:
        return
    for line in said.splitlines():
        if not line.startswith(("#EXTM3U", "#EXTINF:", "#EXT-X-")):
            assert re.fullmatch(r"(\./)?[A-Za-z0-9._~%=-]+", line)
            assert urljoin("https://here.example/own/", line).startswith("https://here.example/own/")
        assert "URI" not in line or not line.startswith("#")

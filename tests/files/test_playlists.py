"""Rewriting playlists: what is understood is said again, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.files.playlists import CannotPlay, rewritten

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


def signed(name: str) -> str:
    return f"https://bucket.example/own/{name}?signed"


def test_each_segment_gets_an_address_and_what_is_not_understood_is_left_out() -> None:
    assert rewritten(GOOD.encode(), signed).splitlines() == [
        "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-TARGETDURATION:10", "#EXTINF:10.000,",
        "https://bucket.example/own/a_1.ts?signed", "#EXT-X-DISCONTINUITY", "#EXTINF:4.5,",
        "https://bucket.example/own/a_2.ts?signed", "#EXT-X-ENDLIST",
    ]  # fmt: skip


def test_a_name_as_the_vendor_makes_it_is_one() -> None:
    """It writes base64 with `=` as `.`, so two dots come often."""
    assert signed(NAME) in rewritten(f"#EXTM3U\n#EXTINF:4,\n{NAME}\n".encode(), signed)


def test_lines_may_end_as_windows_ends_them() -> None:
    assert rewritten(GOOD.replace("\n", "\r\n").encode(), signed) == rewritten(GOOD.encode(), signed)


@pytest.mark.parametrize(
    "segment",
    [
        "https://evil.example/a.ts", "//evil.example/a.ts", "/a.ts", "../a.ts", "..", "b/a.ts", "b\\a.ts", "a.ts?x=1",
        "a.ts#x", "%2e%2e%2fa.ts", "javascript:alert(1)", "data:video/mp2t;base64,AAAA", "a.m3u8", "a\u202e.ts",
        "a b.ts",
    ],
)  # fmt: skip
def test_a_segment_that_is_no_base_name_is_refused(segment: str) -> None:
    with pytest.raises(CannotPlay):
        rewritten(f"#EXTM3U\n#EXTINF:4,\n{segment}\n".encode(), signed)


@pytest.mark.parametrize(
    "tag",
    [
        '#EXT-X-KEY:METHOD=AES-128,URI="https://evil.example/key"', '#EXT-X-MAP:URI="init.mp4"',
        '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"', "#EXT-X-STREAM-INF:BANDWIDTH=1", "#EXT-X-BYTERANGE:10@0",
        '#EXT-X-MEDIA:TYPE=AUDIO,URI="https://evil.example/a.m3u8"',
    ],
)  # fmt: skip
def test_a_playlist_that_needs_something_else_is_refused(tag: str) -> None:
    with pytest.raises(CannotPlay):
        rewritten(f"#EXTM3U\n{tag}\n#EXTINF:4,\na.ts\n".encode(), signed)


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xfe#EXTM3U", b"0123456789", b"#EXTM3U\na.ts\n"])
def test_what_is_no_playlist_is_refused(content: bytes) -> None:
    with pytest.raises(CannotPlay):
        rewritten(content, signed)


@given(st.lists(st.text(max_size=60), max_size=8))
def test_whatever_it_holds_only_our_own_addresses_and_known_tags_come_out(lines: list[str]) -> None:
    try:
        said = rewritten("\n".join(["#EXTM3U", *lines]).encode("utf-8", "surrogatepass"), signed)
    except CannotPlay:
        return
    for line in said.splitlines():
        assert line.startswith(("#EXTM3U", "#EXTINF:", "#EXT-X-", "https://bucket.example/own/"))
        assert "URI" not in line

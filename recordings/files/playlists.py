"""Rewriting an HLS playlist: what a bucket holds is hostile, so only what is understood is said again.

Pure text. Source: RFC 8216. Segments are named by base names in the playlist's own folder; a playlist that names
anything else, or that needs a key, is refused whole.
"""

import re
from collections.abc import Callable, Iterator

LONGEST = 4 * 1024 * 1024
"""Bytes of a playlist: more than a day in segments of ten seconds."""
MOST_SEGMENTS = 20_000
_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,9})?"
_SAID_AGAIN = re.compile(
    r"#EXT(?:"
    r"M3U|-X-ENDLIST|-X-DISCONTINUITY|-X-INDEPENDENT-SEGMENTS|-X-PLAYLIST-TYPE:(?:VOD|EVENT)"
    r"|-X-(?:VERSION|TARGETDURATION|MEDIA-SEQUENCE|DISCONTINUITY-SEQUENCE):[0-9]{1,12}"
    r"|-X-PROGRAM-DATE-TIME:[0-9TZ:.+-]{1,40}"
    r")"
)
_LENGTH = re.compile(rf"#EXTINF:({_NUMBER})(?:,.*)?")
_NEEDED = ("#EXT-X-KEY", "#EXT-X-SESSION-KEY", "#EXT-X-MAP", "#EXT-X-BYTERANGE", "#EXT-X-STREAM-INF", "#EXT-X-MEDIA:")
"""Without these it would not play, or play something else: they are not understood here, and never dropped silently."""
_SEGMENT = re.compile(r"[^/\\?#%:\s]{1,200}\.(?:ts|aac|mp4|m4s)")


class CannotPlay(Exception):
    """The playlist is none, or holds what is never said again; the text says what, in English."""


def rewritten(content: bytes, address_of: Callable[[str], str]) -> str:
    """The same playlist with each segment's base name replaced by `address_of(name)`. Raises CannotPlay."""
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise CannotPlay("it is not text") from None
    if not lines or lines[0].strip() != "#EXTM3U":
        raise CannotPlay("it is not a playlist")
    return "".join(f"{line}\n" for line in _said_again(lines, address_of))


def _said_again(lines: list[str], address_of: Callable[[str], str]) -> Iterator[str]:
    length, segments = "", 0
    for line in map(str.strip, lines):
        if line.startswith(_NEEDED) and line != "#EXT-X-KEY:METHOD=NONE":
            raise CannotPlay(f"it holds {line.partition(':')[0]}")
        if measured := _LENGTH.fullmatch(line):
            length = measured[1]
        elif _SAID_AGAIN.fullmatch(line):
            yield line
        elif line and not line.startswith("#"):
            segments += 1
            if segments > MOST_SEGMENTS:
                raise CannotPlay("it has too many segments")
            if not line.isprintable() or not _SEGMENT.fullmatch(line):  # two dots in a name lead nowhere
                raise CannotPlay("it names something outside of its folder")
            if not length:
                raise CannotPlay("a segment has no length")
            yield f"#EXTINF:{length},"
            yield address_of(line)
            length = ""

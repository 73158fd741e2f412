"""Rewriting an HLS playlist: what a bucket holds is hostile, so a new one is written from what is understood.

Pure text. Source: RFC 8216. Strict only about where addresses lead: segments are in the playlist's own folder, and
are named relative to the address at which the playlist is served (views.py). Numbers, titles, line ends, unknown tags
and names that are merely odd make no recording unplayable.

The result always ends in EXT-X-ENDLIST: it is what has been recorded so far. Without it Chromium's player waits for a
recording to grow, and often gives up before it has begun.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.lifecycle.recording_folder import is_base_name

LONGEST = 4 * 1024 * 1024
"""Bytes of a playlist: more than a day in segments of ten seconds."""
MAX_SEGMENTS = 20_000
KEPT = 4
"""How many playlists a process keeps as rewritten, so that each is derived once."""
USUAL_SECONDS = 10.0
SHORTEST_SECONDS = 0.000001
LONGEST_SECONDS = 24 * 3600.0
_NEEDED = ("#EXT-X-KEY", "#EXT-X-SESSION-KEY", "#EXT-X-MAP", "#EXT-X-BYTERANGE", "#EXT-X-STREAM-INF", "#EXT-X-MEDIA:")
"""Without these it would not play, or play something else: they are not understood here, and never dropped silently."""
_NO_KEY = re.compile(r"#EXT-X-(?:SESSION-)?KEY:\s*METHOD=NONE\b.*")
_MOMENT = re.compile(
    r"#EXT-X-PROGRAM-DATE-TIME:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]{0,400}\.(?:ts|aac|mp4|m4s)", re.ASCII)
"""Names as the vendor writes them: they need no full check, which would be slow for twenty thousand."""
_COUNT = re.compile(r"#EXT-X-(MEDIA-SEQUENCE|DISCONTINUITY-SEQUENCE|TARGETDURATION):\s*([0-9.]{1,20})", re.ASCII)


class CannotPlay(Exception):
    """The playlist is none, or holds what is never said again; `reason` says what, for a page."""

    def __init__(self, reason: Promise | str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A playlist as it is served."""

    text: str
    segments: tuple[str, str]
    """The first and the last segment's names."""
    left_out: int
    """Segments whose names cannot be those of recorded files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """One segment, with the tags in front of it that are said again."""

    name: str
    seconds: float
    tags: tuple[str, ...]


@lru_cache(maxsize=KEPT)
def rewritten(content: bytes) -> Playlist:
    """The same playlist, each segment named relative to it. Raises CannotPlay."""
    lines = [line.strip() for line in content.decode("utf-8-sig", "replace").splitlines()]
    lines = [line for line in lines if line]
    if not lines or not lines[0].startswith("#EXTM3U"):
        raise CannotPlay(_("It is not an HLS playlist."))
    for line in lines:
        if line.startswith(_NEEDED) and not _NO_KEY.fullmatch(line):
            raise CannotPlay(_("It needs %(tag)s, which is not supported here.") % {"tag": line.partition(":")[0]})
    counts = {found[1]: found[2] for line in reversed(lines) if (found := _COUNT.fullmatch(line))}
    target = _seconds(counts.get("TARGETDURATION", "")) or USUAL_SECONDS
    segments = list(_segments_in(lines, target))
    kept = [segment for segment in segments if segment.name]
    if not kept:
        raise CannotPlay(_("It has no segments yet: the first appears a few seconds after the start."))
    longest = max(target, *(segment.seconds for segment in kept))
    head = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{math.ceil(longest)}"]
    for name in ("MEDIA-SEQUENCE", "DISCONTINUITY-SEQUENCE"):
        if counts.get(name, "").isdecimal():
            head.append(f"#EXT-X-{name}:{counts[name]}")
    if "#EXT-X-INDEPENDENT-SEGMENTS" in lines:
        head.append("#EXT-X-INDEPENDENT-SEGMENTS")
    text = "\n".join([*head, *_said_again(segments), "#EXT-X-ENDLIST", ""])
    return Playlist(text=text, segments=(kept[0].name, kept[-1].name), left_out=len(segments) - len(kept))


def _segments_in(lines: list[str], target: float) -> Iterator[_Segment]:
    """One with an empty name represents a segment that is left out. Raises CannotPlay."""
    seconds, tags, number = 0.0, dict[str, None](), 0
    for line in lines:
        if line.startswith("#EXTINF"):
            seconds = _seconds(line.partition(":")[2].partition(",")[0])
        elif line == "#EXT-X-DISCONTINUITY" or _MOMENT.fullmatch(line):
            tags[line] = None
        elif not line.startswith("#"):
            number += 1
            if number > MAX_SEGMENTS:
                raise CannotPlay(_("It has more than %(most)s segments.") % {"most": MAX_SEGMENTS})
            yield _Segment(name=_base_name(line), seconds=seconds or target, tags=tuple(tags))
            seconds, tags = 0.0, {}


def _said_again(segments: list[_Segment]) -> Iterator[str]:
    was_left_out = False
    for segment in segments:
        if not segment.name:
            was_left_out = True
            continue
        if was_left_out and "#EXT-X-DISCONTINUITY" not in segment.tags:
            yield "#EXT-X-DISCONTINUITY"
        was_left_out = False
        yield from segment.tags
        yield f"#EXTINF:{max(segment.seconds, SHORTEST_SECONDS):.6f},"
        yield segment.name if _PLAIN.fullmatch(segment.name) else "./" + quote(segment.name, safe="")


def _base_name(line: str) -> str:
    """The segment's own name; empty for one that no recorded file has. Raises CannotPlay when it leads elsewhere."""
    if _PLAIN.fullmatch(line):
        return line
    path = re.split(r"[?#]", line, maxsplit=1)[0].removeprefix("./")
    name = unquote(path)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", line) or set(name) & set("/\\") or name in {".", ".."}:
        raise CannotPlay(_("It names a file outside the recording's own folder."))
    if name.lower().endswith((".m3u8", ".m3u")):
        raise CannotPlay(_("It names another playlist as a segment."))
    return name if is_base_name(name) and "\ufffd" not in name else ""


def _seconds(text: str) -> float:
    """A length in any form in which a number is written; 0 for one that cannot be a length."""
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return seconds if 0 < seconds <= LONGEST_SECONDS else 0.0

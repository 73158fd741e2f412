"""The bytes of recorded files: samples from a directory, else something made up; only the MP4 really plays."""

from collections.abc import Callable, Mapping
from pathlib import Path

from recordings.sandbox.mp4 import mp4
from recordings.sandbox.names import utc_stamp

CONTENT_TYPES = {
    "mp4": "video/mp4",
    "aac": "audio/aac",
    "ts": "video/mp2t",
    "m3u8": "application/vnd.apple.mpegurl",
}


class Media:
    """`sample.mp4`, `sample.ts` and `sample.aac` of a directory; what is missing is made up."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    def content(self, kind: str) -> bytes:
        """A file's bytes; `kind` is mp4, ts or aac."""
        path = self._directory / f"sample.{kind}" if self._directory else None
        if path is not None and path.is_file():
            return path.read_bytes()
        return _MADE_UP[kind]()


def segment_name(stem: str, began_at: float) -> str:
    """The name of an HLS segment."""
    return f"{stem}_audio_video_{utc_stamp(began_at)}.ts"


def playlist(*, stem: str, segments: list[tuple[float, float]], longest: float, ended: bool) -> bytes:
    """An HLS playlist of (begin, length) segments in seconds; `ended` closes it."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-ALLOW-CACHE:NO", "#EXT-X-MEDIA-SEQUENCE:0"]
    lines.append(f"#EXT-X-TARGETDURATION:{max(1, round(longest))}")
    for began_at, length in segments:
        lines += [f"#EXTINF:{length:.3f},", segment_name(stem, began_at)]
    if ended:
        lines.append("#EXT-X-ENDLIST")
    return ("\n".join(lines) + "\n").encode()


def _ts() -> bytes:
    """Ten null packets of a transport stream."""
    return (bytes([0x47, 0x1F, 0xFF, 0x10]) + b"\xff" * 184) * 10


def _aac() -> bytes:
    """Ten ADTS frames of silence, 44.1 kHz, stereo."""
    frame = bytes.fromhex("fff15080043ffc") + bytes.fromhex("211004608c1c")
    length = len(frame)
    head = bytearray(frame)
    head[3] = (head[3] & 0xFC) | (length >> 11)
    head[4] = (length >> 3) & 0xFF
    head[5] = ((length & 7) << 5) | (head[5] & 0x1F)
    return bytes(head) * 10


_MADE_UP: Mapping[str, Callable[[], bytes]] = {"mp4": mp4, "ts": _ts, "aac": _aac}

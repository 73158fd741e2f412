"""The bytes of recorded files: samples from a directory, else something made up that a browser plays."""

from collections.abc import Callable, Mapping
from pathlib import Path

from recordings.sandbox import transport_stream
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
        """A whole file's bytes; `kind` is mp4 or aac."""
        return self._sample(kind) or _MADE_UP[kind]()

    def segment(self, *, begin: float, length: float) -> bytes:
        """An HLS segment of `length` seconds that begins so many seconds after the recording."""
        return self._sample("ts") or transport_stream.segment(begin=begin, length=length)

    def _sample(self, kind: str) -> bytes:
        path = self._directory / f"sample.{kind}" if self._directory else None
        return path.read_bytes() if path is not None and path.is_file() else b""


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


def _aac() -> bytes:
    """Five seconds of silence in ADTS frames, 44.1 kHz, stereo."""
    frame = bytes.fromhex("fff15080043ffc") + bytes.fromhex("211004608c1c")
    length = len(frame)
    head = bytearray(frame)
    head[3] = (head[3] & 0xFC) | (length >> 11)
    head[4] = (length >> 3) & 0xFF
    head[5] = ((length & 7) << 5) | (head[5] & 0x1F)
    return bytes(head) * 215


_MADE_UP: Mapping[str, Callable[[], bytes]] = {"mp4": mp4, "aac": _aac}

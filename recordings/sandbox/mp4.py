"""The colour bars in an MP4 file. Source: ISO/IEC 14496-12 (boxes) and 14496-15 (H.264 in them)."""

import functools
import struct

from recordings.sandbox import colour_bars as film

_SCALE = 1000
_UNITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_DURATION = film.FRAMES * _SCALE // film.FRAMES_PER_SECOND


@functools.cache
def mp4() -> bytes:
    """A whole file: what it is, what is where, then the pictures."""
    samples = [struct.pack(">I", len(picture)) + picture for picture in film.pictures()]
    kind = _box("ftyp", b"isom", _u32(512), b"isomavc1mp41")
    # The index holds where the pictures begin, which depends on the length of the index and not on that number.
    begin = len(kind) + len(_index(samples, begin=0)) + 8
    return kind + _index(samples, begin=begin) + _box("mdat", *samples)


def _index(samples: list[bytes], *, begin: int) -> bytes:
    movie = _full(
        "mvhd",
        0,
        _u32(0, 0, _SCALE, _DURATION, 0x10000),
        struct.pack(">H10x", 0x100),
        _UNITY,
        _u32(0, 0, 0, 0, 0, 0, 2),
    )
    size = _u32(film.WIDTH << 16, film.HEIGHT << 16)
    track = _full("tkhd", 7, _u32(0, 0, 1, 0, _DURATION, 0, 0, 0, 0), _UNITY, size)
    media = _box(
        "mdia",
        _full("mdhd", 0, _u32(0, 0, _SCALE, _DURATION), struct.pack(">HH", 0x55C4, 0)),
        _full("hdlr", 0, _u32(0), b"vide", _u32(0, 0, 0), b"sandbox\0"),
        _box(
            "minf",
            _full("vmhd", 1, bytes(8)),
            _box("dinf", _full("dref", 0, _u32(1), _full("url ", 1))),
            _samples(samples, begin),
        ),
    )
    return _box("moov", movie, _box("trak", track, media))


def _samples(samples: list[bytes], begin: int) -> bytes:
    count = len(samples)
    return _box(
        "stbl",
        _full("stsd", 0, _u32(1), _codec()),
        _full("stts", 0, _u32(1, count, _SCALE // film.FRAMES_PER_SECOND)),
        _full("stsc", 0, _u32(1, 1, count, 1)),
        _full("stsz", 0, _u32(0, count, *map(len, samples))),
        _full("stco", 0, _u32(1, begin)),
    )


def _codec() -> bytes:
    sequence, picture = film.parameter_sets()
    sets = b"\xe1" + struct.pack(">H", len(sequence)) + sequence + b"\x01" + struct.pack(">H", len(picture)) + picture
    return _box(
        "avc1",
        struct.pack(">6xH16xHHII4xH32xHh", 1, film.WIDTH, film.HEIGHT, 72 << 16, 72 << 16, 1, 24, -1),
        _box("avcC", b"\x01" + sequence[1:4] + b"\xff" + sets),
    )


def _box(name: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name.encode()) + body


def _full(name: str, flags: int, *parts: bytes) -> bytes:
    return _box(name, _u32(flags), *parts)


def _u32(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)

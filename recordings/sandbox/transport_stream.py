"""The colour bars as segments of an MPEG transport stream, as HLS has them. Source: ISO/IEC 13818-1."""

import functools
from collections.abc import Iterator

from recordings.sandbox import colour_bars as film

PACKET = 188
_TABLE, _PROGRAM, _VIDEO = 0, 0x1000, 0x100
_CLOCK = 90_000
_LEAD = _CLOCK
"""Times begin after a second, so that what is decoded before it is shown never has a negative one."""
_START = b"\0\0\0\1"
_DELIMITER = _START + b"\x09\x10"


def segment(*, begin: float, length: float) -> bytes:
    """The film, over and over, from `begin` to `begin + length` seconds after the start of the recording."""
    first = round(begin * film.FRAMES_PER_SECOND)
    last = max(first + 1, round((begin + length) * film.FRAMES_PER_SECOND))
    return b"".join(_packets(range(first, last)))


def _packets(frames: range) -> Iterator[bytes]:
    yield _section_packet(_TABLE, b"\0\1\xc1\0\0" + b"\0\1" + _u16(0xE000 | _PROGRAM), table=0)
    stream = b"\x1b" + _u16(0xE000 | _VIDEO) + _u16(0xF000)
    yield _section_packet(_PROGRAM, b"\0\1\xc1\0\0" + _u16(0xE000 | _VIDEO) + _u16(0xF000) + stream, table=2)
    counter = 0
    for frame in frames:
        time = _LEAD + frame * _CLOCK // film.FRAMES_PER_SECOND
        head = b"\0\0\1\xe0\0\0\x80\x80\x05" + _timestamp(time)
        left = head + _DELIMITER + _access_unit(frame % film.FRAMES)
        adaptation = b"\x50" + _reference(time - _LEAD // 2)
        begins = 0x4000
        while left:
            room = PACKET - 4 - (1 + len(adaptation) if adaptation else 0)
            if len(left) < room:  # the last packet of a picture is filled up in its adaptation field
                adaptation = (adaptation or (b"\0" if room - len(left) > 1 else b"")).ljust(
                    PACKET - 5 - len(left), b"\xff"
                )
                room = len(left)
                has_field = True
            else:
                has_field = bool(adaptation)
            yield (
                b"\x47"
                + _u16(begins | _VIDEO)
                + bytes([(0x30 if has_field else 0x10) | counter % 16])
                + (bytes([len(adaptation)]) + adaptation if has_field else b"")
                + left[:room]
            )
            left, adaptation, begins, counter = left[room:], b"", 0, counter + 1


@functools.cache
def _access_unit(number: int) -> bytes:
    sequence, picture = film.parameter_sets()
    return b"".join(_START + unit for unit in (sequence, picture, _pictures()[number]))


@functools.cache
def _pictures() -> tuple[bytes, ...]:
    return tuple(film.pictures())


def _section_packet(pid: int, content: bytes, *, table: int) -> bytes:
    section = bytes([table]) + _u16(0xB000 | len(content) + 4) + content
    section += _checksum(section).to_bytes(4, "big")
    return (b"\x47" + _u16(0x4000 | pid) + b"\x10\0" + section).ljust(PACKET, b"\xff")


def _timestamp(time: int) -> bytes:
    """A presentation time alone, in its five bytes with marker bits."""
    high, middle, low = time >> 30 & 7, time >> 15 & 0x7FFF, time & 0x7FFF
    return bytes([0x21 | high << 1]) + _u16(middle << 1 | 1) + _u16(low << 1 | 1)


def _reference(time: int) -> bytes:
    """A program clock reference."""
    return (time << 15 | 0x7E00).to_bytes(6, "big")


def _checksum(section: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in section:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return value


def _u16(value: int) -> bytes:
    return value.to_bytes(2, "big")

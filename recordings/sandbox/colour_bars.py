"""A film of a few seconds that a browser plays: colour bars, and below them a bar that grows with time.

H.264 at its plainest, made here so that no media file and no encoder is needed: every picture stands for itself and
every macroblock is sent as raw samples (I_PCM). Source: ITU-T H.264, 7.3 (syntax) and 9.1 (Exp-Golomb codes).
"""

from collections.abc import Iterator

WIDTH, HEIGHT, BLOCK = 64, 48, 16
FRAMES, FRAMES_PER_SECOND = 10, 2

# Luma, blue and red difference of each bar, and of the growing bar below.
_BARS = ((210, 128, 128), (162, 44, 142), (112, 72, 58), (65, 100, 212))
_GROWING, _GROUND = (150, 90, 200), (40, 128, 128)


class Bits:
    """Bits in the order of a stream."""

    def __init__(self) -> None:
        self._bits: list[str] = []

    def number(self, value: int, width: int) -> "Bits":
        """A value in so many bits."""
        self._bits.append(f"{value:0{width}b}")
        return self

    def golomb(self, *values: int) -> "Bits":
        """Unsigned Exp-Golomb codes; a signed zero is the same code."""
        for value in values:
            code = f"{value + 1:b}"
            self._bits.append("0" * (len(code) - 1) + code)
        return self

    def align(self) -> "Bits":
        """Zero bits up to the next byte."""
        self._bits.append("0" * (-sum(map(len, self._bits)) % 8))
        return self

    def samples(self, values: bytes) -> "Bits":
        """Whole bytes."""
        self._bits.extend(f"{value:08b}" for value in values)
        return self

    def unit(self, head: int) -> bytes:
        """All of it as a NAL unit: ended by a one, aligned, with emulated start codes broken up."""
        text = "".join([*self._bits, "1"])
        text += "0" * (-len(text) % 8)
        payload = bytes(int(text[place : place + 8], 2) for place in range(0, len(text), 8))
        return bytes([head]) + _without_start_codes(payload)


def parameter_sets() -> tuple[bytes, bytes]:
    """The sequence and the picture parameter set."""
    sequence = Bits().number(66, 8).number(0b11000000, 8).number(10, 8)
    # id, frame number in 4 bits, order of output is order of decoding, one reference, no gaps
    sequence.golomb(0, 0, 2, 1).number(0, 1)
    # size in macroblocks; frames only, 8x8 inference, no cropping, no usability information
    sequence.golomb(WIDTH // BLOCK - 1, HEIGHT // BLOCK - 1).number(0b1100, 4)
    # ids, no CABAC, one slice group, reference counts, no weights, quantisers, then deblocking control
    picture = Bits().golomb(0, 0).number(0, 2).golomb(0, 0, 0).number(0, 3).golomb(0, 0, 0).number(0b100, 3)
    return sequence.unit(0x67), picture.unit(0x68)


def pictures() -> Iterator[bytes]:
    """One NAL unit a picture, in order."""
    for number in range(FRAMES):
        # first macroblock, an I slice, its parameter set; frame 0; a new picture id; no marking; no deblocking
        slice_ = Bits().golomb(0, 7, 0).number(0, 4).golomb(number % 2).number(0, 2).golomb(0, 1)
        for top in range(0, HEIGHT, BLOCK):
            for left in range(0, WIDTH, BLOCK):
                slice_.golomb(25).align().samples(_macroblock(left, top, number))
        yield slice_.unit(0x65)


def _macroblock(left: int, top: int, number: int) -> bytes:
    colours = [[_colour(left + x, top + y, number) for x in range(BLOCK)] for y in range(BLOCK)]
    luma = bytes(colour[0] for row in colours for colour in row)
    blue, red = (bytes(colour[part] for row in colours[::2] for colour in row[::2]) for part in (1, 2))
    return luma + blue + red


def _colour(x: int, y: int, number: int) -> tuple[int, int, int]:
    if y < HEIGHT - BLOCK:
        return _BARS[x * len(_BARS) // WIDTH]
    return _GROWING if x * FRAMES < WIDTH * (number + 1) else _GROUND


def _without_start_codes(payload: bytes) -> bytes:
    out, zeros = bytearray(), 0
    for value in payload:
        if zeros == 2 and value <= 3:
            out.append(3)
            zeros = 0
        out.append(value)
        zeros = zeros + 1 if value == 0 else 0
    return bytes(out)

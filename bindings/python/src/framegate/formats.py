"""Pixel formats, by their W3C names, and how their planes lie."""

from typing import NamedTuple

from ._native.constants import PIXEL
from .errors import InvalidArgumentError

NAMES = {number: name for name, number in PIXEL.items()}

_PACKED = {"RGBA": 4, "RGBX": 4, "BGRA": 4, "BGRX": 4, "RGB24": 3, "BGR24": 3}


class PlaneShape(NamedTuple):
    """One plane: a sample stands for `across` x `down` pixels, and is `channels` numbers of `depth` bytes."""

    across: int
    down: int
    channels: int
    depth: int

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Samples in a row, and rows, of a picture of width x height pixels."""
        return -(-width // self.across), -(-height // self.down)


def _planes(name: str) -> tuple[PlaneShape, ...]:
    if channels := _PACKED.get(name):
        return (PlaneShape(1, 1, channels, 1),)
    if name == "NV12":
        return PlaneShape(1, 1, 1, 1), PlaneShape(2, 2, 2, 1)
    depth = 2 if "P1" in name else 1
    across, down = {"I420": (2, 2), "I422": (2, 1), "I444": (1, 1)}[name[:4]]
    luma, chroma = PlaneShape(1, 1, 1, depth), PlaneShape(across, down, 1, depth)
    alpha = (luma,) if name[4:5] == "A" else ()
    return (luma, chroma, chroma, *alpha)


PLANES = {name: _planes(name) for name in PIXEL}


def channels_of(name: str) -> int | None:
    """Bytes of a pixel of a packed format; None for formats of several planes."""
    return _PACKED.get(name)


def spelled(name: str) -> str:
    """The format's W3C name; upper and lower case do not matter. InvalidArgumentError lists those that exist."""
    upper = name.upper()
    if upper not in PIXEL:
        raise InvalidArgumentError(f'format is "{name}", allowed are {", ".join(PIXEL)}')
    return upper

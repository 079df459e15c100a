"""Pixel formats, by their W3C names, and how their planes lie."""

from typing import NamedTuple

from ._native import generated
from ._native.generated import PIXEL
from .errors import InvalidArgumentError

NAMES = {number: name for name, number in PIXEL.items()}


class PlaneShape(NamedTuple):
    """One plane: a sample stands for `across` x `down` pixels, and is `channels` numbers of `depth` bytes."""

    across: int
    down: int
    channels: int
    depth: int

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Samples in a row, and rows, of a picture of width x height pixels."""
        return -(-width // self.across), -(-height // self.down)


PLANES = {name: tuple(PlaneShape(*plane) for plane in planes) for name, planes in generated.PLANES.items()}


def channels_of(name: str) -> int | None:
    """Bytes of a pixel of a packed format; None for other formats and other texts."""
    planes = PLANES.get(name, ())
    return planes[0].channels if len(planes) == 1 else None


def spelled(name: str) -> str:
    """The format's W3C name; upper and lower case do not matter. InvalidArgumentError lists those that exist."""
    upper = name.upper()
    if upper not in PIXEL:
        raise InvalidArgumentError(f'format is "{name}", allowed are {", ".join(PIXEL)}')
    return upper

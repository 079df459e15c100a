"""Gray pictures: an array of rows x columns is one, and one comes out of any frame. Codecs and frames have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .errors import InvalidArgumentError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .frame import Frame

NAME: Final = "GRAY"

# BT.709's, as of a frame whose matrix is not known.
_WEIGHTS: Final = (0.2126, 0.7152, 0.0722)
_LIMITED_LOW: Final = 16
_LIMITED_STEPS: Final = 219


def spelled(name: str) -> str:
    """The format's name, of which GRAY is one here. InvalidArgumentError lists those that exist."""
    return NAME if name.upper() == NAME else formats.spelled(name)


def asked(format: str | None, shape: tuple[int, ...]) -> bool:
    """The picture is gray: by its name, or by its shape when it has no name."""
    if format is not None:
        return format.upper() == NAME
    return len(shape) == 2 or (len(shape) == 3 and shape[2] == 1)


def size_of(shape: tuple[int, ...], size: tuple[int | None, int | None]) -> tuple[int, int]:
    """Width and height of a gray array, or those that bytes came with."""
    if len(shape) == 2 or (len(shape) == 3 and shape[2] == 1):
        return shape[1], shape[0]
    width, height = size
    if len(shape) != 1 or width is None or height is None:
        raise InvalidArgumentError(f"{NAME} is an array of rows x columns, or bytes with width and height")
    if shape[0] != width * height:
        raise InvalidArgumentError(
            f"{shape[0]} bytes are no picture of {width}x{height} in {NAME}, which takes {width * height}"
        )
    return width, height


def rgb(values: bytes) -> bytearray:
    """The same picture as RGB24."""
    pixels = bytearray(3 * len(values))
    for channel in range(3):
        pixels[channel::3] = values
    return pixels


def of_frame(frame: Frame) -> npt.NDArray[np.uint8]:
    """The visible part's luma, from 0 to 255: of YUV its own, of RGB that of BT.709."""
    import numpy as np

    name = frame.format
    if name[:3] in ("RGB", "BGR"):
        pixels = frame.arrays()[0][..., :3]
        weights = np.array(_WEIGHTS if name[0] == "R" else _WEIGHTS[::-1], np.float32)
        grays: npt.NDArray[np.uint8] = np.rint(pixels @ weights).astype(np.uint8)
        return grays
    luma = frame.arrays()[0]
    if frame.color_space.matrix == "rgb":  # planes of green, blue and red
        green, blue, red = frame.arrays()[:3]
        luma = np.rint(np.stack([red, green, blue], -1) @ np.array(_WEIGHTS, np.float32)).astype(luma.dtype)
    bits = int(name[-2:]) if "P1" in name else 8
    table = _table(bits, bool(frame.color_space.full_range) or frame.color_space.matrix == "rgb")
    values: npt.NDArray[np.uint8] = table[luma]
    return values


def _table(bits: int, full_range: bool) -> npt.NDArray[np.uint8]:
    """What each number of luma is from 0 to 255."""
    import numpy as np

    numbers: npt.NDArray[Any] = np.arange(1 << (8 if bits == 8 else 16), dtype=np.float64)
    unit = 1 << (bits - 8)
    if full_range:
        values = numbers * (255 / ((1 << bits) - 1))
    else:
        values = (numbers / unit - _LIMITED_LOW) * (255 / _LIMITED_STEPS)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)

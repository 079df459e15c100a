"""What a copy out of a frame writes, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from ._native import CopyOptionsStruct
from ._native.generated import COLOR_SPACE_DISPLAY_P3, COLOR_SPACE_SOURCE, COLOR_SPACE_SRGB, PIXEL
from .errors import InvalidArgumentError
from .formats import spelled
from .numbers import unsigned

if TYPE_CHECKING:
    from collections.abc import Sequence

RgbColorSpace = Literal["srgb", "display-p3", "source"]

_COLOR_SPACE = {"srgb": COLOR_SPACE_SRGB, "display-p3": COLOR_SPACE_DISPLAY_P3, "source": COLOR_SPACE_SOURCE}


class PlaneLayout(NamedTuple):
    """Where a plane lies in a copy: bytes to its first row, and from one row to the next. W3C PlaneLayout."""

    offset: int
    stride: int


def area(name: str, rect: Sequence[int]) -> tuple[int, int, int, int]:
    """x, y, width and height. InvalidArgumentError: it has no pixels, or is none."""
    if len(rect) != 4:
        raise InvalidArgumentError(f"{name} is {tuple(rect)}, x, y, width and height are needed")
    x, y, width, height = (unsigned(name, value, 32) for value in rect)
    if not width or not height:
        # To the library four zeros are the whole.
        raise InvalidArgumentError(
            f"{name} is {(x, y, width, height)}, which has no pixels: leave it out for the whole"
        )
    return x, y, width, height


def copy_options(
    format: str | None,
    rect: Sequence[int] | None,
    layout: Sequence[PlaneLayout | tuple[int, int]] | None,
    color_space: str = "srgb",
) -> CopyOptionsStruct:
    """The library's struct. InvalidArgumentError: what does not fit into it; the rest is the library's to check."""
    if color_space not in _COLOR_SPACE:
        raise InvalidArgumentError(f'color_space is "{color_space}", allowed are {", ".join(_COLOR_SPACE)}')
    options = CopyOptionsStruct.new(color_space=_COLOR_SPACE[color_space])
    if format is not None:
        options.format = PIXEL[spelled(format)]
    if rect is not None:
        options.x, options.y, options.width, options.height = area("rect", rect)
    if layout is not None:
        options.plane_count = len(layout)
        for index, (offset, stride) in enumerate(layout[:4]):
            options.offset[index], options.stride[index] = unsigned("offset", offset), unsigned("stride", stride)
    return options

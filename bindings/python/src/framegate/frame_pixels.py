"""A frame's pixels: where they lie, and copies of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._native import PlanesStruct, native
from ._native.status import check
from .copy_options import copy_options
from .formats import PLANES
from .frame_facts import FrameFacts
from .plane import Plane

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from .copy_options import PlaneLayout, RgbColorSpace


class FramePixels(FrameFacts):
    """A frame that can be looked into and copied from."""

    __slots__ = ()

    def planes(self) -> tuple[Plane, ...]:
        """The visible part of each plane, read-only, without a copy."""
        handle, info = self.handle, self.info
        struct = PlanesStruct.new()
        check(native.fg_frame_planes(handle, struct))
        x, y, size = info.visible_x, info.visible_y, (info.visible_width, info.visible_height)
        planes = []
        for index, shape in enumerate(PLANES[self.format]):
            stride = struct.stride[index]
            step = shape.channels * shape.depth
            address = struct.data[index] + y // shape.down * stride + x // shape.across * step
            planes.append(Plane(handle, address, stride, shape.size(*size), shape))
        return tuple(planes)

    def arrays(self) -> tuple[npt.NDArray[np.uint8 | np.uint16], ...]:
        """`planes` as numpy arrays: views, read-only, which keep the memory alive."""
        return tuple(plane.array for plane in self.planes())

    def allocation_size(
        self,
        format: str | None = None,
        *,
        rect: Sequence[int] | None = None,
        layout: Sequence[PlaneLayout | tuple[int, int]] | None = None,
        color_space: RgbColorSpace = "srgb",
    ) -> int:
        """How many bytes `copy_to` needs with the same arguments."""
        return self._size(copy_options(format, rect, layout, color_space))

    def copy_to(
        self,
        destination: Any,
        format: str | None = None,
        *,
        rect: Sequence[int] | None = None,
        layout: Sequence[PlaneLayout | tuple[int, int]] | None = None,
        color_space: RgbColorSpace = "srgb",
    ) -> None:
        """W3C copyTo: writes the visible part (or `rect`) to a writable buffer, plane after plane, tightly packed or by
        `layout`, in the frame's format or another; the library copies and converts, without the GIL.

        InvalidArgumentError: the buffer is too small, or rectangle or layout do not fit. NotSupportedError: that
        conversion does not exist. The buffer is untouched then.
        """
        options = copy_options(format, rect, layout, color_space)
        self._copy_into(destination, options, "layout says where the planes go in one block of memory")

    def _contents(self) -> bytearray:
        """The visible pixels, tightly packed."""
        pixels = bytearray(self.allocation_size())
        self.copy_to(pixels)
        return pixels

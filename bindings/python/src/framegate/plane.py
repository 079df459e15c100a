"""One plane of a frame, where it lies."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from .uncopied import Uncopied

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ._native import Handle
    from .formats import PlaneShape


class Plane(Uncopied):
    """The visible part of one plane, without a copy and read-only. It keeps the frame's memory alive.

    `array` is it as a numpy array; `memory` as bytes, for programs without numpy. numpy.asarray takes it as it is.
    """

    INSTEAD = "copy its contents, `plane.array.copy()` or `bytes(plane.memory)`"

    __slots__ = ("_address", "_owner", "channels", "depth", "height", "stride", "width")

    width: int
    """Samples in a row."""
    height: int
    """Rows."""
    channels: int
    """Numbers in a sample: 4 for RGBA, 2 for the chroma of NV12, else 1."""
    depth: int
    """Bytes of a number: 1, or 2 in formats of 10 and 12 bits (little-endian)."""
    stride: int
    """Bytes from one row to the next."""

    def __init__(self, owner: Handle, address: int, stride: int, size: tuple[int, int], shape: PlaneShape) -> None:
        self._owner = owner
        self._address = address
        self.width, self.height = size
        self.channels, self.depth = shape.channels, shape.depth
        self.stride = stride

    @property
    def memory(self) -> memoryview:
        """The bytes from the first row's first to the last row's last, with the gaps between rows."""
        row_bytes = self.width * self.channels * self.depth
        kind = ctypes.c_ubyte * (self.stride * (self.height - 1) + row_bytes)
        block = kind.from_address(self._address)
        block.owner = self._owner  # type: ignore[attr-defined]
        return memoryview(block).cast("B").toreadonly()

    @property
    def array(self) -> npt.NDArray[np.uint8 | np.uint16]:
        """A numpy view: rows x samples, and x channels where there are several."""
        import numpy as np

        return np.asarray(self)

    @property
    def __array_interface__(self) -> dict[str, Any]:
        step = self.channels * self.depth
        shape: tuple[int, ...] = (self.height, self.width)
        strides: tuple[int, ...] = (self.stride, step)
        if self.channels > 1:
            shape, strides = (*shape, self.channels), (*strides, self.depth)
        return {
            "version": 3,
            "typestr": "|u1" if self.depth == 1 else "<u2",
            "data": (self._address, True),
            "shape": shape,
            "strides": strides,
        }

    def __repr__(self) -> str:
        return f"<framegate.Plane {self.width}x{self.height}x{self.channels}, {8 * self.depth} bits>"

"""Memory of a frame, where it lies: a plane of a picture."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from .uncopied import Uncopied

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ._native import Handle
    from .formats import PlaneShape


class View(Uncopied):
    """Numbers in a frame's memory, without a copy and read-only. It keeps that memory alive.

    numpy.asarray takes it as it is.
    """

    INSTEAD = "copy its contents, `plane.array.copy()` or `bytes(plane.memory)`"

    __slots__ = ("_address", "_owner", "_shape", "_strides", "_typestr")

    def __init__(
        self, owner: Handle, address: int, typestr: str, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        self._owner = owner
        self._address = address
        self._typestr = typestr
        self._shape, self._strides = shape, strides

    def _bytes(self) -> memoryview:
        """From the first number's first to the last one's last, with the gaps between rows. None goes backwards."""
        size = int(self._typestr[2:])
        for length, stride in zip(self._shape, self._strides, strict=True):
            size += (length - 1) * stride
        block = (ctypes.c_ubyte * size).from_address(self._address)
        block.owner = self._owner  # type: ignore[attr-defined]
        return memoryview(block).cast("B").toreadonly()

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return {
            "version": 3,
            "typestr": self._typestr,
            "data": (self._address, True),
            "shape": self._shape,
            "strides": self._strides,
        }


class Plane(View):
    """The visible part of one plane, without a copy and read-only. It keeps the frame's memory alive.

    `array` is it as a numpy array; `memory` as bytes, for programs without numpy. numpy.asarray takes it as it is.
    """

    __slots__ = ("channels", "depth", "height", "stride", "width")

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
        self.width, self.height = size
        self.channels, self.depth = shape.channels, shape.depth
        self.stride = stride
        dimensions: tuple[int, ...] = (self.height, self.width)
        strides: tuple[int, ...] = (stride, shape.channels * shape.depth)
        if shape.channels > 1:
            dimensions, strides = (*dimensions, shape.channels), (*strides, shape.depth)
        super().__init__(owner, address, "|u1" if shape.depth == 1 else "<u2", dimensions, strides)

    @property
    def memory(self) -> memoryview:
        """The bytes from the first row's first to the last row's last, with the gaps between rows."""
        return self._bytes()

    @property
    def array(self) -> npt.NDArray[np.uint8 | np.uint16]:
        """A numpy view: rows x samples, and x channels where there are several."""
        import numpy as np

        return np.asarray(self)

    def __repr__(self) -> str:
        return f"<framegate.Plane {self.width}x{self.height}x{self.channels}, {8 * self.depth} bits>"

"""New arrays in the library's pooled memory.

A large array from the system is mapped, cleared page by page at its first touch, and unmapped when it dies: at 1080p
that takes longer than the conversion to RGB. Memory of the library's pool comes back and is warm.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from ._native import FrameHandle, PlanesStruct, VideoInfoStruct, native
from ._native.generated import PIXEL
from ._native.status import check
from .errors import InvalidArgumentError
from .uncopied import Uncopied

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_WORTHWHILE_BYTES = 256 * 1024
"""What the system gives from its heap is quick as well."""

_ALIGNMENT = 64
"""The library pads rows to it; arrays have no gaps, so only rows that need none are pooled."""


class _Block(Uncopied):
    """Memory of a frame that only an array uses, which keeps it alive."""

    INSTEAD = "copy the array"

    def __init__(self, owner: FrameHandle, address: int, shape: tuple[int, ...]) -> None:
        self._owner = owner
        self.__array_interface__: dict[str, Any] = {
            "version": 3,
            "typestr": "|u1",
            "data": (address, False),
            "shape": shape,
        }


def pooled_array(name: str, height: int, width: int, channels: int) -> npt.NDArray[np.uint8]:
    """A new array of rows x columns x channels for packed pixels of format `name`, its contents undefined."""
    import numpy as np

    shape = (height, width, channels)
    if height * width * channels < _WORTHWHILE_BYTES or width * channels % _ALIGNMENT:
        return np.empty(shape, np.uint8)
    info = VideoInfoStruct.new()
    info.format, info.coded_width, info.coded_height = PIXEL[name], width, height
    handle, planes = FrameHandle(), PlanesStruct.new()
    check(native.fg_frame_new_video(ctypes.byref(info), ctypes.byref(handle)))
    check(native.fg_frame_planes(handle, ctypes.byref(planes)))
    return np.asarray(_Block(handle, planes.data[0], shape))


def check_out(out: npt.NDArray[np.uint8], shape: tuple[int, ...]) -> None:
    """InvalidArgumentError: an array that the program gave is not of that shape, or has gaps or turns inside a row."""
    import numpy as np

    inside = (*shape[2:], 1)
    row = shape[1] * inside[0]
    dense = out.strides[1:] == inside and out.strides[0] >= row
    if out.shape != shape or out.dtype != np.uint8 or not dense:
        raise InvalidArgumentError(
            f"out is {out.dtype} {out.shape}, uint8 {shape} is needed, without gaps or turns inside a row"
        )

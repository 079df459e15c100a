"""How a picture becomes a frame of the library: around its memory, or as a copy of it."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

from . import lent
from ._native import FrameHandle, PlanesStruct, native
from ._native.status import check
from .copy_options import PlaneLayout, copy_options

if TYPE_CHECKING:
    from ._native import VideoInfoStruct
    from .picture import Picture

_COPY_FROM = native.fg_frame_copy_from
_NEW_VIDEO = native.fg_frame_new_video


def take(pixels: Picture, info: VideoInfoStruct, copy: bool | None) -> FrameHandle:
    """Takes a picture over, and lets go of its memory when it is copied or nobody uses it any more.

    `copy` None: if somebody could still change it.
    """
    wrap = copy is False or (pixels.private and copy is None)
    handle = FrameHandle()
    try:
        if not wrap and pixels.tight:
            check(_NEW_VIDEO(info, ctypes.byref(handle)))
            check(_COPY_FROM(handle, pixels.planes[0][0], pixels.buffers[0].nbytes))
            return handle
        check(native.fg_frame_wrap_video(info, _struct(pixels), None, None, ctypes.byref(handle)))
        if not wrap:
            return _copied(handle, info)
    except BaseException:
        pixels.release()
        raise
    finally:
        if not wrap:
            pixels.release()
    lent.lend(native.fg_frame_retain(handle), pixels.buffers)
    return handle


def _struct(pixels: Picture) -> PlanesStruct:
    struct = PlanesStruct.new(count=len(pixels.planes))
    for index, (address, stride) in enumerate(pixels.planes):
        struct.data[index], struct.stride[index] = address, stride
    return struct


def _copied(source: FrameHandle, info: VideoInfoStruct) -> FrameHandle:
    """A frame with memory of the library's, and the pixels of another."""
    handle, planes = FrameHandle(), PlanesStruct.new()
    check(_NEW_VIDEO(info, ctypes.byref(handle)))
    check(native.fg_frame_planes(handle, planes))
    count, base = planes.count, planes.data[0]
    layout = [PlaneLayout(planes.data[index] - base, planes.stride[index]) for index in range(count)]
    size = layout[-1].offset + layout[-1].stride * planes.rows[count - 1]
    everything = (0, 0, info.coded_width, info.coded_height)
    check(native.fg_frame_copy_to(source, copy_options(None, everything, layout), base, size))
    return handle

"""A picture."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from . import gray, picture, preview
from ._native import DerivedFrameHandle, FrameHandle, VideoInfoStruct, native
from ._native.buffers import Buffer
from ._native.generated import PIXEL
from ._native.status import check
from ._native.structs import DURATION_UNKNOWN
from .copy_options import PlaneLayout, area, copy_options
from .errors import InvalidArgumentError
from .facts import set_facts
from .formats import channels_of, spelled
from .frame_facts import Rect
from .frame_memory import take
from .frame_pixels import FramePixels
from .media_frame import adopt
from .numbers import signed, unsigned
from .pooled_array import check_out, pooled_array

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from .color import ColorSpace
    from .copy_options import RgbColorSpace

_DEFAULTS = VideoInfoStruct.new()


class Frame(FramePixels):
    """W3C VideoFrame: pixels, and their time in microseconds.

        Frame(array, timestamp=0)                                   # rows x columns x 3 (RGB24) or 4 (RGBA), or gray
        Frame([y, u, v], "I420", timestamp=0)                       # a plane each
        Frame(data, "NV12", width=640, height=360, timestamp=0)     # tightly packed bytes
        Frame(image, timestamp=0)                                   # PIL

    Memory that can be written to (an ordinary numpy array, a read-only view of one) is copied, because the encoder
    reads it later. Memory that cannot (bytes, an array with writeable=False) is used as it is. `copy=False` uses any
    memory as it is: it must not change until the chunk has come out. `copy=True` always copies. Rows may have gaps;
    what lies in another order (a mirrored array) is copied whatever `copy` says. Gray becomes RGB24.

    A frame that a decoder gave is used without a copy: `planes()` and `arrays()` look into the decoder's memory,
    read-only, and keep it alive.

    `close()` or the end of `with` lets go of the memory at once, unless planes or arrays still use it: then when the
    last of them dies. So does the frame's own end. Any thread may use a frame.

    numpy.asarray(frame) is RGB or RGBA, and notebooks show a frame. Frames are equal when facts and pixels are.
    """

    INSTEAD = (
        "`replace()` gives another frame of the same pixels; to another process goes a copy of them, `to_numpy()` or "
        "`copy_to()`"
    )

    __slots__ = ()

    def __init__(
        self,
        data: Any,
        format: str | None = None,
        *,
        timestamp: int,
        duration: int | None = None,
        width: int | None = None,
        height: int | None = None,
        visible_rect: Sequence[int] | None = None,
        display_width: int | None = None,
        display_height: int | None = None,
        rotation: int = 0,
        flip: bool = False,
        color_space: ColorSpace | Mapping[str, Any] | None = None,
        id: int = 0,
        copy: bool | None = None,
    ) -> None:
        pixels = picture.read(data, format, (width, height))
        info = VideoInfoStruct.from_buffer_copy(_DEFAULTS)
        try:
            info.format = PIXEL[pixels.format]
            info.coded_width, info.coded_height = pixels.width, pixels.height
            info.timestamp_us, info.id = signed("timestamp", timestamp), unsigned("id", id)
            if duration is not None:
                info.duration_us = signed("duration", duration)
            if visible_rect is not None or display_width or display_height or rotation or flip or color_space:
                set_facts(info, visible_rect, display_width, display_height, rotation, flip, color_space)
        except BaseException:
            pixels.release()
            raise
        self._handle = take(pixels, info, copy)
        self._info = None
        self._timestamp = info.timestamp_us
        self._duration = None if duration is None else info.duration_us
        self._id = info.id

    @property
    def timestamp(self) -> int:
        """When it is shown, microseconds; may be negative. Assigned, it is what comes out with the chunk.

        So are duration and id. A chunk of what was encoded before keeps its own.
        """
        return self._timestamp

    @timestamp.setter
    def timestamp(self, value: int) -> None:
        self._timestamp = self._set("timestamp_us", signed("timestamp", value))

    @property
    def duration(self) -> int | None:
        """How long, microseconds; None unknown."""
        return self._duration

    @duration.setter
    def duration(self, value: int | None) -> None:
        duration_us = self._set("duration_us", _duration(value))
        self._duration = None if value is None else duration_us

    @property
    def id(self) -> int:
        """Any number of the program's, below 2^64; comes out with the chunk."""
        return self._id

    @id.setter  # noqa: A003
    def id(self, value: int) -> None:
        self._id = self._set("id", unsigned("id", value))

    def _set(self, member: str, value: int) -> int:
        """Goes on with a frame of the same pixels. A codec may have the one before, and threads may read it."""
        info, before = VideoInfoStruct.from_buffer_copy(self.info), self.handle
        setattr(info, member, value)
        derived = DerivedFrameHandle(before)
        check(native.fg_frame_derive(before, info, ctypes.byref(derived)))
        self._handle, self._info = derived, info
        return value

    def to_numpy(
        self,
        format: str = "RGB24",
        *,
        rect: Sequence[int] | None = None,
        color_space: RgbColorSpace = "srgb",
        out: npt.NDArray[np.uint8] | None = None,
    ) -> npt.NDArray[np.uint8]:
        """The visible part (or `rect` of the picture in memory) as a new array: rows x columns x 3 or 4.

        `format` is "RGB24", "BGR24", "RGBA", "RGBX", "BGRA" or "BGRX"; the library converts, without the GIL. `out` is
        an array to write to instead: of that shape, uint8, rows may have gaps. "GRAY" gives rows x columns: the luma,
        from 0 to 255.

        `color_space` is W3C's: what red, green and blue mean. BT.709, and what says nothing, is sRGB already; from
        others colours are changed. "source" leaves primaries and transfer as they are, as FFmpeg's converters do.
        """
        if format.upper() == gray.NAME:
            return self._gray(rect, out)
        name = spelled(format)
        channels = channels_of(name)
        if channels is None:
            raise InvalidArgumentError(f"to_numpy gives packed formats and GRAY, not {name}: use planes or copy_to")
        part = Rect(*area("rect", rect)) if rect is not None else self.visible_rect
        shape, layout = (part.height, part.width, channels), None
        if out is None:
            out = pooled_array(name, *shape)
        else:
            check_out(out, shape)
            layout = [PlaneLayout(0, out.strides[0])]
        # W3C counts the gap after the last row as well; the library does not write to gaps.
        size = part.height * (layout[0].stride if layout else part.width * channels)
        self._copy(Buffer(out, writable=True), size, copy_options(name, part, layout, color_space))
        return out

    def _gray(self, rect: Sequence[int] | None, out: npt.NDArray[np.uint8] | None) -> npt.NDArray[np.uint8]:
        values = gray.of_frame(self if rect is None else self.replace(visible_rect=rect))
        if out is None:
            return values
        check_out(out, values.shape)
        out[...] = values
        return out

    def replace(
        self,
        *,
        timestamp: int | None = None,
        duration: int | None = None,
        format: str | None = None,
        visible_rect: Sequence[int] | None = None,
        display_width: int | None = None,
        display_height: int | None = None,
        rotation: int | None = None,
        flip: bool | None = None,
        color_space: ColorSpace | Mapping[str, Any] | None = None,
        id: int | None = None,
    ) -> Frame:
        """A frame of the same pixels with other facts; nothing is copied.

        `format` may be the opaque form of the frame's (I420 for I420A, RGBX for RGBA). A new visible part or turn has
        its own size to be shown with.
        """
        info = VideoInfoStruct.from_buffer_copy(self.info)
        info.timestamp_us = self.timestamp if timestamp is None else signed("timestamp", timestamp)
        info.duration_us = _duration(self.duration if duration is None else duration)
        info.id = self.id if id is None else unsigned("id", id)
        if format is not None:
            info.format = PIXEL[spelled(format)]
        if visible_rect is not None or rotation is not None:
            info.display_width = info.display_height = 0
        rotation = int(info.rotation) if rotation is None else rotation
        flip = bool(info.flip) if flip is None else flip
        set_facts(info, visible_rect, display_width, display_height, rotation, flip, color_space)
        handle = FrameHandle()
        check(native.fg_frame_derive(self.handle, info, ctypes.byref(handle)))
        return adopt(Frame, handle, info.timestamp_us, info.duration_us, info.id)

    def resized(self, width: int, height: int) -> Frame:
        """The visible part in another size, any to any, in memory of its own.

        The mean of the area where it shrinks, bicubic where it grows. Format, colour, turn and times are the frame's;
        the size to be shown with changes in proportion.
        """
        size = unsigned("width", width, bits=32), unsigned("height", height, bits=32)
        handle = FrameHandle()
        check(native.fg_frame_scale(self.handle, *size, ctypes.byref(handle)))
        return adopt(Frame, handle, self.timestamp, _duration(self.duration), self.id)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """numpy.asarray(frame): as `to_numpy`, and with alpha as a fourth channel where the frame has it."""
        if copy is False:
            raise ValueError("a frame becomes an array of RGB by a copy: `arrays()` gives its planes without one")
        array = self.to_numpy("RGBA" if "A" in self.format else "RGB24")
        return array if dtype is None else array.astype(dtype, copy=False)

    def _repr_png_(self) -> bytes | None:
        """What notebooks show, with Pillow."""
        return None if self.closed else preview.png(self)

    def __repr__(self) -> str:
        if self.closed:
            return f"<framegate.Frame closed, {self.timestamp} us>"
        return f"<framegate.Frame {self.format} {self.width}x{self.height}, {self.timestamp} us>"


def _duration(duration: int | None) -> int:
    return DURATION_UNKNOWN if duration is None else signed("duration", duration)

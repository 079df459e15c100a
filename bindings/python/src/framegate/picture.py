"""What a program gives as a picture (arrays, planes, images, bytes), as memory that the library can take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import gray, samples
from ._native import PlanesStruct, native
from ._native.buffers import Buffer
from ._native.status import check
from .copy_options import PlaneLayout, copy_options
from .errors import InvalidArgumentError
from .formats import PLANES, channels_of, spelled
from .frame_memory import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._native import FrameHandle

_BY_CHANNELS = {3: "RGB24", 4: "RGBA"}
_BY_MODE = {"RGB": "RGB24", "RGBA": "RGBA", "RGBX": "RGBX"}


class Picture(Memory):
    """Planes in memory."""

    __slots__ = ("format", "height", "planes", "width")

    NEW = native.fg_frame_new_video
    WRAP = native.fg_frame_wrap_video

    def __init__(
        self,
        format: str,
        size: tuple[int, int],
        buffers: Sequence[Buffer],
        planes: Sequence[tuple[int, int]],
        *,
        private: bool = False,
        tight: bool = False,
    ) -> None:
        super().__init__(buffers, private=private, tight=tight)
        self.format = format
        self.width, self.height = size
        self.planes = planes
        """Address and stride of each."""

    def struct(self) -> PlanesStruct:
        """Where the planes lie."""
        struct = PlanesStruct.new(count=len(self.planes))
        for index, (address, stride) in enumerate(self.planes):
            struct.data[index], struct.stride[index] = address, stride
        return struct

    def copy(self, source: FrameHandle, planes: PlanesStruct, info: Any) -> None:
        """Copies a frame of these pixels to the planes of another."""
        count, base = planes.count, planes.data[0]
        layout = [PlaneLayout(planes.data[index] - base, planes.stride[index]) for index in range(count)]
        size = layout[-1].offset + layout[-1].stride * planes.rows[count - 1]
        everything = (0, 0, info.coded_width, info.coded_height)
        check(native.fg_frame_copy_to(source, copy_options(None, everything, layout), base, size))


def read(data: Any, format: str | None, size: tuple[int | None, int | None]) -> Picture:
    """Whatever has pixels; gray ones become RGB24. InvalidArgumentError says what does not fit."""
    if isinstance(data, list | tuple):
        return _planes(data, _needed(format), size)
    if is_image(data):
        return _image(data, format)
    buffer = Buffer(data)
    try:
        packed = len(buffer.shape) == 3
        if (not packed or format is not None or buffer.shape[2] == 1) and gray.asked(format, buffer.shape):
            return _gray(data, buffer, size)
        if packed:
            return _packed(data, buffer, format)
        return _flat(data, buffer, _needed(format), size)
    except BaseException:
        buffer.release()
        raise


def is_image(data: Any) -> bool:
    """It is PIL's, which says its format itself."""
    return hasattr(data, "mode") and hasattr(data, "tobytes")


def _packed(data: Any, buffer: Buffer, format: str | None) -> Picture:
    height, width, channels = buffer.shape
    name = _BY_CHANNELS.get(channels, "") if format is None else spelled(format)
    if channels_of(name) != channels:
        raise InvalidArgumentError(
            f"an array of shape {buffer.shape} is no picture in {name or 'a known format'}: "
            "packed formats take rows x columns x 3 or 4"
        )
    if not samples.fit(buffer, 1):
        samples.check(f"an array of shape {buffer.shape}", buffer, 1)
    row = width * channels
    if buffer.strides[1:] == (channels, 1) and buffer.strides[0] >= row:
        planes = [(buffer.address, buffer.strides[0])]
        return Picture(name, (width, height), [buffer], planes, tight=buffer.strides[0] == row)
    buffer.release()
    return _from_bytes(memoryview(data).tobytes(), name, (width, height))


def _gray(data: Any, buffer: Buffer, size: tuple[int | None, int | None]) -> Picture:
    samples.check(f"an array of shape {buffer.shape}", buffer, 1)
    width, height = gray.size_of(buffer.shape, size)
    buffer.release()
    pixels = Buffer(gray.rgb(memoryview(data).tobytes()))
    return Picture("RGB24", (width, height), [pixels], [(pixels.address, 3 * width)], private=True, tight=True)


def _flat(data: Any, buffer: Buffer, format: str, size: tuple[int | None, int | None]) -> Picture:
    width, height = size
    if width is None or height is None:
        raise InvalidArgumentError(f"{format} in one block of bytes needs width and height")
    if not samples.fit(buffer, 1):
        samples.check(f"a picture in {format}", buffer, PLANES[format][0].depth)
    if not buffer.contiguous:
        buffer.release()
        return _from_bytes(memoryview(data).tobytes(), format, (width, height))
    return _block(buffer, format, (width, height))


def _from_bytes(data: bytes, format: str, size: tuple[int, int]) -> Picture:
    return _block(Buffer(data), format, size)


def _block(buffer: Buffer, format: str, size: tuple[int, int]) -> Picture:
    planes, offset = [], 0
    for shape in PLANES[format]:
        across, rows = shape.size(*size)
        stride = across * shape.channels * shape.depth
        planes.append((buffer.address + offset, stride))
        offset += stride * rows
    if buffer.nbytes != offset:
        raise InvalidArgumentError(
            f"{buffer.nbytes} bytes are no picture of {size[0]}x{size[1]} in {format}, which takes {offset}"
        )
    return Picture(format, size, [buffer], planes, tight=True)


def _planes(data: Sequence[Any], format: str, size: tuple[int | None, int | None]) -> Picture:
    shapes = PLANES[format]
    if len(data) != len(shapes):
        raise InvalidArgumentError(f"{len(data)} planes are given, {format} has {len(shapes)}")
    buffers: list[Buffer] = []
    try:
        for plane in data:
            buffers.append(Buffer(plane))
            if len(buffers[-1].shape) < 2:
                raise InvalidArgumentError("a plane is an array of rows")
        width = buffers[0].shape[1] if size[0] is None else size[0]
        height = buffers[0].shape[0] if size[1] is None else size[1]
        places = []
        for index, (shape, buffer) in enumerate(zip(shapes, buffers, strict=True)):
            across, rows = shape.size(width, height)
            row_bytes = across * shape.channels * shape.depth
            samples.check(f"plane {index}", buffer, shape.depth)
            if not _holds(buffer, rows, row_bytes):
                raise InvalidArgumentError(
                    f"plane {index} has shape {buffer.shape} and {8 * buffer.itemsize} bits; {format} of "
                    f"{width}x{height} takes {rows} rows of {row_bytes} bytes there, without gaps in a row"
                )
            places.append((buffer.address, buffer.strides[0]))
    except BaseException:
        for buffer in buffers:
            buffer.release()
        raise
    return Picture(format, (width, height), buffers, places)


def _holds(buffer: Buffer, rows: int, row_bytes: int) -> bool:
    within = buffer.itemsize
    for length, stride in zip(reversed(buffer.shape[1:]), reversed(buffer.strides[1:]), strict=True):
        if stride != within and length != 1:
            return False
        within *= length
    gaps = buffer.strides[0] >= row_bytes or rows == 1
    return buffer.shape[0] == rows and within == row_bytes and gaps


def _image(image: Any, format: str | None) -> Picture:
    mode: str = image.mode
    if mode not in _BY_MODE:
        mode = "RGBA" if "A" in mode or "transparency" in image.info else "RGB"
        image = image.convert(mode)
    name = _BY_MODE[mode]
    if format is not None and spelled(format) != name:
        raise InvalidArgumentError(f"an image of mode {mode} is {name}, not {format}")
    return _from_bytes(image.tobytes(), name, image.size)


def _needed(format: str | None) -> str:
    if format is None:
        raise InvalidArgumentError("format is missing: only rows x columns (x 3 or 4) and images say it themselves")
    return spelled(format)

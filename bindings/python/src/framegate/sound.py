"""What a program gives as sound (arrays, planes, bytes), as memory that the library can take."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from . import sample_format, samples
from ._native import CopyOptionsStruct, PlanesStruct, native
from ._native.buffers import Buffer
from ._native.status import check
from .errors import InvalidArgumentError
from .frame_memory import Memory
from .numbers import unsigned
from .sample_format import BY_LETTER, SampleFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._native import FrameHandle


class Sound(Memory):
    """Samples in memory: `frames` of each channel."""

    __slots__ = ("addresses", "channels", "format", "frames")

    NEW = native.fg_frame_new_audio
    WRAP = native.fg_frame_wrap_audio

    def __init__(
        self,
        format: SampleFormat,
        size: Sequence[int],
        buffers: Sequence[Buffer],
        addresses: Sequence[int],
        *,
        private: bool = False,
        tight: bool = False,
    ) -> None:
        super().__init__(buffers, private=private, tight=tight)
        self.format = format
        self.frames, self.channels = size
        self.addresses = addresses
        """Of each plane."""

    def struct(self) -> PlanesStruct:
        """Where the planes lie."""
        count = len(self.addresses)
        return PlanesStruct.new(count=count, extended_data=(ctypes.c_void_p * count)(*self.addresses))

    def copy(self, source: FrameHandle, planes: PlanesStruct, _info: Any) -> None:
        """Copies a frame of this sound to the planes of another."""
        size = self.frames * self.format.size
        for plane in range(self.channels):
            options = CopyOptionsStruct.new(plane=plane)
            check(native.fg_frame_copy_to(source, options, planes.extended_data[plane], size))


def read(data: Any, format: str | None, channels: int | None) -> Sound:
    """Whatever has samples. InvalidArgumentError says what does not fit."""
    named = None if format is None else sample_format.of_name(format)
    if channels is not None and unsigned("channels", channels, 32) == 0:
        raise InvalidArgumentError("channels is 0, allowed are 1 to 255")
    if isinstance(data, list | tuple):
        if len(data) != 1 or (named is not None and named.planar):
            return _planes(data, named, channels)
        (data,) = data
    buffer = Buffer(data)
    try:
        if len(buffer.shape) == 2:
            return _array(data, buffer, named, channels)
        if len(buffer.shape) == 1:
            return _flat(data, buffer, named, channels)
        raise InvalidArgumentError(f"an array of shape {buffer.shape} is no sound: samples x channels is")
    except BaseException:
        buffer.release()
        raise


def _array(data: Any, buffer: Buffer, named: SampleFormat | None, channels: int | None) -> Sound:
    frames, found = size = buffer.shape
    if channels is not None and channels != found:
        raise InvalidArgumentError(f"{_what(buffer)} has {found} channels, not {channels}: it is samples x channels")
    if not frames or not found:
        raise InvalidArgumentError(f"{_what(buffer)} has no samples: it is samples x channels")
    kind = _kind(_what, buffer, named)
    contiguous = buffer.contiguous
    apart = buffer.strides[0] == kind.size or frames == 1
    planar = apart and not contiguous if named is None else named.planar
    if planar and apart:
        step = buffer.strides[1] if found > 1 else buffer.nbytes
        addresses = [buffer.address + channel * step for channel in range(found)]
        return Sound(kind.apart(), size, [buffer], addresses, tight=step == frames * kind.size)
    if contiguous and not planar:
        return Sound(kind, size, [buffer], [buffer.address], tight=True)
    buffer.release()
    # Samples x channels in Fortran's order are a channel after the other.
    block = memoryview(data).tobytes("F" if planar else "C")
    return _block(Buffer(block), kind.apart() if planar else kind, found)


def _flat(data: Any, buffer: Buffer, named: SampleFormat | None, channels: int | None) -> Sound:
    """Of one channel, or of all in turn; a planar format's one after the other. Bytes are whatever is named."""
    if samples.letter(buffer.format, buffer.itemsize) == "B":
        if named is None or (channels is None and named.kind != "u8"):
            missing = "format" if named is None else "channels"
            raise InvalidArgumentError(f"{missing} is missing: bytes do not say it")
        found = named
    else:
        kind = _kind(lambda _: "an array of samples", buffer, named)
        found = kind.apart() if named is not None and named.planar else kind
    if not buffer.contiguous:
        buffer.release()
        buffer = Buffer(memoryview(data).tobytes())
    return _block(buffer, found, channels or 1)


def _block(buffer: Buffer, format: SampleFormat, channels: int) -> Sound:
    frames, rest = divmod(buffer.nbytes, channels * format.size)
    if rest or not frames:
        raise InvalidArgumentError(
            f"{buffer.nbytes} bytes are no sound of {channels} channels in {format.name}, which takes "
            f"{channels * format.size} for each sample of all"
        )
    step = frames * format.size
    addresses = [buffer.address + plane * step for plane in range(format.planes(channels))]
    return Sound(format, (frames, channels), [buffer], addresses, tight=True)


def _planes(data: Sequence[Any], named: SampleFormat | None, channels: int | None) -> Sound:
    """An array a channel."""
    count = len(data)
    if named is not None and not named.planar:
        raise InvalidArgumentError(f"{count} planes are given, {named.name} has 1")
    if not count or channels not in (None, count):
        raise InvalidArgumentError(f"{count} planes are given, {channels or '1 to 255'} are needed: one a channel")
    buffers: list[Buffer] = []
    try:
        for index, plane in enumerate(data):
            buffers.append(Buffer(plane))
            named = _plane(index, buffers, named)
            if not buffers[-1].contiguous:
                buffers[-1].release()
                buffers[-1] = Buffer(memoryview(plane).tobytes())
        assert named is not None
        size = buffers[0].nbytes // named.size, count
        return Sound(named.apart(), size, buffers, [buffer.address for buffer in buffers])
    except BaseException:
        for buffer in buffers:
            buffer.release()
        raise


def _plane(index: int, buffers: Sequence[Buffer], named: SampleFormat | None) -> SampleFormat:
    """Checks the last of some planes, and gives its format."""
    first, last = buffers[0], buffers[-1]
    if len(last.shape) != 1:
        raise InvalidArgumentError(f"plane {index} has shape {last.shape}, a row of samples is needed")
    kind = _kind(lambda _: f"plane {index}", last, named)
    if last.nbytes != first.nbytes or not first.nbytes:
        counts = f"plane {index} has {last.nbytes // kind.size} samples, plane 0 has {first.nbytes // kind.size}"
        raise InvalidArgumentError(f"{counts}: as many are needed, 1 at least")
    return kind


def _what(buffer: Buffer) -> str:
    return f"an array of shape {buffer.shape}"


def _kind(what: Callable[[Buffer], str], buffer: Buffer, named: SampleFormat | None) -> SampleFormat:
    """The format of a buffer's numbers, not planar. InvalidArgumentError: they are not what is named."""
    found = BY_LETTER.get(samples.letter(buffer.format, buffer.itemsize) or "")
    if found is None or (named is not None and named.kind != found.name):
        needed = ", ".join(known.dtype for known in BY_LETTER.values()) if named is None else named.dtype
        raise InvalidArgumentError(f"{what(buffer)} has numbers of type {samples.name(buffer)}, {needed} is needed")
    return found

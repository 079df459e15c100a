"""Sound."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from . import sample_format, sound
from ._native import AudioInfoStruct, CopyOptionsStruct, PlanesStruct, native
from ._native.generated import SAMPLE
from ._native.status import check
from .audio_plane import AudioPlane, equally_spaced
from .errors import InvalidArgumentError
from .frame_memory import take
from .media_frame import MediaFrame, adopt
from .numbers import signed, unsigned

if TYPE_CHECKING:
    from typing import Self

    import numpy.typing as npt

    from ._native import Handle, OutputStruct
    from .sample_format import SampleFormat
    from .sound import Sound


_DEFAULTS = AudioInfoStruct.new()


class AudioFrame(MediaFrame[AudioInfoStruct]):
    """W3C AudioData: samples of each channel, and their time in microseconds.

        AudioFrame.from_numpy(array, sample_rate=48_000)              # samples x channels, or samples alone: mono
        AudioFrame([left, right], sample_rate=48_000)                 # an array a channel: planar
        AudioFrame(data, "s16", sample_rate=48_000, channels=2)       # tightly packed bytes

    An array's numbers say the format: uint8 (u8), int16 (s16), int32 (s32, and 24 bits in its upper ones) or float32
    (f32, from -1 to 1). How it lies in memory says the rest: rows of channels are interleaved, columns one after the
    other (`planes.T`, order="F") planar, both without a copy.

    Memory that can be written to is copied, because the encoder reads it later. Memory that cannot (bytes, an array
    with writeable=False) is used as it is. `copy=False` uses any memory as it is: it must not change until it was
    encoded. `copy=True` always copies. What lies in another order is copied whatever `copy` says.

    Sound that a decoder gave is used without a copy: `planes()`, `arrays()` and `numpy.asarray(frame)` look into its
    memory, read-only, and keep it alive.

    `close()` or the end of `with` lets go of the memory at once, unless planes or arrays still use it: then when the
    last of them dies. So does the frame's own end. Any thread may use a frame. Frames are equal when format, rate,
    times, id and samples are.
    """

    INSTEAD = "to another process goes a copy of its samples, `to_numpy()` or `copy_to()`"

    __slots__ = ("_padding", "_priming")

    INFO = AudioInfoStruct
    READ_INFO = native.fg_frame_audio_info

    def __init__(
        self,
        data: Any,
        format: str | None = None,
        *,
        sample_rate: int,
        channels: int | None = None,
        timestamp: int = 0,
        id: int = 0,
        copy: bool | None = None,
    ) -> None:
        self._take(sound.read(data, format, channels), sample_rate, timestamp, id, copy)

    @classmethod
    def from_numpy(
        cls,
        array: npt.NDArray[Any],
        format: str | None = None,
        *,
        sample_rate: int,
        timestamp: int = 0,
        id: int = 0,
        copy: bool | None = None,
    ) -> Self:
        """A frame of an array of samples x channels, or of samples alone, which are mono."""
        return cls(array, format, sample_rate=sample_rate, timestamp=timestamp, id=id, copy=copy)

    def _take(self, samples: Sound, sample_rate: int, timestamp: int, id: int, copy: bool | None) -> None:
        try:
            info = AudioInfoStruct.from_buffer_copy(_DEFAULTS)
            info.format, info.sample_rate = samples.format.number, unsigned("sample_rate", sample_rate, 32)
            info.channels = unsigned("channels", samples.channels, 32)
            info.frames = unsigned("frames", samples.frames, 32)
            info.timestamp_us, info.id = signed("timestamp", timestamp), unsigned("id", id)
        except BaseException:
            samples.release()
            raise
        self._handle = take(samples, info, copy)
        self._info = None
        self._timestamp = info.timestamp_us
        self._duration = samples.frames * 1_000_000 // info.sample_rate
        self._id = info.id
        self._priming = self._padding = 0

    # Facts.

    @property
    def format(self) -> str:
        """W3C's name of the sample format: "s16", "f32-planar"."""
        return self._format.name

    @property
    def _format(self) -> SampleFormat:
        return sample_format.BY_NUMBER[self.info.format]

    @property
    def sample_rate(self) -> int:
        """Samples a second of each channel."""
        rate: int = self.info.sample_rate
        return rate

    @property
    def channels(self) -> int:
        """How many."""
        channels: int = self.info.channels
        return channels

    @property
    def frames(self) -> int:
        """Samples of each channel: W3C numberOfFrames."""
        frames: int = self.info.frames
        return frames

    @property
    def priming(self) -> int:
        """Of sound from a decoder: samples at its beginning that the encoder has put in front of what it was given.

        With priming="drop" they are left out already.
        """
        return self._priming

    @property
    def padding(self) -> int:
        """The same at its end, behind what the encoder was given."""
        return self._padding

    def _facts(self) -> tuple[Any, ...]:
        return self.format, self.sample_rate, self.channels, self.frames, self.timestamp, self.id

    # Samples.

    def planes(self) -> tuple[AudioPlane, ...]:
        """Each plane, read-only, without a copy: one of all channels in turn, or one a channel in planar formats."""
        handle, found, struct = self.handle, self._format, PlanesStruct.new()
        check(native.fg_frame_planes(handle, struct))
        size = self.frames, self.channels // struct.count
        return tuple(AudioPlane(handle, struct.extended_data[index], found, size) for index in range(struct.count))

    def arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """`planes` as numpy arrays: views, read-only, which keep the memory alive. One of samples x channels, or if the
        format is planar one of samples a channel."""
        return tuple(plane.array for plane in self.planes())

    def to_numpy(self, format: str = "f32", *, out: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        """The samples as a new array of samples x channels.

        `format` is any of W3C's; the library converts, without the GIL: floats from -1 to 1, rounded to nearest, what
        is beyond the ends is the end. That of a planar format lies in memory channel by channel (its transpose is
        contiguous). `out` is an array to write to instead, of that type and shape, by rows or by columns without gaps.
        """
        import numpy as np

        wanted = sample_format.of_name(format)
        shape = self.frames, self.channels
        if out is None:
            out = np.empty(shape, wanted.dtype, order="F" if wanted.planar else "C")
        elif out.shape != shape or out.dtype != wanted.dtype:
            raise InvalidArgumentError(f"out is {out.dtype} {out.shape}, {wanted.dtype} {shape} is needed")
        elif not out.flags.writeable:
            raise InvalidArgumentError("out is read-only, an array that can be written to is needed")
        if out.flags.c_contiguous:
            self._fill(out, _WHOLE[wanted.kind])
            return out
        for channel in range(shape[1]):
            column = out[:, channel]
            if column.strides != (wanted.size,):
                raise InvalidArgumentError("out has gaps: rows without gaps are needed, or columns without")
            self._fill(column, copy_options(wanted.apart(), channel))
        return out

    def _fill(self, array: npt.NDArray[Any], options: CopyOptionsStruct) -> None:
        """Writes to an array without gaps that can be written to."""
        start = ctypes.c_char.from_buffer(array.data)  # holds the array
        check(native.fg_frame_copy_to(self.handle, options, ctypes.byref(start), array.nbytes))

    def allocation_size(
        self, format: str | None = None, *, plane: int = 0, frame_offset: int = 0, frame_count: int | None = None
    ) -> int:
        """How many bytes `copy_to` needs with the same arguments."""
        return self._size(self._options(format, plane, frame_offset, frame_count))

    def copy_to(
        self,
        destination: Any,
        format: str | None = None,
        *,
        plane: int = 0,
        frame_offset: int = 0,
        frame_count: int | None = None,
    ) -> None:
        """W3C copyTo: writes `frame_count` samples of each channel, or all that follow, from `frame_offset` on to a
        writable buffer, in the frame's format or another; of a planar one the channel `plane`. The library converts,
        without the GIL.

        InvalidArgumentError: the buffer is too small, or there are no such samples. The buffer is untouched then.
        """
        options = self._options(format, plane, frame_offset, frame_count)
        self._copy_into(destination, options, "one block of memory is needed")

    def _options(self, format: str | None, plane: int, offset: int, count: int | None) -> CopyOptionsStruct:
        return copy_options(None if format is None else sample_format.of_name(format), plane, offset, count)

    def _contents(self) -> bytes:
        return b"".join(bytes(plane.memory) for plane in self.planes())

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """numpy.asarray(frame): samples x channels of its own numbers, without a copy where its memory allows."""
        import numpy as np

        view = equally_spaced(self.planes())
        changed = view is None or (dtype is not None and np.dtype(dtype) != self._format.dtype)
        if changed and copy is False:
            raise ValueError("a frame becomes such an array by a copy: `arrays()` gives its planes without one")
        array = self.to_numpy(self._format.kind) if view is None else np.asarray(view)
        return np.array(array, dtype) if copy else array.astype(dtype or array.dtype, copy=False)

    def __repr__(self) -> str:
        if self.closed:
            return f"<framegate.AudioFrame closed, {self.timestamp} us>"
        size = f"{self.frames} samples of {self.channels} channel{'s' * (self.channels > 1)}"
        return f"<framegate.AudioFrame {self.format} {self.sample_rate} Hz, {size}, {self.timestamp} us>"


def copy_options(
    format: SampleFormat | None, plane: int = 0, offset: int = 0, count: int | None = None
) -> CopyOptionsStruct:
    """The library's struct. InvalidArgumentError: what does not fit into it; the rest is the library's to check."""
    if count is not None and not unsigned("frame_count", count, 32):
        raise InvalidArgumentError("frame_count is 0, which has no samples: leave it out for all that follow")
    options = CopyOptionsStruct.new(
        plane=unsigned("plane", plane, 32), frame_offset=unsigned("frame_offset", offset, 32), frame_count=count or 0
    )
    if format is not None:
        options.format = SAMPLE[format.name]
    return options


_WHOLE = {kind: copy_options(sample_format.BY_NAME[kind]) for kind in sample_format.KINDS}
"""For all samples in one plane: made once, because they take longer than a short copy."""


def of_sound(samples: Sound, sample_rate: int, timestamp: int) -> AudioFrame:
    """A frame of memory that was read."""
    frame = AudioFrame.__new__(AudioFrame)
    frame._take(samples, sample_rate, timestamp, 0, None)
    return frame


def of_frame(handle: Handle) -> AudioFrame:
    """Around a reference that is now the frame's."""
    info = AudioInfoStruct.new()
    check(native.fg_frame_audio_info(handle, info))
    frame = adopt(AudioFrame, handle, info.timestamp_us, info.duration_us, info.id)
    frame._priming = frame._padding = 0
    return frame


def of_output(handle: Handle, output: OutputStruct) -> AudioFrame:
    """Around a reference that is now the frame's, of a decoder's output."""
    frame = adopt(AudioFrame, handle, output.timestamp_us, output.duration_us, output.id)
    frame._priming, frame._padding = output.priming, output.padding
    return frame

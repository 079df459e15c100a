"""Another rate, format or number of channels for sound."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

from . import audio_frame, sample_format
from ._native import AudioInfoStruct, FrameHandle, ResamplerHandle, native
from ._native.status import check
from .errors import InvalidStateError
from .numbers import unsigned
from .uncopied import Uncopied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .audio_frame import AudioFrame


class Resampler(Uncopied):
    """Changes the rate, the format or the number of channels of sound (FFmpeg's swresample, its defaults).

        for chunk in encoder.run(Resampler(sample_rate=48_000).run(decoder.run(demuxer.audio))): ...

    What is not said stays as the first frame has it, and all further ones must be like that. Encoders take any format
    by themselves, and never change a rate or mix channels. There is no gate: what was pushed and not pulled is in
    memory. Any thread may use it.
    """

    INSTEAD = "make another"

    def __init__(
        self, *, sample_rate: int | None = None, channels: int | None = None, format: str | None = None
    ) -> None:
        self._wanted = {
            "sample_rate": None if sample_rate is None else unsigned("sample_rate", sample_rate, 32),
            "channels": None if channels is None else unsigned("channels", channels, 32),
            "format": None if format is None else sample_format.of_name(format).number,
        }
        self._handle: ResamplerHandle | None = None
        self._ended = False

    def push(self, frame: AudioFrame | None) -> None:
        """Takes sound; None says that none follows. The frame may be closed at once.

        InvalidArgumentError: it is not like the first one. NotSupportedError: FFmpeg does not do that.
        InvalidStateError: the end was pushed before.
        """
        if self._ended:
            raise InvalidStateError("the end was pushed before")
        if frame is None:
            self._ended = True
            if self._handle is not None:
                check(native.fg_resampler_push(self._handle, None))
            return
        if self._handle is None:
            self._handle = self._open(frame.info)
        check(native.fg_resampler_push(self._handle, frame.handle))

    def _open(self, info: AudioInfoStruct) -> ResamplerHandle:
        to = AudioInfoStruct.from_buffer_copy(info)
        for member, value in self._wanted.items():
            if value is not None:
                setattr(to, member, value)
        handle = ResamplerHandle()
        check(native.fg_resampler_new(info, to, ctypes.byref(handle)))
        return handle

    def pull(self) -> AudioFrame | None:
        """The sound that is ready; None: push first, or it has ended. Times are counted from the first frame's."""
        if self._handle is None:
            return None
        handle = FrameHandle()
        if check(native.fg_resampler_pull(self._handle, ctypes.byref(handle))):
            return None
        return audio_frame.of_frame(handle)

    def run(self, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
        """The sound of `frames`, and at their end what is left."""
        for frame in frames:
            self.push(frame)
            while (made := self.pull()) is not None:
                yield made
        self.push(None)
        while (made := self.pull()) is not None:
            yield made

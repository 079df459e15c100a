"""W3C VideoEncoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from . import chunk, lent
from ._native import CodecFunctions, EncoderHandle, native
from ._native.scratch import encode_options
from ._native.status import check
from .aio import give
from .chunk import Chunk
from .codec import Codec
from .errors import InvalidArgumentError
from .frame import Frame
from .numbers import unsigned
from .waiting import patiently, timeout_ms

if TYPE_CHECKING:
    from typing import Unpack

    from ._native import Output
    from .config import Config, VideoEncoderMembers

_RELEASE = native.fg_release_output


class VideoEncoder(Codec[Any, Chunk]):
    """Frames go in, chunks come out, in decode order.

        with VideoEncoder(codec="avc1.42001f", width=640, height=360, framerate=30, bitrate=1_000_000) as encoder:
            for chunk in encoder.run(frames):
                file.write(chunk.data)

    Members are W3C VideoEncoderConfig's in Python's spelling, and `slots`, `max_bytes`, `max_delay`, `threads` and
    `ffmpeg={"preset": "fast"}`. A frame is a `Frame`, or what `Frame` takes (an array, an image); then it is shown
    1 / framerate after the one before.

    InvalidArgumentError: a member is missing, unknown or impossible. NotSupportedError: codec, profile or size.
    """

    FUNCTIONS: ClassVar[CodecFunctions] = CodecFunctions.of("encoder")
    HANDLE = EncoderHandle

    def __init__(self, config: Config | None = None, **members: Unpack[VideoEncoderMembers]) -> None:
        super().__init__(config, dict(members))
        self._enqueue_native = self.FUNCTIONS.enqueue
        self._unstamped = 0

    @classmethod
    def is_config_supported(cls, config: Config | None = None, **members: Unpack[VideoEncoderMembers]) -> bool:
        """Whether such an encoder can be made; it is opened to see. InvalidArgumentError: an unknown member."""
        return cls._supports(config, dict(members))

    def configure(self, config: Config | None = None, **members: Unpack[VideoEncoderMembers]) -> None:
        """Goes on with another configuration, after `reset` as well. `slots` and `max_bytes` stay what they were.

        What was encoded before is finished under the old one, which also stays if this raises.
        """
        self._configure(config, dict(members))

    def encode(
        self, frame: Any, *, key_frame: bool = False, quantizer: int | None = None, timeout: float | None = None
    ) -> bool:
        """Gives it a frame, waiting for a slot at most `timeout` seconds; None waits as long as it takes.

        True: taken; the frame may be closed at once. False: not in time, nothing was taken.
        `key_frame` makes it one. `quantizer` is this frame's, with bitrate_mode "quantizer": H.264 0 to 51.

        WouldDeadlockError: timeout=None, every slot is taken by chunks, and only this thread polls.
        InvalidStateError: not configured. DataError: another rotation or flip than the first frame's.
        ClosedError, EncodingError: it has ended.
        """
        made = self._prepare(frame)
        if key_frame or quantizer is not None:
            return self._encode_with(made, key_frame, quantizer, timeout_ms(timeout))
        return self._put(made, timeout_ms(timeout))

    async def encode_async(self, frame: Any, *, key_frame: bool = False, quantizer: int | None = None) -> None:
        """`encode`, awaiting the slot. Some other task must take the chunks."""
        made = self._prepare(frame)
        await give(self, lambda: self._encode_with(made, key_frame, quantizer, 0))

    def _prepare(self, item: Any) -> Frame:
        return item if isinstance(item, Frame) else self._stamped(item)

    def _enqueue(self, item: Frame, timeout_ms: int) -> int:
        status: int = self._enqueue_native(self._handle, item.handle, None, timeout_ms)
        return status

    def _receive(self, output: Output) -> Chunk:
        try:
            return chunk.from_output(output)
        finally:
            _RELEASE(output.token)
            if lent.count():
                lent.sweep(2)

    def _encode_with(self, frame: Frame, key_frame: bool, quantizer: int | None, timeout: int) -> bool:
        options, pointer = slot = encode_options.take()
        try:
            options.key_frame = key_frame
            options.quantizer = -1 if quantizer is None else unsigned("quantizer", quantizer, 31)
            status = patiently(lambda ms: self._enqueue_native(self._handle, frame.handle, pointer, ms), timeout)
        finally:
            encode_options.give(slot)
        return check(status) == 0

    def _stamped(self, picture: Any) -> Frame:
        rate = self._config.number("framerate")
        if rate is None:
            raise InvalidArgumentError("framerate is not set: it gives times to pictures that are no Frame")
        index = self._unstamped
        self._unstamped += 1
        start, end = round(index * 1e6 / rate), round((index + 1) * 1e6 / rate)
        return Frame(picture, timestamp=start, duration=end - start)

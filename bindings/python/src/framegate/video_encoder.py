"""W3C VideoEncoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from . import chunk, gray, lent
from ._native import CodecFunctions, EncodeOptionsStruct, EncoderHandle, native
from ._native.status import check
from .aio import give
from .chunk import Chunk
from .codec import Codec
from .errors import InvalidArgumentError
from .frame import Frame
from .numbers import unsigned
from .picture import is_image
from .picture_clock import PictureClock
from .waiting import patiently, timeout_ms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from ._native.output_slot import OutputSlot
    from .members import VideoEncoderMembers

_RELEASE = native.fg_release_output


class VideoEncoder(Codec[Any, Chunk]):
    """Frames go in, chunks come out, in decode order.

        with VideoEncoder(codec="avc1.42001f", width=640, height=360, framerate=30, bitrate=1_000_000) as encoder:
            for chunk in encoder.run(frames):
                file.write(chunk.data)

    Members are W3C VideoEncoderConfig's in Python's spelling, and `slots`, `max_bytes`, `max_delay`, `threads`,
    `b_frames` and `ffmpeg={"preset": "fast"}`. A frame is a `Frame`, or what `Frame` takes (an array, an image); then
    it is shown 1 / framerate after the last one that was taken. `array_format` says what such arrays are: "BGR24" with
    OpenCV; None goes by their shape (RGB24, RGBA, gray). Images say it themselves.

    The codec is H.264 ("avc1.42001f"), VP8 ("vp8") or VP9 ("vp09.00.31.08"). `alpha="keep"` encodes transparency beside
    the colours (VP8, VP9 of profile 0): each chunk has `alpha`. `scalability_mode="L1T3"` gives temporal layers (VP8,
    VP9): each chunk has its `temporal_layer`.

    InvalidArgumentError: a member is missing, unknown or impossible. NotSupportedError: codec, profile or size.
    """

    FUNCTIONS: ClassVar[CodecFunctions] = CodecFunctions.of("encoder")
    HANDLE = EncoderHandle

    def __init__(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        array_format: str | None = None,
        **members: Unpack[VideoEncoderMembers],
    ) -> None:
        self._array_format = None if array_format is None else gray.spelled(array_format)
        super().__init__(config, dict(members))
        self._enqueue_native = self.FUNCTIONS.enqueue
        self._clock = PictureClock()

    @classmethod
    def is_config_supported(
        cls, config: Mapping[str, Any] | None = None, **members: Unpack[VideoEncoderMembers]
    ) -> bool:
        """Whether such an encoder can be made; it is opened to see. InvalidArgumentError: an unknown member."""
        return cls._supports(config, dict(members))

    def configure(self, config: Mapping[str, Any] | None = None, **members: Unpack[VideoEncoderMembers]) -> None:
        """Goes on with another configuration, after `reset` as well. `slots` and `max_bytes` stay what they were.

        `configure(bitrate=2e6)` changes what is given and keeps the rest; a `config`, or members with `codec`, are
        a whole configuration.

        What was encoded before is finished under the old one, which also stays if this raises.
        """
        self._configure(config, dict(members))

    def encode(
        self, frame: Any, *, key_frame: bool = False, quantizer: int | None = None, timeout: float | None = None
    ) -> bool:
        """Gives it a frame, waiting for a slot at most `timeout` seconds; None waits as long as it takes.

        True: taken; the frame may be closed at once. False: not in time, nothing was taken.
        `key_frame` makes it one, at which decoding can start. `quantizer` is this frame's, with bitrate_mode
        "quantizer": H.264 0 to 51, VP8 0 to 127, VP9 0 to 255.

        WouldDeadlockError: timeout=None, every slot is taken by chunks, and only this thread polls.
        InvalidStateError: not configured. DataError: another rotation or flip than the first frame's.
        ClosedError, EncodingError: it has ended.
        After KeyboardInterrupt the frame may have been taken: `stats.inputs` says so.
        """
        wait_ms = timeout_ms(timeout)
        made = self._prepare(frame)
        status = 1
        try:
            status = self._enqueue_with(made, key_frame, quantizer, wait_ms)
            return check(status) == 0
        finally:
            if status and made is not frame:
                self._clock.take_back(made.timestamp)

    async def encode_async(self, frame: Any, *, key_frame: bool = False, quantizer: int | None = None) -> None:
        """`encode`, awaiting the slot. Some other task must take the chunks."""
        made = self._prepare(frame)
        taken = False
        try:
            await give(self, lambda: check(self._enqueue_with(made, key_frame, quantizer, 0)) == 0)
            taken = True
        finally:
            if not taken and made is not frame:
                self._clock.take_back(made.timestamp)

    def _prepare(self, item: Any) -> Frame:
        return item if isinstance(item, Frame) else self._stamped(item)

    def _enqueue(self, item: Frame, timeout_ms: int) -> int:
        status: int = self._enqueue_native(self._handle, item.handle, None, timeout_ms)
        return status

    def _enqueue_known(self, frame: Frame, options: Any, timeout_ms: int) -> int:
        """As a plain call its status could be lost to an interrupt, and with it whether the frame was taken."""
        status: int
        (status,) = map(self._enqueue_native, (self._handle,), (frame.handle,), (options,), (timeout_ms,))
        return status

    def _enqueue_with(self, frame: Frame, key_frame: bool, quantizer: int | None, timeout: int) -> int:
        options = None
        if key_frame or quantizer is not None:
            options = EncodeOptionsStruct.new(key_frame=key_frame)
            if quantizer is not None:
                options.quantizer = unsigned("quantizer", quantizer, 31)
        if timeout == 0:
            return self._enqueue_known(frame, options, 0)
        return patiently(lambda ms: self._enqueue_known(frame, options, ms), timeout)

    def _receive(self, slot: OutputSlot) -> None:
        output = slot.output
        if slot.made is None:
            slot.made = chunk.from_output(output)
        _RELEASE(output.token)  # again, after an interrupt, does nothing
        output.kind = 0
        if lent.count():
            lent.sweep(2)

    def _stamped(self, picture: Any) -> Frame:
        rate = self._config.number("framerate")
        if rate is None:
            raise InvalidArgumentError("framerate is not set: it gives times to pictures that are no Frame")
        start, end = self._clock.next(rate)
        try:
            name = None if is_image(picture) else self._array_format
            made = Frame(picture, name, timestamp=start, duration=end - start)
        except BaseException:
            self._clock.take_back(start)
            raise
        return made

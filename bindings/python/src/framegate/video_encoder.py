"""W3C VideoEncoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import gray
from ._native import EncodeOptionsStruct
from .encoder import Encoder
from .errors import InvalidArgumentError
from .frame import Frame
from .numbers import unsigned
from .picture import is_image
from .waiting import timeout_ms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from .members import VideoEncoderMembers


class VideoEncoder(Encoder[Frame]):
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

    MEDIUM = "video"
    FRAME = Frame

    def __init__(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        array_format: str | None = None,
        **members: Unpack[VideoEncoderMembers],
    ) -> None:
        self._array_format = None if array_format is None else gray.spelled(array_format)
        super().__init__(config, dict(members))

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
        return self._encode(frame, _options(key_frame, quantizer), timeout_ms(timeout))

    async def encode_async(self, frame: Any, *, key_frame: bool = False, quantizer: int | None = None) -> None:
        """`encode`, awaiting the slot. Some other task must take the chunks."""
        await self._encode_async(frame, _options(key_frame, quantizer))

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


def _options(key_frame: bool, quantizer: int | None) -> EncodeOptionsStruct | None:
    """None: as the encoder likes."""
    if not key_frame and quantizer is None:
        return None
    options = EncodeOptionsStruct.new(key_frame=key_frame)
    if quantizer is not None:
        options.quantizer = unsigned("quantizer", quantizer, 31)
    return options

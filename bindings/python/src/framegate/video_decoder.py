"""W3C VideoDecoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import media_frame
from ._native.generated import ERROR_DATA, OK
from .decoder import Decoder
from .frame import Frame

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from ._native import Handle, OutputStruct
    from .chunk import Chunk
    from .members import VideoDecoderMembers


class VideoDecoder(Decoder[Frame]):
    """Chunks go in, in decode order; frames come out, in the order in which they are shown.

        with Demuxer("in.mp4") as demuxer, VideoDecoder(demuxer.video.config) as decoder:
            for frame in decoder.run(demuxer.video):
                show(frame.to_numpy())

    Members are W3C VideoDecoderConfig's in Python's spelling, and `slots`, `max_bytes`, `max_delay`, `threads` and
    `ffmpeg={...}`. `max_pixels` (67,108,864), `max_side` (16,384) and `max_samples` (1,048,576) bound what a stream can
    make it take; one beyond them is a NotSupportedError that names the key (`maxPixels` ...).

    Chunks with `alpha` become frames with alpha (I420A).

    Decoding begins at a chunk with `key`: H.264 at an IDR picture or a recovery point, VP8 and VP9 at a key frame.
    Pictures that cannot be right yet are not given out (`Stats.dropped`). Any other chunk is a DataError where a key
    chunk is due (first, and after configure, flush and reset); with `skip_to_key=True` it is passed over, and counted
    in `skipped`: for streams that begin between keys.

    A frame leaves the gate when the program gets it: a program that keeps frames keeps its own memory, and the decoder
    goes on. With `hold=True` a frame keeps its slot until it is closed (or dies, with its arrays): whatever becomes
    of it, on whatever thread or task, there are never more than `slots` frames. A program that then holds them all
    and waits for more by itself is told WouldDeadlockError.

    InvalidArgumentError: a member is missing, unknown or impossible. NotSupportedError: codec, profile or size.
    """

    MEDIUM = "video"

    def __init__(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        hold: bool = False,
        skip_to_key: bool = False,
        **members: Unpack[VideoDecoderMembers],
    ) -> None:
        super().__init__(config, dict(members), hold)
        self._skip_to_key = skip_to_key
        self._skipped = 0

    @classmethod
    def is_config_supported(
        cls, config: Mapping[str, Any] | None = None, **members: Unpack[VideoDecoderMembers]
    ) -> bool:
        """Whether such a decoder can be made; it is opened to see. InvalidArgumentError: an unknown member."""
        return cls._supports(config, dict(members))

    def configure(self, config: Mapping[str, Any] | None = None, **members: Unpack[VideoDecoderMembers]) -> None:
        """Goes on with another configuration, after `reset` as well. `slots` and `max_bytes` stay what they were.

        `configure(max_delay=4)` changes what is given and keeps the rest; a `config`, or members with `codec`, are
        a whole configuration.

        What was decoded before is finished under the old one, which also stays if this raises. A key chunk comes next.
        """
        self._configure(config, dict(members))

    @property
    def skipped(self) -> int:
        """With skip_to_key: the chunks that came where a key chunk was due, and were passed over."""
        return self._skipped

    def _enqueue(self, item: Chunk, timeout_ms: int) -> int:
        status = super()._enqueue(item, timeout_ms)
        if status == ERROR_DATA and self._skip_to_key:
            self._skipped += 1
            return OK
        return status

    def _made(self, handle: Handle, output: OutputStruct) -> Frame:
        return media_frame.adopt(Frame, handle, output.timestamp_us, output.duration_us, output.id)

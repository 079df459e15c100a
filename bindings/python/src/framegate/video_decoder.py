"""W3C VideoDecoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from . import chunk as chunks
from . import frame
from ._native import CodecFunctions, DecoderHandle, FrameHandle, HeldFrameHandle, Lease, native
from ._native.generated import ERROR_DATA, OK
from ._native.scratch import chunks as chunk_structs
from .aio import give
from .chunk import Chunk
from .codec import Codec
from .frame import Frame
from .waiting import timeout_ms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Unpack

    from ._native.output_slot import OutputSlot
    from .members import VideoDecoderMembers

_RELEASE = native.fg_release_output
_RETAIN = native.fg_frame_retain


class VideoDecoder(Codec[Chunk, Frame]):
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

    FUNCTIONS: ClassVar[CodecFunctions] = CodecFunctions.of("decoder")
    HANDLE = DecoderHandle

    def __init__(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        hold: bool = False,
        skip_to_key: bool = False,
        **members: Unpack[VideoDecoderMembers],
    ) -> None:
        super().__init__(config, dict(members))
        self._enqueue_native = self.FUNCTIONS.enqueue
        self._hold = hold
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

    def decode(self, chunk: Chunk, *, timeout: float | None = None) -> bool:
        """Gives it a chunk, waiting for a slot at most `timeout` seconds; None waits as long as it takes.

        True: taken. False: not in time, nothing was taken.

        WouldDeadlockError: timeout=None, every slot is taken by frames, and only this thread takes them.
        DataError: a key chunk is due (first, and after configure, flush, reset), and this one is none, or says that it
        is and has neither an IDR picture nor a recovery point (VP8, VP9: is no key frame), or is empty.
        InvalidStateError: not configured. ClosedError, EncodingError: it has ended.
        After KeyboardInterrupt the chunk may have been taken: `stats.inputs` says so.
        """
        return self._put(chunk, timeout_ms(timeout))

    async def decode_async(self, chunk: Chunk) -> None:
        """`decode`, awaiting the slot. Some other task must take the frames."""
        await give(self, lambda: self._put(chunk, 0))

    def _enqueue(self, item: Chunk, timeout_ms: int) -> int:
        struct, pointer = slot = chunk_structs.take()
        try:
            chunks.fill(struct, item)
            status: int = self._enqueue_native(self._handle, pointer, timeout_ms)
            if status == ERROR_DATA and self._skip_to_key:
                self._skipped += 1
                return OK
            return status
        finally:
            chunk_structs.give(slot)

    def _receive(self, slot: OutputSlot) -> None:
        output = slot.output
        if self._hold:
            lease = Lease()
            held = HeldFrameHandle(output.frame, lease)
            slot.made = frame.adopt(held, output.timestamp_us, output.duration_us, output.id)
            lease.value, output.kind = output.token, 0
            return
        if slot.made is None:
            kept: FrameHandle = _RETAIN(output.frame)
            slot.made = frame.adopt(kept, output.timestamp_us, output.duration_us, output.id)
        _RELEASE(output.token)  # again, after an interrupt, does nothing
        output.kind = 0

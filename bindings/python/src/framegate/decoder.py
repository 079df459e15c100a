"""What decoders of pictures and of sound have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from . import chunk as chunks
from ._native import CodecFunctions, DecoderHandle, FrameHandle, Handle, HeldFrameHandle, Lease, native
from ._native.scratch import chunks as chunk_structs
from .aio import give
from .chunk import Chunk
from .codec import Codec
from .media_frame import MediaFrame
from .waiting import timeout_ms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._native import OutputStruct
    from ._native.output_slot import OutputSlot

F = TypeVar("F", bound=MediaFrame[Any])

_RELEASE = native.fg_release_output
_RETAIN = native.fg_frame_retain


class Decoder(Codec[Chunk, F]):
    """A subclass says what its frames are (`_made`)."""

    FUNCTIONS: ClassVar[CodecFunctions] = CodecFunctions.of("decoder")
    HANDLE = DecoderHandle

    def __init__(self, config: Mapping[str, Any] | None, members: dict[str, Any], hold: bool) -> None:
        super().__init__(config, members)
        self._enqueue_native = self.FUNCTIONS.enqueue
        self._hold = hold

    def _made(self, handle: Handle, output: OutputStruct) -> F:
        """A frame around a reference that is now its own."""
        raise NotImplementedError

    def decode(self, chunk: Chunk, *, timeout: float | None = None) -> bool:
        """Gives it a chunk, waiting for a slot at most `timeout` seconds; None waits as long as it takes.

        True: taken. False: not in time, nothing was taken.

        WouldDeadlockError: timeout=None, every slot is taken by frames, and only this thread takes them.
        DataError: a key chunk is due (first, and after configure, flush, reset), and this one is none, or is empty, or
        says that it is and is not: has neither an IDR picture nor a recovery point (H.264), is no key frame (VP8, VP9).
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
            return status
        finally:
            chunk_structs.give(slot)

    def _receive(self, slot: OutputSlot) -> None:
        output = slot.output
        if self._hold:
            lease = Lease()
            held = HeldFrameHandle(output.frame, lease)
            slot.made = self._made(held, output)
            lease.value, output.kind = output.token, 0
            return
        if slot.made is None:
            kept: FrameHandle = _RETAIN(output.frame)
            slot.made = self._made(kept, output)
        _RELEASE(output.token)  # again, after an interrupt, does nothing
        output.kind = 0

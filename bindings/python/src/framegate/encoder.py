"""What encoders of pictures and of sound have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from . import chunk, lent
from ._native import CodecFunctions, EncodeOptionsStruct, EncoderHandle, native
from ._native.status import check
from .aio import give
from .chunk import Chunk
from .clock import Clock
from .codec import Codec
from .media_frame import MediaFrame
from .waiting import patiently

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._native.output_slot import OutputSlot

F = TypeVar("F", bound=MediaFrame[Any])

_RELEASE = native.fg_release_output


class Encoder(Codec[Any, Chunk], Generic[F]):
    """A subclass says what its frames are, and makes them of what is none (`_stamped`)."""

    FUNCTIONS: ClassVar[CodecFunctions] = CodecFunctions.of("encoder")
    HANDLE = EncoderHandle
    FRAME: ClassVar[type[MediaFrame[Any]]]

    def __init__(self, config: Mapping[str, Any] | None, members: dict[str, Any]) -> None:
        super().__init__(config, members)
        self._enqueue_native = self.FUNCTIONS.enqueue
        self._clock = Clock()

    def _stamped(self, item: Any) -> F:
        """A frame of what is none, with the next time of the clock; or no time is taken."""
        raise NotImplementedError

    def _encode(self, item: Any, options: EncodeOptionsStruct | None, timeout: int) -> bool:
        made = self._prepare(item)
        status = 1
        try:
            status = self._enqueue_with(made, options, timeout)
            return check(status) == 0
        finally:
            if status and made is not item:
                self._clock.take_back(made.timestamp)

    async def _encode_async(self, item: Any, options: EncodeOptionsStruct | None) -> None:
        made = self._prepare(item)
        taken = False
        try:
            await give(self, lambda: check(self._enqueue_with(made, options, 0)) == 0)
            taken = True
        finally:
            if not taken and made is not item:
                self._clock.take_back(made.timestamp)

    def _prepare(self, item: Any) -> F:
        return item if isinstance(item, self.FRAME) else self._stamped(item)  # type: ignore[return-value]

    def _enqueue(self, item: F, timeout_ms: int) -> int:
        status: int = self._enqueue_native(self._handle, item.handle, None, timeout_ms)
        return status

    def _enqueue_known(self, frame: F, options: EncodeOptionsStruct | None, timeout_ms: int) -> int:
        """As a plain call its status could be lost to an interrupt, and with it whether the frame was taken."""
        status: int
        (status,) = map(self._enqueue_native, (self._handle,), (frame.handle,), (options,), (timeout_ms,))
        return status

    def _enqueue_with(self, frame: F, options: EncodeOptionsStruct | None, timeout: int) -> int:
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

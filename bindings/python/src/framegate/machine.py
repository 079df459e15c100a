"""The handle under a codec: the library's calls, and what interrupted ones left."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from ._native.generated import OUTPUT_ERROR, OUTPUT_FLUSHED, READY_POLL
from ._native.output_slot import OutputSlot, first_of
from ._native.scratch import readies
from ._native.status import check
from .errors import error_of
from .uncopied import Uncopied
from .waiting import patiently

if TYPE_CHECKING:
    from ._native import CodecFunctions, Handle
    from .config import Config

In = TypeVar("In")
Out = TypeVar("Out")


class Flushed(NamedTuple):
    """Everything before the flush of this number has come out."""

    flush_id: int


class Machine(Uncopied, Generic[In, Out]):
    """A subclass says how an input goes in (`_prepare`, `_enqueue`) and an output comes out (`_receive`)."""

    INSTEAD = (
        "make another from its `config`, in each process its own; configurations and chunks can be copied and pickled"
    )

    FUNCTIONS: ClassVar[CodecFunctions]
    HANDLE: ClassVar[type[Handle]]

    def __init__(self, config: Config) -> None:
        self._config = config
        self._handle = self.HANDLE()
        check(self.FUNCTIONS.new(config.handle, ctypes.byref(self._handle)))
        self._poll_native = self.FUNCTIONS.poll
        self._wait_native = self.FUNCTIONS.wait
        self._state: Literal["configured", "unconfigured", "closed"] = "configured"
        self._flush_asked = self._flush_done = 0
        self._spare: list[OutputSlot] = []
        """Empty ones. One comes back by `+=`, which is no call: see `_native.output_slot`."""
        self._left: list[OutputSlot] = []
        """What interrupted polls took out of the library."""

    def _prepare(self, item: In) -> Any:
        """Makes an item what `_enqueue` takes, once."""
        return item

    def _enqueue(self, item: Any, timeout_ms: int) -> int:
        """Gives the library an input; its status."""
        raise NotImplementedError

    def _receive(self, slot: OutputSlot) -> None:
        """Makes an output the program's (`slot.made`), settles its token, and empties the struct (`output.kind`).

        Once more after an interrupt at any place.
        """
        raise NotImplementedError

    def _put(self, item: Any, timeout: int) -> bool:
        status = self._enqueue(item, 0) if timeout == 0 else patiently(lambda ms: self._enqueue(item, ms), timeout)
        return check(status) == 0

    def _poll(self, timeout: int) -> Out | Flushed | None:
        """The next output, or one that an interrupted call left: see `_native.output_slot`."""
        try:
            slot = self._spare.pop()
        except IndexError:
            slot = OutputSlot()
        try:
            if self._left and (left := first_of(self._left)) is not None:
                slot = left
            else:
                status = (
                    self._poll_native(self._handle, slot.pointer, 0) if timeout == 0 else self._wait_for(slot, timeout)
                )
                if status and check(status):
                    self._spare += (slot,)
                    return None
            self._settle(slot)
        except BaseException:
            if slot.output.kind or slot.made is not None:
                self._left[:0] = (slot,)
            raise
        made: Out | Flushed = slot.made
        slot.made = None
        self._spare += (slot,)
        return made

    def _drop_left(self) -> None:
        while (slot := first_of(self._left)) is not None:
            slot.drop()

    def _wait_for(self, slot: OutputSlot, timeout: int) -> int:
        native, handle, pointer = self._poll_native, self._handle, slot.pointer
        return patiently(lambda ms: native(handle, pointer, ms), timeout)

    def _settle(self, slot: OutputSlot) -> None:
        """Makes what is in the struct the program's, once more after an interrupt at any place."""
        output = slot.output
        kind: int = output.kind
        if 0 < kind < OUTPUT_FLUSHED:
            self._receive(slot)
        elif kind == OUTPUT_FLUSHED:
            if output.flush_id > self._flush_done:
                self._flush_done = output.flush_id
            slot.made = Flushed(output.flush_id)
            output.kind = 0
        elif kind == OUTPUT_ERROR:
            self._state = "closed"
            output.kind = 0
            raise error_of(output.status, self._error_text())

    def _wait(self, want: int, timeout: int) -> int:
        left = READY_POLL if want & READY_POLL and self._left else 0
        if left:
            timeout = 0
        ready, pointer = slot = readies.take()
        try:
            native, handle = self._wait_native, self._handle
            # Most often something is ready.
            status: int = native(handle, want, pointer, 0)
            if status > 0 and timeout:
                status = patiently(lambda ms: native(handle, want, pointer, ms), timeout)
            return left if check(status) else ready.value | left
        finally:
            readies.give(slot)

    def _error_text(self) -> str:
        """Why the codec failed; empty if it did not."""
        text = ctypes.create_string_buffer(4096)
        check(self.FUNCTIONS.error(self._handle, text, len(text)))
        return text.value.decode(errors="replace")

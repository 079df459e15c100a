"""What pictures and sound have in common: the library's frame, its times, and its end."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from ._native import native
from ._native.buffers import Buffer
from ._native.sized import Sized
from ._native.status import check
from .errors import ClosedError, InvalidArgumentError
from .uncopied import Uncopied

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from ._native import CopyOptionsStruct, Handle

Info = TypeVar("Info", bound=Sized)
F = TypeVar("F", bound="MediaFrame[Any]")


class MediaFrame(Uncopied, Generic[Info]):
    """A subclass says what the library's facts are (`INFO`, `READ_INFO`), and what makes two frames equal."""

    __slots__ = ("__weakref__", "_duration", "_handle", "_id", "_info", "_timestamp")

    INFO: ClassVar[type[Sized]]
    READ_INFO: ClassVar[Callable[..., int]]

    _handle: Handle | None
    _info: Info | None
    _timestamp: int
    _duration: int | None
    _id: int

    def _facts(self) -> tuple[Any, ...]:
        """What two frames have alike if they are equal, beside their contents."""
        raise NotImplementedError

    def _contents(self) -> bytes | bytearray:
        """All samples, tightly packed."""
        raise NotImplementedError

    @property
    def handle(self) -> Handle:
        """The library's frame. ClosedError after `close`."""
        handle = self._handle
        if handle is None:
            raise ClosedError("the frame is closed")
        return handle

    @property
    def info(self) -> Info:
        """The library's facts of the frame."""
        info = self._info
        if info is None:
            made: Any = self.INFO.new()
            check(self.READ_INFO(self.handle, made))
            self._info = info = made
        return info

    @property
    def timestamp(self) -> int:
        """When it begins, microseconds; may be negative."""
        return self._timestamp

    @property
    def duration(self) -> int | None:
        """How long, microseconds; None unknown."""
        return self._duration

    @property
    def id(self) -> int:
        """Any number of the program's, below 2^64; comes out with the chunk."""
        return self._id

    def close(self) -> None:
        """Lets go of the memory, as soon as no plane or array uses it. Again is allowed."""
        self._handle = None

    @property
    def closed(self) -> bool:
        """`close` was called."""
        return self._handle is None

    def __enter__(self: F) -> F:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __eq__(self, other: object) -> bool:
        """The same contents and facts: `is` tells whether it is the same object. A closed frame is like itself only."""
        if not isinstance(other, MediaFrame):
            return NotImplemented
        if self is other:
            return True
        if self.closed or other.closed:
            return False
        return self._facts() == other._facts() and self._contents() == other._contents()

    __hash__ = None  # type: ignore[assignment]
    """Times can be assigned."""

    def _size(self, options: CopyOptionsStruct) -> int:
        size = ctypes.c_size_t()
        check(native.fg_frame_allocation_size(self.handle, options, ctypes.byref(size)))
        return size.value

    def _copy_into(self, destination: Any, options: CopyOptionsStruct, gaps: str) -> None:
        buffer = Buffer(destination, writable=True)
        if not buffer.contiguous:
            buffer.release()
            raise InvalidArgumentError(f"destination has gaps; {gaps}")
        self._copy(buffer, buffer.nbytes, options)

    def _copy(self, buffer: Buffer, size: int, options: CopyOptionsStruct) -> None:
        try:
            check(native.fg_frame_copy_to(self.handle, options, buffer.address, size))
        finally:
            buffer.release()


def adopt(kind: type[F], handle: Handle, timestamp: int, duration_us: int, id: int) -> F:
    """A frame around a reference that is now the frame's."""
    frame = kind.__new__(kind)
    frame._handle = handle
    frame._info = None
    frame._timestamp = timestamp
    frame._duration = None if duration_us < 0 else duration_us
    frame._id = id
    return frame

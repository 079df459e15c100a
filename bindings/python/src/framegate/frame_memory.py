"""How a program's memory becomes a frame of the library: around it, or as a copy of it."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, ClassVar

from . import lent
from ._native import FrameHandle, PlanesStruct, native
from ._native.status import check

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ._native.buffers import Buffer
    from ._native.sized import Sized

_COPY_FROM = native.fg_frame_copy_from


class Memory:
    """Memory with a picture or sound. A subclass says how the library makes such frames.

    `private` memory is nobody else's, so it need not be copied; `tight` memory is one block without gaps.
    """

    __slots__ = ("buffers", "private", "tight")

    NEW: ClassVar[Callable[..., int]]
    WRAP: ClassVar[Callable[..., int]]

    def __init__(self, buffers: Sequence[Buffer], *, private: bool, tight: bool) -> None:
        self.buffers = buffers
        self.private = private or False not in [buffer.readonly for buffer in buffers]
        self.tight = tight

    def struct(self) -> PlanesStruct:
        """Where the planes lie."""
        raise NotImplementedError

    def copy(self, source: FrameHandle, planes: PlanesStruct, info: Any) -> None:
        """Copies a frame that is wrapped around this memory to the planes of another."""
        raise NotImplementedError

    def release(self) -> None:
        """Lets go of the memory."""
        for buffer in self.buffers:
            buffer.release()


def take(memory: Memory, info: Sized, copy: bool | None) -> FrameHandle:
    """Takes a picture or sound over, and lets go of its memory when it is copied or nobody uses it any more.

    `copy` None: if somebody could still change it.
    """
    wrap = copy is False or (memory.private and copy is None)
    handle = FrameHandle()
    try:
        if not wrap and memory.tight:
            check(memory.NEW(info, ctypes.byref(handle)))
            check(_COPY_FROM(handle, memory.buffers[0].address, memory.buffers[0].nbytes))
            return handle
        check(memory.WRAP(info, memory.struct(), None, None, ctypes.byref(handle)))
        if not wrap:
            return _copied(memory, handle, info)
    except BaseException:
        memory.release()
        raise
    finally:
        if not wrap:
            memory.release()
    lent.lend(native.fg_frame_retain(handle), memory.buffers)
    return handle


def _copied(memory: Memory, source: FrameHandle, info: Sized) -> FrameHandle:
    """A frame with memory of the library's, and the contents of another."""
    handle, planes = FrameHandle(), PlanesStruct.new()
    check(memory.NEW(info, ctypes.byref(handle)))
    check(native.fg_frame_planes(handle, planes))
    memory.copy(source, planes, info)
    return handle

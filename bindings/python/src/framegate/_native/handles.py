"""Pointers that free what they point at, when nothing uses them any more.

A handle is freed by its reference count. ctypes holds the arguments of a call until it returns, so that a
call under way on another thread keeps the handle alive: free is always the last call on it, as the C library wants.

In a forked child the library knows which handles are its parent's, and leaves them.
"""

import ctypes
from collections.abc import Callable
from typing import Any

from ..uncopied import Uncopied
from .functions import native

_method: Callable[[Any], Callable[[Any], Any]] = ctypes.pythonapi.PyInstanceMethod_New
"""Makes a C function of one argument a method. As `__del__` it cannot be interrupted: a Python function is, before its
first line, and then nobody frees."""
_method.argtypes, _method.restype = (ctypes.py_object,), ctypes.py_object  # type: ignore[attr-defined]


class Handle(Uncopied, ctypes.c_void_p):
    """A pointer from a `..._new`. NULL until it is filled."""

    INSTEAD = "make another"


class ConfigHandle(Handle):
    __del__ = _method(native.fg_config_free)


class EncoderHandle(Handle):
    __del__ = _method(native.fg_encoder_free)


class DecoderHandle(Handle):
    __del__ = _method(native.fg_decoder_free)


class FileHandle(Handle):
    """It may use a file of Python's, which is kept as long: closing writes what is left."""

    def __init__(self, file: Any = None) -> None:
        super().__init__()
        self.file = file


class DemuxerHandle(FileHandle):
    __del__ = _method(native.fg_demuxer_free)


class MuxerHandle(FileHandle):
    __del__ = _method(native.fg_muxer_free)


class WaitSetHandle(Handle):
    __del__ = _method(native.fg_waitset_free)


class ResamplerHandle(Handle):
    __del__ = _method(native.fg_resampler_free)


class FrameHandle(Handle):
    """A reference to a frame."""

    __del__ = _method(native.fg_frame_release)


# The reference is a handle as soon as there is one: an interrupt between the two would lose it.
native.fg_frame_retain.restype = FrameHandle  # type: ignore[attr-defined]


class Lease(Uncopied, ctypes.c_uint64):
    """The token of an output that is still held, or 0: its end frees the slot in the gate."""

    INSTEAD = "poll gives the output"

    __del__ = _method(native.fg_release_output)


class HeldFrameHandle(Handle):
    """The frame inside an output that is still held."""

    def __init__(self, frame: int, lease: Lease) -> None:
        super().__init__(frame)
        self.lease = lease


class DerivedFrameHandle(FrameHandle):
    """A frame of another's pixels with other facts. It keeps that one, and with it the slot that it may hold."""

    def __init__(self, before: Handle) -> None:
        super().__init__()
        self.original: Handle = before.original if isinstance(before, DerivedFrameHandle) else before

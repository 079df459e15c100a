"""Pointers that free what they point at, when nothing uses them any more.

A handle is freed by its reference count. ctypes holds the arguments of a call until it returns, so that a
call under way on another thread keeps the handle alive: free is always the last call on it, as the C library wants.
"""

import ctypes
import os
from collections.abc import Callable
from typing import Any, ClassVar

from ..uncopied import Uncopied
from .functions import native

_usable = True


def _forget() -> None:
    global _usable
    _usable = False


# The threads of the parent's codecs do not exist in the child: freeing would wait for them for ever.
os.register_at_fork(after_in_child=_forget)


class Handle(Uncopied, ctypes.c_void_p):
    """A pointer from a `..._new`. NULL until it is filled."""

    INSTEAD = "make another"
    FREE: ClassVar[Callable[..., Any]]

    def __del__(self) -> None:
        if self.value and _usable:
            self.FREE(self.value)


class ConfigHandle(Handle):
    FREE = native.fg_config_free


class EncoderHandle(Handle):
    FREE = native.fg_encoder_free


class DecoderHandle(Handle):
    FREE = native.fg_decoder_free


class DemuxerHandle(Handle):
    FREE = native.fg_demuxer_free


class MuxerHandle(Handle):
    FREE = native.fg_muxer_free


class WaitSetHandle(Handle):
    FREE = native.fg_waitset_free


class FrameHandle(Handle):
    """A reference to a frame."""

    FREE = native.fg_frame_release


# The reference is a handle as soon as there is one: an interrupt between the two would lose it.
native.fg_frame_retain.restype = FrameHandle  # type: ignore[attr-defined]


class HeldFrameHandle(FrameHandle):
    """The frame inside an output that is still held: letting go of it frees the slot in the gate."""

    token = 0
    """The output's, once it is this handle's to release."""

    def __del__(self) -> None:
        if _usable:
            native.fg_release_output(self.token)

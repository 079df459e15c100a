"""The functions of framegate.h: one table of prototypes, bound to the loaded library."""

import ctypes
from collections.abc import Callable
from ctypes import POINTER, c_char_p, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any, NamedTuple

from .library import load
from .structs import (
    ChunkStruct,
    CopyOptions,
    EncodeOptions,
    LimitsStruct,
    Output,
    PlanesStruct,
    Ready,
    StatsStruct,
    VideoInfo,
)

STATUS = c_int32
HANDLE = c_void_p
NEW = POINTER(c_void_p)
TIMEOUT = c_int32

Prototype = tuple[Any, ...]
"""The result, then the parameters."""


def _codec(kind: str, item: tuple[Any, ...]) -> dict[str, Prototype]:
    rows: dict[str, Prototype] = {
        "is_config_supported": (STATUS, HANDLE),
        "new": (STATUS, HANDLE, NEW),
        "configure": (STATUS, HANDLE, HANDLE),
        "enqueue": (STATUS, HANDLE, *item, TIMEOUT),
        "flush": (STATUS, HANDLE, POINTER(c_uint64)),
        "poll": (STATUS, HANDLE, POINTER(Output), TIMEOUT),
        "wait": (STATUS, HANDLE, c_uint32, POINTER(Ready), TIMEOUT),
        "reset": (STATUS, HANDLE),
        "close": (STATUS, HANDLE),
        "free": (None, HANDLE),
        "stats": (STATUS, HANDLE, POINTER(StatsStruct)),
        "error": (STATUS, HANDLE, c_char_p, c_size_t),
        "wake_fd": (STATUS, HANDLE, POINTER(c_int32)),
        "join": (STATUS, HANDLE, HANDLE, c_uint64),
    }
    return {f"fg_{kind}_{name}": row for name, row in rows.items()}


PROTOTYPES: dict[str, Prototype] = {
    "fg_status_name": (c_char_p, STATUS),
    "fg_last_error": (c_char_p,),
    "fg_abi_version": (c_uint32,),
    "fg_version": (c_char_p,),
    "fg_ffmpeg_version": (c_char_p,),
    "fg_config_new": (STATUS, c_char_p, NEW),
    "fg_config_copy": (STATUS, HANDLE, NEW),
    "fg_config_set": (STATUS, HANDLE, c_char_p, c_char_p),
    "fg_config_set_bytes": (STATUS, HANDLE, c_char_p, c_char_p, c_size_t),
    "fg_config_get": (STATUS, HANDLE, c_char_p, c_char_p, c_size_t),
    "fg_config_get_bytes": (STATUS, HANDLE, c_char_p, POINTER(c_void_p), POINTER(c_size_t)),
    "fg_config_key": (STATUS, HANDLE, c_size_t, c_char_p, c_size_t),
    "fg_config_free": (None, HANDLE),
    "fg_frame_new_video": (STATUS, POINTER(VideoInfo), NEW),
    "fg_frame_wrap_video": (STATUS, POINTER(VideoInfo), POINTER(PlanesStruct), c_void_p, c_void_p, NEW),
    "fg_frame_derive": (STATUS, HANDLE, POINTER(VideoInfo), NEW),
    "fg_frame_scale": (STATUS, HANDLE, c_uint32, c_uint32, NEW),
    "fg_frame_video_info": (STATUS, HANDLE, POINTER(VideoInfo)),
    "fg_frame_planes": (STATUS, HANDLE, POINTER(PlanesStruct)),
    "fg_frame_copy_from": (STATUS, HANDLE, c_void_p, c_size_t),
    "fg_frame_allocation_size": (STATUS, HANDLE, POINTER(CopyOptions), POINTER(c_size_t)),
    "fg_frame_copy_to": (STATUS, HANDLE, POINTER(CopyOptions), c_void_p, c_size_t),
    "fg_frame_retain": (c_void_p, HANDLE),
    "fg_frame_references": (c_uint32, HANDLE),
    "fg_frame_release": (None, HANDLE),
    **_codec("encoder", (HANDLE, POINTER(EncodeOptions))),
    **_codec("decoder", (POINTER(ChunkStruct),)),
    "fg_release_output": (STATUS, c_uint64),
    "fg_waitset_new": (STATUS, NEW),
    "fg_waitset_fd": (STATUS, HANDLE, POINTER(c_int32)),
    "fg_waitset_wait": (STATUS, HANDLE, POINTER(c_uint64), c_size_t, POINTER(c_size_t), TIMEOUT),
    "fg_waitset_free": (None, HANDLE),
    "fg_demuxer_open_limits": (STATUS, c_char_p, POINTER(LimitsStruct), NEW),
    "fg_demuxer_track_count": (c_uint32, HANDLE),
    "fg_demuxer_track": (STATUS, HANDLE, c_uint32, NEW),
    "fg_demuxer_get": (STATUS, HANDLE, c_char_p, c_char_p, c_size_t),
    "fg_demuxer_read": (STATUS, HANDLE, POINTER(c_uint32), POINTER(ChunkStruct)),
    "fg_demuxer_free": (None, HANDLE),
    "fg_muxer_create": (STATUS, c_char_p, NEW),
    "fg_muxer_set": (STATUS, HANDLE, c_char_p, c_char_p),
    "fg_muxer_add_track": (STATUS, HANDLE, HANDLE, POINTER(c_uint32)),
    "fg_muxer_write": (STATUS, HANDLE, c_uint32, POINTER(ChunkStruct)),
    "fg_muxer_finish": (STATUS, HANDLE),
    "fg_muxer_free": (None, HANDLE),
}

# Functions of framegate.h that Python has no use for.
UNUSED = frozenset({"fg_demuxer_open", "fg_output_chunk", "fg_waitset_new_for_thread"})


class Native:
    """The bound functions, as attributes."""

    def __init__(self, library: ctypes.CDLL) -> None:
        for name, (result, *parameters) in PROTOTYPES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, parameters
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"{name} is not in PROTOTYPES")


native = Native(load())


class CodecFunctions(NamedTuple):
    """What encoders and decoders both have, without the prefix."""

    is_config_supported: Callable[..., int]
    new: Callable[..., int]
    configure: Callable[..., int]
    enqueue: Callable[..., int]
    flush: Callable[..., int]
    poll: Callable[..., int]
    wait: Callable[..., int]
    reset: Callable[..., int]
    close: Callable[..., int]
    stats: Callable[..., int]
    error: Callable[..., int]
    wake_fd: Callable[..., int]
    join: Callable[..., int]

    @classmethod
    def of(cls, kind: str) -> "CodecFunctions":
        """Those of `encoder` or `decoder`."""
        return cls(*(getattr(native, f"fg_{kind}_{name}") for name in cls._fields))

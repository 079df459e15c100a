"""The structs of framegate.h, with its initialisers' defaults. A test compares every offset with a C compiler's."""

import ctypes
from ctypes import c_char_p, c_int32, c_int64, c_uint32, c_uint64, c_void_p
from typing import Any, ClassVar, Self

from .constants import DURATION_UNKNOWN, NO_TIMESTAMP


class Sized(ctypes.Structure):
    """A struct that begins with its size."""

    C_NAME: ClassVar[str]
    DEFAULTS: ClassVar[dict[str, int]] = {}

    @classmethod
    def new(cls, **values: Any) -> Self:
        """One with the defaults of its FG_..._INIT."""
        return cls(struct_size=ctypes.sizeof(cls), **{**cls.DEFAULTS, **values})


class VideoInfo(Sized):
    C_NAME = "fg_video_info"
    DEFAULTS = {
        "color_primaries": -1,
        "color_transfer": -1,
        "color_matrix": -1,
        "color_range": -1,
        "duration_us": DURATION_UNKNOWN,
    }
    _fields_ = [
        ("struct_size", c_uint32),
        ("format", c_int32),
        ("coded_width", c_uint32),
        ("coded_height", c_uint32),
        ("visible_x", c_uint32),
        ("visible_y", c_uint32),
        ("visible_width", c_uint32),
        ("visible_height", c_uint32),
        ("display_width", c_uint32),
        ("display_height", c_uint32),
        ("rotation", c_uint32),
        ("flip", c_uint32),
        ("color_primaries", c_int32),
        ("color_transfer", c_int32),
        ("color_matrix", c_int32),
        ("color_range", c_int32),
        ("timestamp_us", c_int64),
        ("duration_us", c_int64),
        ("id", c_uint64),
        ("flags", c_uint32),
        ("reserved", c_uint32),
    ]


class PlanesStruct(Sized):
    C_NAME = "fg_planes"
    _fields_ = [
        ("struct_size", c_uint32),
        ("count", c_uint32),
        ("data", c_void_p * 4),
        ("stride", c_uint64 * 4),
        ("rows", c_uint32 * 4),
    ]


class CopyOptions(Sized):
    C_NAME = "fg_copy_options"
    DEFAULTS = {"format": -1}
    _fields_ = [
        ("struct_size", c_uint32),
        ("format", c_int32),
        ("x", c_uint32),
        ("y", c_uint32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("plane", c_uint32),
        ("plane_count", c_uint32),
        ("offset", c_uint64 * 4),
        ("stride", c_uint64 * 4),
        ("color_space", c_uint32),
        ("reserved", c_uint32),
    ]


class EncodeOptions(Sized):
    C_NAME = "fg_encode_options"
    DEFAULTS = {"quantizer": -1}
    _fields_ = [
        ("struct_size", c_uint32),
        ("key_frame", c_int32),
        ("quantizer", c_int32),
        ("reserved", c_uint32),
    ]


class Output(Sized):
    C_NAME = "fg_output"
    DEFAULTS = {"duration_us": DURATION_UNKNOWN, "dts_us": NO_TIMESTAMP}
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_int32),
        ("token", c_uint64),
        ("timestamp_us", c_int64),
        ("duration_us", c_int64),
        ("dts_us", c_int64),
        ("id", c_uint64),
        ("flags", c_uint32),
        ("status", c_int32),
        ("data", c_void_p),
        ("size", c_uint64),
        ("frame", c_void_p),
        ("config", c_void_p),
        ("flush_id", c_uint64),
        ("temporal_layer", c_uint32),
        ("reserved", c_uint32),
        ("alpha_data", c_void_p),
        ("alpha_size", c_uint64),
    ]


class StatsStruct(Sized):
    C_NAME = "fg_stats"
    _fields_ = [
        ("struct_size", c_uint32),
        ("slots", c_uint32),
        ("in_flight", c_uint32),
        ("in_flight_peak", c_uint32),
        ("queued", c_uint32),
        ("in_codec", c_uint32),
        ("in_codec_peak", c_uint32),
        ("ready", c_uint32),
        ("held", c_uint32),
        ("waiting", c_uint32),
        ("bytes_in_flight", c_uint64),
        ("bytes_peak", c_uint64),
        ("inputs", c_uint64),
        ("outputs", c_uint64),
        ("releases", c_uint64),
        ("enqueue_waits", c_uint64),
        ("enqueue_wait_us", c_uint64),
        ("dropped", c_uint64),
    ]


class ChunkStruct(Sized):
    """data and alpha_data are char pointers, so that bytes go in as they are; read with `ctypes.string_at`."""

    C_NAME = "fg_chunk"
    DEFAULTS = {"duration_us": DURATION_UNKNOWN, "dts_us": NO_TIMESTAMP}
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("timestamp_us", c_int64),
        ("duration_us", c_int64),
        ("dts_us", c_int64),
        ("id", c_uint64),
        ("data", c_char_p),
        ("size", c_uint64),
        ("alpha_data", c_char_p),
        ("alpha_size", c_uint64),
    ]


class LimitsStruct(Sized):
    C_NAME = "fg_limits"
    _fields_ = [
        ("struct_size", c_uint32),
        ("max_streams", c_uint32),
        ("probe_bytes", c_uint64),
        ("max_pixels", c_uint64),
        ("max_side", c_uint32),
        ("reserved", c_uint32),
        ("max_samples", c_uint64),
    ]


class Ready(ctypes.Structure):
    """Where fg_encoder_wait writes."""

    _fields_ = [("bits", c_uint32)]


class RawChunk(ctypes.Structure):
    """fg_chunk again, with addresses where `ChunkStruct` has text: for reading what a demuxer wrote."""

    _fields_ = [(field[0], c_void_p if field[1] is c_char_p else field[1]) for field in ChunkStruct._fields_]


class PyBuffer(ctypes.Structure):
    """CPython's Py_buffer: a hold on an object's memory, by the stable ABI of Python 3.11."""

    _fields_ = [
        ("buf", c_void_p),
        ("obj", c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", c_void_p),
    ]


ALL: tuple[type[Sized], ...] = (
    VideoInfo,
    PlanesStruct,
    CopyOptions,
    EncodeOptions,
    Output,
    StatsStruct,
    ChunkStruct,
    LimitsStruct,
)

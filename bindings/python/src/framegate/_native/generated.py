"""The C library's tables. Written by `make header`, of framegate.h and the library's tables. Do not edit."""

from ctypes import (
    POINTER,
    c_char_p,
    c_int32,
    c_int64,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from typing import Any, Final

from .sized import Sized

OUTPUT_CHUNK: Final = 1
OUTPUT_FRAME: Final = 2
OUTPUT_FLUSHED: Final = 3
OUTPUT_ERROR: Final = 4
OUTPUT_KEY: Final = 1
OUTPUT_CONFIG: Final = 2
CHUNK_KEY: Final = 1
CHUNK_DISCARD: Final = 2
FILE_SEEKABLE: Final = 1
DISPOSITION_DEFAULT: Final = 1
DISPOSITION_DUB: Final = 2
DISPOSITION_ORIGINAL: Final = 4
DISPOSITION_COMMENT: Final = 8
DISPOSITION_FORCED: Final = 16
DISPOSITION_HEARING_IMPAIRED: Final = 32
DISPOSITION_VISUAL_IMPAIRED: Final = 64
VIDEO_FLAG_REFERENCE_LOST: Final = 1
READY_ENQUEUE: Final = 1
READY_POLL: Final = 2
READY_DEQUEUE: Final = 4
MEDIUM_VIDEO: Final = 1
MEDIUM_AUDIO: Final = 2
PIXEL_I420: Final = 1
PIXEL_I420A: Final = 2
PIXEL_I422: Final = 3
PIXEL_I422A: Final = 4
PIXEL_I444: Final = 5
PIXEL_I444A: Final = 6
PIXEL_NV12: Final = 7
PIXEL_RGBA: Final = 8
PIXEL_RGBX: Final = 9
PIXEL_BGRA: Final = 10
PIXEL_BGRX: Final = 11
PIXEL_I420P10: Final = 12
PIXEL_I420AP10: Final = 13
PIXEL_I422P10: Final = 14
PIXEL_I422AP10: Final = 15
PIXEL_I444P10: Final = 16
PIXEL_I444AP10: Final = 17
PIXEL_I420P12: Final = 18
PIXEL_I420AP12: Final = 19
PIXEL_I422P12: Final = 20
PIXEL_I422AP12: Final = 21
PIXEL_I444P12: Final = 22
PIXEL_I444AP12: Final = 23
PIXEL_RGB24: Final = 24
PIXEL_BGR24: Final = 25
SAMPLE_U8: Final = 1
SAMPLE_S16: Final = 2
SAMPLE_S32: Final = 3
SAMPLE_F32: Final = 4
SAMPLE_U8_PLANAR: Final = 5
SAMPLE_S16_PLANAR: Final = 6
SAMPLE_S32_PLANAR: Final = 7
SAMPLE_F32_PLANAR: Final = 8
COLOR_SPACE_SRGB: Final = 0
COLOR_SPACE_DISPLAY_P3: Final = 1
COLOR_SPACE_SOURCE: Final = 2
ABI_VERSION: Final = 1
OK: Final = 0
WAIT_CODEC: Final = 1
WAIT_INPUT: Final = 2
WAIT_POLL: Final = 3
WAIT_RELEASE: Final = 4
END: Final = 5
ERROR_INVALID_ARGUMENT: Final = -1
ERROR_INVALID_STATE: Final = -2
ERROR_NOT_SUPPORTED: Final = -3
ERROR_DATA: Final = -4
ERROR_ENCODING: Final = -5
ERROR_CLOSED: Final = -6
ERROR_WOULD_DEADLOCK: Final = -7
ERROR_OUT_OF_MEMORY: Final = -8
ERROR_IO: Final = -9
ERROR_INTERNAL: Final = -10
NO_TIMESTAMP: Final = -(2**63)


class VideoInfoStruct(Sized):
    C_NAME = "fg_video_info"
    DEFAULTS = {
        "color_primaries": -1,
        "color_transfer": -1,
        "color_matrix": -1,
        "color_range": -1,
        "duration_us": -1,
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
        ("extended_data", POINTER(c_void_p)),
    ]


class CopyOptionsStruct(Sized):
    C_NAME = "fg_copy_options"
    DEFAULTS = {
        "format": -1,
    }
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
        ("frame_offset", c_uint32),
        ("frame_count", c_uint32),
    ]


class AudioInfoStruct(Sized):
    C_NAME = "fg_audio_info"
    DEFAULTS = {
        "duration_us": -1,
    }
    _fields_ = [
        ("struct_size", c_uint32),
        ("format", c_int32),
        ("sample_rate", c_uint32),
        ("channels", c_uint32),
        ("frames", c_uint32),
        ("reserved", c_uint32),
        ("timestamp_us", c_int64),
        ("duration_us", c_int64),
        ("id", c_uint64),
    ]


class EncodeOptionsStruct(Sized):
    C_NAME = "fg_encode_options"
    DEFAULTS = {
        "quantizer": -1,
    }
    _fields_ = [
        ("struct_size", c_uint32),
        ("key_frame", c_int32),
        ("quantizer", c_int32),
        ("reserved", c_uint32),
    ]


class OutputStruct(Sized):
    C_NAME = "fg_output"
    DEFAULTS = {
        "duration_us": -1,
        "dts_us": NO_TIMESTAMP,
    }
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
        ("priming", c_uint32),
        ("padding", c_uint32),
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
    C_NAME = "fg_chunk"
    DEFAULTS = {
        "duration_us": -1,
        "dts_us": NO_TIMESTAMP,
    }
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
        ("max_buffered_chunks", c_uint64),
        ("max_buffered_bytes", c_uint64),
    ]


class IoStruct(Sized):
    C_NAME = "fg_io"
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("opaque", c_void_p),
        ("read", c_void_p),
        ("write", c_void_p),
        ("seek", c_void_p),
        ("size", c_void_p),
    ]


class FileInfoStruct(Sized):
    C_NAME = "fg_file_info"
    DEFAULTS = {
        "duration_us": -1,
        "start_us": NO_TIMESTAMP,
    }
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("duration_us", c_int64),
        ("start_us", c_int64),
        ("track_count", c_uint32),
        ("chapter_count", c_uint32),
        ("cover_count", c_uint32),
        ("reserved", c_uint32),
    ]


class TrackInfoStruct(Sized):
    C_NAME = "fg_track_info"
    DEFAULTS = {
        "frames": -1,
        "duration_us": -1,
        "start_us": NO_TIMESTAMP,
    }
    _fields_ = [
        ("struct_size", c_uint32),
        ("disposition", c_uint32),
        ("stream", c_uint32),
        ("reserved", c_uint32),
        ("frames", c_int64),
        ("duration_us", c_int64),
        ("start_us", c_int64),
    ]


STRUCTS: tuple[type[Sized], ...] = (
    VideoInfoStruct,
    PlanesStruct,
    CopyOptionsStruct,
    AudioInfoStruct,
    EncodeOptionsStruct,
    OutputStruct,
    StatsStruct,
    ChunkStruct,
    LimitsStruct,
    IoStruct,
    FileInfoStruct,
    TrackInfoStruct,
)

PROTOTYPES: dict[str, tuple[Any, ...]] = {
    "fg_status_name": (c_char_p, c_int32),
    "fg_last_error": (c_char_p,),
    "fg_abi_version": (c_uint32,),
    "fg_version": (c_char_p,),
    "fg_ffmpeg_version": (c_char_p,),
    "fg_config_new": (c_int32, c_char_p, POINTER(c_void_p)),
    "fg_config_copy": (c_int32, c_void_p, POINTER(c_void_p)),
    "fg_config_set": (c_int32, c_void_p, c_char_p, c_char_p),
    "fg_config_set_bytes": (c_int32, c_void_p, c_char_p, c_void_p, c_size_t),
    "fg_config_get": (c_int32, c_void_p, c_char_p, c_void_p, c_size_t),
    "fg_config_get_bytes": (c_int32, c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_size_t)),
    "fg_config_key": (c_int32, c_void_p, c_size_t, c_void_p, c_size_t),
    "fg_config_free": (None, c_void_p),
    "fg_config_medium": (c_int32, c_void_p, POINTER(c_int32)),
    "fg_encoder_is_config_supported": (c_int32, c_void_p),
    "fg_decoder_is_config_supported": (c_int32, c_void_p),
    "fg_frame_new_video": (c_int32, POINTER(VideoInfoStruct), POINTER(c_void_p)),
    "fg_frame_wrap_video": (c_int32, POINTER(VideoInfoStruct), POINTER(PlanesStruct), c_void_p, c_void_p, POINTER(c_void_p)),
    "fg_frame_derive": (c_int32, c_void_p, POINTER(VideoInfoStruct), POINTER(c_void_p)),
    "fg_frame_scale": (c_int32, c_void_p, c_uint32, c_uint32, POINTER(c_void_p)),
    "fg_frame_video_info": (c_int32, c_void_p, POINTER(VideoInfoStruct)),
    "fg_frame_planes": (c_int32, c_void_p, POINTER(PlanesStruct)),
    "fg_frame_copy_from": (c_int32, c_void_p, c_void_p, c_size_t),
    "fg_frame_allocation_size": (c_int32, c_void_p, POINTER(CopyOptionsStruct), POINTER(c_size_t)),
    "fg_frame_copy_to": (c_int32, c_void_p, POINTER(CopyOptionsStruct), c_void_p, c_size_t),
    "fg_frame_retain": (c_void_p, c_void_p),
    "fg_frame_references": (c_uint32, c_void_p),
    "fg_frame_release": (None, c_void_p),
    "fg_frame_new_audio": (c_int32, POINTER(AudioInfoStruct), POINTER(c_void_p)),
    "fg_frame_wrap_audio": (c_int32, POINTER(AudioInfoStruct), POINTER(PlanesStruct), c_void_p, c_void_p, POINTER(c_void_p)),
    "fg_frame_audio_info": (c_int32, c_void_p, POINTER(AudioInfoStruct)),
    "fg_encoder_new": (c_int32, c_void_p, POINTER(c_void_p)),
    "fg_encoder_configure": (c_int32, c_void_p, c_void_p),
    "fg_encoder_enqueue": (c_int32, c_void_p, c_void_p, POINTER(EncodeOptionsStruct), c_int32),
    "fg_encoder_flush": (c_int32, c_void_p, POINTER(c_uint64)),
    "fg_encoder_poll": (c_int32, c_void_p, POINTER(OutputStruct), c_int32),
    "fg_encoder_wait": (c_int32, c_void_p, c_uint32, POINTER(c_uint32), c_int32),
    "fg_encoder_reset": (c_int32, c_void_p),
    "fg_encoder_close": (c_int32, c_void_p),
    "fg_encoder_free": (None, c_void_p),
    "fg_encoder_stats": (c_int32, c_void_p, POINTER(StatsStruct)),
    "fg_encoder_error": (c_int32, c_void_p, c_void_p, c_size_t),
    "fg_encoder_wake_fd": (c_int32, c_void_p, POINTER(c_int32)),
    "fg_encoder_join": (c_int32, c_void_p, c_void_p, c_uint64),
    "fg_decoder_new": (c_int32, c_void_p, POINTER(c_void_p)),
    "fg_decoder_configure": (c_int32, c_void_p, c_void_p),
    "fg_decoder_enqueue": (c_int32, c_void_p, POINTER(ChunkStruct), c_int32),
    "fg_decoder_flush": (c_int32, c_void_p, POINTER(c_uint64)),
    "fg_decoder_poll": (c_int32, c_void_p, POINTER(OutputStruct), c_int32),
    "fg_decoder_wait": (c_int32, c_void_p, c_uint32, POINTER(c_uint32), c_int32),
    "fg_decoder_reset": (c_int32, c_void_p),
    "fg_decoder_close": (c_int32, c_void_p),
    "fg_decoder_free": (None, c_void_p),
    "fg_decoder_stats": (c_int32, c_void_p, POINTER(StatsStruct)),
    "fg_decoder_error": (c_int32, c_void_p, c_void_p, c_size_t),
    "fg_decoder_wake_fd": (c_int32, c_void_p, POINTER(c_int32)),
    "fg_decoder_join": (c_int32, c_void_p, c_void_p, c_uint64),
    "fg_output_chunk": (c_int32, POINTER(OutputStruct), POINTER(ChunkStruct)),
    "fg_release_output": (c_int32, c_uint64),
    "fg_waitset_new": (c_int32, POINTER(c_void_p)),
    "fg_waitset_new_for_thread": (c_int32, POINTER(c_void_p)),
    "fg_waitset_fd": (c_int32, c_void_p, POINTER(c_int32)),
    "fg_waitset_wait": (c_int32, c_void_p, POINTER(c_uint64), c_size_t, POINTER(c_size_t), c_int32),
    "fg_waitset_free": (None, c_void_p),
    "fg_demuxer_open": (c_int32, c_char_p, POINTER(c_void_p)),
    "fg_demuxer_open_limits": (c_int32, c_char_p, POINTER(LimitsStruct), POINTER(c_void_p)),
    "fg_demuxer_open_io": (c_int32, POINTER(IoStruct), POINTER(c_void_p)),
    "fg_demuxer_open_io_limits": (c_int32, POINTER(IoStruct), POINTER(LimitsStruct), POINTER(c_void_p)),
    "fg_demuxer_track_count": (c_uint32, c_void_p),
    "fg_demuxer_track": (c_int32, c_void_p, c_uint32, POINTER(c_void_p)),
    "fg_demuxer_read": (c_int32, c_void_p, POINTER(c_uint32), POINTER(ChunkStruct)),
    "fg_demuxer_read_track": (c_int32, c_void_p, c_uint32, POINTER(ChunkStruct)),
    "fg_demuxer_select": (c_int32, c_void_p, c_uint32, c_uint32),
    "fg_demuxer_seek": (c_int32, c_void_p, c_uint32, c_int64),
    "fg_demuxer_free": (None, c_void_p),
    "fg_demuxer_info": (c_int32, c_void_p, POINTER(FileInfoStruct)),
    "fg_demuxer_track_info": (c_int32, c_void_p, c_uint32, POINTER(TrackInfoStruct)),
    "fg_demuxer_get": (c_int32, c_void_p, c_char_p, c_void_p, c_size_t),
    "fg_demuxer_key": (c_int32, c_void_p, c_size_t, c_void_p, c_size_t),
    "fg_demuxer_get_bytes": (c_int32, c_void_p, c_char_p, POINTER(c_void_p), POINTER(c_size_t)),
    "fg_muxer_create": (c_int32, c_char_p, POINTER(c_void_p)),
    "fg_muxer_create_io": (c_int32, POINTER(IoStruct), c_char_p, POINTER(c_void_p)),
    "fg_muxer_set": (c_int32, c_void_p, c_char_p, c_char_p),
    "fg_muxer_add_track": (c_int32, c_void_p, c_void_p, POINTER(c_uint32)),
    "fg_muxer_write": (c_int32, c_void_p, c_uint32, POINTER(ChunkStruct)),
    "fg_muxer_finish": (c_int32, c_void_p),
    "fg_muxer_free": (None, c_void_p),
    "fg_resampler_new": (c_int32, POINTER(AudioInfoStruct), POINTER(AudioInfoStruct), POINTER(c_void_p)),
    "fg_resampler_push": (c_int32, c_void_p, c_void_p),
    "fg_resampler_pull": (c_int32, c_void_p, POINTER(c_void_p)),
    "fg_resampler_free": (None, c_void_p),
    "fg_set_av_log_callback": (None, c_void_p),
}
"""The result, then the parameters."""

PIXEL: Final = {
    "I420": 1,
    "I420A": 2,
    "I422": 3,
    "I422A": 4,
    "I444": 5,
    "I444A": 6,
    "NV12": 7,
    "RGBA": 8,
    "RGBX": 9,
    "BGRA": 10,
    "BGRX": 11,
    "I420P10": 12,
    "I420AP10": 13,
    "I422P10": 14,
    "I422AP10": 15,
    "I444P10": 16,
    "I444AP10": 17,
    "I420P12": 18,
    "I420AP12": 19,
    "I422P12": 20,
    "I422AP12": 21,
    "I444P12": 22,
    "I444AP12": 23,
    "RGB24": 24,
    "BGR24": 25,
}

PLANES: Final = {
    "I420": ((1, 1, 1, 1), (2, 2, 1, 1), (2, 2, 1, 1),),
    "I420A": ((1, 1, 1, 1), (2, 2, 1, 1), (2, 2, 1, 1), (1, 1, 1, 1),),
    "I422": ((1, 1, 1, 1), (2, 1, 1, 1), (2, 1, 1, 1),),
    "I422A": ((1, 1, 1, 1), (2, 1, 1, 1), (2, 1, 1, 1), (1, 1, 1, 1),),
    "I444": ((1, 1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1),),
    "I444A": ((1, 1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1),),
    "NV12": ((1, 1, 1, 1), (2, 2, 2, 1),),
    "RGBA": ((1, 1, 4, 1),),
    "RGBX": ((1, 1, 4, 1),),
    "BGRA": ((1, 1, 4, 1),),
    "BGRX": ((1, 1, 4, 1),),
    "I420P10": ((1, 1, 1, 2), (2, 2, 1, 2), (2, 2, 1, 2),),
    "I420AP10": ((1, 1, 1, 2), (2, 2, 1, 2), (2, 2, 1, 2), (1, 1, 1, 2),),
    "I422P10": ((1, 1, 1, 2), (2, 1, 1, 2), (2, 1, 1, 2),),
    "I422AP10": ((1, 1, 1, 2), (2, 1, 1, 2), (2, 1, 1, 2), (1, 1, 1, 2),),
    "I444P10": ((1, 1, 1, 2), (1, 1, 1, 2), (1, 1, 1, 2),),
    "I444AP10": ((1, 1, 1, 2), (1, 1, 1, 2), (1, 1, 1, 2), (1, 1, 1, 2),),
    "I420P12": ((1, 1, 1, 2), (2, 2, 1, 2), (2, 2, 1, 2),),
    "I420AP12": ((1, 1, 1, 2), (2, 2, 1, 2), (2, 2, 1, 2), (1, 1, 1, 2),),
    "I422P12": ((1, 1, 1, 2), (2, 1, 1, 2), (2, 1, 1, 2),),
    "I422AP12": ((1, 1, 1, 2), (2, 1, 1, 2), (2, 1, 1, 2), (1, 1, 1, 2),),
    "I444P12": ((1, 1, 1, 2), (1, 1, 1, 2), (1, 1, 1, 2),),
    "I444AP12": ((1, 1, 1, 2), (1, 1, 1, 2), (1, 1, 1, 2), (1, 1, 1, 2),),
    "RGB24": ((1, 1, 3, 1),),
    "BGR24": ((1, 1, 3, 1),),
}
"""Each plane: pixels that a sample stands for across and down, numbers in a sample, bytes of a number."""

SAMPLE: Final = {
    "u8": 1,
    "s16": 2,
    "s32": 3,
    "f32": 4,
    "u8-planar": 5,
    "s16-planar": 6,
    "s32-planar": 7,
    "f32-planar": 8,
}

SAMPLE_BYTES: Final = {
    "u8": 1,
    "s16": 2,
    "s32": 4,
    "f32": 4,
    "u8-planar": 1,
    "s16-planar": 2,
    "s32-planar": 4,
    "f32-planar": 4,
}

# W3C's names of colours, and their numbers in H.273.
PRIMARIES = {"bt709": 1, "bt470bg": 5, "smpte170m": 6, "bt2020": 9, "smpte432": 12}
TRANSFERS = {"bt709": 1, "smpte170m": 6, "linear": 8, "iec61966-2-1": 13, "pq": 16, "hlg": 18}
MATRICES = {"rgb": 0, "bt709": 1, "bt470bg": 5, "smpte170m": 6, "bt2020-ncl": 9}

"""The C library as it is: the loaded .so, its structs, its functions. Nothing above this room uses ctypes' types."""

from .functions import CodecFunctions, native
from .handles import (
    ConfigHandle,
    DecoderHandle,
    DemuxerHandle,
    DerivedFrameHandle,
    EncoderHandle,
    FrameHandle,
    Handle,
    HeldFrameHandle,
    Lease,
    MuxerHandle,
    WaitSetHandle,
)
from .structs import (
    ChunkStruct,
    CopyOptions,
    EncodeOptions,
    LimitsStruct,
    Output,
    PlanesStruct,
    RawChunk,
    StatsStruct,
    VideoInfo,
)

__all__ = [
    "ChunkStruct",
    "CodecFunctions",
    "ConfigHandle",
    "CopyOptions",
    "DecoderHandle",
    "DemuxerHandle",
    "DerivedFrameHandle",
    "EncodeOptions",
    "EncoderHandle",
    "FrameHandle",
    "Handle",
    "HeldFrameHandle",
    "Lease",
    "LimitsStruct",
    "MuxerHandle",
    "Output",
    "PlanesStruct",
    "RawChunk",
    "StatsStruct",
    "VideoInfo",
    "WaitSetHandle",
    "native",
]

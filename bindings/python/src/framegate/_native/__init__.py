"""The C library as it is: the loaded .so, its structs, its functions. Nothing above this room uses ctypes' types."""

from .functions import CodecFunctions, native
from .generated import (
    AudioInfoStruct,
    ChunkStruct,
    CopyOptionsStruct,
    EncodeOptionsStruct,
    IoStruct,
    LimitsStruct,
    OutputStruct,
    PlanesStruct,
    StatsStruct,
    VideoInfoStruct,
)
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
    ResamplerHandle,
    WaitSetHandle,
)
from .structs import RawChunk

__all__ = [
    "AudioInfoStruct",
    "ChunkStruct",
    "CodecFunctions",
    "ConfigHandle",
    "CopyOptionsStruct",
    "DecoderHandle",
    "DemuxerHandle",
    "DerivedFrameHandle",
    "EncodeOptionsStruct",
    "EncoderHandle",
    "FrameHandle",
    "Handle",
    "HeldFrameHandle",
    "IoStruct",
    "Lease",
    "LimitsStruct",
    "MuxerHandle",
    "OutputStruct",
    "PlanesStruct",
    "RawChunk",
    "ResamplerHandle",
    "StatsStruct",
    "VideoInfoStruct",
    "WaitSetHandle",
    "native",
]

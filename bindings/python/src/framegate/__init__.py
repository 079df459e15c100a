"""framegate: the W3C WebCodecs model over FFmpeg, with a gate that bounds every codec's memory.

    import framegate

    with framegate.VideoEncoder(codec="avc1.42001f", width=640, height=360, framerate=30) as encoder:
        for chunk in encoder.run(pictures):
            file.write(chunk.data)

Three ways to work with a codec, all bounded by its gate: plain calls (`encode`, `poll`, `wait`, `flush`), an iterator
(`run`), and asyncio (`run_async`, `encode_async`, `async for`).
"""

from ._native import native as _native_functions
from .audio_decoder import AudioDecoder
from .audio_encoder import AudioEncoder
from .audio_frame import AudioFrame
from .audio_plane import AudioPlane
from .chunk import Chunk
from .codec import Ready
from .color import ColorSpace
from .config import Config
from .copy_options import PlaneLayout
from .demuxer import Demuxer
from .errors import (
    ClosedError,
    DataError,
    EncodingError,
    FramegateError,
    InputOutputError,
    InternalError,
    InvalidArgumentError,
    InvalidStateError,
    LibraryNotFoundError,
    NotSupportedError,
    OutOfMemoryError,
    WouldDeadlockError,
)
from .frame import Frame
from .frame_facts import Rect
from .muxer import Muxer
from .plane import Plane
from .resampler import Resampler
from .stats import Stats
from .told import Chapter, Cover
from .track import Track
from .video_decoder import VideoDecoder
from .video_encoder import VideoEncoder

__version__: str = _native_functions.fg_version().decode()
"""The library's version, which is the package's."""

ffmpeg_version: str = _native_functions.fg_ffmpeg_version().decode()
"""The version of the FFmpeg that is loaded, as it names itself."""

__all__ = [
    "AudioDecoder",
    "AudioEncoder",
    "AudioFrame",
    "AudioPlane",
    "Chapter",
    "Chunk",
    "ClosedError",
    "ColorSpace",
    "Config",
    "Cover",
    "DataError",
    "Demuxer",
    "EncodingError",
    "Frame",
    "FramegateError",
    "InputOutputError",
    "InternalError",
    "InvalidArgumentError",
    "InvalidStateError",
    "LibraryNotFoundError",
    "Muxer",
    "NotSupportedError",
    "OutOfMemoryError",
    "Plane",
    "PlaneLayout",
    "Ready",
    "Rect",
    "Resampler",
    "Stats",
    "Track",
    "VideoDecoder",
    "VideoEncoder",
    "WouldDeadlockError",
    "__version__",
    "ffmpeg_version",
]

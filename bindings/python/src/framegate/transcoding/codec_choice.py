"""Which codec string `transcode --video` and `--audio` stand for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ..formats import PLANES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

NAMES: Final = ("h264", "vp8", "vp9")
"""What `--video` takes."""

COPY: Final = "copy"
NONE: Final = "none"
"""What `--audio` takes beside codecs: the tracks as they are, or none of them."""

H264: Final = "avc1.640028"

IN_WEBM: Final = ("vp8", "vp09", "av01", "opus", "vorbis")
"""What begins the codec strings of what WebM takes."""

# Ten times the level; luma samples a second, of a picture, and across or down (webmproject.org/vp9/levels).
_VP9_LEVELS: Final = (
    (10, 829_440, 36_864, 512),
    (11, 2_764_800, 73_728, 768),
    (20, 4_608_000, 122_880, 960),
    (21, 9_216_000, 245_760, 1_344),
    (30, 20_736_000, 552_960, 2_048),
    (31, 36_864_000, 983_040, 2_752),
    (40, 83_558_400, 2_228_224, 4_160),
    (41, 160_432_128, 2_228_224, 4_160),
    (50, 311_951_360, 8_912_896, 8_384),
    (51, 588_251_136, 8_912_896, 8_384),
    (52, 1_176_502_272, 8_912_896, 8_384),
    (60, 1_176_502_272, 35_651_584, 16_832),
    (61, 2_353_004_544, 35_651_584, 16_832),
    (62, 4_706_009_088, 35_651_584, 16_832),
)
_GENEROUS_FRAMERATE: Final = 60.0
"""Where the file does not say it."""


def is_webm(output: str) -> bool:
    """By its ending."""
    return os.path.splitext(output)[1].lower() == ".webm"


def usual(output: str) -> str:
    """The name of what a file with this ending is to have, where nobody says."""
    return "vp9" if is_webm(output) else "h264"


def audio(name: str) -> str:
    """The string for `--audio`: most codecs of sound have a name that is one."""
    return {"aac": "mp4a.40.2", "pcm": "pcm-s16"}.get(name, name)


def vp9(format: str, encoder: Mapping[str, Any]) -> str:
    """The string for pictures in a pixel format: with its depth and chroma, and the lowest level that allows an
    encoder's `width`, `height` and `framerate`."""
    luma, *rest = PLANES[format]
    bits = 8 if luma.depth == 1 else 12 if "P12" in format else 10
    whole_chroma = bool(rest) and (rest[0].across, rest[0].down) != (2, 2)
    profile = 2 * (bits > 8) + whole_chroma
    return f"vp09.{profile:02}.{_vp9_level(encoder):02}.{bits:02}"


def _vp9_level(encoder: Mapping[str, Any]) -> int:
    width, height, framerate = (float(encoder.get(name) or 0) for name in ("width", "height", "framerate"))
    picture, rate = width * height, width * height * (framerate or _GENEROUS_FRAMERATE)
    for level, most_rate, most_picture, most_side in _VP9_LEVELS:
        if rate <= most_rate and picture <= most_picture and max(width, height) <= most_side:
            return level
    return _VP9_LEVELS[-1][0]

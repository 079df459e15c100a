"""What encoders and decoders take, typed. Written by `make header`, of framegate.h and the library's tables. Do not edit."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, TypedDict


class VideoEncoderMembers(TypedDict, total=False):
    """What `VideoEncoder` takes: W3C VideoEncoderConfig, and the gate's members."""

    alpha: Literal["discard", "keep"]
    """Whether transparency is encoded, where the codec can. Default discard."""
    avc: Mapping[str, Any]
    """format."""
    b_frames: int
    """Consecutive B-frames, at most. Unset: what suits the codec and its latencyMode."""
    bitrate: float
    """Bits a second, by the timestamps."""
    bitrate_mode: Literal["variable", "constant", "quantizer"]
    """Whether the rate follows the content, is kept, or each frame has its quantizer (not of sound). Default variable."""
    codec: str
    """The codec string. Which are known, the table of codecs tells."""
    content_hint: str
    """Taken, and without effect."""
    display_height: int
    """Height at which they are to be shown; with displayWidth."""
    display_width: int
    """Width at which they are to be shown; with displayHeight."""
    framerate: float | Fraction
    """Frames a second, a hint: the timestamps tell. Encoders assume 30 where it is unset."""
    hardware_acceleration: Literal["no-preference", "prefer-hardware", "prefer-software"]
    """A wish: there is software alone. Default no-preference."""
    height: int
    """Height of the encoded pictures, in pixels; needed."""
    latency_mode: Literal["quality", "realtime"]
    """Realtime holds no frame back; quality may hold maxDelay of them. Default quality."""
    max_bytes: float
    """Bytes of items in flight, at most; one item always goes. Unset: slots alone count. Cannot change in a reconfigure."""
    max_delay: int
    """Frames that a codec may hold back: lookahead, B-frames and threads are chosen to fit. Default 12."""
    scalability_mode: str
    """Temporal layers as W3C names them, where the codec has them."""
    slots: int
    """Items in flight between host and codec, at most. Cannot change in a reconfigure. Default 16."""
    threads: int
    """Codec threads. 0: by the machine's cores, the other handles and maxDelay. Default 0."""
    width: int
    """Width of the encoded pictures, in pixels; needed. Frames of another size are scaled."""
    ffmpeg: Mapping[str, Any]
    """FFmpeg's own: `encoder` or `decoder` name one, the others are AVOptions."""


class VideoDecoderMembers(TypedDict, total=False):
    """What `VideoDecoder` takes: W3C VideoDecoderConfig, and the gate's members."""

    codec: str
    """The codec string. Which are known, the table of codecs tells."""
    coded_height: int
    """Height of the pictures, in pixels."""
    coded_width: int
    """Width of the pictures, in pixels: tracks need it, decoders take the stream's."""
    color_space: Mapping[str, Any]
    """full_range, matrix, primaries, transfer."""
    description: bytes | None
    """The codec's setup bytes, where its chunks do not have them."""
    display_aspect_height: int
    """See displayAspectWidth."""
    display_aspect_width: int
    """With displayAspectHeight: the ratio of the sides as they are shown, before rotation."""
    flip: bool
    """Pictures are to be mirrored, left to right, after that. Default false."""
    hardware_acceleration: Literal["no-preference", "prefer-hardware", "prefer-software"]
    """A wish: there is software alone. Default no-preference."""
    max_bytes: float
    """Bytes of items in flight, at most; one item always goes. Unset: slots alone count. Cannot change in a reconfigure."""
    max_delay: int
    """Frames that a codec may hold back: lookahead, B-frames and threads are chosen to fit. Default 12."""
    max_pixels: float
    """Pixels of a picture, at most: a stream beyond it ends the decoder. Default 67108864."""
    max_samples: float
    """Samples of each channel that one chunk of sound decodes to, at most. Default 1048576."""
    max_side: int
    """Pixels of a picture's longer side, at most. Default 16384."""
    optimize_for_latency: bool
    """Each frame comes out as soon as its chunk is decoded, unless the stream reorders. Default false."""
    rotation: Literal[0, 90, 180, 270]
    """Degrees clockwise by which pictures are to be turned to be shown. Default 0."""
    slots: int
    """Items in flight between host and codec, at most. Cannot change in a reconfigure. Default 16."""
    threads: int
    """Codec threads. 0: by the machine's cores, the other handles and maxDelay. Default 0."""
    ffmpeg: Mapping[str, Any]
    """FFmpeg's own: `encoder` or `decoder` name one, the others are AVOptions."""


class AudioEncoderMembers(TypedDict, total=False):
    """What `AudioEncoder` takes: W3C AudioEncoderConfig, and the gate's members."""

    aac: Mapping[str, Any]
    """format."""
    bitrate: float
    """Bits a second, by the timestamps."""
    bitrate_mode: Literal["variable", "constant", "quantizer"]
    """Whether the rate follows the content, is kept, or each frame has its quantizer (not of sound). Default variable."""
    codec: str
    """The codec string. Which are known, the table of codecs tells."""
    flac: Mapping[str, Any]
    """block_size, compress_level."""
    max_bytes: float
    """Bytes of items in flight, at most; one item always goes. Unset: slots alone count. Cannot change in a reconfigure."""
    number_of_channels: int
    """Channels; needed."""
    opus: Mapping[str, Any]
    """application, complexity, format, frame_duration, packetlossperc, signal, usedtx, useinbandfec."""
    sample_rate: int
    """Samples a second of each channel; needed."""
    slots: int
    """Items in flight between host and codec, at most. Cannot change in a reconfigure. Default 16."""
    ffmpeg: Mapping[str, Any]
    """FFmpeg's own: `encoder` or `decoder` name one, the others are AVOptions."""


class AudioDecoderMembers(TypedDict, total=False):
    """What `AudioDecoder` takes: W3C AudioDecoderConfig, and the gate's members."""

    codec: str
    """The codec string. Which are known, the table of codecs tells."""
    description: bytes | None
    """The codec's setup bytes, where its chunks do not have them."""
    max_bytes: float
    """Bytes of items in flight, at most; one item always goes. Unset: slots alone count. Cannot change in a reconfigure."""
    max_samples: float
    """Samples of each channel that one chunk of sound decodes to, at most. Default 1048576."""
    number_of_channels: int
    """Channels; needed."""
    priming: Literal["keep", "drop"]
    """Whether what the encoder put in front of the sound, and behind it, comes out. Default keep."""
    priming_is_timed: bool
    """The timestamps count the priming: what follows it is heard that much later. A demuxer's do; an encoder's, and W3C's, do not. Default false."""
    priming_samples: int
    """Samples of priming at the beginning of a sequence, at the rate that is decoded. Unset: what the description says, else 0."""
    sample_rate: int
    """Samples a second of each channel; needed."""
    slots: int
    """Items in flight between host and codec, at most. Cannot change in a reconfigure. Default 16."""
    ffmpeg: Mapping[str, Any]
    """FFmpeg's own: `encoder` or `decoder` name one, the others are AVOptions."""

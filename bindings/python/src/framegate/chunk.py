"""An encoded chunk."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Literal

from ._native.generated import CHUNK_DISCARD, CHUNK_KEY, NO_TIMESTAMP, OUTPUT_CONFIG, OUTPUT_KEY
from ._native.structs import DURATION_UNKNOWN
from .config import Config
from .numbers import signed, unsigned

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

    from ._native import ChunkStruct, OutputStruct, RawChunk


class Chunk:
    """W3C EncodedVideoChunk and EncodedAudioChunk: bytes of a codec, and their times in microseconds.

    A chunk owns its bytes: those that an encoder gives are copied once out of the library, and their slot in the
    gate is free from then on. Any thread may use them, and copies and pickled ones have the same members, with a
    configuration of their own. Chunks are equal when all members are.
    """

    # A dictionary, because help() shows its texts.
    __slots__ = {
        "alpha": "The encoded alpha plane, a picture of its own; None without alpha. A stream has it from a key chunk"
        " on, with every chunk, or not at all.",
        "config": "From an encoder, on the first chunk and when it changed: the decoder configuration.",
        "data": "The bytes.",
        "discard": "Decoded and not shown: a file's edit list leaves it out, but others need it.",
        "dts": "When it is decoded, microseconds; None unknown. Muxers need it where frames are reordered.",
        "duration": "How long, microseconds; None unknown.",
        "id": "Any number of the program's, below 2^64; comes out with the output. From a demuxer: its number in its"
        " track.",
        "key": "Decoding can start here: H.264 at an IDR picture or a recovery point, VP8 and VP9 at a key frame."
        " After a start at a recovery point pictures that cannot be right yet are not given out: `Stats.dropped` counts"
        " them.",
        "padding": "Of sound, from an encoder: samples at the end of what it decodes to that the encoder has put behind"
        " what it was given. `duration` does not count them.",
        "priming": "Of sound, from an encoder: samples at the beginning of what it decodes to that the encoder has put"
        " in front of what it was given. `duration` counts them.",
        "temporal_layer": "From an encoder: W3C svc.temporalLayerId, from 0. With those of the highest left out, the"
        " others decode to the same pictures. 0 without scalability.",
        "timestamp": "When it is shown, microseconds; may be negative.",
    }

    data: bytes
    key: bool
    discard: bool
    timestamp: int
    duration: int | None
    dts: int | None
    id: int
    alpha: bytes | None
    temporal_layer: int
    priming: int
    padding: int
    config: Config | None

    def __init__(
        self,
        data: Buffer,
        *,
        timestamp: int,
        key: bool = False,
        discard: bool = False,
        duration: int | None = None,
        dts: int | None = None,
        id: int = 0,
        alpha: Buffer | None = None,
    ) -> None:
        self.data = bytes(data)
        self.key = key
        self.discard = discard
        self.timestamp = signed("timestamp", timestamp)
        self.duration = None if duration is None else signed("duration", duration)
        self.dts = None if dts is None else signed("dts", dts)
        self.id = unsigned("id", id)
        self.alpha = None if alpha is None else bytes(alpha)
        self.temporal_layer = self.priming = self.padding = 0
        self.config = None

    def __reduce__(self) -> tuple[Callable[..., Chunk], tuple[type[Chunk], list[object]]]:
        return _of_members, (type(self), [getattr(self, name) for name in Chunk.__slots__])

    @property
    def type(self) -> Literal["key", "delta"]:
        """W3C's word for `key`."""
        return "key" if self.key else "delta"

    def __len__(self) -> int:
        return len(self.data)

    def __bool__(self) -> bool:
        return True

    def __bytes__(self) -> bytes:
        return self.data

    def __eq__(self, other: object) -> bool:
        """The same members."""
        if not isinstance(other, Chunk):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in Chunk.__slots__)

    __hash__ = None  # type: ignore[assignment]
    """Members can be assigned."""

    def __repr__(self) -> str:
        return f"<framegate.Chunk {self.type}, {len(self.data)} bytes, {self.timestamp} us>"


def _of_members(kind: type[Chunk], members: list[object]) -> Chunk:
    """What `Chunk.__reduce__` asks for."""
    chunk = kind.__new__(kind)
    for name, value in zip(Chunk.__slots__, members, strict=True):
        setattr(chunk, name, value)
    return chunk


def from_output(output: OutputStruct) -> Chunk:
    """Copies a chunk out of an output."""
    flags: int = output.flags
    chunk = _copied(output, bool(flags & OUTPUT_KEY))
    chunk.discard = False
    chunk.temporal_layer = output.temporal_layer
    chunk.priming, chunk.padding = output.priming, output.padding
    chunk.config = Config.copy_of(output.config) if flags & OUTPUT_CONFIG else None
    return chunk


def from_raw(raw: RawChunk) -> Chunk:
    """Copies a chunk that a demuxer read."""
    flags: int = raw.flags
    chunk = _copied(raw, bool(flags & CHUNK_KEY))
    chunk.discard = bool(flags & CHUNK_DISCARD)
    chunk.temporal_layer = chunk.priming = chunk.padding = 0
    chunk.config = None
    return chunk


def fill(struct: ChunkStruct, chunk: Chunk) -> None:
    """Puts a chunk into the library's struct, which points at its bytes."""
    struct.flags = (CHUNK_KEY if chunk.key else 0) | (CHUNK_DISCARD if chunk.discard else 0)
    struct.timestamp_us = chunk.timestamp
    struct.duration_us = DURATION_UNKNOWN if chunk.duration is None else chunk.duration
    struct.dts_us = NO_TIMESTAMP if chunk.dts is None else chunk.dts
    struct.id = chunk.id
    struct.data = data = chunk.data
    struct.size = len(data)
    struct.alpha_data = alpha = chunk.alpha
    struct.alpha_size = 0 if alpha is None else len(alpha)


def _copied(source: OutputStruct | RawChunk, key: bool) -> Chunk:
    chunk = Chunk.__new__(Chunk)
    size: int = source.size
    duration: int = source.duration_us
    dts: int = source.dts_us
    alpha_size: int = source.alpha_size
    chunk.data = ctypes.string_at(source.data, size) if size else b""
    chunk.key = key
    chunk.timestamp = source.timestamp_us
    chunk.duration = None if duration < 0 else duration
    chunk.dts = None if dts == NO_TIMESTAMP else dts
    chunk.id = source.id
    chunk.alpha = ctypes.string_at(source.alpha_data, alpha_size) if alpha_size else None
    return chunk

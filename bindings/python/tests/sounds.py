"""Sound to encode, every codec of it, and how alike two series are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from framegate import AudioDecoder, AudioEncoder, AudioFrame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from framegate import Chunk

Array = npt.NDArray[Any]

RATE = 48_000


@dataclass(frozen=True)
class Case:
    """A codec of sound."""

    codec: str
    name: str
    """FFmpeg's decoder of it."""
    likeness: float = 0.999
    """Of what comes out and what went in, at the least, as a correlation."""
    exact: str | None = None
    """The samples come back as they were, in this format."""

    def members(self, **more: Any) -> dict[str, Any]:
        return {"codec": self.codec, "sample_rate": RATE, "number_of_channels": 2, **more}

    @property
    def numbers(self) -> str:
        """The format of what goes in."""
        return self.exact or "f32"

    def __str__(self) -> str:
        return self.codec


CASES = [
    Case("mp4a.40.2", "aac", 0.99),
    Case("opus", "opus", 0.99),
    Case("flac", "flac", exact="s16"),
    Case("mp3", "mp3float"),
    Case("vorbis", "vorbis", 0.99),
    Case("pcm-u8", "pcm_u8", exact="u8"),
    Case("pcm-s16", "pcm_s16le", exact="s16"),
    Case("pcm-s24", "pcm_s24le", exact="s16"),
    Case("pcm-s32", "pcm_s32le", exact="s32"),
    Case("pcm-f32", "pcm_f32le", exact="f32"),
    Case("alaw", "pcm_alaw"),
    Case("ulaw", "pcm_mulaw"),
]
OPUS, AAC = CASES[1], CASES[0]


def tones(count: int, channels: int = 2, rate: int = RATE, format: str = "f32") -> Array:
    """Samples x channels, a tone each; every one is a new array."""
    turns = np.arange(count)[:, None] / rate * (310 + 130 * np.arange(channels))
    level = 0.5 * np.sin(2 * np.pi * turns)
    match format:
        case "u8":
            return np.rint(level * 127 + 128).astype(np.uint8)
        case "s16" | "s32":
            bits = int(format[1:])
            return np.rint(level * (2.0 ** (bits - 1) - 1)).astype(f"int{bits}")
    return level.astype(np.float32)


def pieces(samples: Array, lengths: Sequence[int]) -> Iterator[Array]:
    """One after the other, as long as there are some."""
    begin, index = 0, 0
    while begin < len(samples):
        length = lengths[index % len(lengths)]
        yield samples[begin : begin + length]
        begin, index = begin + length, index + 1


def encoded(case: Case, sounds: Iterable[Any], **members: Any) -> list[Chunk]:
    with AudioEncoder(**case.members(**members)) as encoder:
        return list(encoder.run(sounds))


def decoded(chunks: Sequence[Chunk], **members: Any) -> list[AudioFrame]:
    with AudioDecoder(chunks[0].config, **members) as decoder:
        return list(decoder.run(chunks))


def joined(frames: Sequence[AudioFrame], format: str = "f32") -> Array:
    return np.concatenate([frame.to_numpy(format) for frame in frames])


def likeness(left: Array, right: Array, most: int = 3) -> tuple[float, int]:
    """The best correlation, and by how many samples the right one is moved for it."""
    found = []
    inner = slice(most, len(left) - most)
    for lag in range(-most, most + 1):
        x = left[inner].astype(np.float64).ravel()
        y = np.roll(right, -lag, 0)[inner].astype(np.float64).ravel()
        found.append((float(x @ y / np.sqrt((x @ x) * (y @ y) + 1e-12)), lag))
    return max(found)

"""A track of sound that is encoded anew: decoder, resampler where the codec needs it, encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .. import sample_format
from ..audio_decoder import AudioDecoder
from ..audio_encoder import AudioEncoder
from ..audio_frame import AudioFrame
from ..config import Config
from ..resampler import Resampler

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from ..chunk import Chunk
    from ..track import Track
    from .cut import Cut
    from .source import Source

_OTHER_RATE: Final = 48_000
_OTHER_CHANNELS: Final = 2
"""What is tried where a codec has not the source's."""
_NOTICED_US: Final = 100_000
"""Of silence that is missing. Less is a container's rounding."""
_LONGEST_US: Final = 3_600_000_000
"""More is no silence, but a clock that was set anew."""


class Wish:
    """What a track becomes, by its first sound: only that says rate and channels for certain."""

    def __init__(self, first: AudioFrame, members: Mapping[str, Any]) -> None:
        config = Config(members)
        self.config = _supported(config, first) or config
        rate, channels = int(self.config["sample_rate"]), int(self.config["number_of_channels"])
        changes = (rate, channels) != (first.sample_rate, first.channels)
        self.resampler = Resampler(sample_rate=rate, channels=channels) if changes else None
        # Of the format to come, which some encoders go by (FLAC of 16 bits, or 24).
        self._sample = _silence(first.format, rate, channels, 1)

    def decoder_config(self) -> Config:
        """That of the chunks to come, which the muxer needs before there is one."""
        with AudioEncoder(self.config) as encoder:
            config = next(encoder.run([self._sample])).config
        assert config is not None
        return config


def _supported(config: Config, first: AudioFrame) -> Config | None:
    """With the rate and channels that are asked for, else the first sound's, else others that the codec has."""
    asked_rate, asked_channels = config["sample_rate"], config["number_of_channels"]
    for channels in [asked_channels] if asked_channels else [first.channels, _OTHER_CHANNELS]:
        for rate in [asked_rate] if asked_rate else [first.sample_rate, _OTHER_RATE]:
            config.update(sample_rate=rate, number_of_channels=channels)
            if AudioEncoder.is_config_supported(config):
                return config
    return None


def wish_of(source: Source, track: Track, members: Mapping[str, Any]) -> Wish | None:
    """Of a file's track; None: nothing is in it."""
    with source.open() as demuxer, AudioDecoder(track.config, slots=1) as decoder:
        for frame in decoder.run(demuxer.tracks[track.index]):
            return Wish(frame, members)
    return None


class SoundLane:
    """Takes a track's chunks and gives others, on the thread that asks for them, with bounded memory."""

    def __init__(self, source: Config, wish: Wish, part: Cut) -> None:
        self.decoder = AudioDecoder(part.config(source), priming="drop", slots=int(wish.config["slots"]))
        self._part = part
        self.encoder = AudioEncoder(wish.config)
        self._resampler = wish.resampler
        self._began_us = 0
        self._samples = 0
        """Since then."""

    def run(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """Those of the whole track."""
        for chunk in chunks:
            yield from self.put(chunk)
        yield from self.finish()

    def put(self, chunk: Chunk) -> Iterator[Chunk]:
        """Takes a chunk; what is ready comes out."""
        while not self.decoder.decode(chunk, timeout=0):
            self.decoder.wait()
            yield from self._move()
        yield from self._move()

    def finish(self) -> Iterator[Chunk]:
        """What is left."""
        self.decoder.flush()
        while not self.decoder.flushed:
            self.decoder.wait(enqueue=False)
            yield from self._move()
        if self._resampler is not None:
            self._resampler.push(None)
            yield from self._encode(self._resampled())
        self.encoder.flush()
        yield from self.encoder

    def close(self) -> None:
        """Again is allowed."""
        self.decoder.close()
        self.encoder.close()

    def _move(self) -> Iterator[Chunk]:
        while (frame := self.decoder.poll()) is not None:
            taken = self._part.sound(frame)
            for sound in () if taken is None else self._in_time(taken):
                if self._resampler is not None:
                    self._resampler.push(sound)
                    yield from self._encode(self._resampled())
                else:
                    yield from self._encode([sound])
        yield from self._ready()

    def _in_time(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """With silence for what is missing before it: encoders count samples, and would move it to the front."""
        rate = frame.sample_rate
        if not self._samples:
            self._began_us = frame.timestamp
        missing_us = frame.timestamp - self._began_us - self._samples * 1_000_000 // rate
        if missing_us > _LONGEST_US:
            self._began_us += missing_us
            missing_us = 0
        missing = missing_us * rate // 1_000_000 if missing_us > _NOTICED_US else 0
        self._samples += missing + frame.frames
        while missing > 0:
            count = min(missing, rate)
            missing -= count
            yield _silence(frame.format, rate, frame.channels, count)
        yield frame

    def _resampled(self) -> Iterator[AudioFrame]:
        assert self._resampler is not None
        while (sound := self._resampler.pull()) is not None:
            yield sound

    def _encode(self, sounds: Iterable[AudioFrame]) -> Iterator[Chunk]:
        for sound in sounds:
            while not self.encoder.encode(sound, timeout=0):
                self.encoder.wait()
                yield from self._ready()

    def _ready(self) -> Iterator[Chunk]:
        while (chunk := self.encoder.poll()) is not None:
            yield chunk


def _silence(format: str, rate: int, channels: int, count: int) -> AudioFrame:
    of = sample_format.of_name(format)
    level = b"\x80" if of.kind == "u8" else b"\0"
    return AudioFrame(level * (of.size * channels * count), format, sample_rate=rate, channels=channels)

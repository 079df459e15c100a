"""The part of a file that is taken: from a start on, up to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .. import sample_format
from ..audio_frame import AudioFrame
from ..errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..chunk import Chunk
    from ..config import Config
    from ..demuxer import Demuxer
    from ..frame import Frame

_BEFORE_S: Final = 0.1
"""What is read before the start: decoders of sound need some to be right again (Opus 80 ms)."""
_REORDERED_US: Final = 2_000_000
"""How far the times of chunks without a decode time may go back."""
_NEVER: Final = 1 << 62


class Cut:
    """From the start on, up to the end; a file's beginning is what it says it is."""

    def __init__(self, start: float | None = None, end: float | None = None, *, prefix: str = "") -> None:
        """Seconds; None: from the beginning, to the end. `prefix` is before their names in errors.

        InvalidArgumentError: the end is not beyond the start.
        """
        if end is not None and end <= (start or 0):
            raise InvalidArgumentError(f"{prefix}end is {end:g} s, it must be beyond {prefix}start, {start or 0:g} s")
        self.start_s: float | None = start
        self.start_us = -_NEVER if start is None else round(start * 1e6)
        self.end_us = _NEVER if end is None else round(end * 1e6)

    @classmethod
    def of_microseconds(cls, start_us: int, end_us: int) -> Cut:
        """Exactly: what has `start_us` and `end_us`."""
        part = cls()
        part.start_us, part.end_us = start_us, end_us
        part.start_s = None if start_us == -_NEVER else start_us / 1e6
        return part

    def has(self, timestamp: int) -> bool:
        """What begins then is taken."""
        return self.start_us <= timestamp < self.end_us

    def read(self, demuxer: Demuxer) -> Iterator[tuple[int, Chunk]]:
        """The chunks from the key before the start on, up to the end or a little beyond it."""
        if self.start_s is not None:
            demuxer.seek(max(0.0, self.start_s - _BEFORE_S))
        ended: set[int] = set()
        wanted = sum(track.selected for track in demuxer.tracks)
        for index, chunk in demuxer:
            if self.is_beyond(chunk):
                ended.add(index)
                if len(ended) == wanted:
                    return
            else:
                yield index, chunk

    def config(self, config: Config) -> Config:
        """Of a track, of which the beginning is left out: and with it what the encoder has put there."""
        if self.start_s is None:
            return config
        changed = config.copy()
        changed["priming_samples"] = None
        return changed

    def pictures(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Those that are taken."""
        return (frame for frame in frames if self.has(frame.timestamp))

    def sound(self, frame: AudioFrame) -> AudioFrame | None:
        """The samples that are taken; None: none."""
        rate, began = frame.sample_rate, frame.timestamp
        first, end = (
            min(max(round((time - began) * rate / 1e6), 0), frame.frames) for time in (self.start_us, self.end_us)
        )
        if (first, end) == (0, frame.frames):
            return frame
        if first >= end:
            return None
        kind = sample_format.of_name(frame.format).kind
        samples = bytearray(frame.allocation_size(kind, frame_offset=first, frame_count=end - first))
        frame.copy_to(samples, kind, frame_offset=first, frame_count=end - first)
        time = began + first * 1_000_000 // rate
        return AudioFrame(bytes(samples), kind, sample_rate=rate, channels=frame.channels, timestamp=time, id=frame.id)

    def is_beyond(self, chunk: Chunk) -> bool:
        """Neither it nor what follows it in decode order begins before the end."""
        time = chunk.timestamp - _REORDERED_US if chunk.dts is None else chunk.dts
        return min(time, chunk.timestamp) >= self.end_us

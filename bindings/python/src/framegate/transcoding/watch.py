"""How a run goes on: what is in flight in its gates, the memory of its process, how fast it is."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..chunk import Chunk

_EVERY_S: Final = 0.1
_MOST: Final = 256
"""Samples that are kept: with more, every second one goes, and they are taken half as often."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Sample:
    """A moment."""

    at: float
    """Seconds since 1970."""
    frames: int
    """Chunks of the main track so far."""
    bytes: int
    """Of those."""
    shown_us: int
    """How long they last, microseconds."""
    memory: int
    """Bytes of the process that are in memory."""
    in_flight: dict[str, int]
    """In each codec's gate, by name."""


@dataclass(slots=True)
class Watch:
    """Samples of one run, at most a few hundred, however long it is. It can be pickled once it is `done`."""

    codecs: Mapping[str, Any]
    samples: list[Sample] = field(default_factory=list)
    slots: dict[str, int] = field(default_factory=dict)
    """The width of each gate."""
    frames: int = 0
    bytes: int = 0
    _first_us: int | None = None
    _last_us: int = 0
    _every_s: float = _EVERY_S
    _next: float = 0.0

    def over(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The chunks, which are counted."""
        self.slots = {name: codec.stats.slots for name, codec in self.codecs.items()}
        self._sample()
        for chunk in chunks:
            self.frames += 1
            self.bytes += len(chunk.data)
            self._first_us = chunk.timestamp if self._first_us is None else self._first_us
            self._last_us = max(self._last_us, chunk.timestamp)
            if time.monotonic() >= self._next:
                self._sample()
            yield chunk
        self._sample()
        self.codecs = {}

    def _sample(self) -> None:
        shown_us = 0 if self._first_us is None else self._last_us - self._first_us
        in_flight = {name: codec.stats.in_flight for name, codec in self.codecs.items()}
        self.samples.append(Sample(time.time(), self.frames, self.bytes, shown_us, memory_now(), in_flight))
        if len(self.samples) > _MOST:
            self.samples = self.samples[::2]
            self._every_s *= 2
        self._next = time.monotonic() + self._every_s


def memory_now() -> int:
    """Bytes of this process that are in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * _PAGE

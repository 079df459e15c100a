"""Where a film is cut: at key frames of the source, into parts of about the same length."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ..transcoding import Cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..chunk import Chunk

_BY_BYTES: Final = 0.5
"""How far a segment's share of the bitrate follows the source's bytes in it; the rest follows its duration."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The pictures that begin from `start_us` on, before `end_us`."""

    index: int
    start_us: int
    end_us: int
    from_key: bool
    """The source has a key frame at its start; else decoding begins at the one before."""
    frames: int
    """Of the source."""
    bytes: int
    """Of those."""
    seconds: float
    share: float
    """Its part of the bitrate, over that of the whole: 1 on the average."""

    @property
    def cut(self) -> Cut:
        """The same, exactly."""
        return Cut.of_microseconds(self.start_us, self.end_us)

    @property
    def name(self) -> str:
        """For files and errors."""
        return f"segment-{self.index:05}"


@dataclass(slots=True)
class Group:
    """A key frame, and the pictures that are shown from it on, up to the next one."""

    timestamp: int
    frames: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Scan:
    """What the chunks of a track say: nothing is decoded."""

    groups: list[Group] = field(default_factory=list)
    end_us: int = 0
    """Where the last picture ends."""

    @property
    def frames(self) -> int:
        """Of all groups."""
        return sum(group.frames for group in self.groups)


def scan(chunks: Iterable[Chunk], part: Cut) -> Scan:
    """Of the chunks of a track, in decode order."""
    found, last_us, spacing_us = Scan(), 0, 0
    for chunk in chunks:
        time = chunk.timestamp
        if chunk.discard or not part.has(time):
            continue
        groups = found.groups
        if not groups or (chunk.key and time > groups[-1].timestamp):
            groups.append(Group(time))
        # What is decoded after a key and shown before it belongs to the group before.
        group = groups[-2] if len(groups) > 1 and time < groups[-1].timestamp else groups[-1]
        group.frames += 1
        group.bytes += len(chunk.data)
        spacing_us = chunk.duration or spacing_us or abs(time - last_us)
        last_us = time
        found.end_us = max(found.end_us, time + spacing_us)
    return found


def split(found: Scan, part: Cut, seconds: float) -> list[Segment]:
    """Segments of about so long, of which each but the first begins with a key."""
    starts = list(_starts([group.timestamp for group in found.groups], found.end_us, seconds))
    ends = [*(found.groups[place].timestamp for place in starts[1:]), part.end_us]
    members = [found.groups[a:b] for a, b in zip(starts, [*starts[1:], len(found.groups)], strict=True)]
    seconds_each = [
        (min(end, found.end_us) - groups[0].timestamp) / 1e6 for groups, end in zip(members, ends, strict=True)
    ]
    bytes_each = [sum(group.bytes for group in groups) for groups in members]
    return [
        Segment(
            index,
            groups[0].timestamp if index else part.start_us,
            ends[index],
            index > 0,
            sum(group.frames for group in groups),
            bytes_each[index],
            seconds_each[index],
            share,
        )
        for index, (groups, share) in enumerate(zip(members, shares(bytes_each, seconds_each), strict=True))
    ]


def shares(sizes: Sequence[int], seconds: Sequence[float]) -> list[float]:
    """Each segment's bitrate over that of the whole. Weighted by the durations they are 1 on the average."""
    whole_rate = sum(sizes) / max(sum(seconds), 1e-6)
    relative = [
        size / max(long, 1e-6) / whole_rate if whole_rate else 1.0 for size, long in zip(sizes, seconds, strict=True)
    ]
    return [1 - _BY_BYTES + _BY_BYTES * each for each in relative]


def _starts(keys: Sequence[int], end_us: int, seconds: float) -> Iterator[int]:
    """Numbers of the keys that begin segments."""
    yield 0
    first_us, last = keys[0], 0
    count = max(1, round((end_us - first_us) / (seconds * 1e6)))
    for number in range(1, count):
        wanted_us = first_us + (end_us - first_us) * number // count
        above = bisect_left(keys, wanted_us)
        near = [place for place in (above - 1, above) if last < place < len(keys)]
        if near:
            last = min(near, key=lambda place: abs(keys[place] - wanted_us))
            yield last

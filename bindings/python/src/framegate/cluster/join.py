"""Segments one after the other, in one file."""

from __future__ import annotations

import heapq
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ..errors import InternalError
from ..muxer import Muxer
from ..transcoding.lanes import Output
from ..transcoding.output_file import replacing
from .records import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ..chunk import Chunk
    from ..config import Config
    from ..transcoding.plan import Plan
    from .folder import Folder
    from .tasks import Tasks

_OWN: Final = ("bitrate",)
"""What segments may differ in: each has its share."""
_REORDERED: Final = 64
"""Timestamps that are remembered for decode times: more than any encoder reorders."""


def join(plan: Plan, folder: Folder, pieces: Tasks, check: Callable[[], None]) -> tuple[int, int]:
    """Writes the target from files of a folder: those of the pictures in order, and one of each track of sound. Tracks
    that are not encoded come from the source. Gives how many pictures, and their bytes.

    What `check` raises, with each chunk and before the target is replaced, ends it. DataError: a file was cut short.
    InputOutputError: the source is not the one that was cut.
    """
    count = size = 0
    main, pictures = plan.main.index, [segment.name for segment in pieces.segments]
    plan.source.check(pieces.identity)
    with (
        plan.source.open() as demuxer,
        replacing(plan.target) as path,
        _then(check),
        Muxer(path) as muxer,
    ):
        output = Output(demuxer, plan.tracks, muxer, plan.target, plan.part)
        lanes: list[Iterable[tuple[int, int, Chunk]]] = []
        if pictures:
            output.encodes(main, _first_config(folder, pictures[0]))
            lanes.append(_timed(main, _joined(folder, pictures)))
        for index, name in pieces.sounds.items():
            output.encodes(index, _first_config(folder, name))
            lanes.append(_timed(index, _chunks(folder, name)))
        copied = {track.index for track in plan.tracks if plan.is_copied(track)}
        if copied:
            lanes.append((_when(chunk), index, chunk) for index, chunk in plan.part.read(demuxer) if index in copied)
        for _, index, chunk in heapq.merge(*lanes, key=lambda timed: timed[0]):
            check()
            if index in copied:
                output.copy(index, chunk)
                continue
            output.write(index, chunk)
            if index == main:
                count, size = count + 1, size + len(chunk.data)
        plan.source.check(pieces.identity)  # tracks that are not encoded were read meanwhile
    return count, size


@contextmanager
def _then(check: Callable[[], None]) -> Iterator[None]:
    yield
    check()


def _when(chunk: Chunk) -> int:
    return chunk.timestamp if chunk.dts is None else chunk.dts


def _timed(index: int, chunks: Iterable[Chunk]) -> Iterator[tuple[int, int, Chunk]]:
    return ((_when(chunk), index, chunk) for chunk in chunks)


def _first_config(folder: Folder, name: str) -> Config:
    with folder.reading(name) as file:
        return Reader(file, folder.file(name)).config


def _chunks(folder: Folder, name: str) -> Iterator[Chunk]:
    with folder.reading(name) as file:
        yield from Reader(file, folder.file(name))


def _joined(folder: Folder, names: Sequence[str]) -> Iterator[Chunk]:
    """The chunks of all segments, decoded when those of one encoder would be.

    An encoder's decode times are the timestamps in order, as many chunks later as it reorders; before its first
    timestamp it has to guess some, where the segment before has them.
    """
    known: dict[str, object] | None = None
    shown: deque[int] = deque(maxlen=_REORDERED)
    for name in names:
        with folder.reading(name) as file:
            reader = Reader(file, folder.file(name))
            config = {key: value for key, value in reader.config.items() if key not in _OWN}
            if known is not None and config != known:
                raise _different(name, known, config)
            known = config
            times: list[int] = []
            chunks = _in_time(iter(reader), list(shown))
            for chunk in chunks:
                times.append(chunk.timestamp)
                yield chunk
            shown.extend(sorted(times)[-_REORDERED:])


def _in_time(chunks: Iterator[Chunk], shown: Sequence[int]) -> Iterator[Chunk]:
    """A segment's chunks; those that are decoded before its first timestamp are so at the last ones before it."""
    early: list[Chunk] = []
    start: int | None = None
    for chunk in chunks:
        start = chunk.timestamp if start is None else start
        if shown and chunk.dts is not None and chunk.dts < start:
            early.append(chunk)
            continue
        yield from _moved(early, shown)
        early = []
        yield chunk
    yield from _moved(early, shown)


def _moved(early: Sequence[Chunk], shown: Sequence[int]) -> Iterator[Chunk]:
    for place, chunk in enumerate(early):
        behind = len(early) - place
        if behind <= len(shown):
            chunk.dts = shown[-behind]
        yield chunk


def _different(name: str, known: Mapping[str, object], other: Mapping[str, object]) -> InternalError:
    names = sorted(key for key in {*known, *other} if known.get(key) != other.get(key))
    said = ", ".join(f"{key} ({known.get(key)} and {other.get(key)})" for key in names)
    return InternalError(f"{name} was encoded otherwise than the segments before it, and cannot be joined: {said}")

"""What a worker does."""

from __future__ import annotations

import asyncio
import io
import os
import threading
import time
from collections import Counter
from concurrent.futures import CancelledError
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Final, TypeVar

from ..errors import DataError, FramegateError, NotSupportedError
from ..transcoding.run import Pictures
from ..transcoding.sound_lane import SoundLane, wish_of
from ..transcoding.times import clock_text
from ..transcoding.watch import Watch, memory_now
from .pieces import CarriedPieces, Pieces, ReadPieces, TooLateError
from .records import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..chunk import Chunk
    from ..config import Config
    from ..transcoding import Encoding
    from ..transcoding.source import Source
    from .folder import Folder
    from .segments import Segment


T = TypeVar("T")


class StoppedError(CancelledError):
    """The job was cancelled."""


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of a job."""

    job: str
    name: str
    """Of the file that it becomes."""
    source: Source
    track: int
    folder: Folder
    mark: str
    """A file in the folder, by which a worker knows that it has the same one. Without it the bytes travel."""
    most_bytes: int
    """That may travel."""
    memory: int
    """Bytes that a worker's memory grows by, at the most."""

    @property
    def described(self) -> str:
        """For errors: what of which file."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class PicturesTask(Task):
    """A segment."""

    segment: Segment
    decoder: Config
    encoder: Config
    carried: bytes | None = None
    """The chunks of the source, for a worker that does not see it."""
    before: int | None = None
    """They begin with the last key before that time; None: with the segment's own."""

    @property
    def described(self) -> str:
        """Its time range."""
        segment = self.segment
        start = clock_text(max(segment.start_us, 0) / 1e6)
        end = f"to {clock_text(segment.end_us / 1e6)}" if segment.end_us < 1 << 60 else "to the end"
        return f"{self.source.name}, {start} {end}"


@dataclass(frozen=True, slots=True)
class SoundTask(Task):
    """A track of sound."""

    encoding: Encoding

    @property
    def described(self) -> str:
        """Its track."""
        return f"{self.source.name}, sound of track {self.track}"


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of it."""

    name: str
    data: bytes | None
    """None: it is in the folder."""
    process: str
    """The machine and the process that did it."""
    began: float
    """Seconds since 1970."""
    seconds: float
    cpu_seconds: float
    """Of the whole process: with one thread a worker, of this alone."""
    memory_before: int
    """Bytes of the process, when it began."""
    watch: Watch

    @property
    def memory_growth(self) -> int:
        """Bytes that the process had more of, at the most."""
        return max(sample.memory for sample in self.watch.samples) - self.memory_before


_running: Final = Counter[str]()
"""Tasks of each job in this process."""
_stopped: Final = set[str]()
"""Jobs that are cancelled."""
_changed: Final = threading.Condition()


async def stop(job: str) -> None:
    """Ends the tasks of a job in this process, and returns when there are none."""
    end(job)
    await asyncio.to_thread(_wait_for_none, job)


def end(job: str) -> None:
    """The tasks of a job in this process raise StoppedError from then on."""
    _stopped.add(job)


def _wait_for_none(job: str) -> None:
    with _changed:
        _changed.wait_for(lambda: not _running[job])


def run(task: PicturesTask | SoundTask) -> Finished:
    """Encodes, and leaves the result in the folder, or gives it. Errors name the time range."""
    began, cpu, before = time.time(), time.process_time(), memory_now()
    with _registered(task.job):
        encode = _pictures if isinstance(task, PicturesTask) else _sound
        shared = shares(task.folder, task.mark)
        try:
            if shared:
                with task.folder.writing(task.name) as file:
                    watch = encode(task, file)  # type: ignore[arg-type]
                data = None
            else:
                memory = _Bounded(task.most_bytes)
                watch = encode(task, memory)  # type: ignore[arg-type]
                data = memory.getvalue()
        except FramegateError as error:
            raise type(error)(f"{task.described}: {error}") from error
    process = f"{os.uname().nodename}:{os.getpid()}"
    seconds, cpu_seconds = time.time() - began, time.process_time() - cpu
    return Finished(task.name, data, process, began, seconds, cpu_seconds, before, watch)


@contextmanager
def _registered(job: str) -> Iterator[None]:
    with _changed:
        _running[job] += 1
    try:
        _check(job)
        yield
    finally:
        with _changed:
            _running[job] -= 1
            _changed.notify_all()


def _check(job: str) -> None:
    if job in _stopped:
        raise StoppedError(f"job {job} was cancelled")


class _Bounded(io.BytesIO):
    """What travels, in memory."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: object) -> int:
        """NotSupportedError: it is too much."""
        count = super().write(data)  # type: ignore[arg-type]
        if self.tell() > self._most:
            raise NotSupportedError(
                f"it is larger than {self._most} bytes, which is what may travel: make segments shorter, allow more by "
                "`carried_bytes`, or have source and target where all workers see them"
            )
        return count


def sees(source: Source, identity: dict[str, str]) -> bool:
    """This process has the same file by that name."""
    try:
        return source.identity() == identity
    except FramegateError:
        return False


def shares(folder: Folder, mark: str) -> bool:
    """This process has the same folder by that name."""
    return mark in folder.names()


def packed(task: PicturesTask, before: int | None) -> PicturesTask:
    """With the chunks of the source along, for workers that do not see it. NotSupportedError: they are too many."""

    def pack(before: int | None) -> bytes:
        file = _Bounded(task.most_bytes)
        writer = Writer(file)
        writer.begin(task.decoder)
        with _pieces(task, before) as pieces:
            for chunk in pieces.chunks():
                writer.write(chunk)
        writer.end()
        return file.getvalue()

    try:
        carried, before = _in_time(pack, before)
    except FramegateError as error:
        raise type(error)(f"{task.described}: {error}") from error
    return replace(task, carried=carried, before=before)


def _pictures(task: PicturesTask, file: IO[bytes]) -> Watch:
    def encode(before: int | None) -> Watch:
        file.seek(0)
        file.truncate()
        return _encoded(task, file, before)

    return encode(task.before) if task.carried is not None else _in_time(encode, None)[0]


def _in_time(work: Callable[[int | None], T], before: int | None) -> tuple[T, int | None]:
    """What becomes of it with the last key that is not too late, and which that is."""
    while True:
        try:
            return work(before), before
        except TooLateError as late:
            before = late.before


@contextmanager
def _pieces(task: PicturesTask, before: int | None) -> Iterator[Pieces]:
    if task.carried is not None:
        yield CarriedPieces(task.segment, before, task.carried)
        return
    with task.source.open() as demuxer:
        yield ReadPieces(demuxer, demuxer.tracks[task.track], task.segment, before)


def _encoded(task: PicturesTask, file: IO[bytes], before: int | None) -> Watch:
    """Decodes from the segment's key on, or from the last one before a time."""
    cut, writer = task.segment.cut, Writer(file)
    with _pieces(task, before) as pieces, closing(Pictures(task.decoder, task.encoder, cut)) as pictures:
        watch = Watch({"decoder": pictures.decoder, "encoder": pictures.encoder})
        frames = pieces.timely(pictures.decoded(_stoppable(pieces.chunks(), task.job)))
        for number, chunk in enumerate(watch.over(pictures.encoded(frames))):
            if number == 0 and chunk.config is not None:
                writer.begin(chunk.config)
            writer.write(chunk)
    writer.end()
    return watch


def _stoppable(chunks: Iterable[Chunk], job: str) -> Iterator[Chunk]:
    for chunk in chunks:
        _check(job)
        yield chunk


def _sound(task: SoundTask, file: IO[bytes]) -> Watch:
    part, writer = task.encoding.part, Writer(file)
    with task.source.open() as demuxer:
        track = demuxer.tracks[task.track]
        wish = wish_of(task.source, track, task.encoding.sound)
        if wish is None:
            raise DataError(f"{task.source.name} has no sound in track {task.track}")
        writer.begin(wish.decoder_config())
        with closing(SoundLane(track.config, wish, part)) as lane:
            watch = Watch({"decoder": lane.decoder, "encoder": lane.encoder})
            chunks = (chunk for index, chunk in part.read(demuxer) if index == track.index)
            for chunk in watch.over(lane.run(_stoppable(chunks, task.job))):
                writer.write(chunk)
    writer.end()
    return watch

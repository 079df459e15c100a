"""Reads files."""

from __future__ import annotations

import ctypes
import os
import threading
from functools import partial
from typing import TYPE_CHECKING

from . import chunk as chunks
from ._native import (
    ConfigHandle,
    DemuxerHandle,
    FileInfoStruct,
    LimitsStruct,
    TrackInfoStruct,
    native,
)
from ._native.generated import END, FILE_SEEKABLE, NO_TIMESTAMP
from ._native.output_slot import first_of
from ._native.status import check
from .chunk_slot import NO_CHUNK, ChunkSlot
from .config import Config
from .errors import ClosedError, InvalidStateError, NotSupportedError
from .frame_reader import microseconds
from .host_file import HostFile, file_of
from .numbers import unsigned
from .texts import MOST_OF_FILES, encoded_path, read_text
from .told import Cover, below, chapter
from .track import Track
from .uncopied import Uncopied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import IO

    from typing_extensions import Buffer

    from .chunk import Chunk
    from .frame import Frame


class Demuxer(Uncopied):
    """A file that is read: MP4 and MOV, Matroska and WebM, AVI, MPEG-TS, Ogg, WAV, FLAC, MP3, AAC, IVF, raw H.264 and
    HEVC. A path, bytes, or a file object (binary, of any kind that has `read`; without `seek` it is read as it comes).

        with Demuxer("in.mp4") as demuxer:
            for track, chunk in demuxer: ...

    Reading blocks; there is no gate, and nothing is read ahead. Any thread may read, one after the other. A read that
    Ctrl-C ends loses no chunk: the next read gives it.

    No other file is ever opened, whatever this one says: playlists and lists of files are refused.

    The limits are for files that nobody has checked; what is beyond one is a NotSupportedError that names it. 0 is the
    default: `max_streams` 256, `probe_bytes` 5,000,000 (read to find out what the file is), `max_pixels` 67,108,864 of
    a picture, `max_side` 16,384 of its longer side, `max_samples` 1,048,576 of each channel of a chunk of sound,
    `max_buffered_chunks` 4,096 and `max_buffered_bytes` 67,108,864 of tracks that are not read as far as others.

    InputOutputError: the file cannot be read; what a file object raises is raised. DataError: it is damaged or of no
    known format. NotSupportedError: it is of a format that is not read, or beyond a limit.
    """

    INSTEAD = "open the file again"

    def __init__(
        self,
        source: str | os.PathLike[str] | Buffer | IO[bytes],
        *,
        max_streams: int = 0,
        probe_bytes: int = 0,
        max_pixels: int = 0,
        max_side: int = 0,
        max_samples: int = 0,
        max_buffered_chunks: int = 0,
        max_buffered_bytes: int = 0,
    ) -> None:
        limits = LimitsStruct.new(
            max_streams=unsigned("max_streams", max_streams, 32),
            probe_bytes=unsigned("probe_bytes", probe_bytes),
            max_pixels=unsigned("max_pixels", max_pixels),
            max_side=unsigned("max_side", max_side, 32),
            max_samples=unsigned("max_samples", max_samples),
            max_buffered_chunks=unsigned("max_buffered_chunks", max_buffered_chunks),
            max_buffered_bytes=unsigned("max_buffered_bytes", max_buffered_bytes),
        )
        self._handle: DemuxerHandle | None = None
        if isinstance(source, (str, os.PathLike)):
            handle = DemuxerHandle()
            self._path, self._check = os.fsdecode(source), check
            check(native.fg_demuxer_open_limits(encoded_path(source), limits, ctypes.byref(handle)))
        else:
            file = HostFile(file_of(source), writes=False)
            handle = DemuxerHandle(file)
            self._path, self._check = file.name, file.check
            file.check(native.fg_demuxer_open_io_limits(file.struct, limits, ctypes.byref(handle)))
        self._handle = handle
        self._ended = threading.local()
        """`here`, in the threads that have come to the end. Another may begin late, with nothing left for it."""
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._slot = ChunkSlot()
        self._moves = 0
        """Grows whenever the demuxer is moved: for frame readers, which must know."""
        info = FileInfoStruct.new()
        check(native.fg_demuxer_info(handle, info))
        self.duration: int | None = None if info.duration_us < 0 else info.duration_us
        """How long the file is, microseconds; None unknown. Of files that do not say it, an estimate by their size."""
        self.start: int | None = None if info.start_us == NO_TIMESTAMP else info.start_us
        """The earliest time of any track, microseconds; None unknown."""
        self.seekable: bool = bool(info.flags & FILE_SEEKABLE)
        """`seek` works, as far as is known without trying."""
        said = dict(self._said())
        self.format: str = said["format"]
        """FFmpeg's name of the file's format: "mov,mp4,m4a,3gp,3g2,mj2"."""
        self.tags = below(said, "tags.")
        """What the file says of itself, by FFmpeg's names: artist, album ..."""
        self.chapters = tuple(chapter(said, index) for index in range(info.chapter_count))
        """The chapters."""
        self.covers = tuple(self._cover(said, index) for index in range(info.cover_count))
        """The pictures that belong to the file and are no tracks."""
        self.tracks = tuple(self._open_track(index, said) for index in range(info.track_count))
        """The audio and video tracks."""
        self._slots = tuple(ChunkSlot() for _ in self.tracks)

    def _said(self) -> Iterator[tuple[str, str]]:
        index = 0
        while (key := read_text(partial(native.fg_demuxer_key, self._handle, index))) is not None:
            yield key, self._get(key)
            index += 1

    def _get(self, key: str) -> str:
        return read_text(partial(native.fg_demuxer_get, self._handle, key.encode()), MOST_OF_FILES) or ""

    def _cover(self, said: dict[str, str], index: int) -> Cover:
        key, data, size = f"covers.{index}", ctypes.c_void_p(), ctypes.c_size_t()
        check(native.fg_demuxer_get_bytes(self._handle, key.encode(), ctypes.byref(data), ctypes.byref(size)))
        return Cover(said[key], ctypes.string_at(data.value, size.value) if data.value else b"")

    def _open_track(self, index: int, said: dict[str, str]) -> Track:
        handle, info = ConfigHandle(), TrackInfoStruct.new()
        check(native.fg_demuxer_track(self._handle, index, ctypes.byref(handle)))
        check(native.fg_demuxer_track_info(self._handle, index, info))
        return Track(self, index, Config.adopt(handle), info, below(said, f"tracks.{index}.tags."))

    @property
    def video(self) -> Track:
        """The first video track. NotSupportedError: there is none."""
        return self._first("video")

    @property
    def audio(self) -> Track:
        """The first audio track. NotSupportedError: there is none."""
        return self._first("audio")

    def frame_at(self, seconds: float) -> Frame:
        """`video.frame_at`."""
        return self.video.frame_at(seconds)

    def frames(self, start: float = 0.0, end: float | None = None, step: float | None = None) -> Iterator[Frame]:
        """`video.frames`."""
        return self.video.frames(start, end, step)

    def _first(self, kind: str) -> Track:
        for track in self.tracks:
            if track.kind == kind:
                return track
        raise NotSupportedError(f"the file has no {kind} track")

    @property
    def title(self) -> str:
        """The file's title; "" when it says none. ClosedError after `close`."""
        if self._handle is None:
            raise ClosedError("the demuxer is closed")
        return self._get("title")

    def read(self) -> tuple[int, Chunk] | None:
        """The next chunk of any track, in file order, with its track's number; None at the end. Chunks that the file's
        edit list leaves out and others need have `discard`.

        DataError: this chunk is damaged; the next read goes on after it. InputOutputError. ClosedError.
        """
        self._check_process()
        slot = self._slot

        def read(handle: DemuxerHandle) -> int:
            status: int = native.fg_demuxer_read(handle, ctypes.byref(slot.track), slot.struct)
            return status

        found = self._read(slot, read)
        if found is None:
            self._ended.here = True
        return found

    def _read_track(self, index: int) -> Chunk | None:
        self._check_process()
        slot = self._slots[index]

        def read(handle: DemuxerHandle) -> int:
            status: int = native.fg_demuxer_read_track(handle, index, slot.struct)
            return status

        found = self._read(slot, read)
        return None if found is None else found[1]

    def _check_process(self) -> None:
        if os.getpid() != self._process:  # the library says so, too; but the lock may be a lost thread's
            raise InvalidStateError("demuxer was made before fork, by a parent of this process: open another")

    def _read(self, slot: ChunkSlot, call: Callable[[DemuxerHandle], int]) -> tuple[int, Chunk] | None:
        read = None
        try:
            with self._lock:  # the bytes are there until the next read
                read = first_of(slot.left) or self._copied(slot, call)
        except BaseException:
            if read is not None:
                slot.left[:0] = (read,)
            raise
        return read

    def _copied(self, slot: ChunkSlot, call: Callable[[DemuxerHandle], int]) -> tuple[int, Chunk] | None:
        """Reads and copies, or copies what an interrupted call has read: see `output_slot`."""
        handle, struct = self._open(), slot.struct
        self._moves += 1
        if struct.flags == NO_CHUNK and self._check(call(handle)) == END:
            return None
        read = slot.track.value, chunks.from_raw(slot.raw)
        struct.flags = NO_CHUNK
        return read

    def _open(self) -> DemuxerHandle:
        if self._handle is None:
            raise ClosedError("the demuxer is closed")
        return self._handle

    def seek(self, seconds: float, track: Track | None = None) -> None:
        """Goes to the key chunk of a track at or before a time: to the first one if none is before, to the last one
        past the end. Without `track` it is the first of pictures, else the first. All tracks go on from there in the
        file; another one of pictures may begin with a chunk that is no key. Sound whose container says so (Opus) begins
        as much earlier.

        A decoder needs `reset` and `configure` then, and gives what is before the time, too: `Track.frame_at` does
        all that.

        NotSupportedError: the file has no index or no times (raw H.264 and HEVC), or cannot go back, as a pipe.
        InvalidArgumentError: a time that is not finite or beyond 2^53 microseconds. InputOutputError. ClosedError.
        """
        if track is None:
            pictures = (track for track in self.tracks if track.kind == "video")
            track = next(pictures, self.tracks[0] if self.tracks else None)
        self._seek(track.index if track else 0, microseconds("seconds", seconds))

    def _seek(self, index: int, timestamp: int) -> None:
        self._check_process()
        with self._lock:
            handle = self._open()
            self._moves += 1
            self._check(native.fg_demuxer_seek(handle, index, timestamp))
            for slot in (self._slot, *self._slots):
                slot.empty()
            self._ended = threading.local()

    def _select(self, index: int, selected: bool) -> None:
        self._check_process()
        with self._lock:
            handle = self._open()
            self._moves += 1
            self._check(native.fg_demuxer_select(handle, index, selected))
            self._slots[index].empty()

    def __iter__(self) -> Iterator[tuple[int, Chunk]]:
        """The chunks that are left, in file order. InvalidStateError: it was read to its end before."""
        if hasattr(self._ended, "here"):
            raise InvalidStateError(
                f"{self._path} was read to its end, and chunks of tracks that were not asked for were passed over: "
                "seek, or open it again for another pass, or read all tracks in one, `for track, chunk in demuxer`"
            )
        while True:
            read = self.read()
            if read is None:
                return
            yield read

    def __repr__(self) -> str:
        tracks = ", ".join(track._facts for track in self.tracks)
        state = "closed" if self._handle is None else "read to its end" if hasattr(self._ended, "here") else "open"
        return f"<framegate.Demuxer {self._path}, {state}: {tracks}>"

    def close(self) -> None:
        """Closes the file. Again is allowed."""
        self._handle = None
        for track in self.tracks:
            track._close()

    def __enter__(self) -> Demuxer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

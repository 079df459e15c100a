"""Reads files."""

from __future__ import annotations

import ctypes
import os
import threading
from typing import TYPE_CHECKING, Final, Literal

from . import chunk as chunks
from ._native import ChunkStruct, ConfigHandle, DemuxerHandle, LimitsStruct, RawChunk, native
from ._native.generated import END
from ._native.output_slot import first_of
from ._native.status import check
from .config import Config
from .errors import ClosedError, InvalidStateError, NotSupportedError
from .host_file import HostFile, file_of
from .numbers import unsigned
from .texts import encoded_path
from .uncopied import Uncopied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import IO

    from typing_extensions import Buffer

    from .chunk import Chunk


_NO_TRACK: Final = 0xFFFF_FFFF
"""In the place of a track's number: nothing was read."""


class Track(Uncopied):
    """One track of a file. Iterating gives its chunks, in decode order; chunks of other tracks are passed over.

    A file is read once: another iteration goes on where the last one was left. At the end of the file it raises
    InvalidStateError.
    """

    INSTEAD = "its `config` and its chunks can be copied and pickled"

    def __init__(self, demuxer: Demuxer, index: int, config: Config) -> None:
        self._demuxer = demuxer
        self.index = index
        """Its number in the file, from 0."""
        self.config = config
        """What a decoder of it is made with; has `framerate` and `bitrate` where the file knows them."""

    @property
    def kind(self) -> Literal["video", "audio"]:
        """What it carries."""
        return self.config.medium

    def __iter__(self) -> Iterator[Chunk]:
        for index, chunk in self._demuxer:
            if index == self.index:
                yield chunk

    def __repr__(self) -> str:
        return f"<framegate.Track {self.index}: {self._facts}>"

    @property
    def _facts(self) -> str:
        width, height = self.config["coded_width"], self.config["coded_height"]
        return " ".join([self.kind, self.config.codec, f"{width}x{height}" if width else ""]).rstrip()


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
    a picture, `max_side` 16,384 of its longer side, `max_samples` 1,048,576 of each channel of a chunk of sound.

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
    ) -> None:
        limits = LimitsStruct.new(
            max_streams=unsigned("max_streams", max_streams, 32),
            probe_bytes=unsigned("probe_bytes", probe_bytes),
            max_pixels=unsigned("max_pixels", max_pixels),
            max_side=unsigned("max_side", max_side, 32),
            max_samples=unsigned("max_samples", max_samples),
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
        self._struct = ChunkStruct.new()
        self._raw = RawChunk.from_buffer(self._struct)
        self._track = ctypes.c_uint32(_NO_TRACK)
        self._left: list[tuple[int, Chunk]] = []
        self.tracks = tuple(self._open_track(index) for index in range(native.fg_demuxer_track_count(handle)))
        """The audio and video tracks."""

    def _open_track(self, index: int) -> Track:
        handle = ConfigHandle()
        check(native.fg_demuxer_track(self._handle, index, ctypes.byref(handle)))
        return Track(self, index, Config.adopt(handle))

    @property
    def video(self) -> Track:
        """The first video track. NotSupportedError: there is none."""
        return self._first("video")

    @property
    def audio(self) -> Track:
        """The first audio track. NotSupportedError: there is none."""
        return self._first("audio")

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
        text = ctypes.create_string_buffer(1 << 20)
        check(native.fg_demuxer_get(self._handle, b"title", text, len(text)))
        return text.value.decode()

    def read(self) -> tuple[int, Chunk] | None:
        """The next chunk of any track, in file order, with its track's number; None at the end. Chunks that the file's
        edit list leaves out and others need have `discard`.

        DataError: this chunk is damaged; the next read goes on after it. InputOutputError. ClosedError.
        """
        if os.getpid() != self._process:  # the library says so, too; but the lock may be a lost thread's
            raise InvalidStateError("demuxer was made before fork, by a parent of this process: open another")
        read = None
        try:
            with self._lock:  # the bytes are there until the next read
                read = first_of(self._left) or self._read()
        except BaseException:
            if read is not None:
                self._left[:0] = (read,)
            raise
        return read

    def _read(self) -> tuple[int, Chunk] | None:
        """Reads and copies, or copies what an interrupted call has read: see `output_slot`."""
        handle, track = self._handle, self._track
        if handle is None:
            raise ClosedError("the demuxer is closed")
        if (
            track.value == _NO_TRACK
            and self._check(native.fg_demuxer_read(handle, ctypes.byref(track), self._struct)) == END
        ):
            self._ended.here = True
            return None
        read = track.value, chunks.from_raw(self._raw)
        track.value = _NO_TRACK
        return read

    def __iter__(self) -> Iterator[tuple[int, Chunk]]:
        """The chunks that are left, in file order. InvalidStateError: it was read to its end before."""
        if hasattr(self._ended, "here"):
            raise InvalidStateError(
                f"{self._path} was read to its end, and chunks of tracks that were not asked for were passed over: "
                "open it again for another pass, or read all tracks in one, `for track, chunk in demuxer`"
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

    def __enter__(self) -> Demuxer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

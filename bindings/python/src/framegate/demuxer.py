"""Reads files."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Literal

from . import chunk as chunks
from ._native import ChunkStruct, ConfigHandle, DemuxerHandle, LimitsStruct, RawChunk, native
from ._native.constants import END
from ._native.status import check
from .config import Config
from .errors import ClosedError, NotSupportedError
from .numbers import unsigned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from .chunk import Chunk


class Track:
    """One track of a file. Iterating gives its chunks, in decode order; chunks of other tracks are passed over."""

    def __init__(self, demuxer: Demuxer, index: int, config: Config) -> None:
        self._demuxer = demuxer
        self.index = index
        """Its number in the file, from 0."""
        self.config = config
        """What a decoder of it is made with; has `framerate` and `bitrate` where the file knows them."""

    @property
    def kind(self) -> Literal["video", "audio"]:
        """What it carries."""
        return "video" if self.config["codedWidth"] else "audio"

    def __iter__(self) -> Iterator[Chunk]:
        for index, chunk in self._demuxer:
            if index == self.index:
                yield chunk

    def __repr__(self) -> str:
        return f"<framegate.Track {self.index}: {self.kind}, {self.config.codec}>"


class Demuxer:
    """A file that is read: MP4 and MOV, Matroska and WebM, AVI, MPEG-TS, Ogg, WAV, FLAC, MP3, AAC, IVF, raw H.264 and
    HEVC.

        with Demuxer("in.mp4") as demuxer:
            for track, chunk in demuxer: ...

    Reading blocks; there is no gate, and nothing is read ahead. Any thread may read.
    No other file is ever opened, whatever this one says: playlists and lists of files are refused.

    The limits are for files that nobody has checked; what is beyond one is a NotSupportedError that names it. 0 is the
    default: `max_streams` 256, `probe_bytes` 5,000,000 (read to find out what the file is), `max_pixels` 67,108,864 of
    a picture, `max_side` 16,384 of its longer side, `max_samples` 1,048,576 of each channel of a chunk of sound.

    InputOutputError: the file cannot be read. DataError: it is damaged or of no known format. NotSupportedError: it is
    of a format that is not read, or beyond a limit.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
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
        handle = DemuxerHandle()
        check(native.fg_demuxer_open_limits(os.fsencode(path), limits, ctypes.byref(handle)))
        self._handle: DemuxerHandle | None = handle
        self._struct = ChunkStruct.new()
        self._raw = RawChunk.from_buffer(self._struct)
        self._track = ctypes.c_uint32()
        self.tracks = tuple(self._open_track(index) for index in range(native.fg_demuxer_track_count(handle)))
        """The audio and video tracks."""

    def _open_track(self, index: int) -> Track:
        handle = ConfigHandle()
        check(native.fg_demuxer_track(self._handle, index, ctypes.byref(handle)))
        return Track(self, index, Config.adopt(handle))

    @property
    def video(self) -> Track:
        """The first video track. NotSupportedError: there is none."""
        for track in self.tracks:
            if track.kind == "video":
                return track
        raise NotSupportedError("the file has no video track")

    def read(self) -> tuple[int, Chunk] | None:
        """The next chunk of any track, in file order, with its track's number; None at the end.

        DataError: this chunk is damaged; the next read goes on after it. InputOutputError. ClosedError.
        """
        handle = self._handle
        if handle is None:
            raise ClosedError("the demuxer is closed")
        if check(native.fg_demuxer_read(handle, ctypes.byref(self._track), self._struct)) == END:
            return None
        return self._track.value, chunks.from_raw(self._raw)

    def __iter__(self) -> Iterator[tuple[int, Chunk]]:
        while (read := self.read()) is not None:
            yield read

    def close(self) -> None:
        """Closes the file. Again is allowed."""
        self._handle = None

    def __enter__(self) -> Demuxer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

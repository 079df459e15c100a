"""Reads files."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Literal

from . import chunk as chunks
from ._native import ChunkStruct, ConfigHandle, DemuxerHandle, RawChunk, native
from ._native.constants import END
from ._native.status import check
from .config import Config
from .errors import ClosedError, NotSupportedError

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
    """A file that is read: MP4, and whatever else this FFmpeg reads.

        with Demuxer("in.mp4") as demuxer:
            for track, chunk in demuxer: ...

    Reading blocks; there is no gate, and nothing is read ahead. Any thread may read.
    InputOutputError: the file cannot be read. DataError: it is damaged or of no known format.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        handle = DemuxerHandle()
        check(native.fg_demuxer_open(os.fsencode(path), ctypes.byref(handle)))
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

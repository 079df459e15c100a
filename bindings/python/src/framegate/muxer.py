"""Writes files."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

from . import chunk as chunks
from ._native import MuxerHandle, native
from ._native.scratch import chunks as chunk_structs
from ._native.status import check
from .config import encoded_key, encoded_text
from .errors import ClosedError, InvalidArgumentError
from .host_file import HostFile
from .numbers import unsigned
from .texts import encoded, encoded_path
from .uncopied import Uncopied

if TYPE_CHECKING:
    from types import TracebackType
    from typing import IO

    from .chunk import Chunk
    from .config import Config


class Muxer(Uncopied):
    """A file that is written, in the format that the path's ending names (".mp4"). An existing one is overwritten. Or a
    file object (binary, of any kind that has `write`), in the format that `format` names as an ending would ("mp4");
    MP4 and MOV need its `seek`, unless they are written in fragments.

        with Muxer("out.mp4") as muxer:
            for chunk in encoder.run(frames):
                track = muxer.add_track(chunk.config) if chunk.config else track
                muxer.write(track, chunk)

    Of MP4 and MOV only: `faststart` puts the index in front (a file object needs `read`, too), and with
    `fragment_duration` (microseconds) the file is written in fragments of so long at the most, each at once when it is
    complete, so that also what cannot seek can take it.

    The end of `with` completes the file (`finish`), unless an exception passes through. Writing blocks; there is no
    gate. Any thread may write. InputOutputError: the file cannot be written; what a file object raises
    is raised. NotSupportedError: no known ending.
    """

    INSTEAD = "let one process write the file, and send it the chunks"

    def __init__(
        self,
        target: str | os.PathLike[str] | IO[bytes],
        *,
        format: str | None = None,
        faststart: bool | None = None,
        fragment_duration: int | None = None,
    ) -> None:
        self._handle: MuxerHandle | None = None
        if isinstance(target, (str, os.PathLike)):
            if format is not None:
                raise InvalidArgumentError(f"format is {format!r}, allowed with a file object: a path's ending says it")
            handle = MuxerHandle()
            self._path, self._check = os.fsdecode(target), check
            check(native.fg_muxer_create(encoded_path(target), ctypes.byref(handle)))
        else:
            if format is None:
                raise InvalidArgumentError('format is not set, a file object needs it: "mp4", "webm" ...')
            file = HostFile(target, writes=True)
            handle = MuxerHandle(file)
            self._path, self._check = file.name, file.check
            file.check(native.fg_muxer_create_io(file.struct, encoded(format), ctypes.byref(handle)))
        self._handle = handle
        self._finished = False
        self._tracks = 0
        for key, value in (("faststart", faststart), ("fragmentDuration", fragment_duration)):
            if value is not None:
                self.set(key, value)

    @property
    def handle(self) -> MuxerHandle:
        """The library's muxer. ClosedError after `close`."""
        if self._handle is None:
            raise ClosedError("the muxer is closed")
        return self._handle

    def set(self, key: str, value: str | bool | int) -> None:
        """Sets something of the whole file, before the first write: `title`, and `startAtZero` (or `start_at_zero`),
        with which the earliest timestamp becomes 0 and all others move with it. Else timestamps stay what they are.
        And `faststart` and `fragmentDuration` (or `fragment_duration`), as `Muxer` has them.

        InvalidArgumentError: an unknown key or a bad value. InvalidStateError: something was written already.
        """
        check(native.fg_muxer_set(self.handle, encoded_key(key), encoded_text(value)))

    def add_track(self, config: Config) -> int:
        """Adds a track, before the first write, and gives its number: with the `config` of an encoder's first chunk, or
        of a demuxer's track, whose chunks then pass through unchanged. Its `framerate` says what a picture without a
        duration lasts, and gives MP4 its clock; its `language` ("eng") is written.

        NotSupportedError: this kind of file cannot hold it. InvalidStateError: something was written already.
        """
        track = ctypes.c_uint32()
        self._check(native.fg_muxer_add_track(self.handle, config.copy().handle, ctypes.byref(track)))
        self._tracks = track.value + 1
        return track.value

    def write(self, track: int, chunk: Chunk) -> None:
        """Writes a chunk; those of a track come in decode order. Those with `discard` are left out at the end of a
        track, and are hidden by an edit list (MP4, MOV) at its beginning, where they need negative timestamps.

        InvalidArgumentError: no such track, or times run backwards; nothing is written. NotSupportedError: other chunks
        with `discard`. InputOutputError.
        """
        struct, pointer = slot = chunk_structs.take()
        try:
            chunks.fill(struct, chunk)
            self._check(native.fg_muxer_write(self.handle, unsigned("track", track, 32), pointer))
        finally:
            chunk_structs.give(slot)

    def finish(self) -> None:
        """Completes the file, without which it cannot be played. InvalidStateError: finished before, or no track."""
        self._check(native.fg_muxer_finish(self.handle))
        self._finished = True

    def __repr__(self) -> str:
        state = "finished" if self._finished else "closed" if self._handle is None else "open"
        tracks = "1 track" if self._tracks == 1 else f"{self._tracks} tracks"
        return f"<framegate.Muxer {self._path}, {tracks}, {state}>"

    def close(self) -> None:
        """Closes the file, finished or not. Again is allowed."""
        self._handle = None

    def __enter__(self) -> Muxer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._handle is not None and not self._finished:
                self.finish()
        finally:
            self.close()

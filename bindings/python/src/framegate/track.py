"""One track of a file that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from ._native.generated import (
    DISPOSITION_COMMENT,
    DISPOSITION_DEFAULT,
    DISPOSITION_DUB,
    DISPOSITION_FORCED,
    DISPOSITION_HEARING_IMPAIRED,
    DISPOSITION_ORIGINAL,
    DISPOSITION_VISUAL_IMPAIRED,
    NO_TIMESTAMP,
)
from .errors import InvalidStateError, NotSupportedError
from .frame_reader import FrameReader
from .uncopied import Uncopied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._native import TrackInfoStruct
    from .chunk import Chunk
    from .config import Config
    from .demuxer import Demuxer
    from .frame import Frame

_DISPOSITIONS: Final = {
    "default": DISPOSITION_DEFAULT,
    "dub": DISPOSITION_DUB,
    "original": DISPOSITION_ORIGINAL,
    "comment": DISPOSITION_COMMENT,
    "forced": DISPOSITION_FORCED,
    "hearing_impaired": DISPOSITION_HEARING_IMPAIRED,
    "visual_impaired": DISPOSITION_VISUAL_IMPAIRED,
}


class Track(Uncopied):
    """One track of a file. Iterating gives its chunks, in decode order; chunks of other tracks are passed over.

    A file is read once: another iteration goes on where the last one was left. At the end of the file it raises
    InvalidStateError, until `seek`.
    """

    INSTEAD = "its `config` and its chunks can be copied and pickled"

    def __init__(
        self, demuxer: Demuxer, index: int, config: Config, info: TrackInfoStruct, tags: dict[str, str]
    ) -> None:
        self._demuxer = demuxer
        self.index = index
        """Its number in the file, from 0."""
        self.config = config
        """What a decoder of it is made with; has `framerate` and `bitrate` where the file knows them."""
        self.stream: int = info.stream
        """Its number among all streams of the file, covers and subtitles among them."""
        self.frame_count: int | None = None if info.frames < 0 else info.frames
        """Chunks that it has by the file's word; None unknown."""
        self.duration: int | None = None if info.duration_us < 0 else info.duration_us
        """How long it lasts, microseconds; None unknown."""
        self.start: int | None = None if info.start_us == NO_TIMESTAMP else info.start_us
        """When it begins, microseconds; None unknown."""
        self.disposition = frozenset(name for name, bit in _DISPOSITIONS.items() if info.disposition & bit)
        """What it is for: "default", "dub", "original", "comment", "forced", "hearing_impaired", "visual_impaired"."""
        self.tags = tags
        """What the file says of it, by FFmpeg's names."""
        self._selected = True
        self._reader: FrameReader | None = None

    @property
    def kind(self) -> Literal["video", "audio"]:
        """What it carries."""
        return self.config.medium

    @property
    def language(self) -> str | None:
        """Three letters of ISO 639-2; None unknown."""
        return self.config["language"] or None

    @property
    def selected(self) -> bool:
        """False leaves it out: nothing of it is read or kept. True takes it in again, from where the file is read."""
        return self._selected

    @selected.setter
    def selected(self, selected: bool) -> None:
        self._demuxer._select(self.index, selected)
        self._selected = selected

    def read(self) -> Chunk | None:
        """Its next chunk; None at its end. Chunks of other tracks are kept for when they are read.

        WouldDeadlockError: too many are kept (`max_buffered_chunks`, `max_buffered_bytes` of the demuxer). Nothing is
        lost: it goes on once the others are read, or left out by `selected`. InvalidStateError: it is left out itself.
        Else as `Demuxer.read`.
        """
        return self._demuxer._read_track(self.index)

    def seek(self, seconds: float) -> None:
        """`Demuxer.seek` in this track."""
        self._demuxer.seek(seconds, self)

    def __iter__(self) -> Iterator[Chunk]:
        for index, chunk in self._demuxer:
            if index == self.index:
                yield chunk

    def frame_at(self, seconds: float) -> Frame:
        """The picture that is shown at a time of the file: the last one that begins at or before it, or the first one.

        It is found by decoding from the key before; when the last picture that was asked for is nearer, from there. The
        demuxer is moved: what reads on afterwards, any track, goes on from there. A frame is the program's to keep.

        InvalidArgumentError: the track has ended by then. NotSupportedError: sound, or a file that cannot be sought.
        Else as `Demuxer.read` and `VideoDecoder.poll`.
        """
        return self._frames().at(seconds)

    def frames(self, start: float = 0.0, end: float | None = None, step: float | None = None) -> Iterator[Frame]:
        """The pictures from the one that is shown at `start` seconds, up to those that begin before `end`, or all.

        With `step`: the one that is shown at `start`, `start + step`, `start + 2 * step` ... before `end`. It ends
        with the track, also where `end` is later. Others may ask for frames between: an iteration goes on where it was.

        InvalidArgumentError: the track has ended by `start`; a step that is not above 0. Else as `frame_at`.
        """
        return self._frames().between(start, end, step)

    def _frames(self) -> FrameReader:
        if self.kind != "video":
            raise NotSupportedError(f"track {self.index} has sound: frames at times are of pictures")
        if not self._selected:
            raise InvalidStateError(f"track {self.index} was left out: set its `selected`")
        if self._reader is None:
            self._reader = FrameReader(self._demuxer, self)
        return self._reader

    def _close(self) -> None:
        if self._reader is not None:
            self._reader.close()

    def __repr__(self) -> str:
        return f"<framegate.Track {self.index}: {self._facts}>"

    @property
    def _facts(self) -> str:
        width, height = self.config["coded_width"], self.config["coded_height"]
        return " ".join([self.kind, self.config.codec, f"{width}x{height}" if width else ""]).rstrip()

"""What of a file a segment is made of: chunks from a key on, of which decoding gives the segment's pictures."""

from __future__ import annotations

import io
from itertools import chain
from typing import TYPE_CHECKING, Final

from .records import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..chunk import Chunk
    from ..demuxer import Demuxer
    from ..frame import Frame
    from ..track import Track
    from .segments import Segment

_BEGINNING: Final = -(1 << 62)
"""Before it there is no key."""


class TooLateError(Exception):
    """Decoding has to begin at a key before a time: that which it began with gives no picture that is right, as in
    streams that are refreshed little by little."""

    def __init__(self, before: int) -> None:
        super().__init__(before)
        self.before = before


class Pieces:
    """From the segment's own key on, or from the last key before a time."""

    def __init__(self, segment: Segment, before: int | None) -> None:
        self._segment, self._before = segment, before
        self._key = segment.start_us

    def chunks(self) -> Iterator[Chunk]:
        """Up to the segment's end or a little beyond it. TooLateError."""
        raise NotImplementedError

    def timely(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """The frames, of which the first is that of the segment's start. TooLateError: it is not."""
        first = next(frames, None)
        is_late = first is None or first.timestamp > self._segment.start_us
        if is_late and self._segment.from_key and self._before != _BEGINNING:
            raise TooLateError(self._key)
        return chain([] if first is None else [first], frames)


class CarriedPieces(Pieces):
    """Sent along, as `records` has them."""

    def __init__(self, segment: Segment, before: int | None, data: bytes) -> None:
        super().__init__(segment, before)
        self._data = data

    def chunks(self) -> Iterator[Chunk]:
        """All of them."""
        for number, chunk in enumerate(Reader(io.BytesIO(self._data), self._segment.name)):
            if number == 0:
                self._key = chunk.timestamp
            yield chunk


class ReadPieces(Pieces):
    """Of one track of a file. Reading has it alone."""

    def __init__(self, demuxer: Demuxer, track: Track, segment: Segment, before: int | None) -> None:
        super().__init__(segment, before)
        self._demuxer, self._track = demuxer, track
        for other in demuxer.tracks:
            if other is not track:
                other.selected = False

    def chunks(self) -> Iterator[Chunk]:
        """As they are read."""
        segment = self._segment
        if not segment.from_key:
            for _, chunk in segment.cut.read(self._demuxer):
                yield chunk
            return
        for chunk in self._from_key():
            if segment.cut.is_beyond(chunk):
                return
            yield chunk

    def _from_key(self) -> Iterator[Chunk]:
        if self._before == _BEGINNING:
            yield from self._track
            return
        place = self._segment.start_us if self._before is None else self._before - 1
        if self._demuxer.seekable:
            self._track.seek(place / 1e6)
        elif self._before is not None:
            raise TooLateError(_BEGINNING)
        chunks = iter(self._track)
        yield self._first(chunks, place)
        yield from chunks

    def _first(self, chunks: Iterator[Chunk], place: int) -> Chunk:
        """The key where decoding begins. Containers without an index find it roughly."""
        for chunk in chunks:
            is_own = chunk.timestamp == self._segment.start_us if self._before is None else chunk.timestamp <= place
            if chunk.key and is_own:
                self._key = chunk.timestamp
                return chunk
            if chunk.key and chunk.timestamp > place:
                break
        raise TooLateError(_BEGINNING if self._before is not None else self._segment.start_us)

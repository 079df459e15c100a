"""Pictures at times of the program's choice: by decoding from the key before, and dropping what is before the time."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Final

from .errors import InvalidArgumentError
from .video_decoder import VideoDecoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .chunk import Chunk
    from .demuxer import Demuxer
    from .frame import Frame
    from .track import Track

_FEW: Final = 8
"""Pictures that are decoded sooner than a key is looked for."""

_SLOTS: Final = 4
"""What is decoded beyond the picture that is asked for is for nothing, if the next one is elsewhere."""

_USUAL: Final = 40_000
"""What a picture lasts where nothing says so, microseconds."""

_MOST: Final = 2**53
"""The largest time, microseconds."""


class FrameReader:
    """A decoder, and where it is. One thread at a time."""

    def __init__(self, demuxer: Demuxer, track: Track) -> None:
        self._demuxer, self._track = demuxer, track
        self._lock = threading.RLock()
        self._decoder: VideoDecoder | None = None
        self._current: Frame | None = None
        self._next: Frame | None = None
        self._key: Chunk | None = None
        """Where decoding began."""
        self._pending: Chunk | None = None
        self._last: Chunk | None = None
        """What the decoder was given last."""
        self._newest = -_MOST
        """The latest time that it was given."""
        self._ending = False
        self._moves = -1

    def at(self, seconds: float) -> Frame:
        """The picture that is shown then."""
        time = microseconds("seconds", seconds)
        with self._lock:
            return self._found(time)

    def between(self, start: float, end: float | None, step: float | None) -> Iterator[Frame]:
        """The pictures of a range, or one a step. Arguments are checked at once."""
        first, last = microseconds("start", start), _MOST if end is None else microseconds("end", end)
        if step is None:
            return self._all(first, last)
        if not (math.isfinite(step) and step >= 1e-6):
            raise InvalidArgumentError(f"step is {step}, allowed are seconds from 0.000001")
        return self._steps(start, last, step)

    def close(self) -> None:
        """Frees the decoder."""
        if self._decoder is not None:
            self._decoder.close()

    def _all(self, first: int, last: int) -> Iterator[Frame]:
        with self._lock:
            frame: Frame | None = self._found(first)
        while frame is not None and frame.timestamp < last:
            timestamp = frame.timestamp
            yield frame
            with self._lock:
                frame = self._after(timestamp)

    def _steps(self, start: float, last: int, step: float) -> Iterator[Frame]:
        count = 0
        while (time := microseconds("start", start + count * step)) < last:
            with self._lock:
                frame = self._found(time) if count == 0 else self._at(time)
            if frame is None:
                return
            yield frame
            count += 1

    def _found(self, time: int) -> Frame:
        frame = self._at(time)
        if frame is None:
            raise InvalidArgumentError(f"the time is {time / 1e6} s, the track ends at {self._end() / 1e6} s")
        return frame

    def _at(self, time: int) -> Frame | None:
        """The picture at a time; None past the end."""
        try:
            if self._is_elsewhere() or self._current is None or time < self._current.timestamp:
                self._begin(time)
            elif time > self._current.timestamp + _FEW * (self._current.duration or _USUAL):
                self._approach(time)
            found = self._advance(time) or self._first(time)
            return found if self._next is not None or time < self._end() else None
        except BaseException:
            self._forget()
            raise

    def _after(self, timestamp: int) -> Frame | None:
        """The picture behind the one that begins then; None at the end."""
        if self._is_elsewhere() or self._current is None or self._current.timestamp != timestamp:
            self._at(timestamp)
        try:
            following = self._following()
        except BaseException:
            self._forget()
            raise
        if following is not None:
            self._current, self._next = following, None
        return following

    def _advance(self, time: int) -> Frame | None:
        """Makes the last picture that begins at or before a time the current one; there may be none."""
        while (following := self._following()) is not None and following.timestamp <= time:
            self._current, self._next = following, None
        return self._current

    def _first(self, time: int) -> Frame | None:
        """Makes the first picture the current one, where all come after a time.

        Those behind a recovery point that cannot be right are not given out: then an earlier key gives them.
        """
        while self._key is not None and (key := self._key.timestamp) <= time:
            is_first = self._begin(key - 1) >= key
            if (found := self._advance(time)) is not None:
                return found
            if is_first:
                break
        self._current, self._next = self._next, None
        self._following()
        return self._current

    def _end(self) -> int:
        """Where the last picture that was decoded ends."""
        current = self._current
        if current is None:
            return 0
        rate = self._track.config.number("framerate")
        return current.timestamp + (current.duration or (round(1e6 / rate) if rate else _USUAL))

    def _is_elsewhere(self) -> bool:
        """Somebody else has moved the demuxer."""
        return self._decoder is None or self._moves != self._demuxer._moves

    def _forget(self) -> None:
        self._current = self._next = self._key = self._pending = self._last = None
        self._newest, self._ending, self._moves = -_MOST, False, -1

    def _begin(self, time: int) -> int:
        """Goes to the key before a time; gives its time, or the largest of all if there is no chunk."""
        self._forget()
        self._demuxer._seek(self._track.index, time)
        self._start(self._read())
        return _MOST if self._key is None else self._key.timestamp

    def _start(self, key: Chunk | None) -> None:
        """Has decoding begin with a chunk that was read just now."""
        self._forget()
        decoder, self._decoder = self._decoder, None
        if decoder is None or decoder.state == "closed":
            decoder = VideoDecoder(self._track.config, slots=_SLOTS, skip_to_key=True)
        else:
            decoder.reset()
            decoder.configure()
        self._decoder, self._moves = decoder, self._demuxer._moves
        self._key = self._pending = key

    def _approach(self, time: int) -> None:
        """Goes to the key before a time, unless the decoder is beyond it: then it goes on where it was."""
        self._demuxer._seek(self._track.index, time)
        key = self._read()
        if self._ending or self._last is None or key is None or key.timestamp > self._newest:
            self._start(key)
            return
        last, chunk = self._last, key
        while (chunk.timestamp, chunk.data) != (last.timestamp, last.data):
            following = self._read()
            if following is None:
                self._begin(time)
                return
            chunk = following
        self._pending = None  # it comes again

    def _read(self) -> Chunk | None:
        """The track's next chunk; others are passed over."""
        while (read := self._demuxer.read()) is not None:
            if read[0] == self._track.index:
                break
        self._moves = self._demuxer._moves
        return None if read is None else read[1]

    def _following(self) -> Frame | None:
        """The picture behind the current one; None at the end."""
        decoder = self._decoder
        while self._next is None and decoder is not None:
            self._next = decoder.poll()
            if self._next is not None or (self._ending and decoder.flushed):
                break
            if not self._ending:
                self._feed(decoder)
            decoder.wait(enqueue=not self._ending)
        return self._next

    def _feed(self, decoder: VideoDecoder) -> None:
        """Gives the decoder what it has room for."""
        while True:
            if self._pending is None:
                self._pending = self._read()
            chunk = self._pending
            if chunk is None:
                decoder.flush()
                self._ending = True
                return
            if not decoder.decode(chunk, timeout=0):
                return
            self._last, self._pending = chunk, None
            self._newest = max(self._newest, chunk.timestamp)


def microseconds(name: str, seconds: float) -> int:
    """A time in seconds, checked."""
    if math.isfinite(seconds) and abs(time := round(seconds * 1e6)) <= _MOST:
        return time
    raise InvalidArgumentError(f"{name} is {seconds}, allowed are seconds from {-_MOST // 10**6} to {_MOST // 10**6}")

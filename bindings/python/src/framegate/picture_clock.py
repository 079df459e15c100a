"""Times for pictures that have none."""


class PictureClock:
    """Each picture is shown 1 / framerate after the one before; another framerate goes on where the last picture ends.

    What a picture is given can be taken back while it is the last, so that a picture which was not taken has no time.
    """

    __slots__ = ("_framerate", "_index", "_last", "_origin_us")

    def __init__(self) -> None:
        self._origin_us = 0.0
        self._framerate = 1.0
        self._index = 0
        """Pictures since the origin."""
        self._last: int | None = None

    def next(self, framerate: float) -> tuple[int, int]:
        """Start and end of the next picture, microseconds."""
        origin, index = self._origin_us, self._index
        if framerate != self._framerate:
            origin, index = origin + index * 1e6 / self._framerate, 0
        start, end = round(origin + index * 1e6 / framerate), round(origin + (index + 1) * 1e6 / framerate)
        # Ctrl-C does not come in between: see `_native.output_slot`.
        self._origin_us, self._index, self._framerate, self._last = origin, index + 1, framerate, start
        return start, end

    def take_back(self, start: int) -> None:
        """The picture that begins there was not taken: the next one begins there, if none came since."""
        if self._last == start:
            self._index -= 1
            self._last = None

"""Times for what has none: pictures, and sound, that are no frames yet."""


class Clock:
    """Each picture or sample lasts 1 / rate and begins where the one before ends; under another rate, too.

    What an input is given can be taken back while it is the last, so that one which was not taken has no time.
    """

    __slots__ = ("_count", "_index", "_last", "_origin_us", "_rate")

    def __init__(self) -> None:
        self._origin_us = 0.0
        self._rate = 1.0
        self._index = 0
        """Pictures or samples since the origin."""
        self._last: int | None = None
        self._count = 0
        """Of the last input."""

    def next(self, rate: float, count: int = 1) -> tuple[int, int]:
        """Start and end of the next input, of so many pictures or samples, microseconds."""
        origin, index = self._origin_us, self._index
        if rate != self._rate:
            origin, index = origin + index * 1e6 / self._rate, 0
        after = index + count
        start, end = round(origin + index * 1e6 / rate), round(origin + after * 1e6 / rate)
        # Ctrl-C does not come in between: see `_native.output_slot`.
        self._origin_us, self._index, self._rate, self._last, self._count = origin, after, rate, start, count
        return start, end

    def take_back(self, start: int) -> None:
        """The input that begins there was not taken: the next one begins there, if none came since."""
        if self._last == start:
            self._index -= self._count
            self._last = None

"""Where the key frames of tracks are, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .times import clock_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MARKS: Final = "·|"
_MANY: Final = "┃"
"""Several in one place."""


def lines(keys: Mapping[int, Sequence[int]], start_us: int, end_us: int, width: int) -> list[str]:
    """A line a track, named by its number, and one with the times of both ends; `keys` are timestamps."""
    names = [f"{index} " for index in keys]
    front = max(map(len, names), default=0)
    places = max(width - front, 20)
    drawn = [
        f"{name:>{front}}{_line(times, start_us, end_us, places)}"
        for name, times in zip(names, keys.values(), strict=True)
    ]
    first, last = clock_text(start_us / 1e6), clock_text(end_us / 1e6)
    return [*drawn, f"{'':{front}}{first}{last:>{places - len(first)}}"] if drawn else []


def _line(times: Sequence[int], start_us: int, end_us: int, places: int) -> str:
    counts = [0] * places
    for time in times:
        counts[min(places - 1, (time - start_us) * places // max(end_us - start_us, 1))] += 1
    return "".join(_MANY if count > 1 else _MARKS[count] for count in counts)

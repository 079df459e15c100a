"""Memory of a frame, where it lies: a plane of sound."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .plane import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from ._native import Handle
    from .sample_format import SampleFormat


class AudioPlane(View):
    """One plane of sound, without a copy and read-only. It keeps the frame's memory alive.

    `array` is it as a numpy array; `memory` as a memoryview of its numbers, for programs without numpy. numpy.asarray
    takes it as it is.
    """

    __slots__ = ("_format", "channels", "frames")

    frames: int
    """Samples of each channel."""
    channels: int
    """In turn: all, or 1 in planar formats."""

    def __init__(self, owner: Handle, address: int, format: SampleFormat, size: tuple[int, int]) -> None:
        self.frames, self.channels = size
        self._format = format
        shape, strides = (size, (self.channels * format.size, format.size))
        if format.planar:
            shape, strides = size[:1], strides[:1]  # type: ignore[assignment]
        super().__init__(owner, address, format.typestr, shape, strides)

    @property
    def memory(self) -> memoryview[Any]:
        """The samples as numbers, those of all channels in turn."""
        memory: memoryview[Any] = self._bytes().cast(self._format.letter)  # type: ignore[call-overload]
        return memory

    @property
    def array(self) -> npt.NDArray[Any]:
        """A numpy view: samples x channels, or the samples of a planar format's channel."""
        import numpy as np

        return np.asarray(self)

    def __repr__(self) -> str:
        plural = "s" * (self.channels > 1)
        return f"<framegate.AudioPlane {self._format.name}, {self.frames} samples of {self.channels} channel{plural}>"


def equally_spaced(planes: Sequence[AudioPlane]) -> View | None:
    """All planes as one view of samples x channels, if they lie so in memory: two always do."""
    first = planes[0]
    if first.channels > 1:
        return first
    places = [plane._address for plane in planes]
    steps = {after - before for before, after in pairwise(places)} or {0}
    if len(steps) > 1:
        return None
    strides = *first._strides[:1], *steps
    return View(first._owner, first._address, first._typestr, (first.frames, len(planes)), strides)

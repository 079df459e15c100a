"""When two frames are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .frame import Frame


def alike(left: Frame, right: Frame) -> bool:
    """The same facts and the same visible pixels. A closed frame has none, and is like itself only."""
    if left is right:
        return True
    if left.closed or right.closed:
        return False
    return _facts(left) == _facts(right) and _pixels(left) == _pixels(right)


def _facts(frame: Frame) -> tuple[Any, ...]:
    size = frame.width, frame.height, frame.display_width, frame.display_height
    times = frame.timestamp, frame.duration, frame.id
    return frame.format, size, times, frame.rotation, frame.flip, frame.color_space


def _pixels(frame: Frame) -> bytearray:
    pixels = bytearray(frame.allocation_size())
    frame.copy_to(pixels)
    return pixels

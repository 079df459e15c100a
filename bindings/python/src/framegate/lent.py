"""Memory of the program's that frames were wrapped around without a copy, and when it is free again.

The library could call back when the last reference to such a frame is gone; that would happen on a codec's
thread, which would have to take the GIL. Instead a reference of our own stays with each such frame, and later calls
look whether it is the only one left. In flight is at most what the gates let in, so little waits here.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ._native import native

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._native import FrameHandle
    from ._native.buffers import Buffer

_lent: deque[tuple[FrameHandle, Sequence[Buffer]]] = deque()

_references = native.fg_frame_references


def lend(frame: FrameHandle, buffers: Sequence[Buffer]) -> None:
    """Keeps `buffers` until only the reference to `frame` that is given here is left."""
    sweep(4)
    _lent.append((frame, buffers))


def sweep(most: int = 1 << 30) -> None:
    """Looks at `most` frames, and lets go of those that nobody else uses any more. Any thread."""
    for _ in range(min(most, len(_lent))):
        try:
            entry = _lent.popleft()
        except IndexError:  # another thread sweeps as well
            return
        frame, buffers = entry
        if _references(frame) > 1:
            _lent.append(entry)
            continue
        del entry, frame
        for buffer in buffers:
            buffer.release()


def count() -> int:
    """How many frames are lent."""
    return len(_lent)

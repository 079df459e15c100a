"""The memory of a segment, known before it is encoded, and what a worker has for segments: a resource of Dask's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dask.system import CPU_COUNT
from distributed import Status, WorkerPlugin
from distributed.system import MEMORY_LIMIT

from ..transcoding.watch import memory_now

if TYPE_CHECKING:
    from ..config import Config
    from ..frame import Frame

RESOURCE: Final = "framegate_memory"
"""Bytes. Workers that are started with `--resources framegate_memory=4e9` keep what they say."""

MB: Final = 1_000_000
_USABLE: Final = 0.7
"""Of a worker's memory limit: Dask pauses workers at 0.8 and ends them at 0.95."""
_FIXED: Final = 48 * MB
"""Code, tables and buffers of codecs and containers, and what the allocator keeps."""
_SOUND: Final = 48 * MB
"""A lane of sound, beside that."""
_REFERENCES: Final = 17
"""Pictures that a decoder keeps, at the most: 16 and the one at work."""
_ENCODERS_OWN: Final = 3
"""Pictures' worth of memory for each picture that an encoder holds: it, its smaller copies, its motion vectors."""
_ENCODERS_MORE: Final = 6
"""Pictures that it holds beside its delay: references, and the one at work."""
_ROUNDED: Final = 1.15
"""Sides are rounded up, and have borders."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Bytes that a worker's memory grows by for a segment, at the most.

        fixed + D x (slots + 17 + threads) + E x (slots + 3 x (max_delay + 6 + threads)) + carried

    with D and E the bytes of a picture as decoded and as encoded, and `slots` no more pictures than fit in `max_bytes`.
    """

    decoded: int
    """Bytes of a picture."""
    encoded: int
    """Bytes of a picture."""
    slots: int
    threads: int
    max_delay: int
    max_bytes: int | None
    carried: int
    """Bytes of the finished segment, if it travels, twice: as it is, and as it is sent."""

    @property
    def total(self) -> int:
        """The formula."""
        decoder = self._slots(self.decoded) + _REFERENCES + self.threads
        encoder = self._slots(self.encoded) + _ENCODERS_OWN * (self.max_delay + _ENCODERS_MORE + self.threads)
        return _FIXED + round(_ROUNDED * (self.decoded * decoder + self.encoded * encoder)) + self.carried

    def _slots(self, picture: int) -> int:
        return self.slots if self.max_bytes is None else min(self.slots, max(1, self.max_bytes // picture))

    def __str__(self) -> str:
        limit = "" if self.max_bytes is None else f", maxBytes {self.max_bytes}"
        carried = f", {self.carried / MB:.0f} MB that travel" if self.carried else ""
        return (
            f"{self.total / MB:.0f} MB (pictures of {self.decoded / MB:.1f} and {self.encoded / MB:.1f} MB, slots "
            f"{self.slots}{limit}, maxDelay {self.max_delay}, threads {self.threads}{carried})"
        )


def bound_of(target: Config, picture: Frame, carried: int) -> Bound:
    """For an encoder's configuration, and a picture of the source."""
    across, down = (int(target.number(side) or 0) for side in ("width", "height"))
    decoded, most = picture.allocation_size(), target.number("max_bytes")
    pixels = picture.visible_rect.width * picture.visible_rect.height  # of which the bytes are, in any display size
    return Bound(
        decoded=decoded,
        encoded=decoded * across * down // pixels,
        slots=int(target["slots"]),
        threads=int(target["threads"]),
        max_delay=int(target["max_delay"]),
        max_bytes=None if most is None else int(most),
        carried=carried,
    )


def sound_bytes(carried: int) -> int:
    """The same of a track of sound."""
    return _FIXED + _SOUND + carried


class Memory(WorkerPlugin):
    """Gives every worker the resource, those that come later as well: of its memory limit what is not in use."""

    name = "framegate-memory"

    async def setup(self, worker: Any) -> None:
        """On the worker, once."""
        if RESOURCE in worker.state.total_resources:
            return
        limit = worker.memory_manager.memory_limit or MEMORY_LIMIT * worker.state.nthreads // CPU_COUNT
        await worker.set_resources(**{RESOURCE: max(0, round(limit * _USABLE) - memory_now())})
        if worker.status is Status.running:
            # Dask gives a worker what waits for one when it begins to run, which was before it had the resource.
            worker.status = Status.paused
            worker.status = Status.running

"""What a codec has done and has in hand."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._native import StatsStruct


@dataclass(frozen=True, slots=True)
class Stats:
    """One consistent moment of a codec."""

    slots: int
    """The gate's width."""
    in_flight: int
    """queued + ready + held."""
    in_flight_peak: int
    """The most that it ever was; above slots only by what the codec gave back at once."""
    queued: int
    """Inputs that the codec has not answered yet."""
    waiting: int
    """Of queued, those that the codec has not begun with: W3C encodeQueueSize, decodeQueueSize."""
    in_codec: int
    """Inputs that the codec keeps (lookahead, reordering); they hold no slot."""
    in_codec_peak: int
    """The most that it ever was."""
    ready: int
    """Outputs that wait for poll."""
    held: int
    """Outputs that the program holds."""
    bytes_in_flight: int
    """Bytes of what is in flight."""
    bytes_peak: int
    """The most that it ever was."""
    inputs: int
    """Inputs taken."""
    outputs: int
    """Chunks or frames given."""
    releases: int
    """Of those, released."""
    enqueue_waits: int
    """Calls that found the gate full and waited."""
    enqueue_wait_us: int
    """How long they waited, microseconds."""
    dropped: int
    """Chunks that a decoder took and gives no frame for: pictures that cannot be right after decoding began in the
    middle of a stream, those that are not to be shown, and those that the codec itself left out."""


def read(struct: StatsStruct) -> Stats:
    """From the library's struct."""
    return Stats(**{field.name: getattr(struct, field.name) for field in fields(Stats)})

"""Where a demuxer's chunks arrive."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Final

from ._native import ChunkStruct, RawChunk

if TYPE_CHECKING:
    from .chunk import Chunk

NO_CHUNK: Final = 0xFFFF_FFFF
"""In the place of a chunk's flags: nothing was read."""


class ChunkSlot:
    """Where the library writes a chunk, and what interrupted reads left: see `_native.output_slot`."""

    def __init__(self) -> None:
        self.struct = ChunkStruct.new()
        self.raw = RawChunk.from_buffer(self.struct)
        self.track = ctypes.c_uint32()
        self.left: list[tuple[int, Chunk]] = []
        self.empty()

    def empty(self) -> None:
        """Nothing was read."""
        self.struct.flags = NO_CHUNK
        self.left = []

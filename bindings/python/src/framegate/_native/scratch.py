"""Structs that are used again and again: making one for every call would cost more than the call."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .structs import ChunkStruct, Ready

if TYPE_CHECKING:
    from collections.abc import Callable

S = TypeVar("S", bound=ctypes.Structure)

Slot = tuple[S, Any]
"""A struct, and the pointer to it that a call takes."""


class Scratch(Generic[S]):
    """Structs of one kind. `spare.pop()` and `spare.append()` are atomic, so any thread may take one."""

    def __init__(self, make: Callable[[], S]) -> None:
        self.make = make
        self.spare: list[Slot[S]] = []

    def take(self) -> Slot[S]:
        try:
            return self.spare.pop()
        except IndexError:
            struct = self.make()
            return struct, ctypes.byref(struct)

    def give(self, slot: Slot[S]) -> None:
        self.spare.append(slot)


chunks = Scratch(ChunkStruct.new)
readies = Scratch(Ready)

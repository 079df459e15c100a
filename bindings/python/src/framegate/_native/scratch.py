"""What calls write into, used again and again: making one for every call would cost more than the call."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .generated import ChunkStruct

if TYPE_CHECKING:
    from collections.abc import Callable

S = TypeVar("S")

Slot = tuple[S, Any]
"""One of them, and the pointer to it that a call takes."""


class Scratch(Generic[S]):
    """Of one kind. `spare.pop()` and `spare.append()` are atomic, so any thread may take one."""

    def __init__(self, make: Callable[[], S]) -> None:
        self.make = make
        self.spare: list[Slot[S]] = []

    def take(self) -> Slot[S]:
        try:
            return self.spare.pop()
        except IndexError:
            made = self.make()
            return made, ctypes.byref(made)  # type: ignore[arg-type]  # all are of ctypes

    def give(self, slot: Slot[S]) -> None:
        self.spare.append(slot)


chunks = Scratch(ChunkStruct.new)
readies = Scratch(ctypes.c_uint32)

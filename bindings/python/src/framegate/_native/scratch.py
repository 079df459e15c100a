"""Structs that are used again and again: making one for every call would cost more than the call."""

import ctypes
from typing import Any, Generic, TypeVar

from .structs import ChunkStruct, EncodeOptions, Output, Sized

S = TypeVar("S", bound=Sized)

Slot = tuple[S, Any]
"""A struct, and the pointer to it that a call takes."""


class Scratch(Generic[S]):
    """Structs of one kind. `spare.pop()` and `spare.append()` are atomic, so any thread may take one."""

    def __init__(self, kind: type[S]) -> None:
        self.kind = kind
        self.spare: list[Slot[S]] = []

    def take(self) -> Slot[S]:
        try:
            return self.spare.pop()
        except IndexError:
            struct = self.kind.new()
            return struct, ctypes.byref(struct)

    def give(self, slot: Slot[S]) -> None:
        self.spare.append(slot)


outputs = Scratch(Output)
chunks = Scratch(ChunkStruct)
encode_options = Scratch(EncodeOptions)

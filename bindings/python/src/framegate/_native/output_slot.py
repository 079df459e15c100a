"""Where fg_encoder_poll and fg_decoder_poll write, and what became of it.

Ctrl-C is an exception that comes after any call, also between the library's and the next line: what that call gave
is in no variable then. It does not come between assignments, comparisons and a function's `return`. So whether there is
an output is read from the struct, which only a poll fills and only the one who settled it empties; both steps are
assignments. An interrupted poll leaves its slot to the next.
"""

from __future__ import annotations

import ctypes
from typing import Any, TypeVar

from ..uncopied import Uncopied
from .functions import native
from .generated import OutputStruct

T = TypeVar("T")


class OutputSlot(Uncopied):
    """One output on its way: `output.kind` is not 0 while the struct holds it; `made` is what the program gets."""

    INSTEAD = "poll gives the output"

    output = OutputStruct.new()  # of one whose making was interrupted
    made: Any = None

    def __init__(self) -> None:
        self.output = OutputStruct.new()
        self.pointer = ctypes.byref(self.output)

    def drop(self) -> None:
        """Lets go of the output: its slot in the gate is free."""
        self.made = None
        if self.output.kind:
            native.fg_release_output(self.output.token)
            self.output.kind = 0

    def __del__(self) -> None:
        self.drop()


def first_of(left: list[T]) -> T | None:
    """Takes the first, unless another thread was quicker. An interrupt cannot lose it: there is no call between its
    leaving the list and the caller's variable."""
    try:
        (item,) = map(list.pop, (left,), (0,))
    except IndexError:
        return None
    return item

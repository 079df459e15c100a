"""Python's texts may have a NUL inside, C's end there: ctypes would cut them without a word."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Final

from ._native.generated import END, ERROR_INVALID_ARGUMENT
from ._native.status import check
from .errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_OF_FILES: Final = 1 << 28
"""More is no text, of what a file says."""


def read_text(write: Callable[[ctypes.Array[ctypes.c_char], int], int], most_bytes: int = 1 << 20) -> str | None:
    """The text that a function of the library writes; None at the end. Too little room has the same status as any other
    argument that is not allowed: it is asked again with more."""
    size = 4096
    while True:
        text = ctypes.create_string_buffer(size)
        status = write(text, size)
        if status != ERROR_INVALID_ARGUMENT or size >= most_bytes:
            return None if check(status) == END else text.value.decode()
        size *= 16


def encoded(text: str) -> bytes:
    """The text in UTF-8. InvalidArgumentError: a NUL inside."""
    return _whole(text.encode())


def encoded_path(path: str | os.PathLike[str]) -> bytes:
    """The path as the system has it. InvalidArgumentError: a NUL inside."""
    return _whole(os.fsencode(path))


def _whole(text: bytes) -> bytes:
    if b"\0" in text:
        raise InvalidArgumentError(f"{text[:60]!r} has a NUL inside")
    return text

"""Python's texts may have a NUL inside, C's end there: ctypes would cut them without a word."""

from __future__ import annotations

import os

from .errors import InvalidArgumentError


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

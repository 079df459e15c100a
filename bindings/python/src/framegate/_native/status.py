"""Statuses become exceptions."""

from ..errors import FramegateError, error_of
from .functions import native


def last_error(status: int) -> FramegateError:
    """The exception for a call of this thread that failed just now."""
    text: bytes = native.fg_last_error()
    return error_of(status, text.decode())


def check(status: int) -> int:
    """The status, unless it says failure: then its exception."""
    if status < 0:
        raise last_error(status)
    return status

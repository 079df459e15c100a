"""Timeouts: the program's seconds, the library's milliseconds, and Ctrl-C in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

FOREVER: Final = -1
SLICE_MS: Final = 200
"""How long a call may stay in the library before Python looks at signals."""
_LONGEST_MS: Final = 2**31 - 1


def timeout_ms(seconds: float | None) -> int:
    """None is as long as it takes; less than a millisecond, but not 0, is one."""
    if seconds is None:
        return FOREVER
    if seconds <= 0:
        return 0
    return min(max(1, round(seconds * 1000)), _LONGEST_MS)


def patiently(call: Callable[[int], int], timeout: int) -> int:
    """The status of a waiting call, in slices. To the library -n is a slice of a wait without an end, so that it
    still says when nobody could ever end it."""
    if timeout == FOREVER:
        while (status := call(-SLICE_MS)) > 0:
            pass
        return status
    deadline = time.monotonic() + timeout / 1000
    while timeout > SLICE_MS:
        if (status := call(SLICE_MS)) <= 0:
            return status
        timeout = max(0, round((deadline - time.monotonic()) * 1000))
    return call(timeout)

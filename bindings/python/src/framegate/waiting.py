"""Timeouts: the program's seconds, and the library's milliseconds."""

from typing import Final

FOREVER: Final = -1
_LONGEST_MS: Final = 2**31 - 1


def timeout_ms(seconds: float | None) -> int:
    """None is as long as it takes; less than a millisecond, but not 0, is one."""
    if seconds is None:
        return FOREVER
    if seconds <= 0:
        return 0
    return min(max(1, round(seconds * 1000)), _LONGEST_MS)

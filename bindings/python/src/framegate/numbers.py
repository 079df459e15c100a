"""Python's numbers have no end, C's have: ctypes would cut them without a word."""

from .errors import InvalidArgumentError


def unsigned(name: str, value: int, bits: int = 64) -> int:
    """The value, if it is a number of so many bits."""
    if 0 <= value < 1 << bits:
        return value
    raise InvalidArgumentError(f"{name} is {value}, allowed are numbers from 0 to {(1 << bits) - 1}")


def signed(name: str, value: int) -> int:
    """The value, if it is a number of 64 bits."""
    if -(1 << 63) <= value < 1 << 63:
        return value
    raise InvalidArgumentError(f"{name} is {value}, allowed are numbers of 64 bits")

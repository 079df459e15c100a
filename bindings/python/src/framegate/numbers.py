"""Python's numbers have no end, C's have: ctypes would cut them without a word."""

import operator
from typing import Any

from .errors import InvalidArgumentError


def unsigned(name: str, value: Any, bits: int = 64) -> int:
    """The value, if it is a number of so many bits."""
    whole = value if type(value) is int else _whole(name, value)
    if 0 <= whole < 1 << bits:
        return whole
    raise InvalidArgumentError(f"{name} is {value}, allowed are numbers from 0 to {(1 << bits) - 1}")


def signed(name: str, value: Any) -> int:
    """The value, if it is a number of 64 bits."""
    whole = value if type(value) is int else _whole(name, value)
    if -(1 << 63) <= whole < 1 << 63:
        return whole
    raise InvalidArgumentError(f"{name} is {value}, allowed are numbers of 64 bits")


def number_text(value: Any) -> str | None:
    """A number as the library reads it: 1e6 is 1000000, 30000/1001 is a decimal. None: it is no number."""
    try:
        return str(operator.index(value))
    except TypeError:
        pass
    if isinstance(value, str | bytes | bytearray) or not hasattr(value, "__float__"):
        return None
    number = float(value)
    return str(int(number)) if number.is_integer() else repr(number)


def _whole(name: str, value: Any) -> int:
    """Whatever counts: numpy's whole numbers, and 1e6 as well."""
    try:
        return operator.index(value)
    except TypeError:
        pass
    if not isinstance(value, str | bytes | bytearray) and hasattr(value, "__float__"):
        number = float(value)
        if number.is_integer():
            return int(number)
    raise InvalidArgumentError(f"{name} is {value!r}, a whole number is needed")

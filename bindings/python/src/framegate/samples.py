"""What the numbers in memory are: of a picture unsigned, of 8 bits or of 16 in the machine's order."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from .errors import InvalidArgumentError

if TYPE_CHECKING:
    from ._native.buffers import Buffer

_LITTLE: Final = ("", "<", "=", "@", "|")
# By the letters of the module struct; c is a character, which is a byte.
_FITTING: Final = {
    1: frozenset((order + letter).encode() for order in (*_LITTLE, ">", "!") for letter in "Bc"),
    2: frozenset((order + "H").encode() for order in _LITTLE),
}
_NAMES: Final = {
    "b": "int8",
    "h": "int16",
    "l": "int64",
    "q": "int64",
    "H": "uint16",
    "i": "int32",
    "I": "uint32",
    "e": "float16",
    "f": "float32",
    "d": "float64",
    "?": "bool",
}


def fit(buffer: Buffer, depth: int) -> bool:
    """A buffer's items are numbers of `depth` bytes, as pictures have them."""
    return buffer.format in _FITTING[depth]


def check(what: str, buffer: Buffer, depth: int) -> None:
    """InvalidArgumentError: other numbers than those of `depth` bytes."""
    if not fit(buffer, depth):
        raise InvalidArgumentError(f"{what} has numbers of type {name(buffer)}, {_wanted(depth)} is needed")


@cache
def letter(format: bytes, itemsize: int) -> str | None:
    """What the module struct calls a buffer's items; None if they are not in the machine's order."""
    order, letter = _split(format.decode())
    if order not in _LITTLE and itemsize > 1:
        return None
    return "B" if letter == "c" else letter


def name(buffer: Buffer) -> str:
    """The type of a buffer's items, in numpy's words."""
    if fit(buffer, 1):
        return "uint8"
    order, letter = _split(buffer.format.decode())
    kind = _NAMES.get(letter, f"{order}{letter} ({8 * buffer.itemsize} bits)")
    return kind if order in _LITTLE or buffer.itemsize == 1 else f"big-endian {kind}"


def _split(format: str) -> tuple[str, str]:
    return (format[0], format[1:]) if format[:1] in "<>=@!|" and len(format) > 1 else ("", format)


def _wanted(depth: int) -> str:
    return "uint8" if depth == 1 else "little-endian uint16"

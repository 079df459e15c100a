"""W3C VideoColorSpace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ._native.generated import MATRICES, PRIMARIES, TRANSFERS
from .errors import InvalidArgumentError

if TYPE_CHECKING:
    from ._native import VideoInfoStruct


class ColorSpace(NamedTuple):
    """How numbers become colours: W3C's names, or H.273 numbers as text where W3C has no name; None is unknown."""

    primaries: str | None = None
    transfer: str | None = None
    matrix: str | None = None
    full_range: bool | None = None


def read(info: VideoInfoStruct) -> ColorSpace:
    """The colour space in a frame's facts."""
    return ColorSpace(
        _name(PRIMARIES, info.color_primaries),
        _name(TRANSFERS, info.color_transfer),
        _name(MATRICES, info.color_matrix),
        None if info.color_range < 0 else bool(info.color_range),
    )


def write(color: ColorSpace | Mapping[str, Any], info: VideoInfoStruct) -> None:
    """Puts a colour space, or its members by name, into a frame's facts."""
    if isinstance(color, Mapping):
        if unknown := set(color) - set(ColorSpace._fields):
            raise InvalidArgumentError(f"color_space has {unknown}, allowed are {', '.join(ColorSpace._fields)}")
        color = ColorSpace(**color)
    info.color_primaries = _number("primaries", PRIMARIES, color.primaries)
    info.color_transfer = _number("transfer", TRANSFERS, color.transfer)
    info.color_matrix = _number("matrix", MATRICES, color.matrix)
    info.color_range = -1 if color.full_range is None else int(color.full_range)


def _name(names: dict[str, int], number: int) -> str | None:
    if number < 0:
        return None
    return next((name for name, code in names.items() if code == number), str(number))


def _number(what: str, names: dict[str, int], name: str | None) -> int:
    if name is None:
        return -1
    if name in names:
        return names[name]
    if name.isdecimal() and int(name) < 256:
        return int(name)
    raise InvalidArgumentError(
        f'color_space.{what} is "{name}", allowed are {", ".join(names)} and H.273 numbers from 0 to 255'
    )

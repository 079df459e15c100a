"""A frame's facts, from the program's words into the library's struct."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import color
from .copy_options import area
from .numbers import unsigned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._native import VideoInfoStruct
    from .color import ColorSpace


def set_facts(
    info: VideoInfoStruct,
    visible_rect: Sequence[int] | None,
    display_width: int | None,
    display_height: int | None,
    rotation: int,
    flip: bool,
    color_space: ColorSpace | Mapping[str, Any] | None,
) -> None:
    """Sets what is given. The library checks what it means; here is checked that it fits."""
    if visible_rect is not None:
        x, y, width, height = area("visible_rect", visible_rect)
        info.visible_x, info.visible_y, info.visible_width, info.visible_height = x, y, width, height
    if display_width is not None:
        info.display_width = unsigned("display_width", display_width, 32)
    if display_height is not None:
        info.display_height = unsigned("display_height", display_height, 32)
    info.rotation, info.flip = unsigned("rotation", rotation, 32), flip
    if color_space is not None:
        color.write(color_space, info)

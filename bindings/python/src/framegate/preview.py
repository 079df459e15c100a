"""A frame as it is to be shown, for notebooks."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .frame import Frame

_LONGEST: Final = 1280
"""Pixels of the longer side; notebooks keep every picture that they show."""


def png(frame: Frame) -> bytes | None:
    """The picture turned, mirrored and in the size to be shown with. None without Pillow, which writes it."""
    try:
        from PIL import Image
    except ModuleNotFoundError:
        return None
    shown = _sized(frame)
    mode = "RGBA" if "A" in shown.format else "RGB"
    name = "RGBA" if mode == "RGBA" else "RGB24"
    pixels = bytearray(shown.allocation_size(name))
    shown.copy_to(pixels, name)
    image = Image.frombuffer(mode, (shown.width, shown.height), pixels, "raw", mode, 0, 1)
    if frame.rotation:
        image = image.rotate(-frame.rotation, expand=True)  # Pillow's turns are anticlockwise
    if frame.flip:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _sized(frame: Frame) -> Frame:
    """Before the turn."""
    size = frame.display_width, frame.display_height
    scale = min(1.0, _LONGEST / max(size))
    width, height = (max(1, round(side * scale)) for side in (size if frame.rotation % 180 == 0 else size[::-1]))
    return frame if (width, height) == (frame.width, frame.height) else frame.resized(width, height)

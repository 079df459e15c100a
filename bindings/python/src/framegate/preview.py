"""A frame as it is to be shown, for notebooks and contact sheets."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

    from .frame import Frame

_LONGEST: Final = 1280
"""Pixels of the longer side; notebooks keep every picture that they show."""


def png(frame: Frame) -> bytes | None:
    """The picture turned, mirrored and in the size to be shown with. None without Pillow, which writes it."""
    try:
        shown = image(frame, _LONGEST)
    except ModuleNotFoundError:
        return None
    file = io.BytesIO()
    shown.save(file, "PNG")
    return file.getvalue()


def image(frame: Frame, longest: int) -> Image.Image:
    """The same as Pillow's, no side longer than `longest`. ModuleNotFoundError: Pillow is not there."""
    from PIL import Image

    sized = _sized(frame, longest)
    mode = "RGBA" if "A" in sized.format else "RGB"
    name = "RGBA" if mode == "RGBA" else "RGB24"
    pixels = bytearray(sized.allocation_size(name))
    sized.copy_to(pixels, name)
    shown: Image.Image = Image.frombuffer(mode, (sized.width, sized.height), pixels, "raw", mode, 0, 1)
    if frame.rotation:
        shown = shown.rotate(-frame.rotation, expand=True)  # Pillow's turns are anticlockwise
    return shown.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if frame.flip else shown


def _sized(frame: Frame, longest: int) -> Frame:
    """Before the turn."""
    size = frame.display_width, frame.display_height
    scale = min(1.0, longest / max(size))
    width, height = (max(1, round(side * scale)) for side in (size if frame.rotation % 180 == 0 else size[::-1]))
    return frame if (width, height) == (frame.width, frame.height) else frame.resized(width, height)

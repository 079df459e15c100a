"""`framegate thumbnails`: a contact sheet, pictures of a film with their times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..demuxer import Demuxer
from ..errors import InvalidArgumentError, NotSupportedError
from ..preview import image
from ..transcoding.output_file import check_other_file, replacing
from .progress import track as progress
from .times import clock_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from PIL import Image

    from ..frame import Frame
    from ..track import Track

_GAP = 8
_TEXT_HEIGHT = 16
_PAPER, _INK = (24, 24, 24), (224, 224, 224)


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser("thumbnails", help="make a contact sheet of a film")
    parser.add_argument("input")
    parser.add_argument(
        "--sheet", required=True, metavar="FILE", help="where it goes; the ending says the format: .png, .jpg, .webp"
    )
    parser.add_argument("--count", type=int, default=20, help="pictures, evenly spaced over the film (default 20)")
    parser.add_argument("--columns", type=int, default=4, help="pictures in a row (default 4)")
    parser.add_argument("--size", type=int, default=320, help="pixels of a picture's longer side (default 320)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Decodes the pictures, each from the key before it, and writes the sheet."""
    for name, most in (("count", 1000), ("columns", 100), ("size", 4096)):
        if not 1 <= getattr(options, name) <= most:
            raise InvalidArgumentError(f"--{name} is {getattr(options, name)}, allowed are 1 to {most}")
    check_other_file(options.input, options.sheet)
    shown, times = [], []
    with Demuxer(options.input) as demuxer:
        video = demuxer.video
        for time in progress(_times(video, demuxer.duration, options.count), options.count, "thumbnails"):
            frame = video.frame_at(time)
            times.append(frame.timestamp / 1e6)
            shown.append(_image(frame, options.size))
    with replacing(options.sheet) as path:
        _save(_sheet(shown, times, min(options.columns, len(shown))), path)


def _times(video: Track, file_us: int | None, count: int) -> list[float]:
    """The middles of as many equal parts."""
    duration_us = video.duration or file_us
    if not duration_us:
        raise NotSupportedError("the file does not say how long it is: without that there are no times for pictures")
    return [((video.start or 0) + (index + 0.5) * duration_us / count) / 1e6 for index in range(count)]


def _image(frame: Frame, size: int) -> Image.Image:
    try:
        return image(frame, size)
    except ModuleNotFoundError as error:
        raise NotSupportedError("contact sheets are made by Pillow: pip install 'framegate[cli]'") from error


def _sheet(shown: Sequence[Image.Image], times: Sequence[float], columns: int) -> Image.Image:
    from PIL import Image, ImageDraw

    width, height = (max(each.size[side] for each in shown) for side in (0, 1))
    across, down = width + _GAP, height + _TEXT_HEIGHT + _GAP
    rows = -(-len(shown) // columns)
    sheet = Image.new("RGB", (columns * across + _GAP, rows * down + _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for index, (each, time) in enumerate(zip(shown, times, strict=True)):
        x, y = _GAP + index % columns * across, _GAP + index // columns * down
        place = x + (width - each.width) // 2, y + (height - each.height) // 2
        sheet.paste(each, place, each if each.mode == "RGBA" else None)
        draw.text((x + width // 2, y + height + _TEXT_HEIGHT // 2), clock_text(time), _INK, anchor="mm")
    return sheet


def _save(sheet: Image.Image, path: str) -> None:
    try:
        sheet.save(path)
    except (ValueError, OSError) as error:
        raise InvalidArgumentError(f"--sheet cannot be written: {error}") from error

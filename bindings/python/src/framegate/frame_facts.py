"""What a frame says of itself beside its times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import color
from ._native import VideoInfoStruct, native
from ._native.generated import VIDEO_FLAG_REFERENCE_LOST
from .formats import NAMES
from .media_frame import MediaFrame

if TYPE_CHECKING:
    from .color import ColorSpace


class Rect(NamedTuple):
    """A part of a picture, in pixels."""

    x: int
    y: int
    width: int
    height: int


class FrameFacts(MediaFrame[VideoInfoStruct]):
    """A picture, and what fg_video_info says of it."""

    __slots__ = ()

    INFO = VideoInfoStruct
    READ_INFO = native.fg_frame_video_info

    def _facts(self) -> tuple[Any, ...]:
        """What two frames have alike if they are equal, beside their pixels."""
        size = self.width, self.height, self.display_width, self.display_height
        times = self.timestamp, self.duration, self.id
        return self.format, size, times, self.rotation, self.flip, self.color_space

    @property
    def format(self) -> str:
        """W3C's name of the pixel format ("I420", "RGBA"), or "RGB24", "BGR24"."""
        return NAMES[self.info.format]

    @property
    def width(self) -> int:
        """Pixels in a row of the visible part."""
        width: int = self.info.visible_width
        return width

    @property
    def height(self) -> int:
        """Rows of the visible part."""
        height: int = self.info.visible_height
        return height

    @property
    def coded_width(self) -> int:
        """Pixels in a row in memory."""
        width: int = self.info.coded_width
        return width

    @property
    def coded_height(self) -> int:
        """Rows in memory."""
        height: int = self.info.coded_height
        return height

    @property
    def visible_rect(self) -> Rect:
        """The part to be seen, in the picture in memory."""
        info = self.info
        return Rect(info.visible_x, info.visible_y, info.visible_width, info.visible_height)

    @property
    def display_width(self) -> int:
        """The width that it is to be shown with."""
        width: int = self.info.display_width
        return width

    @property
    def display_height(self) -> int:
        """The height that it is to be shown with."""
        height: int = self.info.display_height
        return height

    @property
    def rotation(self) -> int:
        """The clockwise turn before it is shown: 0, 90, 180 or 270."""
        rotation: int = self.info.rotation
        return rotation

    @property
    def flip(self) -> bool:
        """Mirrored left to right, after the turn."""
        return bool(self.info.flip)

    @property
    def reference_lost(self) -> bool:
        """A picture that it refers to never came, as far as the stream tells: it does not look as it should."""
        return bool(self.info.flags & VIDEO_FLAG_REFERENCE_LOST)

    @property
    def color_space(self) -> ColorSpace:
        """How its numbers become colours."""
        return color.read(self.info)

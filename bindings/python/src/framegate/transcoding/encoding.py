"""What is asked of an encoder, in the words of the command."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from ..errors import InvalidArgumentError
from . import codec_choice
from .cut import Cut

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """What becomes of a file's tracks. It can be pickled."""

    video: str | None = None
    """"h264", "vp8" or "vp9", with the source's depth and chroma; None: h264, in .webm vp9."""
    codec: str | None = None
    """The same as a WebCodecs codec string."""
    bitrate: int = 1_000_000
    """Of the pictures, bits a second."""
    slots: int = 16
    """Items in flight in each codec."""
    members: Mapping[str, Any] = field(default_factory=dict)
    """Any other members of the encoder of pictures."""
    audio: str = codec_choice.COPY
    """What every track of sound becomes: "copy", "none", or a codec."""
    audio_bitrate: int | None = None
    """Of each track of sound; None: the codec's own."""
    audio_members: Mapping[str, Any] = field(default_factory=dict)
    """Any other members of the encoder of sound."""
    start: float | None = None
    """From this time on, seconds."""
    end: float | None = None
    """Up to this time, seconds."""
    prefix: str = ""
    """What is before these names in errors: "--" on a command line."""

    @classmethod
    def of(cls, **members: Any) -> Encoding:
        """With what has no place of its own here among the encoder's `members`: `of(bitrate=2e6, b_frames=2)`."""
        own = {field.name for field in fields(cls)}
        known = {name: value for name, value in members.items() if name in own}
        rest = {name: value for name, value in members.items() if name not in own}
        known["members"] = {**known.get("members", {}), **rest}
        return cls(**known)

    @property
    def part(self) -> Cut:
        """What of the file is taken. InvalidArgumentError: nothing."""
        return Cut(self.start, self.end, prefix=self.prefix)

    @property
    def encodes_sound(self) -> bool:
        """Sound is encoded anew. InvalidArgumentError: it is not, though it has a bitrate or members."""
        if self.audio not in (codec_choice.COPY, codec_choice.NONE):
            return True
        if self.audio_bitrate or self.audio_members:
            name = f"{self.prefix}audio"
            raise InvalidArgumentError(f"{name} is {self.audio}: bitrate and members need a codec, {name} opus")
        return False

    @property
    def sound(self) -> dict[str, Any]:
        """The members of the encoder of sound."""
        codec = codec_choice.audio(self.audio)
        return {"bitrate": self.audio_bitrate, "slots": self.slots, **self.audio_members, "codec": codec}

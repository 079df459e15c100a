"""What becomes of the tracks of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..config import Config
from ..errors import DataError
from ..video_decoder import VideoDecoder
from . import codec_choice
from .lanes import check_copied
from .sound_lane import Wish, wish_of

if TYPE_CHECKING:
    from ..demuxer import Demuxer
    from ..frame import Frame
    from ..track import Track
    from .encoding import Encoding
    from .source import Source

# What the encoder takes over from the file's track.
_SAME: Final = {
    "width": "coded_width",
    "height": "coded_height",
    "display_width": "display_aspect_width",
    "display_height": "display_aspect_height",
    "framerate": "framerate",
}


class Plan:
    """Of a file that is open: which tracks are encoded anew, and which go through as they are."""

    def __init__(self, source: Source, demuxer: Demuxer, encoding: Encoding, target: str) -> None:
        """NotSupportedError: the target does not hold a track. Else as decoders and encoders."""
        self.source, self.encoding, self.target = source, encoding, target
        self.part = encoding.part
        self.wishes = self._wishes(demuxer)
        """Of the tracks of sound that are encoded anew, by their numbers."""
        self.tracks = [track for track in demuxer.tracks if self._is_kept(track)]
        self.is_sound: Final = bool(self.wishes) and all(track.kind == "audio" for track in self.tracks)
        """There are no pictures."""
        self.main = self.tracks[0] if self.is_sound else demuxer.video
        """The track whose chunks are counted: that of the pictures, if there are any."""
        check_copied([track for track in self.tracks if self.is_copied(track)], target)

    def is_copied(self, track: Track) -> bool:
        """A track that is kept goes through as it is."""
        return track is not self.main and track.index not in self.wishes

    def encoder_config(self) -> Config:
        """What the pictures are encoded with."""
        source, encoding = self.main.config, self.encoding
        members: dict[str, Any] = {"bitrate": encoding.bitrate, "slots": encoding.slots}
        members |= {name: source[from_name] or None for name, from_name in _SAME.items()}
        members |= encoding.members
        return Config({"codec": encoding.codec or self._chosen(members)} | members)

    def decoder_config(self) -> Config:
        """What the pictures are decoded with."""
        config = self.main.config.copy()
        config["slots"] = self.encoding.slots
        return config

    def _wishes(self, demuxer: Demuxer) -> dict[int, Wish]:
        if not self.encoding.encodes_sound:
            return {}
        sounds = [track for track in demuxer.tracks if track.kind == "audio"]
        wishes = {track.index: wish_of(self.source, track, self.encoding.sound) for track in sounds}
        return {index: wish for index, wish in wishes.items() if wish is not None}

    def _is_kept(self, track: Track) -> bool:
        return track.kind == "video" or self.encoding.audio == codec_choice.COPY or track.index in self.wishes

    def _chosen(self, members: dict[str, Any]) -> str:
        """The codec string for `video`."""
        match self.encoding.video or codec_choice.usual(self.target):
            case "vp9":
                return codec_choice.vp9(self.first_picture().format, members)
            case "vp8":
                return "vp8"
        return codec_choice.H264

    def first_picture(self) -> Frame:
        """The file's, decoded. DataError: it has none."""
        with self.source.open() as demuxer, VideoDecoder(demuxer.video.config, slots=1) as decoder:
            for frame in decoder.run(demuxer.video):
                return frame
        raise no_pictures(self.source.name)


def no_pictures(name: str) -> DataError:
    """Of a file, or of the part of it that is taken."""
    return DataError(f"{name} has no pictures")

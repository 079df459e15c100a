"""The way of every chunk of a file that is transcoded: through codecs or as it is, to the muxer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import NotSupportedError
from . import codec_choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..chunk import Chunk
    from ..config import Config
    from ..demuxer import Demuxer
    from ..muxer import Muxer
    from ..track import Track
    from .cut import Cut
    from .sound_lane import SoundLane


class Output:
    """The muxer, which must know all tracks before the first chunk."""

    def __init__(self, demuxer: Demuxer, tracks: Sequence[Track], muxer: Muxer, name: str, part: Cut) -> None:
        self._demuxer, self._tracks = demuxer, tracks
        self._muxer, self._name = muxer, name
        self._part = part
        self._configs: dict[int, Config | None] = {}
        self._waiting: list[tuple[int, Chunk]] = []
        self._numbers: dict[int, int] = {}

    @property
    def begun(self) -> bool:
        """The muxer has the tracks."""
        return bool(self._numbers)

    def has(self, index: int) -> bool:
        """The track is not left out."""
        return any(track.index == index for track in self._tracks)

    def encodes(self, index: int, config: Config | None) -> None:
        """A track is encoded anew; without a configuration its first chunk has it, for which all others wait."""
        self._configs[index] = config

    def copy(self, index: int, chunk: Chunk) -> None:
        """Writes a chunk of the file, if it is taken."""
        if self.has(index) and self._part.has(chunk.timestamp):
            self.write(index, chunk)

    def write(self, index: int, chunk: Chunk) -> None:
        """Writes a chunk of a track, or keeps it until all tracks are known."""
        if not self.begun:
            if index in self._configs and self._configs[index] is None:
                self._configs[index] = chunk.config
            if None in self._configs.values():
                self._waiting.append((index, chunk))
                return
            self._begin()
        self._muxer.write(self._numbers[index], chunk)

    def write_all(self, index: int, chunks: Iterable[Chunk]) -> None:
        """Writes chunks of a track as they come."""
        for chunk in chunks:
            self.write(index, chunk)

    def _begin(self) -> None:
        self._muxer.set("title", self._demuxer.title)
        if self._part.start_s is not None:
            self._muxer.set("start_at_zero", True)
        for track in self._tracks:
            encoded = self._configs.get(track.index)
            self._numbers[track.index] = self._copied(track) if encoded is None else self._encoded(track, encoded)
        for index, waited in self._waiting:
            self._muxer.write(self._numbers[index], waited)
        self._waiting.clear()

    def _encoded(self, track: Track, encoded: Config) -> int:
        config = encoded.copy()
        config["language"] = track.config["language"] or None
        return self._muxer.add_track(config)

    def _copied(self, track: Track) -> int:
        try:
            return self._muxer.add_track(self._part.config(track.config))
        except NotSupportedError as error:
            raise _not_copied(track, self._name, str(error)) from error


def routed(
    chunks: Iterable[tuple[int, Chunk]], main: int, sounds: Mapping[int, SoundLane], output: Output
) -> Iterator[Chunk]:
    """The chunks of the main track. On the way sound goes through its lanes, and other tracks go to the output."""
    for index, chunk in chunks:
        if index in sounds:
            output.write_all(index, sounds[index].put(chunk))
        elif index != main:
            output.copy(index, chunk)
        if index == main:
            yield chunk
    for index, lane in sounds.items():
        output.write_all(index, lane.finish())


def check_copied(tracks: Sequence[Track], output: str) -> None:
    """NotSupportedError before anything is encoded: a track that WebM, whose codecs are few, does not take."""
    if codec_choice.is_webm(output):
        for track in tracks:
            if track.config.codec.split(".")[0] not in codec_choice.IN_WEBM:
                raise _not_copied(track, output, f"WebM takes {', '.join(codec_choice.IN_WEBM)}")


def _not_copied(track: Track, output: str, why: str) -> NotSupportedError:
    name = f"track {track.index} ({track.kind}, {track.config.codec})"
    anew = ", and --audio opus encodes it anew" if track.kind == "audio" else ""
    return NotSupportedError(
        f"{name} cannot be copied into {output}: {why}. A file that ends in .mkv takes most codecs{anew}"
    )

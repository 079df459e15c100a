"""A file transcoded by one process."""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..muxer import Muxer
from ..video_decoder import VideoDecoder
from ..video_encoder import VideoEncoder
from .encoding import Encoding
from .lanes import Output, routed
from .output_file import check_other_file, replacing
from .plan import Plan, no_pictures
from .sound_lane import SoundLane
from .source import Source
from .watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..chunk import Chunk
    from ..config import Config
    from ..frame import Frame
    from ..stats import Stats
    from .cut import Cut

    Passing = Callable[[Iterable[Chunk], int], Iterable[Chunk]]


@dataclass(frozen=True, slots=True)
class Done:
    """What a run has done."""

    stats: dict[str, Stats]
    """Of every codec, by name: the second is the encoder that counts."""
    seconds: float
    """How long it took."""
    began: float
    """Seconds since 1970."""
    watch: Watch
    """How it went on."""


class Pictures:
    """A decoder and an encoder: chunks become others."""

    def __init__(self, source: Config, target: Config, part: Cut) -> None:
        self._part = part
        self.decoder = VideoDecoder(source)
        try:
            self.encoder = VideoEncoder(target)
        except BaseException:
            self.decoder.close()
            raise

    def decoded(self, chunks: Iterable[Chunk]) -> Iterator[Frame]:
        """The pictures that are taken."""
        return self._part.pictures(self.decoder.run(chunks))

    def encoded(self, frames: Iterable[Frame]) -> Iterator[Chunk]:
        """Pictures as chunks."""
        return self.encoder.run(frames)

    def close(self) -> None:
        """Again is allowed."""
        self.decoder.close()
        self.encoder.close()


def transcode(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    encoding: Encoding | None = None,
    *,
    passing: Passing = lambda chunks, _total: chunks,
) -> Done:
    """Transcodes a file into another, which is whole at the end or what it was before.

    `passing` is given the encoded chunks of the main track, as they come, and how many will come, and gives them again.
    """
    read, asked, target = Source(source), encoding or Encoding(), os.fspath(target)
    check_other_file(read.name, target)
    part = asked.part
    with read.open() as demuxer:
        totals = Counter(index for index, chunk in part.read(demuxer) if part.has(chunk.timestamp))
    with read.open() as demuxer:
        plan = Plan(read, demuxer, asked, target)
        codecs: dict[str, Any] = {}
        with ExitStack() as opened:
            pictures = None
            if not plan.is_sound:
                pictures = Pictures(plan.decoder_config(), plan.encoder_config(), part)
                opened.enter_context(closing(pictures))
                codecs |= {"decoder": pictures.decoder, "encoder": pictures.encoder}
            sounds = {index: SoundLane(demuxer.tracks[index].config, wish, part) for index, wish in plan.wishes.items()}
            for index, lane in sounds.items():
                opened.enter_context(closing(lane))
                codecs |= {f"sound {index} in": lane.decoder, f"sound {index} out": lane.encoder}
            muxer = opened.enter_context(Muxer(opened.enter_context(replacing(target))))
            output = Output(demuxer, plan.tracks, muxer, target, part)
            for index, wish in plan.wishes.items():
                output.encodes(index, wish.decoder_config())
            watch, began = Watch(codecs), time.monotonic()
            chunks = routed(part.read(demuxer), plan.main.index, sounds, output)
            if pictures is not None:
                output.encodes(plan.main.index, None)
                chunks = pictures.encoded(pictures.decoded(chunks))
            for chunk in passing(watch.over(chunks), totals[plan.main.index]):
                if pictures is not None:
                    output.write(plan.main.index, chunk)
            if not output.begun:
                raise no_pictures(read.name)
        seconds = time.monotonic() - began
        return Done({name: codec.stats for name, codec in codecs.items()}, seconds, time.time() - seconds, watch)

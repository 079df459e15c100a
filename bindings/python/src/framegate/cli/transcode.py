"""`framegate transcode`: another bit rate, on one thread and two gates. Other tracks pass through unchanged; title and
languages stay."""

from __future__ import annotations

import argparse
import resource
import time
from typing import TYPE_CHECKING, Any

from ..config import Config
from ..demuxer import Demuxer
from ..errors import DataError, InvalidArgumentError
from ..muxer import Muxer
from ..video_decoder import VideoDecoder
from ..video_encoder import VideoEncoder
from .output_file import check_other_file, replacing
from .progress import track

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..chunk import Chunk
    from ..stats import Stats

_UNITS = {"k": 1e3, "M": 1e6}
# What the encoder takes over from the file's track.
_SAME = {
    "width": "coded_width",
    "height": "coded_height",
    "display_width": "display_aspect_width",
    "display_height": "display_aspect_height",
    "framerate": "framerate",
}


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser("transcode", help="encode a file's video anew")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--bitrate", type=_bitrate, default="1M", help="bits a second: 800k, 2M (default 1M)")
    parser.add_argument("--codec", default="avc1.640028", help="WebCodecs codec string (default %(default)s)")
    parser.add_argument("--slots", type=int, default=16, help="items in flight in each codec (default 16)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="MEMBER=VALUE", help="any other member: ffmpeg.preset=fast"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Transcodes, and says what it took."""
    check_other_file(options.input, options.output)
    with Demuxer(options.input) as demuxer:
        total = sum(1 for _ in demuxer.video)
    with Demuxer(options.input) as demuxer:
        source = demuxer.video.config
        target = _encoder_config(source, options)
        source["slots"] = options.slots
        with (
            VideoDecoder(source) as decoder,
            VideoEncoder(target) as encoder,
            replacing(options.output) as path,
            Muxer(path) as muxer,
        ):
            tracks = Tracks(demuxer, muxer)
            began = time.monotonic()
            chunks = encoder.run(decoder.run(tracks.video_chunks()))
            for chunk in track(chunks, total, "transcoding"):
                tracks.write_video(chunk)
            seconds = time.monotonic() - began
            if not tracks.known:
                raise DataError(f"{options.input} has no pictures")
        _report(decoder.stats, encoder.stats, seconds)


class Tracks:
    """The way of every chunk to the muxer, which must know all tracks before the first."""

    def __init__(self, demuxer: Demuxer, muxer: Muxer) -> None:
        self._demuxer, self._muxer = demuxer, muxer
        self._video = demuxer.video
        self._waiting: list[tuple[int, Chunk]] = []
        self._numbers: dict[int, int] = {}

    @property
    def known(self) -> bool:
        """The muxer has the tracks."""
        return bool(self._numbers)

    def video_chunks(self) -> Iterator[Chunk]:
        """What is to be decoded; chunks of other tracks are copied on the way."""
        for index, chunk in self._demuxer:
            if index == self._video.index:
                yield chunk
            elif self.known:
                self._muxer.write(self._numbers[index], chunk)
            else:
                self._waiting.append((index, chunk))

    def write_video(self, chunk: Chunk) -> None:
        """Writes an encoded chunk. The first has the configuration, without which its track cannot be added."""
        if not self.known:
            assert chunk.config is not None
            self._muxer.set("title", self._demuxer.title)
            for other in self._demuxer.tracks:
                config = other.config
                if other is self._video:
                    config = chunk.config.copy()
                    config["language"] = self._video.config["language"] or None
                self._numbers[other.index] = self._muxer.add_track(config)
            for index, waited in self._waiting:
                self._muxer.write(self._numbers[index], waited)
            self._waiting.clear()
        self._muxer.write(self._numbers[self._video.index], chunk)


def _encoder_config(source: Config, options: argparse.Namespace) -> Config:
    config = Config(codec=options.codec, bitrate=options.bitrate, slots=options.slots)
    for name, from_name in _SAME.items():
        config[name] = source[from_name] or None
    for setting in options.set:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InvalidArgumentError(f'--set is "{setting}", MEMBER=VALUE is needed')
        config[name] = value
    return config


def _bitrate(text: str) -> int:
    try:
        return round(float(text[:-1]) * _UNITS[text[-1]]) if text[-1:] in _UNITS else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no bit rate: 800k, 2M or a number are') from None


def _report(decoder: Stats, encoder: Stats, seconds: float) -> None:
    print(f"{'':8} {'frames':>8} {'peak in flight / slots':>24} {'in the codec':>13} {'peak in the gate':>18}")
    for name, stats in (("decoder", decoder), ("encoder", encoder)):
        flight = f"{stats.in_flight_peak} / {stats.slots}"
        print(f"{name:8} {stats.outputs:>8} {flight:>24} {stats.in_codec_peak:>13} {stats.bytes_peak / 1e6:>15.1f} MB")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    frames = encoder.outputs
    print(
        f"{frames} frames in {seconds:.2f} s: {frames / seconds:.1f} fps. Peak memory of the process: {peak_mb:.1f} MB."
    )

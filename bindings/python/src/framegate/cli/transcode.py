"""`framegate transcode`: another bit rate or codec, on one thread and two gates. Other tracks pass through unchanged;
title and languages stay."""

from __future__ import annotations

import argparse
import resource
import time
from typing import TYPE_CHECKING, Any

from ..config import Config
from ..demuxer import Demuxer
from ..errors import DataError, InvalidArgumentError, NotSupportedError
from ..muxer import Muxer
from ..video_decoder import VideoDecoder
from ..video_encoder import VideoEncoder
from . import codec_choice
from .output_file import check_other_file, replacing
from .progress import track

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..chunk import Chunk
    from ..demuxer import Track
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
    codec = parser.add_mutually_exclusive_group()
    codec.add_argument(
        "--video",
        choices=codec_choice.NAMES,
        help="the output's codec, with the source's depth and chroma where it has them (default h264; in .webm vp9)",
    )
    codec.add_argument("--codec", help=f"the same as a WebCodecs codec string: {codec_choice.H264}, vp09.00.31.08")
    parser.add_argument("--slots", type=int, default=16, help="items in flight in each codec (default 16)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="MEMBER=VALUE",
        help="any other member: ffmpeg.preset=fast, alpha=keep (VP8 and VP9 in .webm and .mkv)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Transcodes, and says what it took."""
    check_other_file(options.input, options.output)
    with Demuxer(options.input) as demuxer:
        total = sum(1 for _ in demuxer.video)
    with Demuxer(options.input) as demuxer:
        _check_copied(demuxer, options.output)
        source = demuxer.video.config
        target = _encoder_config(source, options)
        source["slots"] = options.slots
        with (
            VideoDecoder(source) as decoder,
            VideoEncoder(target) as encoder,
            replacing(options.output) as path,
            Muxer(path) as muxer,
        ):
            tracks = Tracks(demuxer, muxer, options.output)
            began = time.monotonic()
            chunks = encoder.run(decoder.run(tracks.video_chunks()))
            for chunk in track(chunks, total, "transcoding"):
                tracks.write_video(chunk)
            seconds = time.monotonic() - began
            if not tracks.known:
                raise _no_pictures(options.input)
        _report(decoder.stats, encoder.stats, seconds)


class Tracks:
    """The way of every chunk to the muxer, which must know all tracks before the first."""

    def __init__(self, demuxer: Demuxer, muxer: Muxer, output: str) -> None:
        self._demuxer, self._muxer, self._output = demuxer, muxer, output
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
                if other is self._video:
                    config = chunk.config.copy()
                    config["language"] = self._video.config["language"] or None
                    self._numbers[other.index] = self._muxer.add_track(config)
                else:
                    self._numbers[other.index] = self._copied(other)
            for index, waited in self._waiting:
                self._muxer.write(self._numbers[index], waited)
            self._waiting.clear()
        self._muxer.write(self._numbers[self._video.index], chunk)

    def _copied(self, track: Track) -> int:
        try:
            return self._muxer.add_track(track.config)
        except NotSupportedError as error:
            raise _not_copied(track, self._output, str(error)) from error


def _check_copied(demuxer: Demuxer, output: str) -> None:
    """NotSupportedError before anything is encoded: a track that WebM, whose codecs are few, does not take."""
    if codec_choice.is_webm(output):
        for track in demuxer.tracks:
            if track is not demuxer.video and track.config.codec.split(".")[0] not in codec_choice.IN_WEBM:
                raise _not_copied(track, output, f"WebM takes {', '.join(codec_choice.IN_WEBM)}")


def _not_copied(track: Track, output: str, why: str) -> NotSupportedError:
    name = f"track {track.index} ({track.kind}, {track.config.codec})"
    return NotSupportedError(
        f"{name} cannot be copied into {output}: {why}. A file that ends in .mkv takes most codecs"
    )


def _encoder_config(source: Config, options: argparse.Namespace) -> Config:
    members = {"bitrate": options.bitrate, "slots": options.slots}
    members |= {name: source[from_name] or None for name, from_name in _SAME.items()}
    for setting in options.set:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InvalidArgumentError(f'--set is "{setting}", MEMBER=VALUE is needed')
        members[name] = value
    return Config({"codec": options.codec or _chosen(options, members)} | members)


def _chosen(options: argparse.Namespace, members: dict[str, Any]) -> str:
    """The codec string for `--video`."""
    match options.video or codec_choice.usual(options.output):
        case "vp9":
            return codec_choice.vp9(_format_of(options.input), members)
        case "vp8":
            return "vp8"
    return codec_choice.H264


def _format_of(path: str) -> str:
    """The pixel format of a file's first picture."""
    with Demuxer(path) as demuxer, VideoDecoder(demuxer.video.config, slots=1) as decoder:
        for frame in decoder.run(demuxer.video):
            return frame.format
    raise _no_pictures(path)


def _no_pictures(path: str) -> DataError:
    return DataError(f"{path} has no pictures")


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

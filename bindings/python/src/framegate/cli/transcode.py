"""`framegate transcode`: a file's video, or its sound, encoded anew."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ..errors import InvalidArgumentError
from ..transcoding import Encoding, codec_choice, transcode
from . import page
from .on_cluster import on_cluster
from .page import Lane
from .progress import track as progress
from .report import report
from .times import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITS = {"k": 1e3, "M": 1e6}


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser("transcode", help="encode a file's video, or its sound, anew")
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
    parser.add_argument(
        "--audio",
        default=codec_choice.COPY,
        metavar="CODEC",
        help="what every track of sound becomes: copy (the default), none, or a codec (aac, opus, flac, mp3, vorbis, "
        "or a WebCodecs codec string), in the source's rate and channels where the codec has them",
    )
    parser.add_argument("--audio-bitrate", type=_bitrate, help="bits a second of each: 96k (default: the codec's own)")
    parser.add_argument("--slots", type=int, default=16, help="items in flight in each codec (default 16)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="MEMBER=VALUE",
        help="any other member: ffmpeg.preset=fast, alpha=keep (VP8 and VP9 in .webm and .mkv)",
    )
    parser.add_argument(
        "--audio-set",
        action="append",
        default=[],
        metavar="MEMBER=VALUE",
        help="the same of the sound: opus.frame_duration=60000, sample_rate=24000, number_of_channels=1",
    )
    parser.add_argument("--start", type=seconds, metavar="TIME", help="from this time on: 90, 1:30, 0:01:30.5")
    parser.add_argument(
        "--end", type=seconds, metavar="TIME", help="up to this time, counted from the file's beginning"
    )
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="encode on a Dask cluster: tcp://scheduler:8786, or local:N for so many processes here",
    )
    parser.add_argument(
        "--segment", type=seconds, metavar="TIME", help="what a worker of the cluster encodes at once (default 20 s)"
    )
    parser.add_argument("--report", metavar="FILE", help="write an HTML page of how it went: gates, memory, speed")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Transcodes, and says what it took."""
    if options.report is not None:
        page.check(options.report)
    if options.cluster is not None:
        lanes = on_cluster(options, _encoding(options))
    else:
        if options.segment is not None:
            raise InvalidArgumentError("--segment is of a cluster: --cluster local:2")
        lanes = _here(options)
    if options.report is not None:
        page.write(options.report, f"{options.input} to {options.output}", lanes)


def _here(options: argparse.Namespace) -> list[Lane]:
    done = transcode(
        options.input,
        options.output,
        _encoding(options),
        passing=lambda chunks, total: progress(chunks, total, "transcoding"),
    )
    report(done.stats, done.seconds)
    return [Lane("this process", "the file", done.began, done.seconds, done.watch)]


def _encoding(options: argparse.Namespace) -> Encoding:
    return Encoding(
        video=options.video,
        codec=options.codec,
        bitrate=options.bitrate,
        slots=options.slots,
        members=_settings("--set", options.set),
        audio=options.audio,
        audio_bitrate=options.audio_bitrate,
        audio_members=_settings("--audio-set", options.audio_set),
        start=options.start,
        end=options.end,
        prefix="--",
    )


def _settings(option: str, settings: Sequence[str]) -> dict[str, str]:
    members = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InvalidArgumentError(f'{option} is "{setting}", MEMBER=VALUE is needed')
        members[name] = value
    return members


def _bitrate(text: str) -> int:
    try:
        return round(float(text[:-1]) * _UNITS[text[-1]]) if text[-1:] in _UNITS else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no bit rate: 800k, 2M or a number are') from None

"""`framegate transcode`: another bit rate or codec, on one thread and two gates, and two more for each track of sound
that is encoded anew. Other tracks pass through unchanged; title and languages stay."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from ..config import Config
from ..demuxer import Demuxer
from ..errors import DataError, InvalidArgumentError
from ..muxer import Muxer
from ..video_decoder import VideoDecoder
from ..video_encoder import VideoEncoder
from . import codec_choice, cut
from .cut import Cut
from .lanes import Output, check_copied, routed
from .output_file import check_other_file, replacing
from .progress import track as progress
from .report import report
from .sound_lane import SoundLane, Wish, wish_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..track import Track

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
    cut.add_to(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Transcodes, and says what it took."""
    check_other_file(options.input, options.output)
    part = Cut(options)
    with Demuxer(options.input) as demuxer:
        totals = Counter(index for index, chunk in part.read(demuxer) if part.has(chunk.timestamp))
    with Demuxer(options.input) as demuxer:
        wishes = _wishes(demuxer, options)
        tracks = [track for track in demuxer.tracks if _is_kept(track, options.audio, wishes)]
        alone = bool(wishes) and all(track.kind == "audio" for track in tracks)
        main = tracks[0] if alone else demuxer.video
        check_copied([track for track in tracks if track is not main and track.index not in wishes], options.output)
        codecs: dict[str, Any] = {}
        with ExitStack() as opened:
            if not alone:
                codecs |= _open_video(main.config, options, opened)
            sounds = {index: SoundLane(demuxer.tracks[index].config, wish, part) for index, wish in wishes.items()}
            for index, lane in sounds.items():
                opened.enter_context(closing(lane))
                codecs |= {f"sound {index} in": lane.decoder, f"sound {index} out": lane.encoder}
            muxer = opened.enter_context(Muxer(opened.enter_context(replacing(options.output))))
            output = Output(demuxer, tracks, muxer, options.output, part)
            for index, wish in wishes.items():
                output.encodes(index, wish.decoder_config())
            began = time.monotonic()
            chunks = routed(part.read(demuxer), main.index, sounds, output)
            if not alone:
                output.encodes(main.index, None)
                chunks = codecs["encoder"].run(part.pictures(codecs["decoder"].run(chunks)))
            for chunk in progress(chunks, totals[main.index], "transcoding"):
                if not alone:
                    output.write(main.index, chunk)
            seconds = time.monotonic() - began
            if not output.begun:
                raise _no_pictures(options.input)
        report({name: codec.stats for name, codec in codecs.items()}, seconds)


def _wishes(demuxer: Demuxer, options: argparse.Namespace) -> dict[int, Wish]:
    """What becomes of the tracks of sound that are encoded anew, by their numbers."""
    if options.audio in (codec_choice.COPY, codec_choice.NONE):
        if options.audio_bitrate or options.audio_set:
            raise InvalidArgumentError(f"--audio is {options.audio}: bitrate and members need a codec, --audio opus")
        return {}
    members = {"bitrate": options.audio_bitrate, "slots": options.slots, **_settings("--audio-set", options.audio_set)}
    members["codec"] = codec_choice.audio(options.audio)
    sounds = [track for track in demuxer.tracks if track.kind == "audio"]
    wishes = {track.index: wish_of(options.input, track, members) for track in sounds}
    return {index: wish for index, wish in wishes.items() if wish is not None}


def _is_kept(track: Track, audio: str, wishes: Mapping[int, Wish]) -> bool:
    return track.kind == "video" or audio == codec_choice.COPY or track.index in wishes


def _open_video(source: Config, options: argparse.Namespace, opened: ExitStack) -> dict[str, Any]:
    target = _encoder_config(source, options)
    source["slots"] = options.slots
    return {
        "decoder": opened.enter_context(VideoDecoder(source)),
        "encoder": opened.enter_context(VideoEncoder(target)),
    }


def _encoder_config(source: Config, options: argparse.Namespace) -> Config:
    members = {"bitrate": options.bitrate, "slots": options.slots}
    members |= {name: source[from_name] or None for name, from_name in _SAME.items()}
    members |= _settings("--set", options.set)
    return Config({"codec": options.codec or _chosen(options, members)} | members)


def _settings(option: str, settings: Sequence[str]) -> dict[str, str]:
    members = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InvalidArgumentError(f'{option} is "{setting}", MEMBER=VALUE is needed')
        members[name] = value
    return members


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

"""`framegate probe`: what is in a file."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from ..audio_decoder import AudioDecoder
from ..demuxer import Demuxer
from ..video_decoder import VideoDecoder
from . import timeline
from .times import clock_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ..track import Track

_WIDEST = 120
"""Characters of the timeline."""
_HEAD = {
    "track": "track",
    "kind": "kind",
    "codec": "codec",
    "size": "size",
    "framerate": "fps",
    "sample_rate": "Hz",
    "channels": "channels",
    "duration": "seconds",
    "chunks": "chunks",
    "key_chunks": "key",
    "kbit_s": "kbit/s",
    "decodable": "decodable",
    "language": "language",
    "rotation": "turn",
}


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser: argparse.ArgumentParser = commands.add_parser("probe", help="show what is in a file")
    parser.add_argument("input")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Reads the whole file and prints a row a track."""
    with Demuxer(options.input) as demuxer:
        rows = [_facts(track) for track in demuxer.tracks]
        said = list(_said(demuxer))
        counts = [Count() for _ in rows]
        for index, chunk in demuxer:
            counts[index].add(chunk.timestamp, chunk.duration or 0, len(chunk), chunk.key)
    for row, count in zip(rows, counts, strict=True):
        row |= count.facts()
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        _print(rows)
        _print_keys(counts)
        print("", *said, sep="\n")


class Count:
    """Adds a track's chunks up."""

    def __init__(self) -> None:
        self.chunks = self.bytes = 0
        self.keys: list[int] = []
        self.start_us: int | None = None
        self.end_us = 0

    def add(self, timestamp: int, duration: int, size: int, key: bool) -> None:
        self.chunks += 1
        if key:
            self.keys.append(timestamp)
        self.bytes += size
        self.start_us = timestamp if self.start_us is None else min(self.start_us, timestamp)
        self.end_us = max(self.end_us, timestamp + duration)

    def facts(self) -> dict[str, Any]:
        seconds = (self.end_us - (self.start_us or 0)) / 1e6
        rate = round(self.bytes * 8 / seconds / 1e3, 1) if seconds else None
        return {"chunks": self.chunks, "key_chunks": len(self.keys), "duration": round(seconds, 3), "kbit_s": rate}


def _facts(track: Track) -> dict[str, Any]:
    config = track.config
    width, height = config["coded_width"], config["coded_height"]
    video = track.kind == "video"
    decoder = VideoDecoder if video else AudioDecoder
    return {
        "track": track.index,
        "kind": track.kind,
        "codec": config.codec,
        "size": f"{width}x{height}" if video else None,
        "framerate": config.number("framerate"),
        "sample_rate": _whole(config["sample_rate"]),
        "channels": _whole(config["number_of_channels"]),
        "language": track.language,
        "rotation": _whole(config["rotation"]) if video else None,
        "decodable": decoder.is_config_supported(config),
    }


def _said(demuxer: Demuxer) -> Iterator[str]:
    """What the file says of itself, line by line."""
    yield f"{demuxer.format}, {_length(demuxer.duration)}"
    for name, value in demuxer.tags.items():
        yield f"{name}: {value}"
    for cover in demuxer.covers:
        yield f"cover: {cover.type}, {len(cover.data)} bytes"
    for chapter in demuxer.chapters:
        yield f"chapter at {clock_text(chapter.start / 1e6)}: {chapter.title}"


def _length(duration_us: int | None) -> str:
    return "of unknown length" if duration_us is None else clock_text(duration_us / 1e6)


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _print(rows: list[dict[str, Any]]) -> None:
    lines = [[_text(row[key]) for key in _HEAD] for row in rows]
    table = [list(_HEAD.values()), *lines]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def _print_keys(counts: list[Count]) -> None:
    """Where decoding can begin; of tracks where that is everywhere there is nothing to show."""
    keys = {index: count.keys for index, count in enumerate(counts) if len(count.keys) < count.chunks}
    start, end = (
        min((count.start_us or 0 for count in counts), default=0),
        max((count.end_us for count in counts), default=0),
    )
    drawn = timeline.lines(keys, start, end, min(shutil.get_terminal_size().columns, _WIDEST))
    if drawn:
        print("\nkey frames", *drawn, sep="\n")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)

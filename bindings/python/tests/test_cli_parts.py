"""Parts of a file: `transcode --start --end`, `thumbnails`, and where key frames are."""

from __future__ import annotations

import argparse
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from framegate import cli
from framegate.cli import timeline, times

if TYPE_CHECKING:
    from pathlib import Path

FAST = ["--set", "ffmpeg.preset=ultrafast"]
RATE = 44_100


def packet_times(path: Path, stream: str) -> list[float]:
    command = [
        "ffprobe",
        "-v",
        "error",
        "-select_streams",
        stream,
        "-show_entries",
        "packet=pts_time",
        "-of",
        "csv=p=0",
    ]
    shown = subprocess.run([*command, path], check=True, capture_output=True, text=True).stdout
    return sorted(float(line.strip(",")) for line in shown.split())


def raw(path: Path, *options: str) -> bytes:
    command = ["ffmpeg", "-v", "error", "-i", path, *options, "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def gray(path: Path, filters: str = "null") -> np.ndarray:
    size = ["-vf", f"{filters},scale=32:24", "-pix_fmt", "gray", "-f", "rawvideo", "-fps_mode", "passthrough"]
    return np.frombuffer(raw(path, "-an", *size), np.uint8).reshape(-1, 24, 32).astype(int)


def sound(path: Path) -> np.ndarray:
    return np.frombuffer(raw(path, "-vn", "-f", "f32le", "-c:a", "pcm_f32le"), np.float32)


def test_a_part_has_the_pictures_between_its_times(movie: Path, tmp_path: Path) -> None:
    out = tmp_path / "part.mp4"
    cli.main(["transcode", str(movie), str(out), "--start", "1", "--end", "0:02.5", "--bitrate", "4M", *FAST])
    begun = [time for time in packet_times(movie, "v") if 1 <= time < 2.5]
    assert packet_times(out, "v") == pytest.approx([time - begun[0] for time in begun], abs=0.03)
    expected = gray(movie, "select=gte(t\\,1)*lt(t\\,2.5)")
    found = gray(out)
    assert found.shape == expected.shape
    assert np.abs(found - expected).mean() < 4
    copied = [time for time in packet_times(movie, "a") if 1 <= time < 2.5]
    assert len(packet_times(out, "a")) == len(copied)
    assert packet_times(out, "a")[0] == pytest.approx(0, abs=0.03)


def test_the_sound_of_a_part_is_cut_to_the_sample(movie: Path, tmp_path: Path) -> None:
    out = tmp_path / "part.mkv"
    cli.main(["transcode", str(movie), str(out), "--start", "1.2", "--end", "2", "--audio", "flac", *FAST])
    whole, part = sound(movie), sound(out)
    first, last = round(1.2 * RATE), round(2 * RATE)
    assert len(part) == last - first
    assert np.abs(part - whole[first:last]).max() < 2e-3


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--start", "2", "--end", "1"], "--end is 1 s, it must be beyond --start, 2 s"),
        (["--start", "100"], "no pictures"),
    ],
)
def test_parts_that_cannot_be(options: list[str], text: str, movie: Path, tmp_path: Path) -> None:
    out = tmp_path / "part.mp4"
    with pytest.raises(SystemExit, match=text):
        cli.main(["transcode", str(movie), str(out), *options])
    assert not out.exists()


def test_a_contact_sheet_shows_the_pictures_of_its_times(movie: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    cli.main(["thumbnails", str(movie), "--sheet", str(out), "--count", "6", "--columns", "3", "--size", "160"])
    sheet = Image.open(out)
    assert sheet.size == (3 * (160 + 8) + 8, 2 * (120 + 16 + 8) + 8)
    pictures = gray(movie)
    for index in range(6):
        x, y = 8 + index % 3 * 168, 8 + index // 3 * 144
        shown = sheet.crop((x, y, x + 160, y + 120)).convert("L").resize((32, 24), Image.Resampling.BOX)
        wanted = int((index + 0.5) * len(pictures) / 6)
        distances = [np.abs(np.asarray(shown, int) - picture).mean() for picture in pictures]
        assert abs(int(np.argmin(distances)) - wanted) <= 1


@pytest.mark.parametrize(
    ("options", "text"),
    [(["--count", "0"], "--count is 0, allowed are 1 to 1000"), (["--size", "9999"], "--size is 9999")],
)
def test_sheets_that_cannot_be(options: list[str], text: str, movie: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=text):
        cli.main(["thumbnails", str(movie), "--sheet", str(tmp_path / "sheet.png"), *options])


def test_a_sheet_of_an_unknown_kind(movie: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="--sheet cannot be written"):
        cli.main(["thumbnails", str(movie), "--sheet", str(tmp_path / "sheet.none"), "--count", "1"])
    assert not list(tmp_path.iterdir())


def test_times_are_read_and_written() -> None:
    for text, seconds in {"90": 90, "1:30": 90, "0:01:30.5": 90.5, "2:00:00": 7200, "75.25": 75.25}.items():
        assert times.seconds(text) == seconds
    for wrong in ("", "-1", "1:60", "1:2:3:4", "x", "1:", "nan", "1:70:00"):
        with pytest.raises(argparse.ArgumentTypeError, match="is no time"):
            times.seconds(wrong)
    assert [times.clock_text(value) for value in (0, 61.239, 3661.5, -2)] == [
        "0:00.00",
        "1:01.24",
        "1:01:01.50",
        "-0:02.00",
    ]


def test_the_timeline_has_a_mark_where_keys_are() -> None:
    lines = timeline.lines({0: [0, 5_000_000, 5_000_001], 12: []}, 0, 10_000_000, 23)
    assert lines == [" 0 |·········┃·········", "12 ····················", "   0:00.00      0:10.00"]

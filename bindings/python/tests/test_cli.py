"""`python -m framegate`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from framegate import cli


def ffprobe(path: Path, *entries: str) -> list[str]:
    command = ["ffprobe", "-v", "error", *entries, "-of", "csv=p=0", path]
    return sorted(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def test_transcode(movie: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.mp4"
    arguments = [
        "transcode",
        str(movie),
        str(out),
        "--bitrate",
        "200k",
        "--slots",
        "4",
        "--set",
        "ffmpeg.preset=veryfast",
    ]
    cli.main(arguments)
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", out, "-f", "null", "-"], check=True)
    times = ["-select_streams", "v", "-show_entries", "packet=pts_time"]
    assert ffprobe(out, *times) == ffprobe(movie, *times)
    sound = ["-select_streams", "a", "-show_entries", "packet=pts_time,size,flags"]
    assert ffprobe(out, *sound) == ffprobe(movie, *sound) != []
    shown = capsys.readouterr().out
    assert "100 frames in" in shown
    assert re.search(r"^encoder +100 +\d+ / 4 ", shown, re.MULTILINE)


def test_probe(movie: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["probe", str(movie), "--json"])
    video, audio = json.loads(capsys.readouterr().out)
    assert (video["kind"], video["size"], video["framerate"], video["chunks"]) == ("video", "320x240", 25, 100)
    assert video["codec"].startswith("avc1.64")
    assert video["decodable"]
    assert (audio["kind"], audio["codec"]) == ("audio", "mp4a.40.2")
    keys = ffprobe(movie, "-select_streams", "v", "-show_entries", "packet=flags")
    assert video["key_chunks"] == sum("K" in flags for flags in keys)
    cli.main(["probe", str(movie)])
    assert "320x240" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["probe", "nothing.mp4"], "framegate: InputOutputError: "),
        (["transcode", "MOVIE", "out.mp4", "--set", "colour=1"], 'unknown key "colour"'),
        (["transcode", "MOVIE", "out.mp4", "--set", "colour"], "MEMBER=VALUE is needed"),
        (["transcode", "MOVIE", "out.mp4", "--codec", "vp7"], "NotSupportedError"),
    ],
)
def test_what_fails_is_said_in_a_line(arguments: list[str], text: str, movie: Path, tmp_path: Path) -> None:
    filled = [str(movie) if argument == "MOVIE" else argument for argument in arguments]
    filled = [str(tmp_path / argument) if argument == "out.mp4" else argument for argument in filled]
    with pytest.raises(SystemExit, match=text):
        cli.main(filled)


@pytest.mark.parametrize("rich", [True, False])
def test_the_progress_bar(rich: bool, movie: Path, tmp_path: Path) -> None:
    """On a terminal, with rich and without."""
    hide = "" if rich else "import sys; sys.modules['rich'] = sys.modules['rich.progress'] = None; "
    program = f"{hide}from framegate.cli import main; main(['transcode', {str(movie)!r}, {str(tmp_path / 'o.mp4')!r}])"
    source = str(Path(__file__).parents[1] / "src")
    command = f'env PYTHONPATH={source} TERM=xterm {sys.executable} -c "{program}"'
    done = subprocess.run(["script", "-qec", command, "/dev/null"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "100/100" in done.stdout

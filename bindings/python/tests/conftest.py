"""Clips for the tests: made by ffmpeg, and the real ones of `../shared/media` where a checkout has them beside it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Client

ROOT = Path(__file__).resolve().parents[3]
REAL = sorted((ROOT.parent / "shared" / "media").glob("*.mp4"))
MADE = ["b-frames", "intra", "odd"]

_PICTURE = {
    "b-frames": ["testsrc2=size=320x240:rate=25:duration=4", "-bf", "3", "-preset", "veryfast"],
    "intra": ["testsrc2=size=640x480:rate=30:duration=2", "-g", "1", "-preset", "ultrafast"],
    "odd": ["testsrc2=size=318x238:rate=24:duration=1", "-preset", "veryfast", "-color_range", "tv"],
}


@pytest.fixture(scope="session")
def make_clip(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The clips that ffmpeg makes, by name; b-frames has a sound track as well."""
    folder = tmp_path_factory.mktemp("clips")
    clips = {}
    for name, (picture, *options) in _PICTURE.items():
        clips[name] = folder / f"{name}.mp4"
        sound = ["-f", "lavfi", "-i", "sine=duration=4", "-c:a", "aac"] if name == "b-frames" else []
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", picture, *sound]
        subprocess.run([*command, "-c:v", "libx264", "-pix_fmt", "yuv420p", *options, clips[name]], check=True)
    return clips


@pytest.fixture(params=[*MADE, *(path.name for path in REAL)])
def clip(request: pytest.FixtureRequest, make_clip: dict[str, Path]) -> Path:
    """Each clip in turn."""
    name: str = request.param
    return make_clip[name] if name in make_clip else next(path for path in REAL if path.name == name)


@pytest.fixture
def movie(make_clip: dict[str, Path]) -> Path:
    """100 frames of 320x240 with B-frames, and sound."""
    return make_clip["b-frames"]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Two workers, processes, with one thread each."""
    from distributed import Client, LocalCluster  # where it is used: not all environments have it

    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with LocalCluster(**options) as made, Client(made) as client:
        yield client


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds with B-frames, open groups of pictures, rotation, colours, a title and languages."""
    from clusters import film

    folder = tmp_path_factory.mktemp("film")
    plain = film(
        folder / "plain.mp4",
        *("-x264-params", "open-gop=1", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
        *("-metadata", "title=Grüße", "-metadata:s:v", "language=fra", "-metadata:s:a", "language=deu"),
    )
    turned = folder / "film.mp4"
    command = ["ffmpeg", "-v", "error", "-display_rotation", "90", "-i", plain, "-c", "copy", turned]
    if subprocess.run(command, check=False).returncode:  # FFmpeg 5.1 has it as a tag
        turned.unlink(missing_ok=True)
        command = ["ffmpeg", "-v", "error", "-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90", turned]
        subprocess.run(command, check=True)
    return turned

"""Other FFmpegs in the process: OpenCV's and PyAV's, imported before and after, and in the global scope."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MODULES = ("av", "cv2", "framegate")

# What each of them sees of one file, and what each makes that the others read.
PROGRAM = """
import numpy as np

def of_framegate(path):
    with framegate.Demuxer(path) as demuxer, framegate.VideoDecoder(demuxer.video.config) as decoder:
        return [frame.to_numpy("GRAY") for frame in decoder.run(demuxer.video)]

def of_av(path):
    with av.open(path) as container:
        return [frame.to_ndarray(format="gray8") for frame in container.decode(video=0)]

def of_cv2(path):
    capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    frames = []
    while (read := capture.read())[0]:
        frames.append(cv2.cvtColor(read[1], cv2.COLOR_BGR2GRAY))
    return frames

def alike(left, right):
    assert len(left) == len(right) == 100, (len(left), len(right))
    for one, other in zip(left, right):
        assert np.abs(one.astype(int) - other).mean() < 6

def make(path):
    pictures = (np.full((240, 320, 3), 2 * n, np.uint8) for n in range(100))
    encoder = framegate.VideoEncoder(codec="avc1.42001f", width=320, height=240, framerate=25, array_format="BGR24")
    with encoder, framegate.Muxer(path) as muxer:
        for chunk in encoder.run(pictures):
            track = muxer.add_track(chunk.config) if chunk.config else track
            muxer.write(track, chunk)

make("made.mp4")
for path in ("in.mp4", "made.mp4"):
    ours = of_framegate(path)
    alike(ours, of_av(path))
    alike(ours, of_cv2(path))
print(framegate.ffmpeg_version)
"""


def run(program: str, movie: Path, folder: Path) -> str:
    os.symlink(movie, folder / "in.mp4")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python" / "src")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("order", list(itertools.permutations(MODULES)), ids=",".join)
def test_opencv_and_pyav_in_every_order(order: tuple[str, ...], movie: Path, tmp_path: Path) -> None:
    run("\n".join(f"import {name}" for name in order) + PROGRAM, movie, tmp_path)

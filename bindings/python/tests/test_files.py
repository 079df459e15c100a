"""What a muxer writes beside chunks, and a demuxer reads."""

from __future__ import annotations

import copy
import pickle
import subprocess
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT
from framegate import Chunk, Demuxer, InvalidArgumentError, InvalidStateError, Muxer

if TYPE_CHECKING:
    from pathlib import Path


def ffprobe(path: Path, entries: str) -> str:
    command = ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv=p=0", path]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_muxer_set_and_title(movie: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    with Demuxer(movie) as demuxer, Muxer(out) as muxer:
        assert demuxer.title == ""
        with pytest.raises(InvalidArgumentError, match="allowed are startAtZero, title"):
            muxer.set("titel", "x")
        muxer.set("title", "Grüße")
        muxer.set("start_at_zero", True)
        track = muxer.add_track(demuxer.video.config)
        for chunk in demuxer.video:
            moved = copy.copy(chunk)
            moved.timestamp += 7_000_000
            moved.dts = None if chunk.dts is None else chunk.dts + 7_000_000
            muxer.write(track, moved)
        with pytest.raises(InvalidStateError):
            muxer.set("title", "late")
    assert ffprobe(out, "format_tags=title") == "Grüße"
    assert float(ffprobe(out, "stream=start_time")) == 0
    with Demuxer(out) as demuxer:
        assert demuxer.title == "Grüße"


def test_a_nul_inside_of_a_text_is_refused(movie: Path, tmp_path: Path) -> None:
    for path in (f"{movie}\0.txt", f"{tmp_path}/out.mp4\0.txt"):
        with pytest.raises(InvalidArgumentError, match="NUL inside"):
            Demuxer(path)
        with pytest.raises(InvalidArgumentError, match="NUL inside"):
            Muxer(path)
    assert list(tmp_path.iterdir()) == []
    with Muxer(tmp_path / "out.mp4") as muxer, Demuxer(movie) as demuxer:
        for key, value in (("title", "a\0b"), ("title\0", "a")):
            with pytest.raises(InvalidArgumentError, match="NUL inside"):
                muxer.set(key, value)
        config = demuxer.video.config.copy()
        with pytest.raises(InvalidArgumentError, match="NUL inside"):
            config["ffmpeg.preset"] = "fast\0er"
        muxer.add_track(config)


def test_chunks_that_an_edit_list_leaves_out(tmp_path: Path) -> None:
    with Demuxer(ROOT / "tests/data/ed_trim.mp4") as demuxer:
        chunks = list(demuxer.video)
    assert len(chunks) == 100
    assert sum(not chunk.discard for chunk in chunks) == 53
    last = pickle.loads(pickle.dumps(chunks[-1]))
    assert last.discard
    assert Chunk(b"x", timestamp=0, discard=True).discard
    assert not Chunk(b"x", timestamp=0).discard
    out = tmp_path / "out.mp4"
    with Demuxer(ROOT / "tests/data/ed_trim.mp4") as demuxer, Muxer(out) as muxer:
        track = muxer.add_track(demuxer.video.config)
        for chunk in demuxer.video:
            muxer.write(track, chunk)
    command = ["ffmpeg", "-v", "error", "-i", out, "-f", "framemd5", "-fps_mode", "passthrough", "-"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert sum(not line.startswith("#") for line in shown) == 53

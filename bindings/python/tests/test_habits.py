"""What Python's users do without thinking: print, compare, convert, look in a notebook, ask for help, read twice."""

from __future__ import annotations

import asyncio
import io
import os
import pydoc
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import PIL.Image
import pytest

import framegate
from conftest import ROOT
from framegate import Chunk, Config, DataError, Demuxer, Frame, InvalidStateError, VideoDecoder, VideoEncoder
from pictures import moving, psnr

if TYPE_CHECKING:
    from pathlib import Path

NULL: dict[str, Any] = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
H264: dict[str, Any] = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30}
PIXEL = np.arange(16 * 16 * 4, dtype=np.uint16).astype(np.uint8).reshape(16, 16, 4)


# repr


def test_a_codec_shows_its_state_and_its_gate() -> None:
    encoder = VideoEncoder(**NULL, slots=5)
    assert repr(encoder) == "<framegate.VideoEncoder framegate.null 16x16, configured, 0 of 5 slots in flight>"
    encoder.encode(Frame(PIXEL, timestamp=0))
    encoder.encode(Frame(PIXEL, timestamp=1))
    encoder.wait(enqueue=False)
    assert "configured, 2 of 5 slots in flight" in repr(encoder)
    encoder.reset()
    assert "unconfigured, " in repr(encoder)
    encoder.close()
    assert "closed, " in repr(encoder)
    with VideoDecoder(codec="avc1.42001f") as decoder:
        assert repr(decoder) == "<framegate.VideoDecoder avc1.42001f, configured, 0 of 16 slots in flight>"


def test_a_codec_of_a_parent_says_so() -> None:
    encoder = VideoEncoder(**NULL)
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.write(write, repr(encoder).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert b"made before fork" in os.read(read, 1000)
    os.close(read)
    os.close(write)


def test_files_show_their_tracks(movie: Path, tmp_path: Path) -> None:
    demuxer = Demuxer(movie)
    facts = r"video avc1\.\w+ 320x240, audio mp4a\.40\.2"
    assert re.fullmatch(rf"<framegate\.Demuxer {re.escape(str(movie))}, open: {facts}>", repr(demuxer))
    assert re.fullmatch(r"<framegate\.Track 0: video avc1\.\w+ 320x240>", repr(demuxer.video))
    assert repr(demuxer.tracks[1]) == "<framegate.Track 1: audio mp4a.40.2>"
    muxer = framegate.Muxer(tmp_path / "out.mp4")
    assert repr(muxer) == f"<framegate.Muxer {tmp_path / 'out.mp4'}, 0 tracks, open>"
    with muxer:
        track = muxer.add_track(demuxer.video.config)
        for chunk in demuxer.video:
            muxer.write(track, chunk)
    assert repr(muxer).endswith(", 1 track, finished>")
    assert "read to its end" in repr(demuxer)
    demuxer.close()
    assert "closed: video" in repr(demuxer)
    unfinished = framegate.Muxer(tmp_path / "other.mp4")
    unfinished.close()
    assert repr(unfinished).endswith(", 0 tracks, closed>")


def test_a_configuration_shows_its_members() -> None:
    config = Config(codec="avc1.42001f", width=640, avc={"format": "annexb"}, description=b"1234567")
    shown = "<framegate.Config codec=avc1.42001f, avc.format=annexb, width=640, description=<7 bytes>>"
    assert repr(config) == shown


# Conversions and comparisons


def test_a_frame_is_an_array(movie: Path) -> None:
    frame = Frame(PIXEL, timestamp=0)
    assert (np.asarray(frame) == PIXEL).all()
    assert (np.array(Frame(PIXEL, "BGRA", timestamp=0)) == PIXEL[..., [2, 1, 0, 3]]).all()
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config) as decoder:
        decoded = next(decoder.run(demuxer.video))
    assert (np.asarray(decoded) == decoded.to_numpy()).all()
    wide = np.asarray(decoded, np.float32)
    assert (wide.dtype, wide.shape) == (np.float32, (240, 320, 3))
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
        with pytest.raises(ValueError, match="by a copy"):
            np.asarray(frame, copy=False)


def test_a_chunk_is_bytes() -> None:
    chunk = Chunk(b"abc", timestamp=0)
    assert bytes(chunk) == b"abc"
    assert len(chunk) == 3


def test_chunks_are_equal_when_all_members_are() -> None:
    def chunk(**other: Any) -> Chunk:
        return Chunk(**{"data": b"abc", "timestamp": 1, "duration": 2, "dts": 3, "id": 4, "key": True, **other})

    assert chunk() == chunk()
    different: dict[str, Any] = {"data": b"abd", "timestamp": 2, "duration": None, "dts": 4, "id": 5, "key": False}
    for member, value in {**different, "alpha": b"", "discard": True}.items():
        assert chunk() != chunk(**{member: value}), member
    assert chunk() != b"abc"
    with VideoEncoder(**H264) as encoder:
        first = next(iter(encoder.run(moving(2))))
        again = next(iter(encoder.run(moving(2))))
    assert first.config is not None
    again.timestamp = first.timestamp
    again.dts = first.dts
    assert first == again
    again.config = Config(first.config, bitrate=5)
    assert first != again


def test_frames_are_equal_when_facts_and_pixels_are() -> None:
    def frame(**other: Any) -> Frame:
        return Frame(**{"data": PIXEL, "timestamp": 1, "duration": 2, "id": 3, **other})

    assert frame() == frame()
    changed = PIXEL.copy()
    changed[15, 15, 3] ^= 1
    different: dict[str, Any] = {"data": changed, "timestamp": 2, "duration": None, "id": 4, "format": "BGRA"}
    for member, value in {**different, "rotation": 90, "flip": True, "visible_rect": (0, 0, 8, 8)}.items():
        assert frame() != frame(**{member: value}), member
    # Only what is seen counts.
    left = frame(visible_rect=(0, 0, 15, 15))
    assert left == frame(data=changed, visible_rect=(0, 0, 15, 15))
    assert left != frame(data=changed[1:], visible_rect=(0, 0, 15, 15))
    closed = frame()
    closed.close()
    assert closed == closed
    assert closed != frame()
    assert frame() != PIXEL.tobytes()


# Notebooks


def shown(frame: Frame) -> np.ndarray:
    png = frame._repr_png_()
    assert png is not None
    return np.asarray(PIL.Image.open(io.BytesIO(png)))


def test_notebooks_show_a_frame() -> None:
    (rgba,) = moving(1)
    rgb = np.ascontiguousarray(rgba[..., :3])
    assert (shown(Frame(rgba, timestamp=0)) == rgba).all()
    assert (shown(Frame(rgb, timestamp=0)) == rgb).all()
    # Clockwise by 90, then mirrored.
    assert (shown(Frame(rgb, timestamp=0, rotation=90)) == np.rot90(rgb, -1)).all()
    assert (shown(Frame(rgb, timestamp=0, rotation=90, flip=True)) == np.rot90(rgb, -1)[:, ::-1]).all()
    assert shown(Frame(rgb, timestamp=0, display_width=640, display_height=240)).shape == (240, 640, 3)
    assert shown(Frame(rgb, timestamp=0, rotation=270, display_width=120, display_height=320)).shape == (320, 120, 3)
    large = np.repeat(np.repeat(rgb, 8, 0), 8, 1)
    small = shown(Frame(large, timestamp=0))
    assert small.shape == (960, 1280, 3)
    assert psnr(small, np.repeat(np.repeat(rgb, 4, 0), 4, 1)) > 30
    closed = Frame(rgb, timestamp=0)
    closed.close()
    assert closed._repr_png_() is None


# Files that are read twice, and streams that begin between keys


def test_a_second_pass_says_why_it_is_empty(movie: Path) -> None:
    with Demuxer(movie) as demuxer:
        assert next(iter(demuxer.video)).key
        assert len(list(demuxer.video)) == 99
        for again in (demuxer.video, demuxer.tracks[1], demuxer):
            with pytest.raises(InvalidStateError, match=r"was read to its end.*open it again for another pass"):
                next(iter(again))
        assert demuxer.read() is None
        with VideoDecoder(demuxer.video.config) as decoder:
            with pytest.raises(InvalidStateError, match="was read to its end"):
                list(decoder.run(demuxer.video))
            assert decoder.state == "configured"


def test_a_stream_that_begins_between_keys() -> None:
    members: dict[str, Any] = {**H264, "avc": {"format": "annexb"}}
    with VideoEncoder(**members, latency_mode="realtime") as encoder:
        chunks = []
        for index, picture in enumerate(moving(20)):
            assert encoder.encode(picture, key_frame=index == 12)
            chunk = encoder.poll(30)
            assert chunk is not None
            chunks.append(chunk)
    assert [index for index, chunk in enumerate(chunks) if chunk.key] == [0, 12]
    with VideoDecoder(codec="avc1.42001f") as decoder, pytest.raises(DataError, match="key chunk"):
        list(decoder.run(chunks[5:]))
    with VideoDecoder(codec="avc1.42001f", skip_to_key=True) as decoder:
        expected = [chunk.timestamp for chunk in chunks[12:]]
        assert [frame.timestamp for frame in decoder.run(chunks[5:])] == expected
        assert decoder.skipped == 7
        # After a flush a key chunk is due again.
        assert [frame.timestamp for frame in decoder.run(chunks[11:])] == expected
        assert decoder.skipped == 8
        assert decoder.stats.inputs == 16

        async def later() -> list[int]:
            return [frame.timestamp async for frame in decoder.run_async(chunks[10:])]

        assert asyncio.run(later()) == expected
        assert decoder.skipped == 10


# The command, and help


def test_the_command_says_its_version() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python" / "src")}
    command = [sys.executable, "-m", "framegate", "--version"]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout == f"framegate {framegate.__version__} (FFmpeg {framegate.ffmpeg_version})\n"


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        (Chunk, "IDR picture or a recovery point"),
        (Chunk, "microseconds; may be negative"),
        (VideoDecoder, "IDR picture or a recovery point"),
        (VideoDecoder.decode, "neither an IDR picture nor a recovery point"),
        (VideoDecoder, "skip_to_key"),
        (Frame.reference_lost, "never came"),
        (Frame.timestamp, "microseconds"),
        (framegate.Track, "A file is read once"),
    ],
)
def test_help_says_what_the_header_says(thing: Any, text: str) -> None:
    assert text in re.sub(r"[\s|]+", " ", pydoc.plain(pydoc.render_doc(thing)))

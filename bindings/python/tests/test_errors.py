"""Every failure is an exception of one family, with the library's text."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import framegate
from conftest import ROOT
from framegate import (
    AudioEncoder,
    AudioFrame,
    Chunk,
    ClosedError,
    Config,
    DataError,
    EncodingError,
    Frame,
    FramegateError,
    InvalidArgumentError,
    InvalidStateError,
    NotSupportedError,
    VideoDecoder,
    VideoEncoder,
)
from framegate._native import generated
from framegate.errors import error_of

if TYPE_CHECKING:
    from pathlib import Path

SMALL: dict[str, Any] = {"codec": "avc1.42001f", "width": 64, "height": 64, "framerate": 30}


def test_every_status_has_its_exception() -> None:
    statuses = {name: value for name, value in vars(generated).items() if name.startswith("ERROR_")}
    kinds = {type(error_of(status, "text")) for status in statuses.values()}
    assert len(kinds) == len(statuses)
    assert all(issubclass(kind, FramegateError) and kind.status in statuses.values() for kind in kinds)
    assert issubclass(InvalidArgumentError, ValueError)
    assert issubclass(framegate.OutOfMemoryError, MemoryError)
    assert issubclass(framegate.InputOutputError, OSError)


@pytest.mark.parametrize(
    ("members", "kind", "text"),
    [
        ({"latency_mode": "fast"}, InvalidArgumentError, 'latencyMode is "fast", allowed are quality, realtime'),
        ({"colour": 1}, InvalidArgumentError, 'unknown key "colour", allowed are codec, width'),
        ({"avc": {"shape": 1}}, InvalidArgumentError, 'unknown key "avc.shape"'),
        ({"bitrate": -1}, InvalidArgumentError, 'bitrate is "-1"'),
        ({"codec": "vp7"}, NotSupportedError, "vp7"),
        ({"codec": " "}, InvalidArgumentError, "codec is blank"),
        ({"width": None}, InvalidArgumentError, "width"),
        ({"ffmpeg": {"preset": "rapid"}}, FramegateError, "preset"),
    ],
)
def test_a_configuration_that_cannot_be(members: dict[str, Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        VideoEncoder(**{**SMALL, **members})


def test_is_config_supported() -> None:
    assert VideoEncoder.is_config_supported(**SMALL)
    assert not VideoEncoder.is_config_supported(codec="vp7", width=64, height=64)
    assert VideoDecoder.is_config_supported(codec="avc1.42001f")
    assert not VideoDecoder.is_config_supported(codec="vp7")
    with pytest.raises(InvalidArgumentError, match="unknown key"):
        VideoEncoder.is_config_supported(**SMALL, colour=1)  # type: ignore[call-arg]


def test_the_states() -> None:
    encoder = VideoEncoder(**SMALL)
    frame = Frame(np.zeros((64, 64, 3), np.uint8), timestamp=0)
    assert encoder.state == "configured"
    encoder.reset()
    assert encoder.state == "unconfigured"
    with pytest.raises(InvalidStateError):
        encoder.encode(frame)
    with pytest.raises(InvalidStateError):
        encoder.flush()
    encoder.configure(**SMALL)
    assert encoder.encode(frame)
    encoder.close()
    encoder.close()
    assert encoder.state == "closed"
    again = [encoder.poll, encoder.flush, encoder.reset, lambda: encoder.configure(encoder.config)]
    for call in (lambda: encoder.encode(frame), *again):
        with pytest.raises(ClosedError):
            call()
    with pytest.raises(ClosedError):
        list(encoder.run([frame]))
    assert encoder.stats.in_flight == 0


def test_a_decoder_wants_a_key_chunk_first() -> None:
    with VideoDecoder(codec="avc1.42001f") as decoder:
        with pytest.raises(DataError, match="key"):
            decoder.decode(Chunk(b"\0\0\0\1\x41\x9a", timestamp=0))
        assert decoder.state == "configured"


def test_a_failure_that_another_call_than_poll_told_closes() -> None:
    encoder = AudioEncoder(codec="pcm-s16", sample_rate=48_000, number_of_channels=2)
    encoder.encode(AudioFrame(np.zeros((480, 3), np.float32), sample_rate=48_000))
    with pytest.raises(EncodingError, match="3 channels"):
        list(iter(encoder.flush, None))
    assert encoder.state == "closed"
    assert ", closed, " in repr(encoder)
    with pytest.raises(EncodingError, match="3 channels"):
        encoder.poll()


def test_a_failure_comes_after_what_was_ready_and_closes(movie: Path) -> None:
    with framegate.Demuxer(movie) as demuxer:
        config, chunks = demuxer.video.config, list(demuxer.video)
    noise = [Chunk(b"\0\0\0\x10" + os.urandom(16), timestamp=chunk.timestamp) for chunk in chunks[30:60]]
    frames = []
    decoder = VideoDecoder(config)
    with pytest.raises(EncodingError, match=r"\w+"):
        frames.extend(decoder.run(chunks[:30] + noise))
    assert frames
    assert decoder.state == "closed"
    with pytest.raises(FramegateError):
        decoder.decode(chunks[0])


@pytest.mark.parametrize(
    ("data", "options", "text"),
    [
        (np.zeros((4, 4, 2), np.uint8), {}, "shape"),
        (np.zeros((4, 4, 3), np.float32), {}, "type float32, uint8 is needed"),
        (np.zeros((4, 4, 4), np.uint8), {"format": "RGB24"}, "no picture in RGB24"),
        (np.zeros((4, 4, 4), np.uint8), {"format": "YUYV"}, 'format is "YUYV", allowed are I420'),
        (b"123", {"format": "RGBA", "width": 4, "height": 4}, "which takes 64"),
        (b"123", {"format": "RGBA"}, "needs width and height"),
        (b"123", {}, "format is missing"),
        ([np.zeros((4, 4), np.uint8)], {"format": "I420"}, "1 planes are given, I420 has 3"),
        ([np.zeros((4, 4), np.uint8)] * 3, {"format": "I420"}, "plane 1 has shape"),
        ([b"1234"] * 3, {"format": "I420"}, "array of rows"),
        (np.zeros((4, 4, 4), np.uint8), {"rotation": 45}, "45"),
        (np.zeros((4, 4, 4), np.uint8), {"visible_rect": (2, 2, 4, 4)}, "visible"),
        (np.zeros((4, 4, 4), np.uint8), {"color_space": {"matrix": "xyz"}}, 'color_space.matrix is "xyz"'),
        (np.zeros((4, 0, 4), np.uint8), {}, "0"),
        (np.zeros((4, 4, 4), np.uint8), {"timestamp": 1 << 63}, "timestamp is 9223372036854775808"),
        (np.zeros((4, 4, 4), np.uint8), {"id": -1}, "id is -1"),
        (np.zeros((4, 4, 4), np.uint8), {"rotation": 1 << 32}, "rotation is 4294967296"),
        (np.zeros((4, 4, 4), np.uint8), {"visible_rect": (0, 0, 1 << 32, 4)}, "visible_rect is 4294967296"),
        (np.zeros((4, 4, 4), np.uint8), {"display_width": -1}, "display_width is -1"),
    ],
)
def test_a_picture_that_does_not_fit(data: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidArgumentError, match=text):
        Frame(data, **{"timestamp": 0, **options})


def test_numbers_that_c_does_not_have() -> None:
    with pytest.raises(InvalidArgumentError, match="timestamp is"):
        Chunk(b"", timestamp=-(1 << 64))
    frame = Frame(np.zeros((64, 64, 3), np.uint8), timestamp=0)
    with pytest.raises(InvalidArgumentError, match="offset is -1"):
        frame.copy_to(bytearray(64 * 64 * 4), layout=[(-1, 256)])
    with pytest.raises(InvalidArgumentError, match="id is"):
        frame.replace(id=1 << 64)
    encoder = VideoEncoder(**SMALL, bitrate_mode="quantizer")
    with pytest.raises(InvalidArgumentError, match="quantizer is 4294967296"):
        encoder.encode(frame, quantizer=1 << 32)
    with pytest.raises(InvalidArgumentError, match="quantizer"):
        encoder.encode(frame, quantizer=52)
    assert encoder.poll() is None


def test_what_has_no_pixels_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="bytes-like"):
        Frame(object(), timestamp=0)


def test_files(tmp_path: Path) -> None:
    with pytest.raises(framegate.InputOutputError):
        framegate.Demuxer(tmp_path / "none.mp4")
    (tmp_path / "text.mp4").write_text("no film")
    with pytest.raises(DataError):
        framegate.Demuxer(tmp_path / "text.mp4")
    with pytest.raises(NotSupportedError):
        framegate.Muxer(tmp_path / "out.unknown")
    with pytest.raises(framegate.InputOutputError):
        framegate.Muxer(tmp_path / "nowhere" / "out.mp4")
    with pytest.raises(InvalidStateError), framegate.Muxer(tmp_path / "empty.mp4"):
        pass  # no track
    muxer = framegate.Muxer(tmp_path / "out.mp4")
    muxer.close()
    with pytest.raises(ClosedError):
        muxer.finish()


def test_config_members() -> None:
    config = Config(codec="avc1.42001f", width=640, latency_mode="realtime", avc={"format": "annexb"}, flip=True)
    config.update(
        color_space=framegate.ColorSpace("bt709", full_range=True), bitrate=None, ffmpeg={"x264-params": "a=b"}
    )
    copy = config.copy()
    config["width"] = 320
    assert (config["width"], copy["width"]) == ("320", "640")
    assert copy["latency_mode"] == copy["latencyMode"] == "realtime"
    assert copy["avc.format"] == "annexb"
    assert copy["flip"] == "true"
    assert copy["color_space.primaries"] == "bt709"
    assert copy["colorSpace.fullRange"] == "true"
    assert copy["bitrate"] == ""
    assert copy["ffmpeg.x264-params"] == "a=b"
    assert copy["slots"] == "16"
    assert copy.number("width") == 640
    assert copy.description is None
    copy["description"] = b"\1\2"
    assert copy.description == b"\1\2"
    copy["ffmpeg.long"] = "x" * 5000
    assert copy["ffmpeg.long"] == "x" * 5000


def test_without_the_library(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
        "FRAMEGATE_LIBRARY": str(tmp_path / "nothing.so"),
    }
    done = subprocess.run(
        [sys.executable, "-c", "import framegate"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "LibraryNotFoundError: libframegate was not found" in done.stderr
    assert "nothing.so" in done.stderr


@pytest.mark.parametrize(
    ("options", "instead"),
    [
        ({"video_size": "64x96"}, "use width and height"),
        ({"threads": 64}, "use threads"),
        ({"x264-params": "dump-yuv=file"}, "dump-yuv cannot be set: files"),
        ({"tune": "movie"}, "allowed are one of film"),
    ],
)
def test_options_that_are_the_librarys_or_name_a_file_are_refused(options: dict[str, object], instead: str) -> None:
    with pytest.raises(InvalidArgumentError, match=instead):
        VideoEncoder(codec="avc1.42001f", width=64, height=48, ffmpeg=options)
    with pytest.raises(NotSupportedError, match="set maxDelay to 20"):
        VideoEncoder(codec="avc1.64001f", width=64, height=48, threads=1, ffmpeg={"rc-lookahead": 20})

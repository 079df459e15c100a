"""Numbers, arrays, times and configurations as Python's users have them: taken, or refused by name."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import framegate
from framegate import Chunk, Config, Demuxer, Frame, InvalidArgumentError, VideoDecoder, VideoEncoder, lent
from pictures import moving

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS: dict[str, Any] = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30, "bitrate": 2_000_000}
NULL: dict[str, Any] = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


# dtypes


def planes_of(dtype: Any) -> list[np.ndarray]:
    return [np.zeros(shape, dtype) for shape in ((4, 4), (2, 2), (2, 2))]


@pytest.mark.parametrize(
    ("dtype", "name"),
    [(">u2", "big-endian uint16"), ("f2", "float16"), ("i2", "int16"), ("u1", "uint8"), ("u4", "uint32")],
)
def test_planes_of_10_bits_are_little_endian_uint16(dtype: str, name: str) -> None:
    assert Frame(planes_of("<u2"), "I420P10", timestamp=0).format == "I420P10"
    with pytest.raises(
        InvalidArgumentError, match=f"plane 0 has numbers of type {name}, little-endian uint16 is needed"
    ):
        Frame(planes_of(dtype), "I420P10", timestamp=0)


@pytest.mark.parametrize("dtype", [">u2", "f2"])
def test_a_block_of_10_bits_is_little_endian_uint16_or_bytes(dtype: str) -> None:
    block = np.arange(24, dtype=np.uint16)
    for data in (block, block.tobytes()):
        frame = Frame(data, "I420P10", width=4, height=4, timestamp=0)
        assert frame.arrays()[0].tolist() == block[:16].reshape(4, 4).tolist()
    with pytest.raises(InvalidArgumentError, match="a picture in I420P10 has numbers of type"):
        Frame(block.astype(dtype), "I420P10", width=4, height=4, timestamp=0)


@pytest.mark.parametrize("dtype", [np.int8, np.bool_, np.float32])
def test_pixels_of_8_bits_are_uint8(dtype: Any) -> None:
    for shape in ((4, 4, 3), (4, 4)):
        with pytest.raises(InvalidArgumentError, match=f"numbers of type {np.dtype(dtype).name}, uint8 is needed"):
            Frame(np.zeros(shape, dtype), timestamp=0)


# Times and id


def test_what_is_assigned_to_a_frame_comes_out_with_its_chunk() -> None:
    frame = Frame(PIXEL, timestamp=0, duration=5, id=1)
    with VideoEncoder(**NULL) as encoder:
        assert encoder.encode(frame)
        frame.timestamp, frame.duration, frame.id = 7_000, 33_333, 2**64 - 1
        assert encoder.encode(frame)
        frame.duration = None
        assert encoder.encode(frame)
        encoder.flush()
        seen = [(chunk.timestamp, chunk.duration, chunk.id) for chunk in encoder]
    assert seen == [(0, 5, 1), (7_000, 33_333, 2**64 - 1), (7_000, None, 2**64 - 1)]
    assert (frame.timestamp, frame.duration, frame.id) == (7_000, None, 2**64 - 1)
    assert frame.replace().timestamp == frame.resized(4, 4).timestamp == 7_000


def test_a_frame_refuses_times_that_are_none() -> None:
    frame = Frame(PIXEL, timestamp=3, duration=4, id=5)
    for member, value in [("timestamp", 0.5), ("timestamp", 1 << 63), ("duration", "5"), ("id", -1)]:
        with pytest.raises(InvalidArgumentError, match=f"{member} is"):
            setattr(frame, member, value)
    assert (frame.timestamp, frame.duration, frame.id) == (3, 4, 5)
    frame.close()
    with pytest.raises(framegate.ClosedError):
        frame.timestamp = 1


def test_assigning_keeps_pixels_and_slot(movie: Path) -> None:
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config, slots=2, hold=True) as decoder:
        frames = decoder.run(demuxer.video)
        frame = next(frames)
        luma, before = frame.arrays()[0], decoder.stats.held
        for timestamp in range(5):
            frame.timestamp = timestamp
        assert decoder.stats.held == before == 1
        assert (frame.arrays()[0] == luma).all()
        del luma
        frame.close()
        assert decoder.stats.held == 0


def test_assigning_does_not_keep_memory_that_was_lent() -> None:
    data = bytes(16 * 16 * 4)
    frame = Frame(data, "RGBA", width=16, height=16, timestamp=0)
    frame.timestamp = 1
    lent.sweep()
    assert lent.count() >= 1
    del frame
    before = lent.count()
    lent.sweep()
    assert lent.count() < before


# Configurations


def test_a_configuration_is_a_mapping() -> None:
    config = Config(codec="avc1.42001f", width=640, avc={"format": "annexb"}, b_frames=2, ffmpeg={"preset": "fast"})
    assert "width" in config
    assert "slots" not in config
    assert "nonsense" not in config
    assert (config["slots"], config.get("slots"), config.get("width")) == ("16", None, "640")
    flat = {"codec": "avc1.42001f", "width": "640", "avc.format": "annexb", "b_frames": "2", "ffmpeg.preset": "fast"}
    assert dict(config) == flat
    assert sorted(config) == sorted(flat)
    assert len(config) == len(flat)
    assert Config(**config) == Config(config) == config == config.copy()
    assert config != Config(config, width=641)
    config["width"] = None
    del config["ffmpeg.preset"]
    assert sorted(config) == ["avc.format", "b_frames", "codec"]
    with pytest.raises(KeyError, match="width"):
        del config["width"]
    with pytest.raises(InvalidArgumentError, match="codec"):
        del config["codec"]


def test_a_configuration_with_a_description_is_a_mapping(movie: Path) -> None:
    with Demuxer(movie) as demuxer:
        config = demuxer.video.config
    assert dict(config)["description"] == config.description
    assert Config(**config) == config
    with VideoDecoder(dict(config)) as decoder:
        assert decoder.config == config
    config["description"] = None
    assert "description" not in config


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e6, "1000000"),
        (np.float32(64.0), "64"),
        (np.int64(64), "64"),
        (Decimal("1E+6"), "1000000"),
        (Fraction(64, 1), "64"),
    ],
)
def test_numbers_of_any_kind(number: Any, text: str) -> None:
    config = Config(codec="avc1.42001f", width=number, bitrate=number, framerate=number)
    assert config["width"] == config["bitrate"] == config["framerate"] == text


def test_numbers_that_do_not_fit_are_refused_by_name() -> None:
    for number in (0.5, float("nan"), float("inf"), Fraction(1, 2)):
        with pytest.raises(InvalidArgumentError, match="bitrate is "):
            Config(codec="avc1.42001f", bitrate=number)
    assert Config(codec="avc1.42001f", optimize_for_latency=np.True_)["optimize_for_latency"] == "true"
    frame = Frame(PIXEL, timestamp=1e6, duration=np.int64(5), id=64.0)  # type: ignore[arg-type]
    assert (frame.timestamp, frame.duration, frame.id) == (1_000_000, 5, 64)
    assert frame.to_numpy(rect=np.array([0, 0, 8, 4])).shape == (4, 8, 3)
    chunk = Chunk(b"", timestamp=np.int64(7), dts=1e3)  # type: ignore[arg-type]
    assert (chunk.timestamp, chunk.dts) == (7, 1000)
    with pytest.raises(InvalidArgumentError, match=r"timestamp is 0\.5, a whole number is needed"):
        Chunk(b"", timestamp=0.5)  # type: ignore[arg-type]


def test_a_framerate_is_a_fraction_also_in_the_file(tmp_path: Path) -> None:
    members = {**MEMBERS, "framerate": Fraction(30000, 1001)}
    with VideoEncoder(**members) as encoder, framegate.Muxer(tmp_path / "out.mp4") as muxer:
        chunks = list(encoder.run(moving(30)))
        assert chunks[0].config is not None
        track = muxer.add_track(chunks[0].config)
        for chunk in chunks:
            muxer.write(track, chunk)
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=avg_frame_rate", "-of", "csv=p=0"]
    shown = subprocess.run([*command, tmp_path / "out.mp4"], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "30000/1001"


def test_configure_changes_what_is_given_and_keeps_the_rest() -> None:
    with VideoEncoder(**MEMBERS, avc={"format": "annexb"}, slots=5) as encoder:
        list(encoder.run(moving(2)))
        encoder.configure(bitrate=1e6)
        assert dict(encoder.config) == {
            **dict(Config(MEMBERS)),
            "avc.format": "annexb",
            "slots": "5",
            "bitrate": "1000000",
        }
        encoder.reset()
        encoder.configure()
        assert encoder.state == "configured"
        assert encoder.config["bitrate"] == "1000000"
        # With `codec` it is a whole one.
        encoder.configure(**MEMBERS, slots=5)
        assert "avc.format" not in encoder.config
        with pytest.raises(InvalidArgumentError, match="bitrate"):
            encoder.configure(bitrate=-1)
        assert encoder.config["bitrate"] == "2000000"

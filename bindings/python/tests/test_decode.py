"""Decoded pictures are, bit for bit, those of PyAV and of the ffmpeg command."""

from __future__ import annotations

import gc
import hashlib
import subprocess
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

import framegate

if TYPE_CHECKING:
    from pathlib import Path


def decode(path: Path, **members: object) -> list[framegate.Frame]:
    with framegate.Demuxer(path) as demuxer:
        config = demuxer.video.config.copy()
        config.update(**members)
        with framegate.VideoDecoder(config) as decoder:
            return list(decoder.run(demuxer.video))


def packed(frame: framegate.Frame) -> bytes:
    return b"".join(array.tobytes() for array in frame.arrays())


def test_planes_equal_pyavs(clip: Path) -> None:
    ours = decode(clip)
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        theirs = list(container.decode(stream))
        assert len(ours) == len(theirs) > 0
        for mine, other in zip(ours, theirs, strict=True):
            assert mine.timestamp == round(other.pts * other.time_base * 1_000_000)
            assert (mine.width, mine.height) == (other.width, other.height)
            picture = other.to_ndarray(format="yuv420p").tobytes()
            assert packed(mine) == picture


def test_planes_equal_the_ffmpeg_commands(clip: Path) -> None:
    digest = hashlib.md5(usedforsecurity=False)
    frames = decode(clip)
    for frame in frames:
        digest.update(packed(frame))
    command = ["ffmpeg", "-v", "error", "-i", clip, "-map", "0:v", "-fps_mode", "passthrough", "-f", "rawvideo"]
    raw = subprocess.run([*command, "-pix_fmt", "yuv420p", "-"], check=True, capture_output=True).stdout
    assert digest.hexdigest() == hashlib.md5(raw, usedforsecurity=False).hexdigest()
    assert frames[-1].timestamp > frames[0].timestamp


@pytest.mark.parametrize("format", ["rgb24", "bgr24", "rgba", "bgra"])
def test_rgb_is_the_exact_conversion(movie: Path, format: str) -> None:
    """Against H.273's equations in floating point, with PyAV's planes; chroma is taken from where it lies."""
    frame = decode(movie)[10]
    with av.open(str(movie)) as container:
        other = list(container.decode(video=0))[10]
    planes = other.to_ndarray(format="yuv420p")
    height, width = frame.height, frame.width
    luma = planes[:height].astype(float)
    chroma = planes[height:].reshape(2, height // 2, width // 2).astype(float)
    cb, cr = (plane.repeat(2, 0).repeat(2, 1) for plane in chroma)
    y, cb, cr = (luma - 16) / 219, (cb - 128) / 224, (cr - 128) / 224
    kr, kb = 0.2126, 0.0722  # BT.709: what a stream that says nothing is taken for
    red, blue = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    exact = np.clip(np.stack([red, green, blue], -1) * 255, 0, 255)
    ours = frame.to_numpy(format)
    order = [2, 1, 0] if format.startswith("b") else [0, 1, 2]
    assert ours.shape == (height, width, len(format.rstrip("24")))
    error = np.abs(ours[..., order] - exact)
    assert np.median(error) <= 1
    assert np.quantile(error, 0.8) <= 3  # nearest or linear chroma differ at edges only
    if "a" in format:
        assert (ours[..., 3] == 255).all()


def test_a_view_is_read_only_and_outlives_frame_and_decoder(movie: Path) -> None:
    frame = decode(movie)[5]
    expected = packed(frame)
    luma, cb, cr = frame.arrays()
    plane = frame.planes()[0]
    memory = plane.memory
    frame.close()
    del frame, plane
    assert b"".join((luma.tobytes(), cb.tobytes(), cr.tobytes())) == expected
    assert not luma.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        luma[0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        luma.flags.writeable = True
    assert memory.readonly
    assert bytes(memory[: luma.shape[1]]) == luma[0].tobytes()


def test_a_closed_frame_says_so(movie: Path) -> None:
    with decode(movie)[0] as frame:
        timestamp = frame.timestamp
    assert frame.closed
    assert frame.timestamp == timestamp
    with pytest.raises(framegate.ClosedError, match="the frame is closed"):
        frame.planes()
    with pytest.raises(framegate.ClosedError):
        frame.to_numpy()


def test_copy_to_with_layout_and_rect(movie: Path) -> None:
    frame = decode(movie)[0]
    luma, cb, cr = frame.arrays()
    rect = (16, 8, 64, 32)
    layout = [(10, 100), (5000, 50), (8000, 40)]
    memory = bytearray(b"\x55" * 10000)
    frame.copy_to(memory, rect=rect, layout=layout)
    got = np.frombuffer(memory, np.uint8)
    for (offset, stride), plane, scale in zip(layout, (luma, cb, cr), (1, 2, 2), strict=True):
        x, y, width, height = (value // scale for value in rect)
        for row in range(height):
            begin = offset + row * stride
            assert (got[begin : begin + width] == plane[y + row, x : x + width]).all()
    assert memory[:10] == b"\x55" * 10
    assert frame.allocation_size() == 320 * 240 * 3 // 2
    assert frame.allocation_size("RGBA", rect=rect) == 64 * 32 * 4
    with pytest.raises(framegate.InvalidArgumentError, match="too small"):
        frame.copy_to(bytearray(5))
    with pytest.raises(framegate.InvalidArgumentError):
        frame.copy_to(bytearray(100000), rect=(1, 1, 64, 32))


def test_to_numpy_writes_into_a_part_of_another_array(movie: Path) -> None:
    frame = decode(movie)[0]
    canvas = np.full((300, 400, 3), 7, np.uint8)
    window = canvas[20:260, 40:360]
    assert frame.to_numpy("rgb24", out=window) is window
    assert (window == frame.to_numpy()).all()
    canvas[20:260, 40:360] = 7
    assert (canvas == 7).all()
    with pytest.raises(framegate.InvalidArgumentError, match="is needed"):
        frame.to_numpy(out=canvas)
    with pytest.raises(framegate.InvalidArgumentError, match="packed"):
        frame.to_numpy("i420")
    with pytest.raises(framegate.InvalidArgumentError, match="allowed are I420"):
        frame.to_numpy("yuvj")


def test_large_arrays_come_from_the_pool_and_are_arrays_like_others() -> None:
    def gray(shade: int) -> framegate.Frame:
        pixels = bytes([shade, shade, shade, 255]) * (640 * 360)
        return framegate.Frame(pixels, "RGBA", width=640, height=360, timestamp=0)

    array = gray(10).to_numpy("rgb24")
    assert array.shape == (360, 640, 3)
    assert array.flags.c_contiguous
    assert array.flags.writeable
    address, part = array.ctypes.data, array[100:200]
    del array
    gc.collect()
    other = gray(20).to_numpy("rgb24")  # a view of the first keeps its memory
    assert (part == 10).all()
    assert (other == 20).all()
    part[:] = 30
    assert (other == 20).all()
    del part, other
    gc.collect()
    kept = [gray(40).to_numpy("rgb24") for _ in range(4)]
    assert address in {array.ctypes.data for array in kept}  # and then it comes back


def test_frames_whose_reference_is_missing_say_so(tmp_path: Path) -> None:
    path = tmp_path / "lost.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1", "-pix_fmt", "yuv420p"]
    subprocess.run(["ffmpeg", "-v", "error", *source, "-c:v", "libx264", "-bf", "0", "-g", "10", path], check=True)
    with framegate.Demuxer(path) as demuxer, framegate.VideoDecoder(demuxer.video.config) as decoder:
        chunks = list(demuxer.video)
        frames = list(decoder.run(chunks[:5] + chunks[6:]))
        assert [at for at, frame in enumerate(frames) if frame.reference_lost] == [5, 6, 7, 8]
        assert decoder.stats.dropped == 0


@pytest.mark.parametrize("threads", [1, 2])
def test_damage_behind_a_start_in_the_middle_is_the_streams(tmp_path: Path, threads: int) -> None:
    config, whole = from_the_middle(tmp_path / "open.mp4")
    config.update(threads=threads)
    failures = 0
    for place in range(1, 8):
        noise = bytes(byte * 151 % 256 for byte in range(len(whole[place].data)))
        damaged = whole[place].data[:16] + noise[16:]
        chunks = [chunk_with(chunk, bytes(len(chunk.data))) for chunk in whole[place + 1 : 40]]
        chunks = [*whole[:place], chunk_with(whole[place], damaged), *chunks, *whole[40:]]
        with framegate.VideoDecoder(config) as decoder:
            try:
                frames = list(decoder.run(chunks))
            except framegate.EncodingError:
                failures += 1
            else:
                assert len(frames) + decoder.stats.dropped == len(chunks)
    assert failures > 0


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_shown_after_the_start_is_not_lost_in_silence(tmp_path: Path, threads: int) -> None:
    config, whole = from_the_middle(tmp_path / "open.mp4")
    config.update(threads=threads)
    for place in range(1, 8):
        damaged = whole[place].data[:5] + bytes(len(whole[place].data) - 5)  # a slice without a header
        chunks = [*whole[:place], chunk_with(whole[place], damaged), *whole[place + 1 :]]
        with framegate.VideoDecoder(config) as decoder:
            if whole[place].timestamp < whole[0].timestamp:
                assert len(list(decoder.run(chunks))) + decoder.stats.dropped == len(chunks)
            else:
                with pytest.raises(framegate.EncodingError, match="Invalid data"):
                    list(decoder.run(chunks))


def from_the_middle(path: Path) -> tuple[framegate.Config, list[framegate.Chunk]]:
    """A film from the key picture of an open group on."""
    source = ["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=6", "-pix_fmt", "yuv420p"]
    codec = ["-c:v", "libx264", "-g", "25", "-bf", "3", "-x264-params", "open-gop=1"]
    subprocess.run(["ffmpeg", "-v", "error", *source, *codec, path], check=True)
    with framegate.Demuxer(path) as demuxer:
        demuxer.seek(3.0)
        config, whole = demuxer.video.config.copy(), list(demuxer.video)
    assert whole[1].timestamp < whole[0].timestamp, "pictures before the key follow it"
    return config, whole


def chunk_with(chunk: framegate.Chunk, data: bytes) -> framegate.Chunk:
    return framegate.Chunk(data, timestamp=chunk.timestamp, key=chunk.key, duration=chunk.duration)

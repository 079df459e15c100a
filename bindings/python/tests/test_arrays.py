"""Arrays that are encoded, and arrays that come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np
import PIL.Image
import pytest

from framegate import Demuxer, Frame, InvalidArgumentError, VideoDecoder, VideoEncoder
from pictures import moving, psnr

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS: dict[str, Any] = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30, "bitrate": 2_000_000}
NULL: dict[str, Any] = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


def wrapped(frame: Frame, array: np.ndarray) -> bool:
    """The frame uses the array's memory in place."""
    return frame.planes()[0].memory.obj is not None and frame.arrays()[0].ctypes.data == array.ctypes.data


def luma_of(frame: Any, **members: Any) -> np.ndarray:
    """What PyAV sees of one picture."""
    with VideoEncoder(**MEMBERS, avc={"format": "annexb"}, **members) as encoder:
        data = b"".join(chunk.data for chunk in encoder.run([frame]))
    decoder = av.CodecContext.create("h264", "r")
    (decoded,) = [frame for packet in (av.Packet(data), None) for frame in decoder.decode(packet)]
    return decoded.to_ndarray(format="rgb24", src_colorspace="ITU709")


def test_bgr_arrays_are_told_at_the_encoder() -> None:
    (rgb,) = (np.ascontiguousarray(picture[..., :3]) for picture in moving(1))
    bgr = np.ascontiguousarray(rgb[..., ::-1])
    expected = luma_of(rgb)
    assert psnr(expected, rgb) > 28
    assert (luma_of(bgr, array_format="bgr24") == expected).all()
    # Frames and images say it themselves.
    assert (luma_of(Frame(rgb, timestamp=0), array_format="BGR24") == expected).all()
    assert (luma_of(PIL.Image.fromarray(rgb), array_format="BGR24") == expected).all()
    with pytest.raises(InvalidArgumentError, match='format is "BRG", allowed are I420'):
        VideoEncoder(**MEMBERS, array_format="BRG")


def test_a_read_only_view_of_what_can_change_is_copied() -> None:
    array = np.zeros((240, 320, 3), np.uint8)
    view = array[:, :, :]
    view.flags.writeable = False
    deeper = np.asarray(memoryview(bytearray(240 * 320 * 3)).toreadonly()).reshape(240, 320, 3)
    assert not deeper.flags.writeable
    for readonly in (view, view[10:], memoryview(array).toreadonly(), deeper):
        assert not wrapped(Frame(readonly, timestamp=0), np.asarray(readonly))
        assert wrapped(Frame(readonly, timestamp=0, copy=False), np.asarray(readonly))
    array.flags.writeable = False
    fixed = np.frombuffer(bytes(240 * 320 * 3), np.uint8).reshape(240, 320, 3)
    for readonly in (array, array[10:], fixed, memoryview(fixed)):
        assert wrapped(Frame(readonly, timestamp=0), np.asarray(readonly))


def test_gray_arrays_in() -> None:
    gray = np.ascontiguousarray(next(moving(1))[..., 0])
    expected = np.repeat(gray[..., None], 3, -1)
    ways = [
        Frame(gray, timestamp=0),
        Frame(gray[..., None], timestamp=0),
        Frame(np.repeat(gray, 2, 1)[:, ::2], timestamp=0),
        Frame(gray, "gray", timestamp=0),
        Frame(gray.tobytes(), "GRAY", width=320, height=240, timestamp=0),
        Frame(PIL.Image.fromarray(gray), timestamp=0),
    ]
    for frame in ways:
        assert (frame.to_numpy() == expected).all()
    assert (luma_of(gray) == luma_of(expected)).all()
    assert (luma_of(gray, array_format="GRAY") == luma_of(expected)).all()
    with pytest.raises(InvalidArgumentError, match="5 bytes are no picture of 2x2 in GRAY"):
        Frame(bytes(5), "GRAY", width=2, height=2, timestamp=0)
    with pytest.raises(InvalidArgumentError, match="GRAY is an array of rows x columns"):
        Frame(bytes(4), "GRAY", timestamp=0)


def test_gray_arrays_out(movie: Path) -> None:
    gray = np.ascontiguousarray(next(moving(1))[..., 0])
    for name in ("RGB24", "BGRA"):
        channels = [0, 0, 0, 0][: 3 if name == "RGB24" else 4]
        assert (Frame(gray[..., None][..., channels], name, timestamp=0).to_numpy("gray") == gray).all()
    with av.open(str(movie)) as container:
        theirs = next(container.decode(video=0)).to_ndarray(format="gray8")
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config) as decoder:
        frame = next(decoder.run(demuxer.video))
    ours = frame.to_numpy("GRAY")
    assert np.abs(ours.astype(int) - theirs).max() <= 1
    assert (frame.to_numpy("GRAY", rect=(20, 30, 100, 50)) == ours[30:80, 20:120]).all()
    out = np.zeros((240, 400), np.uint8)
    assert frame.to_numpy("GRAY", out=out[:, :320]) is not None
    assert (out[:, :320] == ours).all()
    with pytest.raises(InvalidArgumentError, match=r"out is uint8 \(240, 400\), uint8 \(240, 320\) is needed"):
        frame.to_numpy("GRAY", out=out)


def test_gray_of_10_bits_full_range_and_planes_of_rgb() -> None:
    ramp = np.linspace(0, 1023, 256).round().astype(np.uint16).reshape(16, 16)
    half = np.full((16, 16), 512, np.uint16)
    full = Frame([ramp, half, half], "I444P10", timestamp=0, color_space={"full_range": True})
    assert (full.to_numpy("GRAY").ravel() == np.arange(256)).all()
    eight = np.arange(256, dtype=np.uint8).reshape(16, 16)
    planes = Frame([eight] * 3, "I444", timestamp=0, color_space={"matrix": "rgb"})
    assert (planes.to_numpy("GRAY") == eight).all()
    limited = Frame([eight] * 3, "I444", timestamp=0)
    assert limited.to_numpy("GRAY").ravel()[[0, 16, 126, 235, 255]].tolist() == [0, 0, 128, 255, 255]


@pytest.mark.parametrize("rect", [(0, 0, 0, 0), (2, 2, 0, 4), (1, 2, 3)])
def test_a_part_without_pixels_is_refused_by_name(rect: tuple[int, ...]) -> None:
    frame = Frame(PIXEL, timestamp=0)
    calls = [
        lambda: frame.to_numpy(rect=rect),
        lambda: frame.to_numpy("GRAY", rect=rect),
        lambda: frame.allocation_size(rect=rect),
        lambda: frame.copy_to(bytearray(4096), rect=rect),
    ]
    for call in calls:
        with pytest.raises(InvalidArgumentError, match=r"rect is \("):
            call()
    with pytest.raises(InvalidArgumentError, match=r"visible_rect is \("):
        Frame(PIXEL, timestamp=0, visible_rect=rect)

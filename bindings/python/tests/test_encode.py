"""What is encoded is what others decode."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

import framegate
from framegate import Chunk, Config, Frame, VideoEncoder
from pictures import moving, psnr

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30, "bitrate": 2_000_000}


def mux(path: Path, chunks: list[Chunk]) -> None:
    config = chunks[0].config
    assert config is not None
    with framegate.Muxer(path) as muxer:
        track = muxer.add_track(config)
        for chunk in chunks:
            muxer.write(track, chunk)


def probe(path: Path) -> dict[str, str]:
    entries = "stream=codec_name,profile,level,width,height,nb_read_frames"
    command = [
        "ffprobe",
        "-v",
        "error",
        "-count_frames",
        "-select_streams",
        "v",
        "-show_entries",
        entries,
        "-of",
        "json",
    ]
    shown = json.loads(subprocess.run([*command, path], check=True, capture_output=True).stdout)
    stream: dict[str, str] = shown["streams"][0]
    return stream


@pytest.mark.parametrize("latency_mode", ["quality", "realtime"])
@pytest.mark.parametrize("codec", ["avc1.42001f", "avc1.64001f"])
def test_pyav_decodes_what_went_in(tmp_path: Path, codec: str, latency_mode: str) -> None:
    pictures = list(moving(60))
    with VideoEncoder(Config(**MEMBERS), codec=codec, latency_mode=latency_mode) as encoder:  # type: ignore[arg-type]
        chunks = list(encoder.run(pictures))
    assert len(chunks) == 60
    assert chunks[0].type == "key"
    assert chunks[0].config is not None
    assert chunks[0].config.description
    assert sorted(chunk.timestamp for chunk in chunks) == [round(n * 1e6 / 30) for n in range(60)]
    path = tmp_path / "out.mp4"
    mux(path, chunks)
    stream = probe(path)
    assert (stream["codec_name"], stream["width"], stream["height"], stream["nb_read_frames"]) == (
        "h264",
        320,
        240,
        "60",
    )
    assert stream["profile"] == ("Constrained Baseline" if codec == "avc1.42001f" else "High")
    with av.open(str(path)) as container:
        decoded = [frame.to_ndarray(format="rgb24", src_colorspace="ITU709") for frame in container.decode(video=0)]
    assert min(psnr(theirs, ours[..., :3]) for theirs, ours in zip(decoded, pictures, strict=True)) > 28


def luma_of_first(chunks: list[Chunk]) -> np.ndarray:
    decoder = av.CodecContext.create("h264", "r")
    packets = [av.Packet(chunk.data) for chunk in chunks]
    frames = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
    first = frames[0]
    return first.to_ndarray(format="yuv420p")[: first.height]


def encode_one(frame: Frame) -> np.ndarray:
    with VideoEncoder(Config(**MEMBERS), avc={"format": "annexb"}) as encoder:
        return luma_of_first(list(encoder.run([frame])))


def test_every_way_to_give_a_picture_gives_the_same() -> None:
    import PIL.Image

    (rgba,) = moving(1)
    rgb = np.ascontiguousarray(rgba[..., :3])
    wide = np.zeros((240, 400, 4), np.uint8)
    wide[:, :320] = rgba
    expected = encode_one(Frame(rgba, timestamp=0))
    flipped = np.ascontiguousarray(rgba[:, ::-1])
    ways = {
        "rgb24": Frame(rgb, timestamp=0),
        "bgra": Frame(np.ascontiguousarray(rgba[..., [2, 1, 0, 3]]), "bgra", timestamp=0),
        "bgr24": Frame(np.ascontiguousarray(rgb[..., ::-1]), "BGR24", timestamp=0),
        "reversed view": Frame(rgb[..., ::-1], "BGR24", timestamp=0),
        "mirrored view": Frame(flipped[:, ::-1], timestamp=0),
        "rows with gaps, copied": Frame(wide[:, :320], timestamp=0),
        "rows with gaps, in place": Frame(wide[:, :320], timestamp=0, copy=False),
        "in place": Frame(rgba, timestamp=0, copy=False),
        "bytes": Frame(rgba.tobytes(), "RGBA", width=320, height=240, timestamp=0),
        "bytearray": Frame(bytearray(rgba.tobytes()), "RGBA", width=320, height=240, timestamp=0),
        "PIL": Frame(PIL.Image.fromarray(rgb), timestamp=0),
        "PIL with alpha": Frame(PIL.Image.fromarray(rgba), timestamp=0),
    }
    for way, frame in ways.items():
        assert (encode_one(frame) == expected).all(), way


def test_planes_in() -> None:
    rng = np.random.default_rng(1)
    luma = np.repeat(np.arange(240, dtype=np.uint8)[:, None], 320, 1)
    cb, cr = (rng.integers(100, 150, (120, 160), np.uint8) for _ in range(2))
    nv12 = np.stack([cb, cr], -1)
    wide = np.zeros((240, 512), np.uint8)
    wide[:, :320] = luma
    expected = encode_one(Frame([luma, cb, cr], "I420", timestamp=0))
    assert psnr(expected, luma) > 40
    for planes, name in [
        ([luma, nv12], "NV12"),
        ([luma, nv12.reshape(120, 320)], "NV12"),
        ([wide[:, :320], cb, cr], "I420"),
        (b"".join(plane.tobytes() for plane in (luma, cb, cr)), "I420"),
    ]:
        size = {"width": 320, "height": 240} if isinstance(planes, bytes) else {}
        for copy in (None, False, True):
            frame = Frame(planes, name, timestamp=0, copy=copy, **size)
            assert (encode_one(frame) == expected).all(), (name, copy)


def test_a_writable_array_is_copied_and_a_read_only_one_is_not() -> None:
    (rgba,) = moving(1)
    frame = Frame(rgba, timestamp=0)
    before = rgba.copy()
    rgba[:] = 0
    assert (frame.arrays()[0] == before).all()
    rgba.flags.writeable = False
    assert Frame(rgba, timestamp=0).arrays()[0].ctypes.data == rgba.ctypes.data
    assert Frame(rgba, timestamp=0, copy=True).arrays()[0].ctypes.data != rgba.ctypes.data
    assert Frame(before, timestamp=0, copy=False).arrays()[0].ctypes.data == before.ctypes.data


def test_lent_memory_is_given_back() -> None:
    import gc
    import weakref

    class Counted(np.ndarray):  # type: ignore[type-arg]
        pass

    alive = []
    with VideoEncoder(Config(**MEMBERS), latency_mode="realtime") as encoder:
        for chunk in encoder.run(lend(alive, Counted)):
            assert chunk.data
        gc.collect()
    assert len(alive) == 40
    assert sum(reference() is not None for reference in alive) == 0
    peak = max(getattr(reference, "peak", 0) for reference in [lend])
    assert 0 < peak <= 16 + 12 + 5
    assert isinstance(alive[0], weakref.ref)


def lend(alive: list, kind: type) -> object:
    """Frames around arrays, without a copy, and the most that were alive at a time."""
    import weakref

    lend.peak = 0  # type: ignore[attr-defined]
    for index, picture in enumerate(moving(40)):
        array = picture.view(kind)
        del picture
        alive.append(weakref.ref(array))
        frame = Frame(array, timestamp=index * 33333, copy=False)
        del array
        lend.peak = max(lend.peak, sum(reference() is not None for reference in alive))  # type: ignore[attr-defined]
        yield frame
        del frame


def test_key_frames_and_quantizers() -> None:
    with VideoEncoder(Config(**MEMBERS), latency_mode="realtime") as encoder:
        for index, picture in enumerate(moving(10)):
            encoder.encode(picture, key_frame=index == 5)
        encoder.flush()
        assert [chunk.key for chunk in encoder] == [True] + [False] * 4 + [True] + [False] * 4
    sizes = []
    for quantizer in (10, 45):
        with VideoEncoder(Config(**MEMBERS), bitrate_mode="quantizer") as encoder:
            for picture in moving(3):
                encoder.encode(picture, quantizer=quantizer)
            encoder.flush()
            sizes.append(sum(len(chunk) for chunk in encoder))
    assert sizes[0] > 3 * sizes[1]


def test_the_facts_of_a_frame_come_out_with_its_chunk() -> None:
    picture = next(moving(1))
    with VideoEncoder(Config(**MEMBERS), latency_mode="realtime") as encoder:
        frame = Frame(picture, timestamp=-5, duration=77, id=2**63 + 1)
        (chunk,) = encoder.run([frame])
        assert (chunk.timestamp, chunk.duration, chunk.id) == (-5, 77, 2**63 + 1)
    turned = frame.replace(rotation=90, timestamp=8, visible_rect=(16, 16, 200, 100))
    assert (turned.rotation, turned.timestamp, turned.visible_rect) == (90, 8, (16, 16, 200, 100))
    assert (turned.display_width, turned.display_height) == (100, 200)
    assert (turned.arrays()[0] == picture[16:116, 16:216]).all()
    assert turned.arrays()[0].ctypes.data == frame.arrays()[0].ctypes.data + (16 * 320 + 16) * 4
    assert frame.rotation == 0


def test_b_frames_and_the_bitrate_go_by_the_members() -> None:
    random = np.random.default_rng(1)
    pictures = [random.integers(0, 256, (240, 320, 3), np.uint8) for _ in range(150)]
    sizes = []
    for framerate in (10, 60):
        # The times say 30, whatever framerate does.
        frames = [Frame(pixels, timestamp=index * 1_000_000 // 30) for index, pixels in enumerate(pictures)]
        members = MEMBERS | {"codec": "avc1.64001f", "framerate": framerate, "bitrate": 1_000_000}
        with VideoEncoder(**members, b_frames=0) as encoder:
            chunks = list(encoder.run(frames))
        assert [chunk.dts for chunk in chunks] == [chunk.timestamp for chunk in chunks]
        sizes.append(sum(len(chunk.data) for chunk in chunks[30:]))
    assert abs(sizes[0] / sizes[1] - 1) < 0.1
    with VideoEncoder(**MEMBERS | {"codec": "avc1.64001f"}, b_frames=2, ffmpeg={"b_strategy": 0}) as encoder:
        chunks = list(encoder.run(moving(20)))
    assert any(chunk.dts != chunk.timestamp for chunk in chunks)


def test_another_bitrate_makes_no_key_frame() -> None:
    members = MEMBERS | {"latency_mode": "realtime"}
    with VideoEncoder(**members) as encoder:
        chunks = list(encoder.run(moving(5)))
        assert [chunk.key for chunk in chunks] == [True] + 4 * [False]
    with VideoEncoder(**members) as encoder:
        for index, picture in enumerate(moving(10)):
            if index == 5:
                encoder.configure(**members | {"bitrate": 500_000})
            encoder.encode(picture)
            chunk = encoder.poll(None)
            assert isinstance(chunk, Chunk)
            assert (chunk.key, chunk.config is not None) == (index == 0, index == 0)


def test_the_codec_is_the_configured_one_letter_by_letter() -> None:
    for codec, found in (("avc1.64001F", "avc1.64001F"), ("avc1.42000A", "avc1.42c00d")):
        with VideoEncoder(**MEMBERS | {"codec": codec, "bitrate": 200_000}) as encoder:
            first = next(encoder.run(moving(1)))
            assert first.config is not None
            assert first.config["codec"] == found


def test_resized_is_what_pyav_makes_of_it() -> None:
    picture = next(moving(1, channels=3))
    frame = Frame(picture, timestamp=5, duration=6, id=7)
    resized = frame.resized(160, 120)
    assert (resized.width, resized.height, resized.format) == (160, 120, "RGB24")
    assert (resized.timestamp, resized.duration, resized.id) == (5, 6, 7)
    theirs = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(160, 120, interpolation="AREA").to_ndarray()
    assert psnr(resized.to_numpy(), theirs) > 35
    assert frame.resized(1, 32_768).height == 32_768
    with pytest.raises(framegate.InvalidArgumentError, match="width"):
        frame.resized(-1, 5)

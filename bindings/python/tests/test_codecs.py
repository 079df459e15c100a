"""What the package promises of every codec, in each of the three ways to work; against PyAV and the ffmpeg command."""

from __future__ import annotations

import asyncio
import copy
import io
import pickle
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import PIL.Image
import pytest

import framegate
from framegate import Chunk, Config, Demuxer, Frame, NotSupportedError, VideoDecoder, VideoEncoder
from pictures import moving, psnr
from ways import WAYS, by_calls, close_in_the_middle, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

WIDTH, HEIGHT = 96, 64
COUNT = 30
KEYS = {0, 7, 20}


@dataclass(frozen=True)
class Case:
    """A codec, by a string that encodes."""

    codec: str
    name: str
    """PyAV's and ffmpeg's."""
    layers: tuple[str, ...] = ()
    alpha_decoder: str | None = None
    """ffmpeg's, which gives alpha; None: the codec has no alpha."""
    quantizers: tuple[int, int] = (10, 45)
    beyond: int = 52
    """No quantizer of it."""
    containers: tuple[str, ...] = ("mp4", "mkv")

    def members(self, **more: Any) -> dict[str, Any]:
        return {"codec": self.codec, "width": WIDTH, "height": HEIGHT, "framerate": 25, "bitrate": 400_000, **more}

    def __str__(self) -> str:
        return self.name


CASES = [
    Case("avc1.42001f", "h264"),
    Case("vp8", "vp8", ("L1T2", "L1T3"), "libvpx", (10, 110), 128, ("mkv", "webm")),
    Case("vp09.00.10.08", "vp9", ("L1T2", "L1T3"), "libvpx-vp9", (20, 230), 256, ("mp4", "mkv", "webm")),
]
TRANSPARENT = [case for case in CASES if case.alpha_decoder]
every = pytest.mark.parametrize("case", CASES, ids=str)
transparent = pytest.mark.parametrize("case", TRANSPARENT, ids=str)


def frames(count: int = COUNT) -> list[Frame]:
    """Their times are 40 ms, their numbers begin at 1000."""
    return [
        Frame(picture, timestamp=index * 40_000, duration=40_000 - index, id=1000 + index)
        for index, picture in enumerate(moving(count, WIDTH, HEIGHT, 3))
    ]


def encoded(case: Case, pictures: Iterable[Any] | None = None, **members: Any) -> list[Chunk]:
    with VideoEncoder(**case.members(**members)) as encoder:
        return by_calls(encoder, frames() if pictures is None else pictures, KEYS)


def decoded(chunks: Sequence[Chunk], config: Config | None = None) -> list[Frame]:
    with VideoDecoder(chunks[0].config or config) as decoder:
        return list(decoder.run(chunks))


def packed(frame: Frame) -> bytes:
    return b"".join(array.tobytes() for array in frame.arrays())


def pyavs(case: Case, chunks: Sequence[Chunk], format: str = "yuv420p") -> list[bytes]:
    """What PyAV decodes of the chunks."""
    decoder = av.CodecContext.create(case.name, "r")
    config = chunks[0].config
    assert config is not None
    decoder.extradata = config.description
    found = [frame for chunk in chunks for frame in decoder.decode(av.Packet(chunk.data))]
    found += decoder.decode(None)
    assert {frame.format.name for frame in found} == {format}
    return [b"".join(_rows(plane, format) for plane in frame.planes) for frame in found]


def _rows(plane: Any, format: str) -> bytes:
    """A plane of PyAV's, without what is behind its rows."""
    row_bytes = plane.width * (2 if format.endswith("le") else 1)
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: plane.height, :row_bytes].tobytes()


# Nothing is lost.


@every
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slots", [1, 2, 16])
def test_what_goes_in_comes_out_and_is_what_pyav_decodes(case: Case, way: str, slots: int) -> None:
    given = frames()
    with VideoEncoder(**case.members(slots=slots, latency_mode="realtime")) as encoder:
        chunks: list[Chunk] = WAYS[way](encoder, given, KEYS)
        stats = encoder.stats
    assert stats.in_flight_peak <= slots
    assert (stats.inputs, stats.outputs, stats.in_flight, stats.dropped) == (COUNT, COUNT, 0, 0)
    facts = [(frame.timestamp, frame.duration, frame.id) for frame in given]
    assert [(chunk.timestamp, chunk.duration, chunk.id) for chunk in chunks] == facts
    keys = {index for index, chunk in enumerate(chunks) if chunk.key}
    assert keys == ({0} if way == "iterator" else KEYS)
    assert all(chunk.alpha is None and chunk.temporal_layer == 0 for chunk in chunks)
    with VideoDecoder(chunks[0].config, slots=slots) as decoder:
        shown: list[Frame] = WAYS[way](decoder, chunks, set())
        stats = decoder.stats
    assert (stats.inputs, stats.outputs, stats.in_flight, stats.dropped) == (COUNT, COUNT, 0, 0)
    assert [(frame.timestamp, frame.duration, frame.id) for frame in shown] == facts
    assert [packed(frame) for frame in shown] == pyavs(case, chunks)
    pairs = zip(shown, moving(COUNT, WIDTH, HEIGHT, 3), strict=True)
    assert min(psnr(frame.to_numpy(), picture) for frame, picture in pairs) > 24


@every
def test_decoding_begins_at_each_key_and_nowhere_else(case: Case) -> None:
    chunks = encoded(case, latency_mode="realtime")
    config = chunks[0].config
    shown = [packed(frame) for frame in decoded(chunks)]
    for key in KEYS:
        assert [packed(frame) for frame in decoded(chunks[key:], config)] == shown[key:]
    with VideoDecoder(config) as decoder, pytest.raises(framegate.DataError):
        decoder.decode(chunks[1])
    with VideoDecoder(config, skip_to_key=True) as decoder:
        assert len(list(decoder.run(chunks[1:]))) == COUNT - 7
        assert decoder.skipped == 6


@every
def test_times_may_be_any(case: Case) -> None:
    times = [0, 40_000, 40_000, 10_000, 5_000_000, -70_000, 1 << 50]
    pictures = [
        Frame(picture, timestamp=at, duration=None if at else 5, id=2**64 - 1 - index)
        for index, (at, picture) in enumerate(zip(times, moving(len(times), WIDTH, HEIGHT, 3), strict=True))
    ]
    facts = [(frame.timestamp, frame.duration, frame.id) for frame in pictures]
    chunks = encoded(case, pictures, latency_mode="realtime")
    for outs in (chunks, decoded(chunks)):
        assert [(out.timestamp, out.duration, out.id) for out in outs] == facts


@every
def test_quality_gives_everything_too(case: Case) -> None:
    with VideoEncoder(**case.members(max_delay=5, slots=2)) as encoder:
        chunks = list(encoder.run(frames()))
        assert encoder.stats.in_codec_peak <= 5
    assert {chunk.id for chunk in chunks} == set(range(1000, 1000 + COUNT))
    shown = decoded(chunks)
    assert [frame.id for frame in shown] == list(range(1000, 1000 + COUNT))
    assert [packed(frame) for frame in shown] == pyavs(case, chunks)


@every
def test_each_frame_has_its_quantizer(case: Case) -> None:
    sizes = []
    for quantizer in case.quantizers:
        with VideoEncoder(**case.members(bitrate_mode="quantizer")) as encoder:
            for frame in frames(5):
                encoder.encode(frame, quantizer=quantizer)
            encoder.flush()
            sizes.append(sum(len(chunk) for chunk in encoder))
            with pytest.raises(framegate.InvalidArgumentError, match=f"{case.beyond}.* {case.beyond - 1}"):
                encoder.encode(frames(1)[0], quantizer=case.beyond)
    assert sizes[0] > 2 * sizes[1]


# Closed in the middle.


@every
@pytest.mark.parametrize("slots", [1, 2, 16])
def test_closed_in_the_middle(case: Case, slots: int) -> None:
    """A thread that feeds and one that takes are told; what is left is dropped."""
    chunks = encoded(case)
    for kind, config, items in ((VideoEncoder, case.members(), frames()), (VideoDecoder, chunks[0].config, chunks)):
        codec = kind(config, slots=slots)
        close_in_the_middle(codec, items)
        assert codec.state == "closed"


@every
def test_a_run_that_is_left_and_a_task_that_is_cancelled(case: Case) -> None:
    """The codec is as newly configured."""
    with VideoEncoder(**case.members(slots=2)) as encoder:
        for chunk in encoder.run(frames()):
            assert chunk.key
            break

        async def cancelled() -> None:
            async def take() -> None:
                async for _ in encoder.run_async(iter(frames() * 100)):
                    await asyncio.sleep(0.001)

            task = asyncio.create_task(take())
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(cancelled())
        chunks = list(encoder.run(frames()))
    assert chunks[0].key
    assert len(chunks) == len(decoded(chunks)) == COUNT


# Temporal layers.


@every
@pytest.mark.parametrize(("mode", "pattern"), [("L1T1", [0]), ("L1T2", [0, 1]), ("L1T3", [0, 2, 1, 2])])
def test_layers(case: Case, mode: str, pattern: list[int]) -> None:
    """A key begins the pattern anew; without the upper layers the others decode to the same pictures."""
    members = case.members(scalability_mode=mode, latency_mode="realtime")
    if mode != "L1T1" and mode not in case.layers:
        assert not VideoEncoder.is_config_supported(**members)
        with pytest.raises(NotSupportedError, match=f"{mode}.*L1T1"):
            VideoEncoder(**members)
        return
    chunks = encoded(case, **members)
    begun = [max(key for key in KEYS if key <= index) for index in range(COUNT)]
    assert [chunk.temporal_layer for chunk in chunks] == [
        pattern[(index - key) % len(pattern)] for index, key in enumerate(begun)
    ]
    assert [chunk.temporal_layer for chunk in copies(chunks)] == [chunk.temporal_layer for chunk in chunks]
    whole = {frame.id: packed(frame) for frame in decoded(chunks)}
    for most in range(max(pattern)):
        kept = [chunk for chunk in chunks if chunk.temporal_layer <= most]
        assert {frame.id: packed(frame) for frame in decoded(kept)} == {chunk.id: whole[chunk.id] for chunk in kept}


def copies(chunks: list[Chunk]) -> list[Chunk]:
    """Copied, and copied by way of a pickle."""
    found: list[Chunk] = pickle.loads(pickle.dumps([copy.deepcopy(copy.copy(chunk)) for chunk in chunks]))
    assert found == chunks
    return found


# Alpha.


def glass(count: int = 12) -> list[np.ndarray]:
    """Rows x columns x RGBA, with an alpha that moves."""
    pictures = list(moving(count, WIDTH, HEIGHT))
    for index, picture in enumerate(pictures):
        picture[..., 3] = np.arange(WIDTH) * 2 + 3 * index
    return pictures


@transparent
@pytest.mark.parametrize("way", WAYS)
def test_alpha_comes_back_where_it_is_kept(case: Case, way: str) -> None:
    given = glass()
    with VideoEncoder(**case.members(alpha="keep", bitrate=2_000_000)) as encoder:
        chunks: list[Chunk] = WAYS[way](encoder, given, {5})
    assert all(chunk.alpha for chunk in chunks)
    again = copies(chunks)
    assert [chunk.alpha for chunk in again] == [chunk.alpha for chunk in chunks]
    with VideoDecoder(again[0].config) as decoder:
        shown: list[Frame] = WAYS[way](decoder, again, set())
    assert [frame.format for frame in shown] == ["I420A"] * len(given)
    for frame, picture in zip(shown, given, strict=True):
        for array in (frame.to_numpy("RGBA"), np.asarray(frame)):
            assert array.shape == (HEIGHT, WIDTH, 4)
            assert psnr(array[..., 3], picture[..., 3]) > 30
            assert psnr(array[..., :3], picture[..., :3]) > 20
        assert (frame.arrays()[3] == frame.to_numpy("RGBA")[..., 3]).all()
        assert frame.to_numpy().shape == (HEIGHT, WIDTH, 3)


@transparent
def test_alpha_planes_in_and_pictures_without(case: Case) -> None:
    """I420A goes in as it is; what has no alpha is opaque; where alpha is discarded there is none."""
    luma, chroma = np.full((HEIGHT, WIDTH), 90, np.uint8), np.full((HEIGHT // 2, WIDTH // 2), 110, np.uint8)
    alpha = np.tile(np.arange(WIDTH, dtype=np.uint8) * 2, (HEIGHT, 1))
    planes = Frame([luma, chroma, chroma, alpha], "I420A", timestamp=0)
    (frame,) = decoded(encoded(case, [planes], alpha="keep", bitrate=2_000_000))
    assert psnr(frame.arrays()[3], alpha) > 30
    (frame,) = decoded(encoded(case, frames(1), alpha="keep"))
    assert (frame.arrays()[3] == 255).all()
    for members in ({}, {"alpha": "discard"}):
        chunks = encoded(case, [planes], **members)
        assert chunks[0].alpha is None
        assert decoded(chunks)[0].format == "I420"


@transparent
def test_chunks_with_alpha_can_be_made(case: Case) -> None:
    """Of a program's own bytes; without its alpha a stream decodes to the same colours."""
    chunks = encoded(case, glass(), alpha="keep")
    config = chunks[0].config
    shown = decoded(chunks)
    made = [Chunk(chunk.data, timestamp=chunk.timestamp, key=chunk.key, alpha=chunk.alpha) for chunk in chunks]
    assert [packed(frame) for frame in decoded(made, config)] == [packed(frame) for frame in shown]
    opaque = [Chunk(chunk.data, timestamp=chunk.timestamp, key=chunk.key) for chunk in chunks]
    assert [packed(frame) for frame in decoded(opaque, config)] == [
        packed(frame.replace(format="I420")) for frame in shown
    ]
    made[2].alpha = None
    with pytest.raises(framegate.FramegateError, match="alpha"):
        decoded(made, config)


@transparent
def test_alpha_has_the_layers_of_its_colours(case: Case) -> None:
    chunks = encoded(case, glass(), alpha="keep", scalability_mode="L1T3")
    whole = {frame.timestamp: packed(frame) for frame in decoded(chunks)}
    kept = [chunk for chunk in chunks if chunk.temporal_layer < 2]
    assert all(chunk.alpha for chunk in kept)
    assert 1 < len(kept) < len(chunks)
    assert all(packed(frame) == whole[frame.timestamp] for frame in decoded(kept))


@transparent
def test_images_and_notebooks_have_alpha(case: Case) -> None:
    images = [PIL.Image.fromarray(picture) for picture in glass(3)]
    shown = decoded(encoded(case, images, alpha="keep", bitrate=2_000_000))
    for frame, picture in zip(shown, glass(3), strict=True):
        png = frame._repr_png_()
        assert png
        image = np.asarray(PIL.Image.open(io.BytesIO(png)))
        assert psnr(image[..., 3], picture[..., 3]) > 30
        assert frame.resized(40, 30).to_numpy("RGBA").shape == (30, 40, 4)


@transparent
@pytest.mark.parametrize("ending", ["mkv", "webm"])
def test_alpha_survives_a_file(case: Case, ending: str, tmp_path: Path) -> None:
    chunks = encoded(case, glass(), alpha="keep")
    path = written(tmp_path / f"alpha.{ending}", chunks)
    with Demuxer(path) as demuxer:
        config = demuxer.video.config
        found = list(demuxer.video)
    assert [chunk.alpha for chunk in found] == [chunk.alpha for chunk in chunks]
    assert [chunk.data for chunk in found] == [chunk.data for chunk in chunks]
    shown = b"".join(packed(frame) for frame in decoded(found, config))
    command = ["ffmpeg", "-v", "error", "-nostdin", "-c:v", str(case.alpha_decoder), "-i", str(path)]
    command += ["-fps_mode", "passthrough", "-pix_fmt", "yuva420p", "-f", "rawvideo", "-"]
    assert subprocess.run(command, check=True, capture_output=True).stdout == shown


def test_alpha_is_refused_by_name_where_there_is_none(tmp_path: Path) -> None:
    h264, vp8, vp9 = CASES
    refused = [
        lambda: VideoEncoder(**h264.members(alpha="keep")),
        lambda: VideoEncoder(**vp9.members(codec="vp09.02.10.10", alpha="keep")),
    ]
    for call in refused:
        with pytest.raises(NotSupportedError, match='alpha is "keep"'):
            call()
    chunks = encoded(vp9, glass(1), alpha="keep")
    with pytest.raises(NotSupportedError, match=r"alpha_size.*webm"):
        written(tmp_path / "alpha.mp4", chunks)
    (chunk,) = encoded(h264, frames(1))
    chunk.alpha = b"123"
    with VideoDecoder(chunk.config) as decoder, pytest.raises(framegate.InvalidArgumentError, match="alpha_size is 3"):
        decoder.decode(chunk)
    assert not VideoEncoder.is_config_supported(**vp8.members(scalability_mode="L3T3"))


# Files.


@every
@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm"])
def test_files_are_what_pyav_reads(case: Case, ending: str, tmp_path: Path) -> None:
    chunks = encoded(case, latency_mode="realtime")
    path = tmp_path / f"out.{ending}"
    if ending not in case.containers:
        with pytest.raises(NotSupportedError):
            written(path, chunks)
        return
    written(path, chunks)
    with Demuxer(path) as demuxer:
        config = demuxer.video.config
        found = list(demuxer.video)
    assert config.codec.split(".")[0] == case.codec.split(".")[0]
    assert [(chunk.data, chunk.key) for chunk in found] == [(chunk.data, chunk.key) for chunk in chunks]
    shown = [(frame.timestamp, packed(frame)) for frame in decoded(found, config)]
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        theirs = [
            (round(frame.pts * frame.time_base * 1_000_000), frame.to_ndarray(format="yuv420p").tobytes())
            for frame in container.decode(stream)
        ]
    assert stream.codec_context.name in (case.name, case.alpha_decoder)
    assert theirs == shown


# More than 8 bits, and whole chroma.


@pytest.mark.parametrize(
    ("codec", "format", "theirs"),
    [
        ("vp09.01.10.08", "I422", "yuv422p"),
        ("vp09.01.10.08", "I444", "yuv444p"),
        ("vp09.02.10.10", "I420P10", "yuv420p10le"),
        ("vp09.02.10.12", "I420P12", "yuv420p12le"),
        ("vp09.03.10.10", "I422P10", "yuv422p10le"),
        ("vp09.03.10.10", "I444P10", "yuv444p10le"),
    ],
)
def test_vp9_of_other_formats(codec: str, format: str, theirs: str) -> None:
    """Without loss: arrays in, the same arrays out."""
    bits = int(codec[-2:])
    across, down = {"I420": (2, 2), "I422": (2, 1), "I444": (1, 1)}[format[:4]]
    sizes = [(HEIGHT, WIDTH), *[(HEIGHT // down, WIDTH // across)] * 2]
    dtype = np.uint8 if bits == 8 else np.uint16
    planes = [(np.arange(rows * columns) * 7 % 2**bits).astype(dtype).reshape(rows, columns) for rows, columns in sizes]
    members = CASES[2].members(codec=codec, ffmpeg={"lossless": "1"}, latency_mode="realtime")
    with VideoEncoder(**members) as encoder:
        chunks = list(encoder.run([Frame(planes, format, timestamp=5)]))
    (frame,) = decoded(chunks)
    assert frame.format == format
    for plane, array, given in zip(frame.planes(), frame.arrays(), planes, strict=True):
        assert (array == given).all()
        assert (plane.depth, array.dtype) == (dtype().itemsize, dtype)
    assert pyavs(CASES[2], chunks, theirs) == [packed(frame)]
    assert frame.to_numpy().shape == (HEIGHT, WIDTH, 3)
    gray = frame.to_numpy("GRAY")
    luma = (planes[0] / 2 ** (bits - 8) - 16) * 255 / 219
    assert np.abs(gray - np.clip(luma, 0, 255)).max() <= 1

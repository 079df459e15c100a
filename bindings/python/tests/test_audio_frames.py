"""Arrays that become sound, and arrays that come out of it."""

from __future__ import annotations

import array
import gc
import itertools
import subprocess
import sys
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from conftest import ROOT
from framegate import AudioDecoder, AudioFrame, ClosedError, Demuxer, InvalidArgumentError, InvalidStateError, Resampler
from framegate._native.generated import SAMPLE
from sounds import RATE, tones

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = list(SAMPLE)
KINDS = ["u8", "s16", "s32", "f32"]
DTYPES: dict[str, Any] = {"u8": np.uint8, "s16": np.int16, "s32": np.int32, "f32": np.float32}


def frame(data: Any, format: str | None = None, **more: Any) -> AudioFrame:
    return AudioFrame(data, format, **{"sample_rate": RATE, **more})


def kind(format: str) -> str:
    return format.split("-")[0]


# Conversions against a float reference.


def levels(samples: np.ndarray) -> np.ndarray:
    """What samples stand for, exactly: float64 has room for all of them."""
    wide = samples.astype(np.float64)
    match samples.dtype:
        case np.uint8:
            return (wide - 128) / 128
        case np.float32:
            return np.where(np.isnan(wide), 0, wide)
    return wide / 2.0 ** (8 * samples.itemsize - 1)


def nearest(level: np.ndarray, format: str) -> np.ndarray:
    """The samples of a format that are nearest, of two as near the even one."""
    if format == "f32":
        return level.astype(np.float32)
    half = 2.0 ** (8 * np.dtype(DTYPES[format]).itemsize - 1)
    whole = np.clip(np.rint(level * half), -half, half - 1)
    return (whole + (128 if format == "u8" else 0)).astype(DTYPES[format])


def edges(format: str) -> np.ndarray:
    """Samples x 3: all of the small formats' numbers, or ends, middles, halves and anything."""
    generator = np.random.default_rng(7)
    if format == "u8":
        values: np.ndarray = np.arange(256, dtype=np.uint8)
    elif format == "f32":
        steps = np.arange(-600, 600) / np.float32(2**8) / 2
        odd = [np.nan, np.inf, -np.inf, 1e30, -1e30, 1.0, -1.0, -0.0, np.nextafter(np.float32(1), np.float32(0)), 1e-40]
        anything = generator.uniform(-1.2, 1.2, 3000)
        values = np.concatenate([steps, steps / 2**8, np.array(odd), anything]).astype(np.float32)
    else:
        ends = np.iinfo(DTYPES[format])
        unit = 1 << (8 * np.dtype(DTYPES[format]).itemsize - 8)
        around = [n * unit // 2 + d for n in range(-256, 256) for d in (-1, 0, 1)]
        anything = generator.integers(ends.min, ends.max, 3000, endpoint=True)
        values = np.clip(np.concatenate([around, anything]), ends.min, ends.max).astype(DTYPES[format])
    return values[: len(values) // 3 * 3].reshape(-1, 3)


@pytest.mark.parametrize(("source", "target"), list(itertools.product(FORMATS, FORMATS)))
def test_every_format_becomes_every_other(source: str, target: str) -> None:
    given = edges(kind(source))
    expected = given if kind(source) == kind(target) else nearest(levels(given), kind(target))
    sound = frame(np.asfortranarray(given) if "planar" in source else given)
    assert sound.format == source
    found = sound.to_numpy(target)
    assert (found.shape, found.dtype) == (given.shape, DTYPES[kind(target)])
    assert found.tobytes() == expected.tobytes()  # NaN is what it was where nothing is converted
    assert found.T.flags.c_contiguous == ("planar" in target)
    # W3C's way: bytes, of a channel or of all, of some samples or of all.
    for plane in range(3 if "planar" in target else 1):
        wanted = expected[5:45, plane] if "planar" in target else expected[5:45]
        buffer = bytearray(sound.allocation_size(target, plane=plane, frame_offset=5, frame_count=40))
        sound.copy_to(buffer, target, plane=plane, frame_offset=5, frame_count=40)
        assert buffer == wanted.tobytes()


# In.


@pytest.mark.parametrize("format", KINDS)
def test_the_numbers_of_an_array_say_the_format(format: str) -> None:
    samples = tones(480, format=format)
    for made in (frame(samples), AudioFrame.from_numpy(samples, sample_rate=RATE), frame(samples, format.upper())):
        assert (made.format, made.sample_rate, made.channels, made.frames) == (format, RATE, 2, 480)
        assert (made.timestamp, made.duration, made.id, made.priming, made.padding) == (0, 10_000, 0, 0, 0)
        assert (np.asarray(made) == samples).all()
    mono = AudioFrame.from_numpy(samples[:, 0], format, sample_rate=44_100, timestamp=-5, id=2**64 - 1)
    assert (mono.channels, mono.frames, mono.timestamp, mono.id) == (1, 480, -5, 2**64 - 1)
    assert mono.duration == 480 * 10**6 // 44_100
    assert (np.asarray(mono) == samples[:, :1]).all()


def address(made: AudioFrame) -> int:
    return made.arrays()[0].ctypes.data


def test_memory_that_nobody_writes_to_is_not_copied() -> None:
    samples = tones(480, 3)
    for layout, named in (("C", "f32"), ("F", "f32-planar")):
        ordered = np.array(samples, order=layout)
        for part in (ordered, ordered[10:50] if layout == "F" else ordered[10:50, :], ordered[:, 1:2]):
            in_place = layout == "F" or part.flags.c_contiguous
            assert (address(frame(part)) == part.ctypes.data) is False
            assert (address(frame(part, copy=False)) == part.ctypes.data) is in_place
            assert (np.asarray(frame(part)) == part).all()
        ordered.flags.writeable = False
        made = frame(ordered)
        assert made.format == named
        assert address(made) == ordered.ctypes.data
        assert address(frame(ordered, copy=True)) != ordered.ctypes.data
    ordered = np.array(samples)
    view = ordered[:]
    view.flags.writeable = False
    assert address(frame(view)) != ordered.ctypes.data  # others can write to it


def test_columns_that_lie_apart_or_backwards_are_planes_in_place() -> None:
    block = np.asfortranarray(tones(480, 6))
    for part in (block[:, ::2], block[:, ::-1], block[7:, 4:0:-3], np.broadcast_to(block[:, :1], (480, 4))):
        made = frame(part, copy=False)
        assert made.format == "f32-planar"
        assert [each.ctypes.data for each in made.arrays()] == [part[:, n].ctypes.data for n in range(part.shape[1])]
        assert (np.asarray(made) == part).all()
        assert (frame(part).to_numpy() == part).all()


def test_other_orders_are_copied() -> None:
    samples = tones(480, 4)
    for part in (samples[::2], samples[::-1], samples[:, ::2], samples[:, ::-1], np.zeros((480, 4), np.float32)[::3]):
        for copy in (None, False, True):
            made = frame(part, copy=copy)
            assert made.format == "f32"
            assert (np.asarray(made) == part).all()
    for named in ("f32", "f32-planar"):
        for layout in ("C", "F"):
            made = frame(np.array(samples, order=layout), named)
            assert made.format == named
            assert (made.to_numpy() == samples).all()


def test_planes_and_bytes() -> None:
    samples = tones(480, 5, format="s16")
    planes = [np.ascontiguousarray(samples[:, channel]) for channel in range(5)]
    block = b"".join(plane.tobytes() for plane in planes)
    ways = [
        frame(planes),
        frame(tuple(planes), "s16-planar", channels=5),
        frame([plane.tolist() and array.array("h", plane) for plane in planes]),
        frame([np.repeat(plane, 2)[::2] for plane in planes]),
        frame(block, "s16-planar", channels=5),
        frame(samples.tobytes(), "s16", channels=5),
        frame(bytearray(samples.tobytes()), "s16", channels=5),
        frame(array.array("h", samples.ravel()), channels=5),
        frame(samples.ravel(), "s16", channels=5),
        frame(np.repeat(samples.ravel(), 2)[::2], channels=5),
        frame([samples]),
    ]
    for made in ways:
        assert (made.channels, made.frames) == (5, 480)
        assert (made.to_numpy("s16") == samples).all()
        again = frame(made.arrays(), made.format)
        assert again == made
        for plane in planes:
            plane.flags.writeable = False
    assert [each.ctypes.data for each in frame(planes).arrays()] == [plane.ctypes.data for plane in planes]


def test_255_channels() -> None:
    for order in ("C", "F"):
        samples = np.array(tones(20, 255), order=order)
        for copy in (None, False):
            made = frame(samples, copy=copy)
            assert len(made.planes()) == (1 if order == "C" else 255)
            assert (made.to_numpy("f32-planar") == samples).all()
    with pytest.raises(InvalidArgumentError, match="channels is 256, allowed are 1 to 255"):
        frame(tones(20, 256))


# Out.


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_views_are_read_only_and_keep_the_memory_alive(order: str, channels: int) -> None:
    samples = np.array(tones(4800, channels), order=order)
    given = np.array(samples, order=order)
    given.flags.writeable = False
    for made in (frame(samples), frame(given), frame(list(given.T))):
        views = [*made.arrays(), np.asarray(made), *(np.asarray(plane) for plane in made.planes())]
        memories = [plane.memory for plane in made.planes()]
        for view in views:
            if view.flags.owndata:  # of planes that lie anywhere
                continue
            assert not view.flags.writeable
            with pytest.raises(ValueError, match=r"read-only|WRITEABLE"):
                view.flags.writeable = True
        assert all(memory.readonly for memory in memories)
        made.close()
        assert made.closed
        with pytest.raises(ClosedError):
            made.arrays()
        del made
        gc.collect()
        others = [frame(np.full((4800, channels), 7, np.float32)) for _ in range(20)]  # take what is free
        whole = views[len(memories)]
        assert (whole == samples).all()
        assert [memory.tolist() for memory in memories] == [view.ravel().tolist() for view in views[: len(memories)]]
        assert len(others) == 20


def test_memory_in_place_is_let_go_of() -> None:
    class Block(bytearray):
        pass

    block = Block(8 * 480)
    gone = weakref.ref(block)
    made = frame(memoryview(block), "f32", channels=2, copy=False)
    view = made.arrays()[0]
    del block, made
    for _ in range(20):
        frame(b"1234", "f32", channels=1)
    assert gone() is not None
    assert (view == 0).all()
    del view
    for _ in range(20):
        frame(b"1234", "f32", channels=1)  # each looks after some of the others
    gc.collect()
    assert gone() is None


def test_an_array_of_a_frame_is_a_view_where_it_can_be() -> None:
    samples = tones(480, 3)
    for made in (frame(samples), frame(np.asfortranarray(samples)), frame(list(samples[:, :2].T))):
        view = np.asarray(made)
        assert view.ctypes.data == address(made)
        assert view.base is not None
        assert (np.asarray(made, np.float64) == view).all()
        if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
            assert np.asarray(made, copy=False).ctypes.data == address(made)
            assert np.array(made).ctypes.data != address(made)
            with pytest.raises(ValueError, match="by a copy"):
                np.asarray(made, np.int16, copy=False)
    keep = [np.array(samples[:, channel]) for channel in (0, 1, 2)]
    scattered = frame([keep[0], keep[2], keep[0][:]], copy=False)
    assert (np.asarray(scattered) == samples[:, [0, 2, 0]]).all()


def test_to_numpy_writes_where_it_is_told() -> None:
    made = frame(tones(480))
    expected = made.to_numpy("s16")
    for out in (
        np.zeros((480, 2), np.int16),
        np.zeros((2, 480), np.int16).T,
        np.zeros((2, 960), np.int16)[:, :480].T,
        np.zeros((4, 480), np.int16)[::-2].T,
    ):
        assert made.to_numpy("s16", out=out) is out
        assert (out == expected).all()
    for wrong, text in (
        (np.zeros((480, 2), np.float32), r"out is float32 \(480, 2\), int16 \(480, 2\) is needed"),
        (np.zeros((480, 1), np.int16), r"out is int16 \(480, 1\), int16 \(480, 2\)"),
        (np.zeros((960, 2), np.int16)[::2], "out has gaps"),
    ):
        with pytest.raises(InvalidArgumentError, match=text):
            made.to_numpy("s16", out=wrong)
        assert not wrong.any()
    fixed = np.zeros((480, 2), np.int16)
    fixed.flags.writeable = False
    with pytest.raises(InvalidArgumentError, match="out is read-only"):
        made.to_numpy("s16", out=fixed)


def test_numbers_without_numpy() -> None:
    """As far as the video frames go: bytes in, memory and copies out."""
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "import array, framegate\n"
        "samples = array.array('h', range(960))\n"
        "frame = framegate.AudioFrame(samples, channels=2, sample_rate=48000)\n"
        "assert frame.planes()[0].memory.tolist() == samples.tolist()\n"
        "buffer = bytearray(frame.allocation_size('f32'))\n"
        "frame.copy_to(buffer, 'f32')\n"
        "assert memoryview(buffer).cast('f')[5] == 5 / 32768\n"
        "with framegate.AudioEncoder(codec='flac', sample_rate=48000, number_of_channels=2) as encoder:\n"
        "    chunks = list(encoder.run([frame]))\n"
        "with framegate.AudioDecoder(chunks[0].config) as decoder:\n"
        "    (out,) = decoder.run(chunks)\n"
        "out.copy_to(buffer, 's16')\n"
        "assert buffer[:1920] == samples.tobytes()\n"
        "print(frame, frame.planes()[0])\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "bindings/python/src")}, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "<framegate.AudioFrame s16 48000 Hz, 480 samples of 2 channels, 0 us> "
        "<framegate.AudioPlane s16, 480 samples of 2 channels>\n"
    )


def test_frames_are_equal_when_samples_and_facts_are() -> None:
    samples = tones(480)
    assert frame(samples) == frame(samples.copy())
    for other in (
        frame(samples[:-1]),
        frame(samples * 2),
        frame(samples, timestamp=1),
        frame(samples, id=1),
        frame(samples, sample_rate=RATE + 1),
        frame(samples, "f32-planar"),
        frame(samples[:, :1]),
    ):
        assert frame(samples) != other
    assert frame(samples) != samples.tolist()
    closed = frame(samples)
    with closed:
        pass
    assert closed == closed
    assert closed != frame(samples)
    assert repr(closed) == "<framegate.AudioFrame closed, 0 us>"
    assert (closed.timestamp, closed.duration, closed.id) == (0, 10_000, 0)


# What is refused, by name.

SAMPLES = np.zeros((480, 2), np.float32)


@pytest.mark.parametrize(
    ("data", "format", "more", "text"),
    [
        (SAMPLES.astype(np.float64), None, {}, "numbers of type float64, uint8, int16, int32, float32 is needed"),
        (SAMPLES.astype(np.float16), None, {}, "type float16"),
        (SAMPLES.astype(np.int64), None, {}, "type int64"),
        (SAMPLES.astype(np.int8), None, {}, "type int8"),
        (SAMPLES.astype(np.uint16), None, {}, "type uint16"),
        (SAMPLES.astype(">i2"), None, {}, "type big-endian int16"),
        (SAMPLES.astype(bool), None, {}, "type bool"),
        (SAMPLES.astype(np.complex64), None, {}, "type Zf"),
        (SAMPLES, "s16", {}, "type float32, int16 is needed"),
        (SAMPLES, "f33", {}, 'format is "f33", allowed are u8, s16, s32, f32, u8-planar'),
        (SAMPLES, None, {"channels": 1}, "has 2 channels, not 1: it is samples x channels"),
        (SAMPLES[:0], None, {}, r"shape \(0, 2\) has no samples"),
        (SAMPLES[:, :0], None, {}, r"shape \(480, 0\) has no samples"),
        (SAMPLES[None], None, {}, r"shape \(1, 480, 2\) is no sound"),
        (np.float32(1), None, {}, r"shape \(\) is no sound"),
        (SAMPLES[:0, 0], None, {}, "0 bytes are no sound"),
        (SAMPLES, None, {"sample_rate": 0}, "sample_rate is 0, allowed are 1 to 16000000"),
        (SAMPLES, None, {"sample_rate": 16_000_001}, "sample_rate is 16000001"),
        (SAMPLES, None, {"sample_rate": 1 << 32}, "sample_rate is 4294967296"),
        (SAMPLES, None, {"sample_rate": 44_100.5}, "sample_rate is 44100.5, a whole number is needed"),
        (SAMPLES, None, {"sample_rate": float("nan")}, "sample_rate is nan"),
        (SAMPLES, None, {"timestamp": 1 << 63}, "timestamp is"),
        (SAMPLES, None, {"id": -1}, "id is -1"),
        (bytes(960), None, {"channels": 2}, "format is missing"),
        (bytes(960), "s16", {}, "channels is missing"),
        (bytes(961), "s16", {"channels": 2}, "961 bytes are no sound of 2 channels in s16, which takes 4"),
        (bytes(960), "s16", {"channels": 0}, "channels is 0"),
        (bytes(960), "s16", {"channels": -1}, "channels is -1"),
        ([SAMPLES[:, 0], SAMPLES[1:, 1]], None, {}, "plane 1 has 479 samples, plane 0 has 480"),
        ([SAMPLES[:, 0], SAMPLES[:, 1].astype(np.int16)], None, {}, "plane 1 has numbers of type int16, float32"),
        ([SAMPLES, SAMPLES], None, {}, r"plane 0 has shape \(480, 2\)"),
        ([SAMPLES[:0, 0]] * 2, None, {}, "plane 0 has 0 samples"),
        ([SAMPLES[:, 0]] * 2, "f32", {}, "2 planes are given, f32 has 1"),
        ([SAMPLES[:, 0]] * 2, None, {"channels": 3}, "2 planes are given, 3 are needed"),
        ([], None, {}, "0 planes are given, 1 to 255 are needed"),
        ([SAMPLES[:, 0]] * 256, None, {}, "channels is 256"),
    ],
)
def test_what_is_no_sound_is_refused(data: Any, format: str | None, more: dict[str, Any], text: str) -> None:
    with pytest.raises(InvalidArgumentError, match=text):
        frame(data, format, **more)


def test_what_has_no_memory_is_refused() -> None:
    for data in ("text", 5, None, [0.5, 0.25], [[0.5], [0.25]]):
        with pytest.raises(TypeError):
            frame(data)


def test_copies_beyond_the_sound_are_refused() -> None:
    made = frame(SAMPLES)
    buffer = bytearray(made.allocation_size())
    for more, text in (
        ({"frame_offset": 480}, "frame_offset is 480, allowed are 0 to 479"),
        ({"frame_offset": 470, "frame_count": 11}, "frame_count is 11, allowed are 0 to 10"),
        ({"frame_count": 0}, "frame_count is 0, which has no samples"),
        ({"frame_count": 1 << 32}, "frame_count is 4294967296"),
        ({"frame_offset": -1}, "frame_offset is -1"),
        ({"plane": 1}, "plane is 1, allowed is 0"),
        ({"plane": 2, "format": "s16-planar"}, "plane is 2, allowed are 0 to 1"),
        ({"format": "s8"}, 'format is "s8"'),
    ):
        for call in (made.allocation_size, lambda **more: made.copy_to(buffer, **more)):
            with pytest.raises(InvalidArgumentError, match=text):
                call(**more)
    with pytest.raises(InvalidArgumentError, match="dest is too small"):
        made.copy_to(bytearray(3839))
    with pytest.raises(InvalidArgumentError, match="destination has gaps"):
        made.copy_to(np.zeros((960, 2), np.float32)[::2])
    with pytest.raises((TypeError, BufferError)):
        made.copy_to(bytes(3840))


# Another rate, or other channels.


def test_resampling_is_what_ffmpeg_does(tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    made = ["-f", "lavfi", "-i", "sine=frequency=700:duration=1:sample_rate=44100", "-ac", "2", "-c:a", "pcm_f32le"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *made, source], check=True)
    changed = ["-ar", "48000", "-ac", "1", "-f", "f32le", "-"]
    expected = subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-i", source, *changed], capture_output=True, check=True
    )
    with Demuxer(source) as demuxer, AudioDecoder(demuxer.audio.config) as decoder:
        frames = list(Resampler(sample_rate=48_000, channels=1, format="f32").run(decoder.run(demuxer.audio)))
    ours = np.concatenate([np.asarray(each) for each in frames])
    theirs = np.frombuffer(expected.stdout, np.float32)[:, None]
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-6
    ends = np.cumsum([each.frames for each in frames])
    assert [each.timestamp for each in frames[1:]] == [(int(end) * 10**6 + RATE // 2) // RATE for end in ends[:-1]]


def test_a_resampler_says_what_it_cannot() -> None:
    resampler = Resampler(sample_rate=24_000)
    assert resampler.pull() is None
    resampler.push(frame(SAMPLES, timestamp=70))
    first = resampler.pull()
    assert first is not None
    assert (first.sample_rate, first.channels, first.format, first.timestamp) == (24_000, 2, "f32", 70)
    for other in (frame(SAMPLES[:, :1]), frame(SAMPLES, sample_rate=44_100), frame(SAMPLES, "f32-planar")):
        with pytest.raises(InvalidArgumentError):
            resampler.push(other)
    resampler.push(None)
    rest = 0
    while (out := resampler.pull()) is not None:
        rest += out.frames
    assert first.frames + rest == 240
    with pytest.raises(InvalidStateError, match="the end was pushed before"):
        resampler.push(frame(SAMPLES))
    with pytest.raises(InvalidArgumentError, match="sample_rate is -1"):
        Resampler(sample_rate=-1)
    with pytest.raises(InvalidArgumentError, match='format is "s8"'):
        Resampler(format="s8")
    with pytest.raises(InvalidArgumentError, match="sample_rate is 0"):
        Resampler(sample_rate=0).push(frame(SAMPLES))
    assert list(Resampler(channels=1).run([])) == []

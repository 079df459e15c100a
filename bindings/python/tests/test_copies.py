"""What may be copied and pickled, and what must not be: two objects around one pointer would free it twice."""

from __future__ import annotations

import copy
import ctypes
import gc
import inspect
import multiprocessing
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import framegate
from framegate import Chunk, Config, Demuxer, Frame, Muxer, VideoDecoder, VideoEncoder
from framegate._native import Handle, Lease, structs
from framegate._native.generated import STRUCTS
from pictures import moving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

H264 = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30}
PCM = {"codec": "pcm-s16", "sample_rate": 48_000, "number_of_channels": 1}
PIXEL = np.zeros((16, 16, 4), np.uint8)

WAYS: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{
        f"pickle {protocol}": lambda value, protocol=protocol: pickle.loads(pickle.dumps(value, protocol))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}


def native_config() -> Config:
    """One that an encoder made: with a description."""
    with VideoEncoder(**H264) as encoder:
        config = next(iter(encoder.run(moving(3)))).config
    assert config is not None
    return config


def sound() -> framegate.AudioFrame:
    return framegate.AudioFrame(np.zeros(8, np.float32), sample_rate=48_000)


def plane() -> framegate.Plane:
    return Frame(PIXEL, timestamp=0).planes()[0]


# Every public class is in one of the two lists: by value, or refused.
BY_VALUE: dict[type, Callable[[], Any]] = {
    Chunk: lambda: Chunk(b"data", timestamp=-5, key=True, duration=7, dts=-9, id=2**64 - 1, alpha=b"alpha"),
    Config: native_config,
    framegate.Chapter: lambda: framegate.Chapter(0, 2_500_000, "One"),
    framegate.Cover: lambda: framegate.Cover("image/png", b"data"),
    framegate.ColorSpace: lambda: framegate.ColorSpace("bt709", matrix="rgb"),
    framegate.PlaneLayout: lambda: framegate.PlaneLayout(1, 2),
    framegate.Ready: lambda: framegate.Ready(enqueue=True, poll=False),
    framegate.Rect: lambda: framegate.Rect(1, 2, 3, 4),
    framegate.Stats: lambda: VideoEncoder(**H264).stats,
    **{
        kind: lambda kind=kind: kind("text")
        for kind in vars(framegate).values()
        if isinstance(kind, type) and issubclass(kind, framegate.FramegateError)
    },
}
REFUSED: dict[type, Callable[[Path], Any]] = {
    VideoEncoder: lambda _: VideoEncoder(**H264),
    VideoDecoder: lambda _: VideoDecoder(codec="avc1.42001f"),
    framegate.AudioEncoder: lambda _: framegate.AudioEncoder(**PCM),
    framegate.AudioDecoder: lambda _: framegate.AudioDecoder(**PCM),
    framegate.AudioFrame: lambda _: sound(),
    framegate.AudioPlane: lambda _: sound().planes()[0],
    framegate.Resampler: lambda _: framegate.Resampler(sample_rate=8000),
    Frame: lambda _: Frame(PIXEL, timestamp=0),
    framegate.Plane: lambda _: plane(),
    Demuxer: Demuxer,
    framegate.Track: lambda movie: Demuxer(movie).video,
    Muxer: lambda movie: Muxer(movie.with_name("copied.mp4")),
}


def same(left: Any, right: Any) -> bool:
    """The same members with the same values."""
    if isinstance(left, Config):
        return isinstance(right, Config) and members(left) == members(right)
    if isinstance(left, Chunk):
        return all(
            getattr(left, name) == getattr(right, name) or same(getattr(left, name), getattr(right, name))
            for name in Chunk.__slots__
        )
    if isinstance(left, BaseException):
        return (type(left), left.args) == (type(right), right.args)
    return bool(left == right) and type(left) is type(right)


def members(config: Config) -> dict[str, Any]:
    """What is set, by the library's own names."""
    _, (_, found) = config.__reduce__()
    return found


def test_every_public_class_is_in_one_of_the_two_lists() -> None:
    public = {value for name in framegate.__all__ if inspect.isclass(value := getattr(framegate, name))}
    assert public == BY_VALUE.keys() | REFUSED.keys()
    assert not BY_VALUE.keys() & REFUSED.keys()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", BY_VALUE, ids=lambda kind: kind.__name__)
def test_values_are_copied_and_pickled_by_value(kind: type, way: str) -> None:
    original = BY_VALUE[kind]()
    made = WAYS[way](original)
    assert type(made) is kind
    assert same(original, made)
    del original
    gc.collect()
    assert repr(made)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", REFUSED, ids=lambda kind: kind.__name__)
def test_what_owns_something_native_refuses(kind: type, way: str, movie: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.mp4"
    path.write_bytes(movie.read_bytes())
    original = REFUSED[kind](path)
    with pytest.raises(TypeError, match=f"a {kind.__name__} owns or uses memory.*is neither copied nor pickled: "):
        WAYS[way](original)


def test_handles_and_structs_with_pointers_refuse() -> None:
    """Below the public classes, too."""
    handles = [Handle]
    for kind in handles:
        handles += kind.__subclasses__()
    assert len(handles) > 8
    pointers = [kind for kind in (*STRUCTS, structs.RawChunk) if has_pointers(kind)]
    assert len(pointers) == 5
    for kind in (*handles, Lease, *pointers):
        for copied in WAYS.values():
            with pytest.raises((TypeError, ValueError), match="pickled"):
                copied(kind.__new__(kind))


def has_pointers(kind: type[ctypes.Structure]) -> bool:
    types = [field[1] for field in kind._fields_]
    return any(getattr(each, "_type_", each) in (ctypes.c_void_p, ctypes.c_char_p, "P", "z") for each in types)


@pytest.mark.parametrize("way", WAYS)
def test_a_config_keeps_every_member_that_is_set_and_no_other(way: str) -> None:
    config = Config(
        codec="avc1.640028",
        width=64,
        latency_mode="quality",  # the default, but set
        framerate=29.97,
        avc={"format": "annexb"},
        color_space={"matrix": "22"},
        content_hint="x" * 300,
        ffmpeg={"preset": "fast", "x264-params": "keyint=10:\u00fc"},
    )
    config["description"] = bytes(range(256)) * 40
    made = WAYS[way](config)
    assert members(made) == members(config)
    assert set(members(config)) == {
        "codec",
        "width",
        "latencyMode",
        "framerate",
        "avc.format",
        "colorSpace.matrix",
        "contentHint",
        "ffmpeg.preset",
        "ffmpeg.x264-params",
        "description",
    }
    assert made.description == config.description
    made["width"] = 128
    assert config["width"] == "64"


@pytest.mark.parametrize("way", WAYS)
def test_an_encoders_first_chunk_decodes_after_a_copy(way: str) -> None:
    """It carries a configuration, and its times and flags are B-frames'."""
    with VideoEncoder(**{**H264, "codec": "avc1.640028"}) as encoder:  # type: ignore[arg-type]
        chunks = list(encoder.run(moving(12)))
    copies = [WAYS[way](chunk) for chunk in chunks]
    assert all(same(*pair) for pair in zip(chunks, copies, strict=True))
    assert [chunk.config is not None for chunk in copies] == [True] + 11 * [False]
    assert any(chunk.dts != chunk.timestamp for chunk in copies)

    def decoded(stream: list[Chunk]) -> list[bytes]:
        with VideoDecoder(stream[0].config) as decoder:
            return [frame.arrays()[0].tobytes() for frame in decoder.run(stream)]

    expected = decoded(chunks)
    del chunks
    gc.collect()
    assert decoded(copies) == expected


def encode_some(count: int) -> list[Chunk]:
    """What a worker process of the pools below does."""
    with VideoEncoder(**H264) as encoder:
        return list(encoder.run(moving(count)))


def decode_them(chunks: list[Chunk]) -> list[int]:
    with VideoDecoder(chunks[0].config) as decoder:
        return [frame.timestamp for frame in decoder.run(chunks)]


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_pools_return_chunks_and_take_them(method: str) -> None:
    with multiprocessing.get_context(method).Pool(2) as pool:
        first, second = pool.map(encode_some, [5, 8])
        assert [len(first), len(second)] == [5, 8]
        expected = [chunk.timestamp for chunk in encode_some(8)]
        assert pool.apply(decode_them, [second]) == sorted(expected)
    assert first[0].config is not None
    assert decode_them(first) == sorted(expected)[:5]
    del first, second
    gc.collect()

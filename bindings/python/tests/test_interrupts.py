"""Ctrl-C at any place: no output, no slot and no time is lost, and nothing is in the way of what comes next."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from framegate import Chunk, Demuxer, Frame, VideoDecoder, VideoEncoder
from interrupter import Interrupter
from pictures import moving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NULL: dict[str, Any] = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
H264: dict[str, Any] = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


def interrupted_everywhere(work: Callable[[], Any], check: Callable[[str], None]) -> None:
    """Does the work again and again, each time interrupted one place further, and checks after each."""
    for number in count():
        interrupter = Interrupter(number)
        interrupted = interrupter.interrupts(work)
        check(interrupter.where)
        if not interrupted:
            break
    assert number > 3


def settled(codec: VideoEncoder | VideoDecoder) -> None:
    """Waits until the codec has answered everything."""
    while codec.stats.queued:
        codec.wait(0.01, enqueue=False)


@pytest.mark.parametrize("timeout", [0, 30, None])
@pytest.mark.parametrize("config", [NULL, H264], ids=["null", "H.264"])
def test_an_interrupted_poll_loses_no_chunk_and_no_slot(config: dict[str, Any], timeout: float | None) -> None:
    """The first H.264 chunk of each turn has a configuration."""
    picture = np.zeros((config["height"], config["width"], 4), np.uint8)
    taken: list[Chunk] = []
    with VideoEncoder(**config, slots=1, latency_mode="realtime") as encoder:

        def work() -> None:
            chunk = encoder.poll(timeout)
            if chunk is not None:
                taken.append(chunk)

        def check(where: str) -> None:
            if not taken:
                assert encoder.wait(30, enqueue=False).poll, where
                work()
            (chunk,) = taken
            assert chunk.timestamp == given, where
            assert (chunk.config is not None) == (config is H264), where
            stats = encoder.stats
            assert (stats.in_flight, stats.held) == (0, 0), where
            next_turn()

        def next_turn() -> None:
            nonlocal given
            taken.clear()
            given += 1
            encoder.reset()
            encoder.configure(encoder.config)
            encoder.encode(Frame(picture, timestamp=given))
            settled(encoder)

        given = 0
        next_turn()
        interrupted_everywhere(work, check)


@pytest.mark.parametrize("hold", [False, True])
def test_an_interrupted_poll_loses_no_frame_and_no_slot(hold: bool, movie: Path) -> None:
    with Demuxer(movie) as demuxer:
        config, chunks = demuxer.video.config, list(demuxer.video)
    with VideoDecoder(config) as decoder:
        expected = [(frame.timestamp, frame.arrays()[0].tobytes()) for frame in decoder.run(chunks)]
    taken: list[Frame] = []
    seen: list[tuple[int, bytes]] = []
    with VideoDecoder(config, hold=hold, slots=200) as decoder:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.flush()
        settled(decoder)

        def work() -> None:
            frame = decoder.poll()
            assert frame is not None
            taken.append(frame)

        def check(where: str) -> None:
            work()
            seen.extend((frame.timestamp, frame.arrays()[0].tobytes()) for frame in taken)
            taken.clear()
            assert seen == expected[: len(seen)], where
            assert decoder.stats.held == 0, where

        interrupted_everywhere(work, check)
        assert 5 < len(seen) < len(expected)


def encode_four(encoder: VideoEncoder) -> None:
    """Goes on where it was interrupted, as the documentation says."""
    while encoder.stats.inputs < 4:
        encoder.encode(Frame(PIXEL, timestamp=encoder.stats.inputs))
    if encoder.flushed:
        encoder.flush()


@pytest.mark.parametrize("feeds", [False, True])
def test_an_interrupted_iteration_goes_on(feeds: bool) -> None:
    """Also where the interrupt falls upon the end of the flush."""
    for number in count():
        taken: list[int] = []
        with VideoEncoder(**NULL) as encoder:

            def work(encoder: VideoEncoder = encoder, taken: list[int] = taken) -> None:
                if feeds:
                    encode_four(encoder)
                for chunk in encoder:
                    taken += (chunk.timestamp,)

            if not feeds:
                encode_four(encoder)
            interrupter = Interrupter(number)
            interrupted = interrupter.interrupts(work)
            if interrupted and not (encoder.flushed and encoder.stats.outputs == 4):
                work()
            assert taken == [0, 1, 2, 3], interrupter.where
            stats = encoder.stats
            assert (encoder.flushed, stats.in_flight, stats.held) == (True, 0, 0), interrupter.where
        if not interrupted:
            break


def test_an_interrupted_flush_is_known() -> None:
    for number in count():
        with VideoEncoder(**NULL) as encoder:
            interrupter = Interrupter(number)
            interrupted = interrupter.interrupts(encoder.flush)
            asked = not encoder.flushed
            assert encoder.flush() == 1 + asked, interrupter.where
        if not interrupted:
            break


def test_an_interrupted_encode_is_known_and_times_go_on() -> None:
    taken: list[int] = []
    with VideoEncoder(**NULL, slots=4) as encoder:

        def check(where: str) -> None:
            settled(encoder)
            while (chunk := encoder.poll()) is not None:
                taken.append(chunk.timestamp)
            assert len(taken) == encoder.stats.inputs, where
            assert taken == [round(index * 1e6 / 30) for index in range(len(taken))], where

        for key_frame in (False, True):
            for timeout in (0, 30, None):
                interrupted_everywhere(
                    lambda key_frame=key_frame, timeout=timeout: encoder.encode(
                        PIXEL, key_frame=key_frame, timeout=timeout
                    ),
                    check,
                )
    assert taken


@pytest.mark.parametrize("config", [NULL, H264], ids=["null", "H.264"])
def test_an_interrupted_run_leaves_the_codec_as_new(config: dict[str, Any]) -> None:
    pictures = list(moving(3, config["width"], config["height"]))
    with VideoEncoder(**config) as encoder:

        def work() -> None:
            for _ in encoder.run(pictures):
                pass

        def check(where: str) -> None:
            assert len(list(encoder.run(pictures[:2]))) == 2, where
            stats = encoder.stats
            assert (stats.in_flight, stats.held) == (0, 0), where

        interrupted_everywhere(work, check)


def test_an_interrupted_read_loses_no_chunk(movie: Path) -> None:
    with Demuxer(movie) as demuxer:
        expected = [(track, chunk.id, chunk.data) for track, chunk in demuxer][:5]
    for number in count():
        taken: list[tuple[int, int, bytes]] = []
        with Demuxer(movie) as demuxer:

            def work(demuxer: Demuxer = demuxer, taken: list[tuple[int, int, bytes]] = taken) -> None:
                for track, chunk in demuxer:
                    taken += ((track, chunk.id, chunk.data),)
                    if len(taken) == len(expected):
                        break

            interrupter = Interrupter(number)
            interrupted = interrupter.interrupts(work)
            if interrupted and len(taken) < len(expected):
                work()
            assert taken == expected, interrupter.where
        if not interrupted:
            break


def test_what_an_interrupted_poll_left_is_dropped_with_the_codec() -> None:
    """By reset, close and the codec's end: its slot is free then."""

    def left_over(encoder: VideoEncoder) -> None:
        assert encoder.encode(Frame(PIXEL, timestamp=0))
        settled(encoder)
        for number in count():
            assert Interrupter(number).interrupts(encoder.poll)
            if encoder.stats.held:
                return

    with VideoEncoder(**NULL, slots=1) as encoder:
        left_over(encoder)
        assert encoder.wait(0) == (False, True)
        encoder.reset()
        assert encoder.stats.held == 0
        encoder.configure(encoder.config)
        assert encoder.poll() is None
        left_over(encoder)
        encoder.close()
        assert encoder.stats.held == 0

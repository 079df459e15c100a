"""Several event loops, and many codecs on one."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from framegate import (
    Chunk,
    Config,
    Demuxer,
    Frame,
    VideoDecoder,
    VideoEncoder,
    aio,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NULL = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
H264 = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_two_loops_on_one_encoder() -> None:
    """One feeds and one takes: each is woken, on its own loop, in whatever order they came."""
    for feeder_first in (True, False):
        with VideoEncoder(**NULL, slots=2) as encoder:
            taken: list[int] = []
            turns = [threading.Event(), threading.Event()]

            async def feed(encoder: VideoEncoder = encoder) -> None:
                for index in range(300):
                    await encoder.encode_async(Frame(PIXEL, timestamp=index))
                encoder.flush()

            async def take(encoder: VideoEncoder = encoder, taken: list[int] = taken) -> None:
                taken += [chunk.timestamp async for chunk in encoder]

            jobs = [feed, take] if feeder_first else [take, feed]
            failed: list[BaseException] = []

            def work(number: int, jobs: Any = jobs, turns: Any = turns, failed: Any = failed) -> None:
                async def main() -> None:
                    task = asyncio.create_task(jobs[number]())
                    await asyncio.sleep(0.02)
                    turns[number].set()
                    await asyncio.wait_for(task, 60)

                try:
                    asyncio.run(main())
                except BaseException as error:
                    failed.append(error)
                    encoder.close()

            threads = [threading.Thread(target=work, args=[number]) for number in (0, 1)]
            threads[0].start()
            turns[0].wait(30)
            threads[1].start()
            for thread in threads:
                thread.join()
            assert failed == []
            assert taken == list(range(300))


def test_loops_in_turn_and_at_a_time_leave_no_descriptor() -> None:
    def both(encoder: VideoEncoder) -> None:
        async def use() -> None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(encoder.poll_async(), 0.02)

        threads = [threading.Thread(target=lambda: asyncio.run(use())) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def work() -> None:
        encoder = VideoEncoder(**NULL)
        for _ in range(4):
            both(encoder)
        del encoder
        gc.collect()

    work()
    before = descriptors()
    for _ in range(3):
        work()
    assert descriptors() == before


def test_a_codec_may_go_from_one_loop_to_another() -> None:
    with VideoEncoder(**NULL) as encoder:
        for _ in range(3):

            async def main() -> int:
                return len([chunk async for chunk in encoder.run_async(PIXEL for _ in range(50))])

            assert asyncio.run(main()) == 50


def test_loops_in_threads() -> None:
    def work() -> None:
        async def main() -> int:
            with VideoEncoder(**NULL, slots=2) as encoder:
                return len([chunk async for chunk in encoder.run_async(PIXEL for _ in range(200))])

        counts.append(asyncio.run(main()))

    counts: list[int] = []
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [200] * 4


def test_one_descriptor_a_loop_and_none_afterwards() -> None:
    async def main(count: int) -> int:
        encoders = [VideoEncoder(**NULL) for _ in range(count)]
        for encoder in encoders:
            await encoder.encode_async(Frame(PIXEL, timestamp=0))
            assert await encoder.poll_async() is not None
        return descriptors()

    asyncio.run(main(1))
    gc.collect()
    before = descriptors()
    one, many = asyncio.run(main(1)), asyncio.run(main(50))
    assert many == one
    gc.collect()
    assert descriptors() == before


@pytest.fixture
def stream(movie: Path) -> tuple[Config, list[Chunk]]:
    """A decoder's configuration, and chunks."""
    with Demuxer(movie) as demuxer:
        return demuxer.video.config, list(demuxer.video)


def test_200_live_decoders_share_a_loop(stream: tuple[Config, list[Chunk]]) -> None:
    """As 200 cameras would: each has a frame now and then. `make bench` measures the loop's delay."""
    config, chunks = stream
    counts = [0] * 200

    async def paced() -> AsyncIterator[Chunk]:
        for chunk in chunks[:16]:
            await asyncio.sleep(0.01)
            yield chunk

    async def decode(index: int, decoder: VideoDecoder) -> None:
        async for frame in decoder.run_async(paced()):
            counts[index] += 1
            frame.close()

    async def main() -> None:
        decoders = [VideoDecoder(config, threads=1) for _ in range(200)]
        await asyncio.gather(*(decode(index, decoder) for index, decoder in enumerate(decoders)))

    asyncio.run(main())
    assert counts == [16] * 200


def test_200_busy_decoders_all_go_on_in_short_turns(stream: tuple[Config, list[Chunk]]) -> None:
    """More work than the machine can do: a turn of the loop gives a few frames, however many are ready."""
    config, chunks = stream
    counts = [0] * 200
    most = 0

    async def decode(index: int, decoder: VideoDecoder) -> None:
        async for frame in decoder.run_async(chunks):
            counts[index] += 1
            frame.close()

    async def watch() -> None:
        nonlocal most
        while True:
            before = sum(counts)
            await asyncio.sleep(0)
            most = max(most, sum(counts) - before)

    async def main() -> None:
        decoders = [VideoDecoder(config, slots=4, threads=1) for _ in range(200)]
        watcher = asyncio.create_task(watch())
        await asyncio.gather(*(decode(index, decoder) for index, decoder in enumerate(decoders)))
        watcher.cancel()

    asyncio.run(main())
    assert counts == [100] * 200
    # The keys of one turn, and as many tasks whose turn came again, each with its steps.
    assert most <= 2 * aio.KEYS_A_TURN * aio.STEPS_A_TURN

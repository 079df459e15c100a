"""asyncio: one descriptor a loop, and a loop that stays quick."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from framegate import (
    Chunk,
    ClosedError,
    DataError,
    Demuxer,
    EncodingError,
    Frame,
    InvalidStateError,
    VideoDecoder,
    VideoEncoder,
    aio,
)
from pictures import moving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NULL = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
H264 = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


def test_run_async_gives_what_run_gives(movie: Path) -> None:
    async def decode() -> list[bytes]:
        with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config) as decoder:
            return [frame.arrays()[0].tobytes() async for frame in decoder.run_async(demuxer.video)]

    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config) as decoder:
        expected = [frame.arrays()[0].tobytes() for frame in decoder.run(demuxer.video)]
    assert asyncio.run(decode()) == expected


def test_an_asynchronous_source() -> None:
    async def frames() -> AsyncIterator[Frame]:
        for index in range(30):
            await asyncio.sleep(0.001 * (index % 3))
            yield Frame(PIXEL, timestamp=index)

    async def main() -> list[int]:
        with VideoEncoder(**NULL, slots=3) as encoder:
            return [chunk.timestamp async for chunk in encoder.run_async(frames())]

    assert asyncio.run(main()) == list(range(30))


def test_outputs_do_not_wait_for_a_slow_source() -> None:
    async def frames() -> AsyncIterator[Frame]:
        yield Frame(PIXEL, timestamp=0)
        await arrived.wait()
        yield Frame(PIXEL, timestamp=1)

    async def main() -> None:
        with VideoEncoder(**NULL) as encoder:
            async for chunk in encoder.run_async(frames()):
                seen.append(chunk.timestamp)
                arrived.set()

    seen: list[int] = []
    arrived = asyncio.Event()
    asyncio.run(asyncio.wait_for(main(), 20))
    assert seen == [0, 1]


def test_a_task_that_feeds_and_one_that_takes() -> None:
    async def main() -> None:
        with VideoEncoder(**NULL, slots=4) as encoder:

            async def feed() -> None:
                for index in range(100):
                    await encoder.encode_async(Frame(PIXEL, timestamp=index), key_frame=index == 7)
                encoder.flush()

            async with asyncio.TaskGroup() as group:
                group.create_task(feed())
                chunks = [chunk async for chunk in encoder]
            assert [chunk.timestamp for chunk in chunks] == list(range(100))
            assert encoder.stats.in_flight_peak <= 4
            await encoder.encode_async(Frame(PIXEL, timestamp=5))
            chunk = await encoder.poll_async()
            assert isinstance(chunk, Chunk)
            encoder.flush()
            assert await encoder.poll_async() is None

    asyncio.run(main())


def test_close_wakes_who_waits() -> None:
    async def main() -> None:
        encoder = VideoEncoder(**NULL)
        waiting = asyncio.create_task(encoder.poll_async())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        encoder.close()
        with pytest.raises(ClosedError):
            await asyncio.wait_for(waiting, 20)

    asyncio.run(main())


def test_a_closed_codec_is_freed_when_its_thread_has_ended(movie: Path) -> None:
    async def main() -> None:
        before = len(os.listdir("/proc/self/task"))
        with Demuxer(movie) as demuxer:
            config, chunks = demuxer.video.config, list(demuxer.video)
        for how in ("busy", "failed", "never used", "twice", "busy"):
            decoder = VideoDecoder(config)
            await decoder.decode_async(chunks[0])
            if how == "never used":
                decoder = VideoDecoder(config)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(decoder.poll_async(), 0.01)
            if how == "failed":
                with pytest.raises(EncodingError):
                    async for _ in decoder.run_async(
                        [Chunk(b"\0\0\0\x10" + b"noise" * 4, timestamp=0, key=False)] * 40
                    ):
                        pass
            else:
                decoder.flush()
            decoder.close()
            if how == "twice":
                decoder.close()
            del decoder
        hub = aio._hubs[asyncio.get_running_loop()]
        for _ in range(500):
            if not hub._retired:
                break
            await asyncio.sleep(0.01)
        assert hub._retired == {}
        await asyncio.sleep(0.1)
        assert len(os.listdir("/proc/self/task")) == before

    asyncio.run(main())


def test_errors_come_out_of_the_iteration() -> None:
    async def main() -> None:
        with VideoDecoder(codec="avc1.42001f") as decoder:
            with pytest.raises(DataError, match="key"):
                async for _ in decoder.run_async([Chunk(b"\0\0\0\1", timestamp=0)]):
                    pass
            with pytest.raises(ZeroDivisionError):
                async for _ in decoder.run_async(1 / 0 for _ in "a"):  # type: ignore[misc]
                    pass
            assert decoder.state == "configured"

    asyncio.run(main())


def test_a_cancelled_run_leaves_the_codec_as_new() -> None:
    async def main() -> None:
        with VideoEncoder(**H264) as encoder:

            async def endless() -> AsyncIterator[np.ndarray]:
                while True:
                    for picture in moving(10):
                        yield picture
                        await asyncio.sleep(0)

            async def consume() -> None:
                async for _ in encoder.run_async(endless()):
                    pass

            task = asyncio.create_task(consume())
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)
            assert len([chunk async for chunk in encoder.run_async(moving(5))]) == 5

    asyncio.run(main())


def test_a_break_ends_the_run_at_once() -> None:
    """And not some turns of the loop later, with what came in between."""

    async def main() -> None:
        with VideoEncoder(**NULL) as encoder:
            async for _ in encoder.run_async([PIXEL] * 5):
                break
            for index in range(4):
                assert encoder.encode(Frame(PIXEL, timestamp=1000 + index))
            for _ in range(10):
                await asyncio.sleep(0.001)
                gc.collect()
            encoder.flush()
            assert [chunk.timestamp async for chunk in encoder] == [1000, 1001, 1002, 1003]

    asyncio.run(main())


def test_a_break_ends_the_runs_of_a_chain_at_once(movie: Path) -> None:
    async def main() -> None:
        with Demuxer(movie) as demuxer:
            config, chunks = demuxer.video.config, list(demuxer.video)
        with VideoDecoder(config) as decoder, VideoEncoder(**H264) as encoder:
            for _ in range(3):
                async for _ in encoder.run_async(decoder.run_async(chunks)):
                    break
            count = 0
            async for _ in encoder.run_async(decoder.run_async(chunks)):
                count += 1
            assert count == 100

    asyncio.run(main())


def test_a_run_that_is_never_awaited_is_in_nobodys_way() -> None:
    async def main() -> None:
        with VideoEncoder(**NULL) as encoder:
            kept = encoder.run_async([PIXEL])
            with pytest.raises(TypeError, match="not iterable"):
                encoder.run_async(5)  # type: ignore[arg-type]
            assert len([chunk async for chunk in encoder.run_async([PIXEL])]) == 1
            assert len([chunk async for chunk in kept]) == 1
            first, second = encoder.run_async([PIXEL] * 2), encoder.run_async([PIXEL])
            await anext(first)
            with pytest.raises(InvalidStateError, match="under way"):
                await anext(second)
            assert len([chunk async for chunk in first]) == 1
            third = encoder.run_async([PIXEL] * 2)
            await anext(third)
            await third.aclose()
            await third.aclose()
            assert [chunk async for chunk in third] == []
            assert len([chunk async for chunk in encoder.run_async([PIXEL])]) == 1

    asyncio.run(main())


def test_two_tasks_do_not_await_one_run() -> None:
    async def never() -> AsyncIterator[Frame]:
        await asyncio.Event().wait()
        yield Frame(PIXEL, timestamp=0)

    async def main() -> None:
        with VideoEncoder(**NULL) as encoder:
            run = encoder.run_async(never())
            waiting = asyncio.create_task(anext(run))
            await asyncio.sleep(0.01)
            with pytest.raises(InvalidStateError, match="another task"):
                await anext(run)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    asyncio.run(main())


def test_a_cancelled_encode_took_nothing() -> None:
    """Its picture has no time, and is not in the codec."""

    async def main() -> None:
        with VideoEncoder(**NULL, slots=2) as encoder:
            for _ in range(2):
                await encoder.encode_async(PIXEL)
            for turn in range(20):
                inputs = encoder.stats.inputs
                task = asyncio.create_task(encoder.encode_async(PIXEL))
                for _ in range(turn % 4):
                    await asyncio.sleep(0)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
                assert encoder.stats.inputs == inputs + (not task.cancelled())
            assert await encoder.poll_async() is not None
            assert await encoder.poll_async() is not None
            for turn in range(20):
                inputs = encoder.stats.inputs
                task = asyncio.create_task(encoder.encode_async(PIXEL))
                for _ in range(turn % 4):
                    await asyncio.sleep(0)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
                assert encoder.stats.inputs == inputs + (not task.cancelled())
                if not task.cancelled():
                    chunk = await encoder.poll_async()
                    assert chunk is not None
                    assert chunk.timestamp == round(inputs * 1e6 / 30)

    asyncio.run(main())

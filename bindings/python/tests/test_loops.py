"""Other loops than asyncio, by a codec's descriptor; and what holds asyncio's."""

from __future__ import annotations

import asyncio
import os
import select
import time
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import trio

from framegate import ClosedError, Frame, VideoEncoder
from loop_programs import programs, run_program

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from framegate import Chunk

NULL: dict[str, Any] = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


def frame(timestamp: int) -> Frame:
    return Frame(PIXEL, timestamp=timestamp)


def readable(codec: VideoEncoder, seconds: float) -> bool:
    return bool(select.select([codec], [], [], seconds)[0])


def test_what_arms_the_descriptor() -> None:
    with VideoEncoder(**NULL, slots=1) as encoder:
        fd = encoder.fileno()
        assert encoder.fileno() == fd
        assert not readable(encoder, 0)
        with pytest.raises(BlockingIOError):
            os.read(fd, 64)
        # poll() that gives None
        assert encoder.poll() is None
        assert encoder.encode(frame(0))
        assert readable(encoder, 30)
        assert os.read(fd, 64)
        encoder.wait(enqueue=False)
        # encode that gives False: the slot is the output's
        assert not encoder.encode(frame(1), timeout=0)
        assert encoder.poll() is not None
        assert readable(encoder, 30)
        os.read(fd, 64)
        # wait(0) that gives nothing of what it was asked for
        assert encoder.wait(0, enqueue=False) == (False, False)
        encoder.flush()
        assert readable(encoder, 30)
        os.read(fd, 64)
        encoder.wait(enqueue=False)
        assert encoder.poll() is None
        # close
        assert encoder.poll() is None
        encoder.close()
        assert readable(encoder, 30)
        with pytest.raises(ClosedError):
            encoder.poll()


def test_the_descriptor_ends_with_the_codec_and_is_not_a_childs() -> None:
    encoder = VideoEncoder(**NULL)
    fd = encoder.fileno()
    if (child := os.fork()) == 0:
        try:
            encoder.fileno()
        except Exception as error:  # whatever it is, the parent wants to know
            os._exit(0 if "made before fork" in str(error) else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    encoder.close()
    os.fstat(fd)
    del encoder
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)


async def run_in_trio(codec: VideoEncoder, items: list[Frame]) -> AsyncIterator[Chunk]:
    """As docs/python-loops.md has it."""
    waiting = iter(items)
    item = next(waiting, None)
    while True:
        ready = codec.wait(0, enqueue=item is not None)
        if ready.poll:
            output = codec.poll()
            if output is None:
                return
            yield output
            await trio.lowlevel.checkpoint()
        elif ready.enqueue:
            codec.encode(item, timeout=0)
            item = next(waiting, None)
            if item is None:
                codec.flush()
        else:
            await trio.lowlevel.wait_readable(codec)
            with suppress(BlockingIOError):
                os.read(codec.fileno(), 64)


def test_many_codecs_in_one_trio_loop() -> None:
    seen: dict[int, list[int]] = {}

    async def work(number: int) -> None:
        with VideoEncoder(**NULL, slots=2) as encoder:
            seen[number] = [chunk.timestamp async for chunk in run_in_trio(encoder, [frame(n) for n in range(50)])]
            assert encoder.stats.in_flight_peak <= 2

    async def main() -> None:
        with trio.fail_after(60):
            async with trio.open_nursery() as nursery:
                for number in range(20):
                    nursery.start_soon(work, number)

    trio.run(main)
    assert seen == {number: list(range(50)) for number in range(20)}


def test_a_trio_task_that_waits_can_be_cancelled_and_woken_by_close() -> None:
    async def main() -> None:
        encoder = VideoEncoder(**NULL)
        assert encoder.poll() is None
        with trio.move_on_after(0.05) as scope:
            await trio.lowlevel.wait_readable(encoder)
        assert scope.cancelled_caught
        with trio.fail_after(30):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(trio.lowlevel.wait_readable, encoder)
                await trio.sleep(0.05)
                encoder.close()

    trio.run(main)


@pytest.mark.parametrize("program", programs("trio"))
def test_the_recipe_for_trio(program: str, tmp_path: Path) -> None:
    assert run_program(program, tmp_path) == 90


# asyncio's loop, and what holds it


def collect(items: Any) -> list[warnings.WarningMessage]:
    async def main() -> None:
        with VideoEncoder(**NULL) as encoder:
            assert [chunk.timestamp async for chunk in encoder.run_async(items)] == list(range(20))

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        asyncio.run(main())
    return said


def test_a_generator_that_sleeps_on_the_loop_is_named() -> None:
    def sleepy_pictures() -> Iterator[Frame]:
        for index in range(20):
            time.sleep(0.04)
            yield frame(index)

    (said,) = collect(sleepy_pictures())
    assert said.category is RuntimeWarning
    assert "sleepy_pictures slept for 0." in str(said.message)
    assert said.filename == __file__
    assert said.lineno == sleepy_pictures.__code__.co_firstlineno


def test_any_iterator_that_sleeps_is_named() -> None:
    def slowly(index: int) -> Frame:
        time.sleep(0.7 if index == 3 else 0)
        return frame(index)

    (said,) = collect(map(slowly, range(20)))
    assert "map slept for 0." in str(said.message)


def test_one_that_computes_and_one_that_awaits_are_not() -> None:
    def busy() -> Iterator[Frame]:
        for index in range(20):
            end = time.thread_time() + 0.03
            while time.thread_time() < end:
                pass
            yield frame(index)

    async def awaits() -> AsyncIterator[Frame]:
        for index in range(20):
            await asyncio.sleep(0.03)
            yield frame(index)

    assert not collect(busy())
    assert not collect(awaits())

"""In a forked child: what is the parent's is refused, what the child makes works, and is freed."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import threading
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from framegate import (
    Config,
    Demuxer,
    Frame,
    FramegateError,
    InvalidStateError,
    Muxer,
    VideoDecoder,
    VideoEncoder,
)
from pictures import moving

if TYPE_CHECKING:
    from collections.abc import Callable

NULL = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
H264 = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


def in_a_child(work: Callable[[], None]) -> None:
    """Runs it in a forked child, and fails as it did there."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
            gc.collect()
            failure = ""
        except BaseException:
            failure = traceback.format_exc()
        os.write(write, failure.encode()[:60_000])
        os._exit(0 if failure == "" else 1)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        failure = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    assert (os.waitstatus_to_exitcode(status), failure) == (0, "")


def encode_and_decode(hold: bool = False) -> None:
    with VideoEncoder(codec="avc1.42001f", width=64, height=48, framerate=30, threads=1) as encoder:
        chunks = list(encoder.run(moving(4, 64, 48)))
    with VideoDecoder(chunks[0].config, hold=hold) as decoder:
        count = 0
        for frame in decoder.run(chunks):
            frame.close()
            count += 1
        assert count == 4
        assert decoder.stats.held == 0


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


class Parents:
    """One of each that belongs to its process."""

    def __init__(self, movie: Path, output: Path) -> None:
        self.frame = Frame(np.zeros((240, 320, 4), np.uint8), timestamp=0)
        self.encoder = VideoEncoder(**H264)
        for _ in range(3):
            self.encoder.encode(self.frame)
        self.decoder = VideoDecoder(codec="avc1.42001f")
        self.demuxer, self.muxer = Demuxer(movie), Muxer(output)
        self.config, self.chunk = self.demuxer.video.config, next(iter(self.demuxer.video))

    def calls(self) -> list[Callable[[], object]]:
        """Everything that needs what a child does not have."""
        encoder, decoder, demuxer, muxer, frame = self.encoder, self.decoder, self.demuxer, self.muxer, self.frame
        return [
            lambda: encoder.encode(frame),
            lambda: encoder.encode(frame, timeout=0),
            lambda: encoder.poll(None),
            lambda: encoder.wait(),
            encoder.flush,
            encoder.reset,
            lambda: encoder.stats,
            lambda: next(encoder.run([frame])),
            lambda: asyncio.run(encoder.poll_async()),
            lambda: asyncio.run(encoder.encode_async(frame)),
            lambda: decoder.decode(self.chunk),
            decoder.poll,
            demuxer.read,
            lambda: next(iter(demuxer.video)),
            lambda: muxer.add_track(self.config),
            lambda: muxer.write(0, self.chunk),
        ]

    def close(self) -> None:
        for each in (self.encoder, self.decoder, self.demuxer, self.muxer):
            each.close()


def test_the_parents_handles_are_refused_in_the_child_and_freed_without_waiting(movie: Path, tmp_path: Path) -> None:
    parents = [Parents(movie, tmp_path / "out.mp4")]

    def refused(call: Callable[[], object]) -> None:
        with pytest.raises(InvalidStateError, match="made before fork"):
            call()

    def work() -> None:
        for call in parents[0].calls():
            refused(call)
        del call
        parents[0].close()
        parents.clear()
        gc.collect()
        encode_and_decode()

    in_a_child(work)
    encoder = parents[0].encoder
    encoder.flush()
    assert len(list(encoder)) == 3
    parents[0].close()


@pytest.mark.parametrize("hold", [False, True])
def test_what_the_child_makes_works_and_is_freed(hold: bool, movie: Path, tmp_path: Path) -> None:
    busy = VideoEncoder(**H264)
    for picture in moving(5):
        busy.encode(picture)

    def work() -> None:
        for _ in range(3):
            encode_and_decode(hold)
        gc.collect()
        assert threads() == 1
        with Demuxer(movie) as demuxer, Muxer(tmp_path / "copy.mp4") as muxer:
            track = muxer.add_track(demuxer.video.config)
            for chunk in demuxer.video:
                muxer.write(track, chunk)

        async def run() -> int:
            with VideoEncoder(**NULL) as encoder:
                return len([chunk async for chunk in encoder.run_async([PIXEL] * 50)])

        assert asyncio.run(run()) == 50

    in_a_child(work)


def test_memory_of_the_parents_may_be_used(movie: Path) -> None:
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config, hold=True) as decoder:
        config = demuxer.video.config
        frame = next(decoder.run(demuxer.video))
        expected = frame.to_numpy()
        wrapped = Frame(bytes(16 * 16 * 4), "RGBA", width=16, height=16, timestamp=0)

        def work() -> None:
            nonlocal frame, wrapped
            assert (frame.to_numpy() == expected).all()
            assert config.copy().codec == config.codec
            with VideoEncoder(**NULL) as encoder:
                assert len(list(encoder.run([wrapped] * 40))) == 40
            frame.close()
            wrapped.close()
            del frame, wrapped

        in_a_child(work)
        frame.close()
        assert decoder.stats.held == 0


def test_forks_beside_threads_that_work(movie: Path) -> None:
    """Whatever they hold at that moment, the child has what it needs."""
    ended = threading.Event()
    config = Config(**H264)
    with Demuxer(movie) as demuxer:
        chunks = list(demuxer)
    assert chunks
    wrong: list[BaseException] = []

    def work() -> None:
        try:
            while not ended.is_set():
                encode_and_decode()
                config["bitrate"] = 1_000_000
                with Demuxer(movie) as demuxer:
                    list(demuxer)

                async def use() -> None:
                    with VideoEncoder(**NULL) as encoder:
                        await encoder.encode_async(PIXEL)
                        await encoder.poll_async()

                asyncio.run(use())
        except FramegateError as error:
            wrong.append(error)

    def child() -> None:
        assert config.copy().codec == "avc1.42001f"
        encode_and_decode(hold=True)

        async def use() -> None:
            with VideoEncoder(**NULL) as encoder:
                await encoder.encode_async(PIXEL)
                assert await encoder.poll_async() is not None

        asyncio.run(use())

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(15):
            in_a_child(child)
    finally:
        ended.set()
        for worker in workers:
            worker.join()
    assert wrong == []


def test_a_lock_of_a_lost_thread_is_in_nobodys_way(movie: Path) -> None:
    demuxer = Demuxer(movie)
    with demuxer._lock:

        def work() -> None:
            with pytest.raises(InvalidStateError, match="made before fork"):
                demuxer.read()

        in_a_child(work)


def encode_in_the_pool(close: bool) -> float:
    """A picture of some megabytes; how much memory the worker has after it, MB."""
    encoder = VideoEncoder(codec="avc1.640028", width=1280, height=720, framerate=30, ffmpeg={"preset": "ultrafast"})
    picture = np.zeros((720, 1280, 4), np.uint8)
    chunks = list(encoder.run([picture] * 3))
    assert len(chunks) == 3
    if close:
        encoder.close()
    del encoder
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_a_pool_of_forked_workers_does_not_grow() -> None:
    """Compared with the same work in a process that was not forked."""
    growth = {}
    for method in ("spawn", "fork"):
        with VideoEncoder(**NULL) as parents:
            list(parents.run([PIXEL]))
            with ProcessPoolExecutor(1, multiprocessing.get_context(method)) as pool:
                sizes = list(pool.map(encode_in_the_pool, [number % 2 == 0 for number in range(20)]))
        growth[method] = max(sizes[10:]) - max(sizes[:5])
    # One encoder of this size that is not freed has more than this.
    assert growth["fork"] < growth["spawn"] + 20

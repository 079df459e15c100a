"""Any thread, any time; nothing leaks; the interpreter may end whenever it likes."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from conftest import ROOT
from framegate import ClosedError, Config, Demuxer, Frame, FramegateError, VideoDecoder, VideoEncoder
from pictures import moving

NULL = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
H264 = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def settle(value: int) -> None:
    """Waits until the threads that end have ended."""
    deadline = time.monotonic() + 10
    while threads() > value and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.01)


def test_four_threads_feed_and_four_take() -> None:
    taken: list[int] = []
    with VideoEncoder(**NULL, slots=3) as encoder:

        def feed(start: int) -> None:
            for index in range(start, start + 200):
                encoder.encode(Frame(PIXEL, timestamp=index))

        def take() -> None:
            with contextlib.suppress(ClosedError):
                while True:
                    taken.extend(chunk.timestamp for chunk in encoder)

        feeders = [threading.Thread(target=feed, args=[1000 * number]) for number in range(4)]
        takers = [threading.Thread(target=take) for _ in range(4)]
        for thread in feeders + takers:
            thread.start()
        for thread in feeders:
            thread.join()
        encoder.flush()
        while not encoder.flushed:
            time.sleep(0.001)
        encoder.close()
        for thread in takers:
            thread.join()
    assert sorted(taken) == [1000 * number + index for number in range(4) for index in range(200)]


def test_two_threads_on_one_demuxer_get_every_chunk_right(movie: Path) -> None:
    """Each chunk's bytes are copied before the next read, whoever reads."""
    with Demuxer(movie) as demuxer:
        expected = {(track, chunk.id): chunk.data for track, chunk in demuxer}
    wrong: list[tuple[int, int]] = []
    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(40):
            read: list[tuple[int, int]] = []
            with Demuxer(movie) as demuxer:

                def work(demuxer: Demuxer = demuxer, read: list[tuple[int, int]] = read) -> None:
                    for track, chunk in demuxer:
                        read.append((track, chunk.id))
                        if expected.get((track, chunk.id)) != chunk.data:
                            wrong.append((track, chunk.id))

                readers = [threading.Thread(target=work) for _ in range(4)]
                for reader in readers:
                    reader.start()
                for reader in readers:
                    reader.join()
            assert sorted(read) == sorted(expected)
    finally:
        sys.setswitchinterval(old)
    assert wrong == []


def test_threads_on_one_config() -> None:
    """Its bytes are read while others change them."""
    config = Config(codec="avc1.42001f")
    values = [bytes([number]) * 100_000 for number in range(4)]
    config["description"] = values[0]
    seen: set[bytes | None] = set()

    def change(value: bytes) -> None:
        for _ in range(300):
            config["description"] = value
            config["content_hint"] = value[:1000].hex()

    def read() -> None:
        for _ in range(300):
            for copied in (config, config.copy(), pickle.loads(pickle.dumps(config))):
                seen.add(copied.description)

    workers = [threading.Thread(target=change, args=[value]) for value in values]
    workers += [threading.Thread(target=read) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert seen <= set(values)


def test_close_and_free_at_any_time() -> None:
    """Whatever happens is an exception of the family or nothing."""
    wrong: list[BaseException] = []
    random.seed(1)
    for _ in range(60):
        encoder = VideoEncoder(**NULL, slots=2)

        def work(encoder: VideoEncoder = encoder) -> None:
            try:
                for index in range(100):
                    encoder.encode(Frame(PIXEL, timestamp=index), timeout=random.choice([0, 0.001, None]))
                    encoder.poll(timeout=random.choice([0, 0.001]))
                    if index % 30 == 29:
                        encoder.reset()
                        encoder.configure(encoder.config)
            except FramegateError:
                pass
            except BaseException as error:
                wrong.append(error)

        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        time.sleep(random.random() * 0.005)
        encoder.close()
        del encoder, work
        for worker in workers:
            worker.join()
    assert wrong == []


def test_the_gil_is_free_while_the_library_works(movie: Path) -> None:
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config) as decoder:
        frame = next(decoder.run(demuxer.video))
    big = Frame(np.zeros((2160, 3840, 4), np.uint8), timestamp=0)
    assert frame.width == 320
    turns = 0
    done = threading.Event()

    def count() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            time.sleep(0)

    sys.setswitchinterval(10)  # nobody is made to let go of it
    try:
        thread = threading.Thread(target=count)
        thread.start()
        for _ in range(2000):  # 20 on a machine that has a processor for the thread
            big.to_numpy("bgr24")
            if turns >= 20:
                break
        done.set()
        thread.join()
    finally:
        sys.setswitchinterval(0.005)
    assert turns >= 20


def test_many_handles_leave_nothing_behind() -> None:
    def one_round() -> None:
        encoders = [VideoEncoder(**H264, latency_mode="realtime") for _ in range(10)]
        for encoder in encoders:
            for picture in moving(3):
                encoder.encode(Frame(picture, timestamp=0, copy=False))
        for encoder in encoders[::2]:
            encoder.close()

    one_round()
    settle(1)
    before_threads, before_descriptors = threads(), len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        one_round()
    settle(before_threads)
    assert threads() == before_threads
    assert len(os.listdir("/proc/self/fd")) == before_descriptors


def test_python_objects_do_not_pile_up() -> None:
    import tracemalloc

    with VideoEncoder(**NULL) as encoder:
        frame = Frame(PIXEL, timestamp=0)
        for _ in encoder.run(frame for _ in range(500)):
            pass
        tracemalloc.start()
        for _ in encoder.run(frame for _ in range(500)):
            pass
        gc.collect()
        first, _ = tracemalloc.get_traced_memory()
        for _ in encoder.run(Frame(PIXEL, timestamp=index, copy=False) for index in range(5000)):
            pass
        gc.collect()
        second, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert second - first < 20_000


ENDINGS = {
    "work pending": "for i in range(8): encoder.encode(Frame(picture, timestamp=i))",
    "memory lent": "for i in range(8): encoder.encode(Frame(picture, timestamp=i, copy=False))\ndel picture",
    "inside a run": "run = encoder.run(Frame(picture, timestamp=i, copy=False) for i in range(99)); next(run)",
    "frames kept": "kept = list(VideoDecoder(config).run(chunks)); view = kept[3].arrays()[0]",
    "frames held": "decoder = VideoDecoder(config, hold=True); run = decoder.run(chunks); kept = next(run).arrays()",
    "a daemon thread waits": "threading.Thread(target=encoder.poll, args=[None], daemon=True).start()",
    "a loop was left": "asyncio.run(asyncio.wait_for(encoder.poll_async(), 0.01))",
    "an exception": "encoder.encode(Frame(picture, timestamp=0)); raise SystemExit(0)",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_interpreter_ends_cleanly(ending: str, movie: Path, tmp_path: Path) -> None:
    program = tmp_path / "end.py"
    program.write_text(
        "import asyncio, contextlib, sys, threading\n"
        "import numpy as np\n"
        "from framegate import Demuxer, Frame, VideoDecoder, VideoEncoder\n"
        f"demuxer = Demuxer({str(movie)!r})\n"
        "config, chunks = demuxer.video.config, list(demuxer.video)\n"
        "encoder = VideoEncoder(codec='avc1.42001f', width=640, height=480, framerate=30)\n"
        "picture = np.zeros((480, 640, 4), np.uint8)\n"
        "with contextlib.suppress(TimeoutError):\n    "
        + ENDINGS[ending].replace("\n", "\n    ")
        + "\nprint('end', flush=True)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python" / "src")}
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ("" if ending == "an exception" else "end\n")


def test_a_forked_child_may_end() -> None:
    encoder = VideoEncoder(**NULL)
    encoder.encode(Frame(PIXEL, timestamp=0))
    child = os.fork()
    if child == 0:
        del encoder
        gc.collect()
        os._exit(7)
    deadline = time.monotonic() + 20
    status = (0, 0)
    while status == (0, 0) and time.monotonic() < deadline:
        status = os.waitpid(child, os.WNOHANG)
        time.sleep(0.01)
    assert os.waitstatus_to_exitcode(status[1]) == 7
    assert encoder.poll(timeout=10) is not None

"""The gate, in each of the three ways to work: bounded whatever the program does, and no deadlock."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

import framegate
from conftest import ROOT
from framegate import Demuxer, Frame, VideoDecoder, VideoEncoder, WouldDeadlockError
from pictures import moving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NULL = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
H264 = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


class Counter:
    """Gives frames, and knows how many were given and not yet answered."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.given = self.answered = self.most = 0

    def frames(self) -> Iterator[Frame]:
        for index in range(self.count):
            self.given += 1
            self.most = max(self.most, self.given - self.answered)
            yield Frame(PIXEL, timestamp=index)


@pytest.mark.parametrize("slots", [1, 4, 16])
def test_run_asks_for_no_more_than_the_slots(slots: int) -> None:
    counter = Counter(200)
    with VideoEncoder(**NULL, slots=slots) as encoder:
        for chunk in encoder.run(counter.frames()):
            assert chunk.timestamp == counter.answered
            counter.answered += 1
            if counter.answered % 50 == 0:
                time.sleep(0.02)
        stats = encoder.stats
    assert counter.answered == 200
    assert counter.most <= slots + 1
    assert stats.in_flight_peak <= slots
    assert stats.inputs == stats.outputs == stats.releases == 200


def test_run_with_a_slow_consumer_and_lookahead() -> None:
    with VideoEncoder(**H264, slots=4, max_delay=12) as encoder:
        seen = 0
        for _ in encoder.run(moving(60)):
            seen += 1
            time.sleep(0.002)
            stats = encoder.stats
            assert stats.in_flight <= 4 + 12
            assert stats.in_flight + stats.in_codec <= 4 + 12
    assert seen == 60


def test_async_with_a_slow_consumer() -> None:
    async def main() -> Counter:
        counter = Counter(100)
        with VideoEncoder(**NULL, slots=4) as encoder:
            async for _ in encoder.run_async(counter.frames()):
                counter.answered += 1
                await asyncio.sleep(0.001)
            assert encoder.stats.in_flight_peak <= 4
        return counter

    counter = asyncio.run(main())
    assert counter.answered == 100
    assert counter.most <= 5


def test_plain_with_one_thread() -> None:
    with VideoEncoder(**NULL, slots=4) as encoder:
        chunks = []
        for index in range(50):
            frame = Frame(PIXEL, timestamp=index)
            while not encoder.encode(frame, timeout=0):
                assert any(encoder.wait())
                while chunk := encoder.poll():
                    chunks.append(chunk)
        encoder.flush()
        assert not encoder.flushed
        chunks += encoder
        assert encoder.flushed
        assert [chunk.timestamp for chunk in chunks] == list(range(50))
        assert encoder.stats.in_flight_peak <= 4


def test_a_wait_that_nobody_else_could_end_is_told() -> None:
    with VideoEncoder(**NULL, slots=4) as encoder:
        assert encoder.poll() is None
        assert list(encoder.run([PIXEL]))
        with pytest.raises(WouldDeadlockError, match="enqueue or flush"):
            encoder.poll(timeout=None)
        for index in range(4):
            assert encoder.encode(Frame(PIXEL, timestamp=index))
        assert encoder.poll(timeout=5) is not None
        assert encoder.encode(Frame(PIXEL, timestamp=4))
        with pytest.raises(WouldDeadlockError, match="slot"):
            encoder.encode(Frame(PIXEL, timestamp=5))
        began = time.monotonic()
        assert encoder.encode(Frame(PIXEL, timestamp=5), timeout=0.05) is False
        assert time.monotonic() - began >= 0.04


def test_two_threads_and_a_slow_consumer() -> None:
    chunks: list[framegate.Chunk] = []
    with VideoEncoder(**NULL, slots=4) as encoder:

        def consume() -> None:
            for chunk in encoder:
                chunks.append(chunk)
                time.sleep(0.001)

        thread = threading.Thread(target=consume)
        thread.start()
        for index in range(100):
            encoder.encode(Frame(PIXEL, timestamp=index))
        encoder.flush()
        thread.join()
        assert encoder.stats.in_flight_peak <= 4
    assert [chunk.timestamp for chunk in chunks] == list(range(100))


@pytest.mark.parametrize("how", ["break", "consumer raises", "source raises"])
def test_a_run_that_ends_early_leaves_the_codec_as_new(how: str) -> None:
    def source() -> Iterator[np.ndarray]:
        for index, picture in enumerate(moving(40)):
            if how == "source raises" and index == 20:
                raise KeyError(how)
            yield picture

    with VideoEncoder(**H264) as encoder:
        with contextlib.suppress(KeyError):
            for _chunk in encoder.run(source()):
                if how == "break":
                    break
                if how == "consumer raises":
                    raise KeyError(how)
        stats = encoder.stats
        assert (stats.ready, stats.held) == (0, 0)
        assert encoder.state == "configured"
        chunks = list(encoder.run(moving(10)))
        assert len(chunks) == 10
        assert chunks[0].key


def test_a_second_run_at_a_time_is_refused() -> None:
    with VideoEncoder(**NULL) as encoder:
        first = encoder.run(PIXEL for _ in range(40))
        next(first)
        with pytest.raises(framegate.InvalidStateError, match="under way"):
            encoder.run([PIXEL])
        first.close()
        assert len(list(encoder.run([PIXEL]))) == 1


def test_a_run_that_is_never_iterated_is_in_nobodys_way() -> None:
    with VideoEncoder(**NULL) as encoder:
        kept = encoder.run([PIXEL])
        assert len(list(encoder.run([PIXEL]))) == 1
        with pytest.raises(TypeError, match="not iterable"):
            encoder.run(5)  # type: ignore[arg-type]
        assert len(list(encoder.run([PIXEL]))) == 1
        assert len(list(kept)) == 1
        first, second = encoder.run([PIXEL] * 2), encoder.run([PIXEL])
        next(first)
        with pytest.raises(framegate.InvalidStateError, match="under way"):
            next(second)
        assert len(list(first)) == 1, "the refused one dropped nothing"


def test_pictures_that_a_full_gate_refuses_have_no_time() -> None:
    with VideoEncoder(**NULL, slots=2) as encoder:
        for _ in range(20):
            encoder.encode(PIXEL, timeout=0)
        assert not encoder.encode(PIXEL, timeout=0.01, key_frame=True)
        with pytest.raises(framegate.InvalidArgumentError):
            encoder.encode(PIXEL[..., :2])
        while encoder.poll(timeout=5).timestamp == 0:  # type: ignore[union-attr]
            pass
        assert encoder.encode(PIXEL)
        chunk = encoder.poll(timeout=5)
        assert chunk is not None
        assert chunk.timestamp == round(2e6 / 30)


def test_times_go_on_under_another_framerate() -> None:
    with VideoEncoder(**NULL) as encoder:
        chunks = list(encoder.run([PIXEL] * 3))
        encoder.configure(encoder.config, framerate=60)
        chunks += encoder.run([PIXEL] * 3)
        encoder.configure(encoder.config, framerate=10)
        chunks += encoder.run([PIXEL] * 2)
    expected = [0, 2, 4, 6, 7, 8, 9, 15]  # sixtieths
    assert [chunk.timestamp for chunk in chunks] == [round(sixtieths * 1e6 / 60) for sixtieths in expected]
    assert [chunk.duration for chunk in chunks] == [33333, 33334, 33333, 16667, 16666, 16667, 100000, 100000]


def test_runs_chain(movie: Path) -> None:
    """Decoder and encoder in one thread, each behind its gate."""
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config, slots=2) as decoder:
        with VideoEncoder(**H264, slots=2) as encoder:
            chunks = list(encoder.run(decoder.run(demuxer.video)))
            assert encoder.stats.in_flight_peak <= 2 + 12
        assert len(chunks) == 100


def test_control_c_ends_a_wait(tmp_path: Path) -> None:
    """A wait that another thread could end, but does not, still takes signals."""
    program = tmp_path / "wait.py"
    program.write_text(
        "import threading, framegate\n"
        "encoder = framegate.VideoEncoder(codec='framegate.null', width=16, height=16)\n"
        "frame = framegate.Frame(bytes(16 * 16 * 4), 'RGBA', width=16, height=16, timestamp=0)\n"
        "thread = threading.Thread(target=encoder.encode, args=[frame])\n"
        "thread.start(), thread.join()\n"
        "encoder.poll(timeout=None)\n"
        "print('waiting', flush=True)\n"
        "encoder.poll(timeout=None)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python" / "src")}
    command = ["env", "--default-signal=INT", sys.executable, program]  # a shell's background jobs ignore it
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate()
    assert "KeyboardInterrupt" in error
    assert process.returncode != 0

"""anyio on both of its backends, Twisted and gevent as docs/python-loops.md has them, FastAPI with slow clients."""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import anyio
import fastapi
import httpx
import numpy as np
import pytest
import uvicorn
from fastapi.responses import StreamingResponse

from framegate import Demuxer, Frame, Muxer, VideoDecoder, VideoEncoder
from loop_programs import programs, run_program

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

NULL: dict[str, Any] = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)
CLIENTS = 4


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_anyio_waits_for_the_descriptor(backend: str) -> None:
    async def main() -> list[int]:
        seen, index = [], 0
        with VideoEncoder(**NULL, slots=2) as encoder, anyio.fail_after(60):
            while True:
                ready = encoder.wait(0, enqueue=index < 50)
                if ready.poll:
                    chunk = encoder.poll()
                    if chunk is None:
                        return seen
                    seen.append(chunk.timestamp)
                elif ready.enqueue:
                    encoder.encode(Frame(PIXEL, timestamp=index), timeout=0)
                    index += 1
                    if index == 50:
                        encoder.flush()
                else:
                    await anyio.wait_readable(encoder)
                    os.read(encoder.fileno(), 64)

    assert anyio.run(main, backend=backend) == list(range(50))


def test_anyio_on_asyncio_has_run_async() -> None:
    async def work(seen: list[int]) -> None:
        with VideoEncoder(**NULL, slots=2) as encoder:
            frames = (Frame(PIXEL, timestamp=n) for n in range(50))
            seen.extend([chunk.timestamp async for chunk in encoder.run_async(frames)])

    async def main() -> list[list[int]]:
        seen: list[list[int]] = [[] for _ in range(10)]
        async with anyio.create_task_group() as group:
            for each in seen:
                group.start_soon(work, each)
        return seen

    assert anyio.run(main) == [list(range(50))] * 10


@pytest.mark.parametrize("program", programs("Twisted") + programs("gevent"))
def test_the_recipes(program: str, tmp_path: Path) -> None:
    # Their own modules warn on new Pythons.
    assert run_program(program, tmp_path, warnings="ignore") == 90


@contextmanager
def served(app: fastapi.FastAPI) -> Iterator[str]:
    """The app on a port of its own, on a thread with an event loop."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)


def test_slow_clients_of_fastapi_hold_their_own_decoder_and_nobody_else(movie: Path) -> None:
    decoders: list[VideoDecoder] = []
    app = fastapi.FastAPI()

    async def pictures() -> AsyncIterator[bytes]:
        with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config, slots=4) as decoder:
            decoders.append(decoder)
            async for frame in decoder.run_async(demuxer.video):
                yield frame.resized(1280, 960).to_numpy().tobytes()

    @app.get("/pictures")
    async def stream() -> StreamingResponse:
        return StreamingResponse(pictures())

    @app.get("/alive")
    async def alive() -> int:
        return sum(decoder.stats.outputs for decoder in decoders)

    size = 1280 * 960 * 3
    with served(app) as url, httpx.Client(timeout=60) as client:
        streams = [client.stream("GET", f"{url}/pictures") for _ in range(CLIENTS)]
        answers = [stream.__enter__() for stream in streams]
        bodies = [answer.iter_bytes(size) for answer in answers]
        assert all(len(next(body)) == size for body in bodies)
        # Nobody reads: what the sockets hold and what the gates hold is all that is made.
        made = -1
        while made != (now := client.get(f"{url}/alive").json()):
            made = now
            threading.Event().wait(0.5)
        assert len(decoders) == CLIENTS
        assert made < CLIENTS * 50
        assert all(decoder.stats.in_flight_peak <= 4 for decoder in decoders)
        # One reads on and gets everything, one leaves, and the others wait.
        assert sum(len(part) for part in bodies[0]) == 99 * size
        for stream in streams:
            stream.__exit__(None, None, None)
        assert client.get(f"{url}/alive").json() < CLIENTS * 100


class Written:
    """What a muxer wrote and nobody took."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: memoryview) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def test_slow_clients_of_a_live_stream_hold_their_own_encoder_and_nobody_else(tmp_path: Path) -> None:
    encoders: list[VideoEncoder] = []
    app = fastapi.FastAPI()
    noise = np.random.default_rng(1).integers(0, 256, (3, 480, 640, 3), np.uint8)
    frames, live = 200, {"latency_mode": "realtime", "ffmpeg": {"preset": "ultrafast", "crf": "10"}}

    async def film() -> AsyncIterator[bytes]:
        written = Written()
        pictures = (Frame(noise[index % 3], timestamp=index * 40_000) for index in range(frames))
        with (
            VideoEncoder(codec="avc1.42001f", width=640, height=480, framerate=25, slots=4, **live) as encoder,
            Muxer(written, format="mp4", fragment_duration=200_000) as muxer,
        ):
            encoders.append(encoder)
            async for chunk in encoder.run_async(pictures):
                if chunk.config:
                    track = muxer.add_track(chunk.config)
                muxer.write(track, chunk)
                yield written.take()
            muxer.finish()
            yield written.take()

    @app.get("/film")
    async def stream() -> StreamingResponse:
        return StreamingResponse(film(), media_type="video/mp4")

    @app.get("/alive")
    async def alive() -> int:
        return sum(encoder.stats.outputs for encoder in encoders)

    with served(app) as url, httpx.Client(timeout=60) as client:
        streams = [client.stream("GET", f"{url}/film") for _ in range(CLIENTS)]
        bodies = [stream.__enter__().iter_bytes() for stream in streams]
        firsts = [next(body) for body in bodies]
        assert all(first[4:8] == b"ftyp" for first in firsts)
        made = -1
        while made != (now := client.get(f"{url}/alive").json()):
            made = now
            threading.Event().wait(0.5)
        assert made < CLIENTS * frames / 2
        assert all(encoder.stats.in_flight_peak <= 4 for encoder in encoders)
        whole = tmp_path / "film.mp4"
        whole.write_bytes(firsts[0] + b"".join(bodies[0]))
        for stream in streams:
            stream.__exit__(None, None, None)
    counted = ["-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0"]
    shown = subprocess.run(["ffprobe", "-v", "error", *counted, whole], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == str(frames)

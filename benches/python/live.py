"""live.py clients CLIENTS SECONDS: a live stream to slow clients, an encoder and fragments of MP4 each, on one event loop.
live.py computing SECONDS: the same loop with nothing to do, beside two threads that compute.

How late a timer of 5 ms comes, and how much memory grows. Clients come one after another and read a fifth of what the stream has; their
sockets hold little, so that it is the gates that hold the encoders back.
"""

import asyncio
import hashlib
import socket
import sys
import threading
import time

import numpy as np
import work

TIMER_S = 0.005
SLOTS = 4
APART_S = 0.15
BITRATE = 2_000_000
SLOW_BYTES_A_SECOND = BITRATE // 8 // 5
SOCKET_BYTES = 65_536
WIDTH, HEIGHT = 640, 360
NOISE = np.random.default_rng(1).integers(0, 256, (4, HEIGHT, WIDTH, 3), np.uint8)


async def lateness(seconds):
    late, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        due = time.monotonic() + TIMER_S
        await asyncio.sleep(TIMER_S)
        late.append((time.monotonic() - due) * 1e3)
    return {"p99_ms": float(np.percentile(late, 99)), "longest_ms": max(late)}


class Written:
    def __init__(self):
        self.pieces = []

    def write(self, data):
        self.pieces.append(bytes(data))
        return len(data)

    def take(self):
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def pictures(seconds):
    from framegate import Frame

    end, index = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        yield Frame(NOISE[index % 4], timestamp=index * 40_000)
        index += 1


async def serve(seconds, writer):
    from framegate import Muxer, VideoEncoder

    written = Written()
    options = {"latency_mode": "realtime", "bitrate": BITRATE, "slots": SLOTS, "threads": 1, "ffmpeg": {"preset": "ultrafast"}}
    with (
        VideoEncoder(codec="avc1.42001f", width=WIDTH, height=HEIGHT, framerate=25, **options) as encoder,
        Muxer(written, format="mp4", fragment_duration=200_000) as muxer,
    ):
        async for chunk in encoder.run_async(pictures(seconds)):
            if chunk.config:
                track = muxer.add_track(chunk.config)
            muxer.write(track, chunk)
            writer.write(written.take())
            await writer.drain()
    writer.close()


def read_slowly(port, seconds):
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BYTES)
        client.settimeout(30)
        client.connect(("127.0.0.1", port))
        end = time.monotonic() + seconds
        while time.monotonic() < end and client.recv(SLOW_BYTES_A_SECOND // 20):
            time.sleep(0.05)


async def live(count, seconds):
    served, lasting = [], seconds + count * APART_S + 1

    async def client(_, writer):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BYTES)
        served.append(asyncio.create_task(serve(lasting, writer)))

    server = await asyncio.start_server(client, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    before = work.resident_mb()
    clients = [threading.Thread(target=read_slowly, args=(port, lasting), daemon=True) for _ in range(count)]
    for client in clients:
        client.start()
        await asyncio.sleep(APART_S)
    found = await lateness(seconds)
    growth = work.resident_mb() - before
    for task in served:
        task.cancel()
    ended = await asyncio.gather(*served, return_exceptions=True)
    failed = [error for error in ended if isinstance(error, Exception) and not isinstance(error, OSError)]
    if failed or len(served) != count:
        raise RuntimeError(f"{len(served)} clients, failures: {failed[:1]}")
    return {**found, "growth_mb": growth}


async def beside_computing(seconds):
    ended, block = threading.Event(), bytes(1 << 20)

    def compute():
        while not ended.is_set():
            hashlib.sha256(block)

    threads = [threading.Thread(target=compute) for _ in range(2)]
    for thread in threads:
        thread.start()
    found = await lateness(seconds)
    ended.set()
    return found


def main(mode, *numbers):
    work.say(**asyncio.run({"clients": live, "computing": beside_computing}[mode](*map(int, numbers))))


main(*sys.argv[1:])

"""loop_delay.py CLIP COUNT FPS: the delay of an asyncio loop with COUNT live decoders, each of FPS frames a second (0: as
many as there can be)."""

import asyncio
import sys
import time

import work
from framegate import Demuxer, VideoDecoder

SECONDS = 5


async def watch(delays):
    while True:
        due = time.perf_counter() + 0.005
        await asyncio.sleep(0.005)
        delays.append((time.perf_counter() - due) * 1e3)


async def paced(chunks, fps, phase):
    start = time.perf_counter() + phase
    for number, chunk in enumerate(chunks):
        if fps:
            await asyncio.sleep(max(0, start + number / fps - time.perf_counter()))
        yield chunk


async def decode(decoder, source):
    frames = 0
    async for frame in decoder.run_async(source):
        frames += 1
        frame.close()
    return frames


async def main(path, count, fps):
    count, fps = int(count), float(fps)
    with Demuxer(path) as demuxer:
        config, chunks = demuxer.video.config, list(demuxer.video)
    if fps:
        chunks = chunks[: round(SECONDS * fps)]
    decoders = [VideoDecoder(config, threads=1) for _ in range(count)]
    delays = []
    watcher = asyncio.create_task(watch(delays))
    began = time.perf_counter()
    jobs = (decode(decoder, paced(chunks, fps, index / count / (fps or 1))) for index, decoder in enumerate(decoders))
    frames = sum(await asyncio.gather(*jobs))
    seconds = time.perf_counter() - began
    watcher.cancel()
    delays.sort()
    p99 = delays[len(delays) * 99 // 100]
    work.say(frames=frames, fps=frames / seconds, p50_ms=delays[len(delays) // 2], p99_ms=p99, max_ms=delays[-1])


asyncio.run(main(*sys.argv[1:]))

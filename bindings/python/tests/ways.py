"""The three ways to work with a codec (keys as far as a way has them), its end in the middle, and its chunks' files."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

from framegate import AudioDecoder, AudioEncoder, ClosedError, Muxer, VideoDecoder, VideoEncoder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from pathlib import Path

    from framegate import Chunk

Codec = VideoEncoder | VideoDecoder | AudioEncoder | AudioDecoder


def by_calls(codec: Codec, items: Iterable[Any], keys: set[int]) -> list[Any]:
    """On one thread: waits for a slot or an output."""
    outs: list[Any] = []

    def take() -> None:
        while (out := codec.poll()) is not None:
            outs.append(out)

    for index, item in enumerate(items):
        while not give(codec, item, index in keys):
            codec.wait()
            take()
    codec.flush()
    while not codec.flushed:
        codec.wait(enqueue=False)
        take()
    return outs


def give(codec: Codec, item: Any, key: bool) -> bool:
    if isinstance(codec, VideoEncoder):
        return codec.encode(item, key_frame=key, timeout=0)
    return codec.encode(item, timeout=0) if isinstance(codec, AudioEncoder) else codec.decode(item, timeout=0)


def by_iterator(codec: Codec, items: Iterable[Any], _keys: set[int]) -> list[Any]:
    return list(codec.run(items))


def by_asyncio(codec: Codec, items: Iterable[Any], keys: set[int]) -> list[Any]:
    async def feed() -> None:
        for index, item in enumerate(items):
            if isinstance(codec, VideoEncoder):
                await codec.encode_async(item, key_frame=index in keys)
            elif isinstance(codec, AudioEncoder):
                await codec.encode_async(item)
            else:
                await codec.decode_async(item)
        codec.flush()

    async def main() -> list[Any]:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(feed())
            outs: AsyncIterator[Any] = codec.__aiter__()
            return [out async for out in outs]

    return asyncio.run(main())


WAYS: dict[str, Callable[[Codec, Iterable[Any], set[int]], list[Any]]] = {
    "calls": by_calls,
    "iterator": by_iterator,
    "asyncio": by_asyncio,
}


def close_in_the_middle(codec: Any, items: list[Any]) -> None:
    """A thread that feeds and one that takes are told; what is left is dropped."""
    told: list[str] = []

    def repeat(call: Callable[[], object]) -> None:
        try:
            while True:
                call()
        except ClosedError:
            told.append("closed")

    put = codec.encode if isinstance(codec, VideoEncoder | AudioEncoder) else codec.decode
    source = iter(items * 1000)
    taken: list[object] = []
    threads = [
        threading.Thread(target=repeat, args=(lambda: put(next(source)),)),
        threading.Thread(target=repeat, args=(lambda: taken.append(codec.poll(None)),)),
    ]
    for thread in threads:
        thread.start()
    while len(taken) < 3:
        time.sleep(0.001)
    codec.close()
    for thread in threads:
        thread.join()
    assert told == ["closed"] * 2


def written(path: Path, chunks: Sequence[Chunk]) -> Path:
    config = chunks[0].config
    assert config is not None
    with Muxer(path) as muxer:
        track = muxer.add_track(config)
        for chunk in chunks:
            muxer.write(track, chunk)
    return path

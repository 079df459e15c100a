"""Pools of processes, by every start method that has no copy of the parent's memory."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from framegate import Chunk, VideoDecoder, VideoEncoder
from pictures import moving


def encode(seed: int) -> list[Chunk]:
    """In a process of the pool."""
    pictures = [np.roll(picture, seed, 1) for picture in moving(10)]
    with VideoEncoder(codec="avc1.42001f", width=320, height=240, framerate=30) as encoder:
        return list(encoder.run(pictures))


def decode(chunks: list[Chunk]) -> list[int]:
    """In a process of the pool."""
    with VideoDecoder(chunks[0].config) as decoder:
        return [frame.timestamp for frame in decoder.run(chunks)]


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_chunks_go_to_a_pool_and_come_back(method: str) -> None:
    # The parent has codecs of its own under way, which its children must not mind.
    with VideoEncoder(codec="avc1.42001f", width=320, height=240, framerate=30) as encoder:
        outputs = encoder.run(moving(10))
        next(outputs)
        with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as pool:
            made = list(pool.map(encode, range(4)))
            times = list(pool.map(decode, made))
        assert len(list(outputs)) == 9
    assert times == [[round(n * 1e6 / 30) for n in range(10)]] * 4
    assert made[1] == encode(1)
    assert made[1] != made[2]

"""overhead.py: microseconds a frame on Python's thread, with a codec that does nothing and pictures of 16x16."""

import time

import numpy as np
import work
from framegate import Frame, VideoEncoder

COUNT = 50_000


def microseconds(job):
    """Processor time of this thread, the library's calls included: the best of five."""
    best = float("inf")
    for _ in range(5):
        began = time.thread_time()
        job()
        best = min(best, (time.thread_time() - began) / COUNT * 1e6)
    return best


def main():
    picture = np.zeros((16, 16, 4), np.uint8)
    frame = Frame(picture, timestamp=0)
    encoder = VideoEncoder(codec="framegate.null", width=16, height=16, slots=64)

    def make(**how):
        return [None for index in range(COUNT) if Frame(picture, timestamp=index, **how) is None]

    def run():
        for _ in encoder.run(frame for _ in range(COUNT)):
            pass

    def both():
        for _ in encoder.run(Frame(picture, timestamp=index) for index in range(COUNT)):
            pass

    work.say(copied=microseconds(make), in_place=microseconds(lambda: make(copy=False)), run=microseconds(run), both=microseconds(both))


main()

"""sound_overhead.py: microseconds a chunk of sound on Python's thread, with a codec that only copies."""

import time

import numpy as np
import work
from framegate import AudioEncoder, AudioFrame

COUNT = 20_000


def main():
    part = np.zeros((960, 1), np.int16)
    encoder = AudioEncoder(codec="pcm-s16", sample_rate=48_000, number_of_channels=1, slots=64)
    best = float("inf")
    for _ in range(5):
        began = time.thread_time()
        for _chunk in encoder.run(AudioFrame(part, sample_rate=48_000, timestamp=index * 20_000) for index in range(COUNT)):
            pass
        best = min(best, (time.thread_time() - began) / COUNT * 1e6)
    work.say(both=best)


main()

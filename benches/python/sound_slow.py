"""sound_slow.py CHUNKS: how much memory encoding sound takes with a consumer of 10 ms a chunk."""

import sys
import time

import numpy as np
import work
from framegate import AudioEncoder, AudioFrame

CHANNELS, SAMPLES = 8, 9600


def parts(count):
    for index in range(count):
        part = np.full((SAMPLES, CHANNELS), 0.1, np.float32)
        yield AudioFrame(part, sample_rate=48_000, timestamp=index * 200_000)


def main(count):
    before = work.resident_mb()
    with AudioEncoder(codec="pcm-f32", sample_rate=48_000, number_of_channels=CHANNELS) as encoder:
        slots = encoder.stats.slots
        for _ in encoder.run(parts(int(count))):
            time.sleep(0.01)
    work.say(growth_mb=work.peak_mb() - before, slots=slots, part_mb=CHANNELS * SAMPLES * 4 / 1e6)


main(*sys.argv[1:])

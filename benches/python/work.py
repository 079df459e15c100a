"""What the benchmarks of both sides share: inputs, clocks, memory."""

import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np

WIDTH, HEIGHT = 1920, 1080
THREADS = 2


def pictures(path, count):
    """`count` RGBA pictures of a raw file, which is read once and taken round and round."""
    raw = np.fromfile(path, np.uint8).reshape(-1, HEIGHT, WIDTH, 4)
    return raw, (raw[index % len(raw)] for index in range(count))


def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def threads():
    return len(os.listdir("/proc/self/task"))


class Clock:
    """Seconds, and processor seconds of the whole process."""

    def __init__(self):
        self.began, self.cpu = time.perf_counter(), time.process_time()

    def report(self, frames, **more):
        seconds, cpu = time.perf_counter() - self.began, time.process_time() - self.cpu
        say(frames=frames, seconds=seconds, cpu_seconds=cpu, **more)


def say(**figures):
    json.dump(figures, sys.stdout)
    print()

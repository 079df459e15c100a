"""memory.py PICTURES COUNT MILLISECONDS: how much memory encoding takes with a consumer that is slow."""

import sys
import time

import work
from framegate import VideoEncoder


def main(path, count, milliseconds):
    _raw, pictures = work.pictures(path, int(count))
    members = dict(width=work.WIDTH, height=work.HEIGHT, framerate=30, bitrate=8_000_000)
    before = work.resident_mb()
    with VideoEncoder(codec="avc1.640028", **members, ffmpeg={"preset": "ultrafast"}) as encoder:
        slots = encoder.stats.slots
        for _ in encoder.run(pictures):
            time.sleep(int(milliseconds) / 1e3)
        peak = encoder.stats.in_flight_peak
    frame_mb = work.WIDTH * work.HEIGHT * 4 / 1e6
    work.say(growth_mb=work.peak_mb() - before, slots=slots, frame_mb=frame_mb, in_flight_peak=peak)


main(*sys.argv[1:])

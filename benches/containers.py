"""Files: copying one into another, reading through a Python file object, pictures at random times."""

import json
import os
import time

from common import MB, ROOT, WORK, build_library, clip, run
from python import prepare_venv, python, speed
from report import Speed, compare

LARGE = 1_000 * MB
MOST_MB = 64
PLACES = 100
CLIENTS = 20
MOST_MB_A_CLIENT = 10


def bench(report, quick):
    prepare_venv()
    times = 3 if quick else 5
    program, source = build(), large(quick)
    copies(report, times, program, source)

    def read(way):
        return speed(python("demux", way, source))

    compare(report, "(f) Python, chunks of a file object over its path", times, lambda: read("file"), lambda: read("path"), 0.8)
    film, figures = clip(), {}

    def pictures(side):
        figures[side] = python("frame_at", side, film, PLACES, 19.9)
        return speed(figures[side])

    compare(report, f"(f) Python, frame_at {PLACES} random times, 1080p", times, lambda: pictures("ours"), lambda: pictures("av"), 1.0)
    live(report, 5 if quick else 15)


def build():
    library = WORK / "lib" / "libframegate.so.0"
    if not library.exists():
        build_library()
    program = WORK / "bin" / "remux"
    run([os.environ.get("CC", "cc"), "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include", ROOT / "benches" / "remux.c",
         "-o", program, library, f"-Wl,-rpath,{library.parent}"])
    return program


def large(quick):
    """The clip again and again, with sound, until it is large."""
    path = WORK / ("large-quick.mp4" if quick else "large.mp4")
    if not path.exists():
        once = clip()
        loops = (LARGE // (8 if quick else 1)) // once.stat().st_size
        sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-shortest", "-c:v", "copy", "-c:a", "aac"]
        whole = WORK / "clip-sound.mp4"
        run(["ffmpeg", "-v", "error", "-y", "-i", once, *sound, whole])
        run(["ffmpeg", "-v", "error", "-y", "-stream_loop", loops, "-i", whole, "-c", "copy", path])
    return path


def live(report, seconds):
    """An encoder of 640x360 holds its pictures in flight, as RGB and as what the codec keeps of them."""
    clients, beside = python("live", "clients", CLIENTS, seconds), python("live", "computing", seconds)
    ratio = clients["p99_ms"] / beside["p99_ms"]
    report.add(f"(f) {CLIENTS} slow clients of a live stream: timer late, 99 %", "ms", clients["p99_ms"], beside["p99_ms"], ratio,
               "ratio <= 1.5", ratio <= 1.5, longest_ms=clients["longest_ms"], beside_longest_ms=beside["longest_ms"])
    report.add(f"(f) memory of {CLIENTS} live streams", "MB", clients["growth_mb"], target=f"<= {CLIENTS * MOST_MB_A_CLIENT}",
               reached=clients["growth_mb"] <= CLIENTS * MOST_MB_A_CLIENT)


def copies(report, times, program, source):
    size = source.stat().st_size
    most = []

    def ours():
        found = json.loads(run([program, source, WORK / "copy-ours.mp4"]))
        most.append(found["rss_mb"])
        return Speed(size / MB, found["seconds"], 0)

    def command():
        began = time.monotonic()
        run(["ffmpeg", "-v", "error", "-y", "-i", source, "-map", 0, "-c", "copy", WORK / "copy-peer.mp4"])
        return Speed(size / MB, time.monotonic() - began, 0)

    compare(report, f"(f) copies {size / MB:.0f} MB of MP4 (MB/s)", times, ours, command, 1.0)
    report.add("(f) memory while copying", "MB", max(most), target=f"<= {MOST_MB}", reached=max(most) <= MOST_MB)
    for name in ("copy-ours.mp4", "copy-peer.mp4"):
        (WORK / name).unlink()

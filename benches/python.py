"""framegate for Python beside PyAV, which is what a user would take instead."""

import json
import os
import statistics
import subprocess
import sys

from common import MB, ROOT, WORK, clip, make, raw_frames, run, x264_options
from report import Speed, compare, spread

PROGRAMS = ROOT / "benches" / "python"
PYTHON = ROOT / "target" / "python" / "venv" / "bin" / "python"
ENCODERS = 64
DECODERS = 200


def python(program, *arguments):
    """Runs a program in the venv and gives what it prints."""
    library = WORK / "lib" / "libframegate.so.0"
    source = ROOT / "bindings" / "python" / "src"
    environment = {**os.environ, "PYTHONPATH": str(source), "FRAMEGATE_LIBRARY": str(library)}
    return json.loads(run([PYTHON, PROGRAMS / f"{program}.py", *arguments], env=environment))


def speed(result):
    return Speed(result["frames"], result["seconds"], result["cpu_seconds"])


def bench_encode(report, times, count):
    name = "(p) Python: encode 1080p RGBA arrays, ultrafast zerolatency"
    out = {side: WORK / f"python-{side}.h264" for side in ("ours", "av")}

    def encode(side):
        return speed(python("encode", side, raw_frames("rgba"), count, out[side]))

    compare(report, name, times, lambda: encode("ours"), lambda: encode("av"), 1.3, frames=count)
    mine, peers = (x264_options(path) for path in out.values())
    odd = " ".join(sorted(set(mine.split()) ^ set(peers.split())))
    sizes = " and ".join(f"{path.stat().st_size / MB:.2f}" for path in out.values())
    report.note(f"{name}: x264 options {'DIFFERENT: ' + odd if odd else 'equal'}; streams of {sizes} MB")


def bench_decode(report, times):
    for pixels, words, least in (("yuv", "views of the planes", 1.0), ("rgb", "RGB arrays", 1.5)):

        def decode(side, pixels=pixels):
            return speed(python("decode", side, pixels, clip()))

        compare(report, f"(p) Python: decode 1080p to {words}", times, lambda: decode("ours"), lambda: decode("av"), least)


def bench_overhead(report, times):
    runs = [python("overhead") for _ in range(times)]
    for key, words, bound in (("both", "a frame made and encoded", 15), ("copied", "    of it, the frame", None),
                              ("in_place", "    the frame, copy=False", None), ("run", "    run, with one frame", None)):
        figures = [one[key] for one in runs]
        median = statistics.median(figures)
        report.add(f"(p) Python's thread: {words}" if bound else words, "us/frame", median, target=f"<= {bound}" if bound else None,
                   reached=median <= bound if bound else None, spread=spread(figures), all=figures)


def bench_memory(report, count):
    found = python("memory", raw_frames("rgba"), count, 10)
    bound = found["slots"] * found["frame_mb"] + 60
    report.add(f"(p) Python: memory, {count} frames, 10 ms a chunk", "MB", found["growth_mb"], target=f"<= {bound:.1f}",
               reached=found["growth_mb"] <= bound, **found)
    ours, peer = (python("many", side, ENCODERS) for side in ("ours", "av"))
    report.add(f"(p) Python: memory of {ENCODERS} encoders of 320x240", "MB", ours["growth_mb"], peer["growth_mb"],
               ours["growth_mb"] / peer["growth_mb"], "ratio <= 1.0", ours["growth_mb"] <= peer["growth_mb"])
    report.add(f"(p) Python: threads of {ENCODERS} encoders", "threads", ours["threads"], peer["threads"], target="<= 140",
               reached=ours["threads"] <= 140)


def bench_loop(report):
    small = make("small.mp4", ["-frames:v", 100, "-vf", "scale=320:240", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-bf", 3])
    for fps, words, bound in ((4, "4 frames a second each", 20), (0, "more than the machine can do", None)):
        found = python("loop_delay", small, DECODERS, fps)
        report.add(f"(p) asyncio, {DECODERS} decoders, {words}: delay, p99", "ms", found["p99_ms"],
                   target=f"<= {bound}" if bound else None, reached=found["p99_ms"] <= bound if bound else None, **found)
        report.note(f"(p) asyncio, {words}: {found['fps']:,.0f} frames/s; delay {found['p50_ms']:.1f} ms at the median, "
                    f"{found['max_ms']:.1f} at most")


def prepare_venv():
    subprocess.run([ROOT / "scripts" / "python-tests.sh", "venv"], check=True, stdout=sys.stderr)


def bench(report, quick):
    """All rows."""
    prepare_venv()
    times = 3 if quick else 5
    bench_encode(report, times, 100 if quick else 200)
    bench_decode(report, times)
    bench_overhead(report, 3)
    bench_memory(report, 150 if quick else 300)
    bench_loop(report)

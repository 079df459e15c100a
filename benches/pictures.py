#!/usr/bin/env python3
"""Measures a slow consumer in Node, ours beside a peer's, and draws what docs/backpressure.md shows.

    benches/pictures.py            300 frames of 1080p RGBA, a consumer that takes 10 ms a chunk

Writes docs/backpressure-memory.png and docs/backpressure-delay.png, and the table in docs/backpressure.md. Draws with
matplotlib, in an environment of its own below target/.
"""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import node
from common import MB, ROOT, WORK, build_library

DOCS = ROOT / "docs"
FRAMES = 300
ENVIRONMENT = WORK / "pictures-venv"

RUNS = {  # label: (library, way, colour)
    "framegate, tight loop": ("framegate", "loop", "#1b7837"),
    "framegate, await encoder.ready": ("framegate", "ready", "#5aae61"),
    f"{node.W3C_PEER} 1.3.1, tight loop": (node.W3C_PEER, "loop", "#b2182b"),
}


def inside_environment():
    """Runs this script again where matplotlib is, if it is not here."""
    if Path(sys.prefix) == ENVIRONMENT:
        return
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "matplotlib"], check=True)
    os.execv(python, [str(python), *sys.argv])


def measure():
    build_library()
    node.prepare()
    found = {}
    for label, (library, way, _) in RUNS.items():
        print(f"measuring {label} ...", file=sys.stderr)
        found[label] = node.slow(library, way, FRAMES, node.PRESET if library == "framegate" else None)
    return found


def gaps(result):
    """When the event loop turned, and how long it had not: [(s, ms)]."""
    turns = [0, *result["turns"], result["seconds"] * 1e3]
    return [(at / 1e3, at - before) for before, at in zip(turns, turns[1:])]


def axes(pyplot, title, ylabel, logarithmic=False):
    figure, plot = pyplot.subplots(figsize=(9, 4), layout="constrained")
    plot.set(title=title, xlabel="seconds since the first frame", ylabel=ylabel)
    if logarithmic:
        plot.set_yscale("log")
    plot.grid(alpha=0.3)
    plot.spines[["top", "right"]].set_visible(False)
    return figure, plot


def draw(found):
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    job = f"{FRAMES} frames of 1080p RGBA, a callback that takes 10 ms"
    figure, plot = axes(pyplot, f"Resident memory: {job}", "MB above the start")
    for label, (result, samples) in found.items():
        start = samples[0][1]
        times, sizes = zip(*[(at, (size - start) / MB) for at, size in samples if at <= result["seconds"]])
        plot.plot(times, sizes, label=label, color=RUNS[label][2], linewidth=2)
    plot.set_xlim(0, None)
    plot.set_ylim(0, None)
    plot.legend(frameon=False)
    figure.savefig(DOCS / "backpressure-memory.png", dpi=110)

    figure, plot = axes(pyplot, f"Event-loop delay: {job}", "ms since the loop last turned", logarithmic=True)
    for label, (result, _) in found.items():
        times, delays = zip(*gaps(result))
        plot.vlines(times, 1, delays, color=RUNS[label][2], alpha=0.5, linewidth=1)
        held = [(at, delay) for at, delay in zip(times, delays) if delay > 500]
        plot.hlines([delay for _, delay in held], [at - delay / 1e3 for at, delay in held], [at for at, _ in held],
                    color=RUNS[label][2], linewidth=2)
        plot.plot(times, delays, ".", label=label, color=RUNS[label][2])
    plot.set_xlim(0, None)
    plot.set_ylim(1, None)
    plot.legend(frameon=False)
    figure.savefig(DOCS / "backpressure-delay.png", dpi=110)


def timer_delay(delays, share=0.99):
    """What a timer that is due at a random moment waits at the most, in so many cases."""
    total, low, high = sum(delays), 0.0, max(delays)
    while high - low > 0.1:
        middle = (low + high) / 2
        longer = sum(max(delay - middle, 0) for delay in delays) / total
        low, high = (middle, high) if longer > 1 - share else (low, middle)
    return high


def table(found):
    lines = ["| | memory grows by | a timer waits, 99 % | longest wait | all done in |", "|---|---:|---:|---:|---:|"]
    for label, (result, _) in found.items():
        delays = [delay for _, delay in gaps(result)]
        lines.append(f"| {label} | {result['growth_bytes'] / MB:,.0f} MB | {timer_delay(delays):,.0f} ms | {max(delays):,.0f} ms "
                     f"| {result['seconds']:.1f} s |")
    return "\n".join(lines)


def main():
    inside_environment()
    DOCS.mkdir(exist_ok=True)
    found = measure()
    draw(found)
    page = DOCS / "backpressure.md"
    marked = re.compile(r"(<!-- measured -->\n).*?(<!-- end -->)", re.S)
    text, count = marked.subn(lambda mark: f"{mark[1]}{table(found)}\n{mark[2]}", page.read_text())
    if count != 1:
        sys.exit(f"{page} has no place for the table")
    page.write_text(text)
    print(table(found))


if __name__ == "__main__":
    main()

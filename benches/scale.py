#!/usr/bin/env python3
"""Measures transcoding on a cluster of this machine, and draws what docs/scale.md shows: what was measured, and the model
of more workers that follows from it.

    benches/scale.py [--again]       --again draws what was measured last

Writes docs/scale.png, and the tables in docs/scale.md. Draws with matplotlib, in an environment of its own below target/.
"""

import json
import math
import os
import re
import sys

import cluster
from common import MB, ROOT, WORK, build_library, run
from pictures import inside_environment
from python import prepare_venv, python

DOCS = ROOT / "docs"
SECONDS = 40
FPS = 30
QUIET = 4.0
"""The load average that the last runs leave by themselves, at the most: two workers have two busy threads each."""
LENGTHS = (2, 5, 10, 20)
"""Of segments, seconds."""
FILMS = {"10 minutes": 600, "2 hours": 7200}
WORKERS = [1, 2, 4, 8, 16, 32, 64, 128, 256]


def measure():
    """One process; 1 and 2 workers; 1 worker with segments of several lengths."""
    source, target = cluster.film(SECONDS), WORK / "scale.mp4"

    def many(workers, segment):
        print(f"measuring {workers} workers, segments of {segment} s ...", file=sys.stderr)
        found = python("cluster", "many", source, target, cluster.BITRATE, workers, segment)
        likeness, size = cluster.psnr(target, source), cluster.video_bytes(target)
        return found | {"psnr": likeness, "bytes": size}

    print("measuring one process ...", file=sys.stderr)
    one = python("cluster", "one", source, target, cluster.BITRATE)
    one |= {"psnr": cluster.psnr(target, source), "bytes": cluster.video_bytes(target)}
    lengths = {length: many(1, length) for length in LENGTHS}
    return {"one": one, "1": lengths[cluster.SEGMENT], "2": many(2, cluster.SEGMENT), "lengths": lengths, "source_bytes": source.stat().st_size}


def model(found):
    """What a film costs: work of a worker a second of film, and what comes on top.

    The work of a segment is a + b x its length, by least squares over what was measured. It is told in seconds of a
    processor, which a worker has to itself, whatever else the measuring machine does.
    """
    points = [(length, run["work_cpu_seconds"] / run["segments"], SECONDS / run["segments"]) for length, run in found["lengths"].items()]
    xs, ys = [real for _, _, real in points], [work for _, work, _ in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys)) / sum((x - middle_x) ** 2 for x in xs)
    return {
        "start": found["1"]["start_seconds"],
        "segment": max(0.0, middle_y - slope * middle_x),
        "second": slope,
        "front": found["1"]["front_seconds"] / SECONDS,
        "join": found["1"]["join_seconds"] / SECONDS,
    }


def seconds(facts, film, workers, length):
    """How long a film takes on so many workers, which run already."""
    segments = math.ceil(film / length)
    rounds = math.ceil(segments / workers)
    return film * (facts["front"] + facts["join"]) + rounds * (facts["segment"] + facts["second"] * length)


def draw(found, facts):
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    one = found["one"]["seconds"] / SECONDS
    for film, color in zip(FILMS, ("#1b7837", "#2166ac")):
        for length, dash in ((cluster.SEGMENT, "-"), (60, "--")):
            speeds = [FILMS[film] * one / seconds(facts, FILMS[film], workers, length) for workers in WORKERS]
            left.plot(WORKERS, speeds, dash, color=color, label=f"{film}, segments of {length} s")
    points = [found["one"]["seconds"] / found[workers]["seconds"] for workers in ("1", "2")]
    left.plot([1, 2], points, "o", color="black", label=f"measured, {SECONDS} s, segments of {cluster.SEGMENT} s")
    left.set(title="Model: speed over one process", xlabel="workers of one thread", ylabel="times as fast", xscale="log", yscale="log")
    for axis in (left.xaxis, left.yaxis):
        axis.set_ticks(WORKERS, [str(number) for number in WORKERS])
        axis.set_minor_locator(pyplot.NullLocator())
    left.set_ylim(0.4, WORKERS[-1])
    left.legend(frameon=False, fontsize=8)
    lengths = list(found["lengths"])
    rates = [found["lengths"][length]["work_cpu_seconds"] / SECONDS for length in lengths]
    right.plot(lengths, rates, "o-", color="#b2182b", label="processor time of a second of film, s")
    right.set(title="Measured: segments of several lengths", xlabel="seconds of a segment", ylabel="seconds", ylim=(0, None))
    other = right.twinx()
    sizes = [100 * (found["lengths"][length]["bytes"] / found["one"]["bytes"] - 1) for length in lengths]
    other.plot(lengths, sizes, "s--", color="#2166ac", label="bytes over one process, %")
    other.set(ylabel="%", ylim=(0, None))
    handles = [*right.get_lines(), *other.get_lines()]
    right.legend(handles=handles, frameon=False, fontsize=8)
    for plot in (left, right):
        plot.grid(alpha=0.3)
    figure.savefig(DOCS / "scale.png", dpi=110)


def measured_table(found):
    lines = ["| | frames/s | over one process | memory of a worker grows by | stated | bytes | PSNR |", "|---|---:|---:|---:|---:|---:|---:|"]
    one = found["one"]
    rows = {"one process, both cores": one, "1 worker": found["1"], "2 workers": found["2"]}
    for name, run_ in rows.items():
        memory = ["", ""] if run_ is one else [f"{run_['growth_mb']:.0f} MB", f"{run_['bound_mb']:.0f} MB"]
        cells = [f"{run_['frames'] / run_['seconds']:.1f}", f"{one['seconds'] / run_['seconds']:.2f}", *memory,
                 f"{100 * (run_['bytes'] / one['bytes'] - 1):+.1f} %", f"{run_['psnr'] - one['psnr']:+.2f} dB"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    load = f"The machine's load average was {found['load']:.1f} at the end of it."
    busy = " Other work ran beside it: the speeds above are disturbed and say nothing; `make scale` on a quiet machine writes them anew."
    return "\n".join([*lines, "", load + (busy if found["load"] > QUIET else "")])


def model_table(found, facts):
    megabytes = found["source_bytes"] / MB / SECONDS
    rows = {
        "start of a local cluster (once)": f"{facts['start']:.1f} s",
        "of each segment: the worker opens the file, goes to the key, opens codecs, empties them": f"{facts['segment']:.2f} s",
        "encoding a second of film on a worker": f"{facts['second']:.2f} s",
        f"before the first segment, a second of film (reading it once, {megabytes:.1f} MB)": f"{1e3 * facts['front']:.1f} ms",
        "joining, a second of film": f"{1e3 * facts['join']:.1f} ms",
    }
    lines = ["| what | measured |", "|---|---:|", *(f"| {what} | {value} |" for what, value in rows.items())]
    stops = [f"| {film}, segments of {length} s | {pays(facts, seconds_, length)} |" for film, seconds_ in FILMS.items() for length in (cluster.SEGMENT, 60)]
    return "\n".join([*lines, "", "| film | workers up to which twice as many are at least 1.5 times as fast |", "|---|---:|", *stops])


def pays(facts, film, length):
    """The most workers of the model's that are worth twice their half."""
    best = 1
    for fewer, more in zip(WORKERS, WORKERS[1:]):
        if seconds(facts, film, fewer, length) / seconds(facts, film, more, length) < 1.5:
            break
        best = more
    return best


def main():
    inside_environment()
    kept = WORK / "scale.json"
    if "--again" in sys.argv:
        found = json.loads(kept.read_text())
        found["lengths"] = {int(length): one for length, one in found["lengths"].items()}
    else:
        build_library()
        prepare_venv()
        found = measure() | {"load": os.getloadavg()[0]}
        kept.write_text(json.dumps(found, indent=1))
    facts = model(found)
    draw(found, facts)
    page, text = DOCS / "scale.md", None
    text = page.read_text()
    for name, table in (("measured", measured_table(found)), ("model", model_table(found, facts))):
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        text, count = marked.subn(lambda mark, table=table: f"{mark[1]}{table}\n{mark[2]}", text)
        if count != 1:
            sys.exit(f"{page} has no place for the table {name}")
        print(table)
    page.write_text(text)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Builds framegate for release and measures it against its targets, the ffmpeg command, and other packages.

    benches/run.py [--only gate,encode,decode,memory,node,python,vpx,sound,audio,hosts,containers,cluster] [--quick] [--json target/bench.json]

Prints a table and writes the same as JSON. What it compares alternates (ours, peer, ours, peer ...), and figures are
medians, so that other work on the machine disturbs both alike; "spread" is the largest over the smallest. A
missed target says MISSED and is no error.
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

import audio
import cluster
import containers
import core
import hosts
import node
import python
import sound
import vpx
from common import ROOT, build_library, run
from report import Report

BENCHES = {"gate": core.bench_gate, "encode": core.bench_encode, "decode": core.bench_decode, "memory": core.bench_memory,
           "node": node.bench, "python": python.bench, "vpx": vpx.bench, "sound": sound.bench, "audio": audio.bench,
           "hosts": hosts.bench, "containers": containers.bench, "cluster": cluster.bench}


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "ffmpeg": run(["ffmpeg", "-version"]).split()[2],
        "rustc": run(["rustc", "--version"], cwd=ROOT).strip(),
        "compiler": run([os.environ.get("CC", "cc"), "--version"]).splitlines()[0],
        "load_before": os.getloadavg()[0],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(BENCHES), help="which of " + ",".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="fewer frames and repetitions")
    parser.add_argument("--json", type=Path, default=ROOT / "target" / "bench.json", help="where the JSON goes")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if unknown := set(chosen) - set(BENCHES):
        parser.error(f"--only has {', '.join(sorted(unknown))}, allowed are {', '.join(BENCHES)}")
    core.build_programs(build_library())
    began, report, facts = time.monotonic(), Report(), machine()
    for name in chosen:
        print(f"measuring {name} ...", file=sys.stderr)
        BENCHES[name](report, options.quick)
    facts["load_after"] = os.getloadavg()[0]
    took = time.monotonic() - began
    print(f"\n{facts['cpu']}, {facts['cores']} cores; FFmpeg {facts['ffmpeg']}; {facts['rustc']}; "
          f"load {facts['load_before']:.1f} before, {facts['load_after']:.1f} after; {took:.0f} s\n")
    print(report.table())
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(dict(machine=facts, seconds=took, rows=report.rows, notes=report.notes), indent=1) + "\n")
    print(f"\nwritten to {options.json}")


if __name__ == "__main__":
    main()

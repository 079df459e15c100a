"""Sound from any format to any other, beside libswresample."""

import json
import os

from common import ROOT, WORK, build_library, run


def build():
    library = WORK / "lib" / "libframegate.so.0"
    if not library.exists():
        build_library()
    flags = run(["pkg-config", "--cflags", "--libs", "libswresample", "libavutil"]).split()
    program = WORK / "bin" / "sound"
    run([os.environ.get("CC", "cc"), "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include", ROOT / "benches" / "sound.c",
         "-o", program, library, f"-Wl,-rpath,{library.parent}", *flags])
    return program


def bench(report, quick):
    rounds = 101 if quick else 501
    runs = [[json.loads(line) for line in run([program, rounds]).splitlines()] for program in [build()] for _ in range(3)]
    # The fastest of all: what other work on the machine adds is the same for nobody.
    pairs = [dict(name=f"{one[0]['from']} to {one[0]['to']}", ours=min(run["ours"][0] for run in one), peer=min(run["peer"][0] for run in one))
             for one in zip(*runs)]
    for pair in pairs:
        pair["ratio"] = pair["peer"] / pair["ours"]
    slow = [pair for pair in pairs if pair["ratio"] < 0.95]
    ratios = sorted(pair["ratio"] for pair in pairs)
    report.add("(s) sound, 64 pairs: median of peer's time : ours", "", ratios[len(ratios) // 2], ratio=ratios[len(ratios) // 2], pairs=pairs)
    report.add("    pairs that take longer (beyond 5 %)", "pairs", len(slow), target="0", reached=not slow)
    report.note("(s) a second of stereo, microseconds, fastest of all; swresample cuts off from s32 to s16, where ours rounds")
    for pair in sorted(pairs, key=lambda pair: pair["ratio"]):
        report.note(f"    {pair['name']:24} {pair['ours']:7.1f}, swresample {pair['peer']:7.1f}: x{pair['ratio']:.2f}")

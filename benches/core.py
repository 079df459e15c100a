"""The library by itself, from C, and beside the ffmpeg command."""

import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

from common import MB, ROOT, SIZE, THREADS, WORK, clip, raw_frames, run, x264_options
from report import Speed, compare, spread

# Both sides get these: the library always sets them, so that x264's delay can be computed.
X264_PARAMS = "force-cfr=1:sync-lookahead=0"

PROGRAMS = {
    "feed": ["feed.c"],
    "encode": ["encode.c"],
    "decode": ["decode.c"],
    "memory": ["memory.c"],
    "gate": ["gate.c", "allocations.c"],
}


def build_programs(library):
    """The C programs, linked with the library."""
    compiler = [os.environ.get("CC", "cc"), "-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-rdynamic"]
    for program, sources in PROGRAMS.items():
        paths = [ROOT / "benches" / source for source in sources]
        link = ["-o", WORK / "bin" / program, library, f"-Wl,-rpath,{library.parent}", "-pthread"]
        run([*compiler, f"-I{ROOT}/include", *paths, *link])


def ours(program, *arguments):
    return json.loads(run([WORK / "bin" / program, *arguments]))


# --- (a) the gate -------------------------------------------------------------------------------------------------

GATE = {
    "fill": "one thread fills and drains",
    "wait": "one thread, wait for either",
    "two": "producer and consumer threads",
    "lockstep": "one thread, one frame at a time",
}


def bench_gate(report, quick):
    rounds = 100_000 if quick else 250_000
    runs = {variant: [ours("gate", variant, rounds, 0) for _ in range(5)] for variant in GATE}
    for variant, words in GATE.items():
        times = [one["ns_per_frame"] for one in runs[variant]]
        median = statistics.median(times)
        bounded = variant != "lockstep"  # there every frame pays for two thread switches, which are the kernel's
        report.add(f"(a) gate: {words}", "ns/frame", median, target="<= 2,000" if bounded else None,
                   reached=median <= 2000 if bounded else None, spread=spread(times), all=times,
                   cpu_ns=statistics.median(one["cpu_ns_per_frame"] for one in runs[variant]),
                   switches=statistics.median(one["switches_per_frame"] for one in runs[variant]))
        details = report.rows[-1]["details"]
        report.note(f"(a) {words}: fastest {min(times):,.0f} ns, processor time of both sides {details['cpu_ns']:,.0f} ns, "
                    f"{details['switches']:.2f} thread switches a frame")
    for variant in ("fill", "two"):
        count_allocations(report, variant, 20_000)


def count_allocations(report, variant, rounds):
    counted = ours("gate", variant, rounds, 1)
    sites = [dict(count=site["count"], bytes=site["bytes"], where=name_path(site["path"])) for site in counted["sites"]]
    report.add(f"(a) allocations: {GATE[variant]}", "per frame", counted["allocations"] / rounds,
               target="each named", reached=all(site["where"] for site in sites), sites=sites,
               allocations=counted["allocations"], at_setup=counted["allocations_at_setup"])
    report.note(f"(a) {GATE[variant]}: {counted['allocations']} allocations in {rounds:,} frames "
                f"({counted['allocations_at_setup']} before them, so the counter counts)")
    for site in sites:
        report.note(f"    {site['count']} of {site['bytes']} bytes: {site['where'] or 'UNNAMED: ' + str(site)}")


# Frames between a function and the one that matters.
PLUMBING = re.compile(r"alloc|core::|std::|__rust|\{|<|new\b|new_uninit|call_once|do_call|catch_unwind|try_with|with|get_or_init|rustc_entry")


def name_path(path):
    """The library's functions on a call path, innermost first, its generic plumbing left out."""
    addresses = [entry.rsplit("+", 1)[1] for entry in path if "libframegate" in entry]
    if not addresses:
        return " < ".join(Path(entry).name for entry in path[2:6])
    # A return address is the instruction after the call.
    before = [hex(int(address, 16) - 1) for address in addresses]
    library = (WORK / "lib" / "libframegate.so.0").resolve()
    lines = run(["addr2line", "-f", "-C", "-i", "-e", library, *before]).splitlines()[::2]
    named = [name for name in map(plain, lines) if not PLUMBING.match(name)]
    exported = next((index for index, name in enumerate(named) if name.startswith("fg_")), len(named))
    return " < ".join(named[: exported + 1][:6])


def plain(name):
    """A Rust name without its generic arguments."""
    kept, depth = [], 0
    for letter in name.replace("->", ""):
        depth += letter == "<"
        if depth == 0:
            kept.append(letter)
        depth -= letter == ">"
    return "".join(kept).strip(":") or name


# --- (b) encoding -------------------------------------------------------------------------------------------------

PEER_INPUT = {"rgba": "rgba", "i420": "yuv420p"}


def encode_ours(pixels, how, count, settings):
    result = ours("encode", raw_frames(pixels), pixels, how, count, WORK / "ours.h264", *settings)
    return Speed(result["frames"], result["seconds"], result["cpu_seconds"])


def encode_peer(pixels, count, options, params=X264_PARAMS):
    """The ffmpeg command with libx264."""
    x264 = ["-c:v", "libx264", *options, "-profile:v", "high", "-level", 40]
    if params:
        x264 += ["-x264-params", params]
    return pipe_to_ffmpeg(pixels, SIZE, count, [*x264, "-f", "h264", WORK / "peer.h264"])


def pipe_to_ffmpeg(pixels, size, count, output):
    """The ffmpeg command, fed raw, by its own clock: without its start and the probing of its input."""
    width, height = size.split("x")
    read, write = os.pipe()
    feed = subprocess.Popen([WORK / "bin" / "feed", raw_frames(pixels, size), pixels, str(count), f"width={width}", f"height={height}"],
                            stdout=write)
    os.close(write)
    source = ["-f", "rawvideo", "-pix_fmt", PEER_INPUT[pixels], "-s", size, "-r", 30, "-i", "pipe:0"]
    frames, speed = ffmpeg_clock([*source, "-pix_fmt", "yuv420p", *output], stdin=read)
    os.close(read)
    if feed.wait() != 0 or frames != count:
        sys.exit(f"ffmpeg encoded {frames} of {count} frames")
    return speed


def ffmpeg_clock(arguments, **options):
    """Frames and speed of an ffmpeg run, as -benchmark says them."""
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-y", "-benchmark", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", **options)
    times = re.search(r"utime=([\d.]+)s stime=([\d.]+)s rtime=([\d.]+)s", done.stderr)
    frames = re.findall(r"frame=\s*(\d+)", done.stderr)
    if done.returncode != 0 or not times or not frames:
        sys.exit(f"{' '.join(command)}\nfailed with {done.returncode}:\n{done.stderr}")
    user, system, real = map(float, times.groups())
    return int(frames[-1]), Speed(int(frames[-1]), real, user + system)


def same_options(report, name):
    """Says whether the last run of either side used the same x264 options."""
    mine, peers = x264_options(WORK / "ours.h264"), x264_options(WORK / "peer.h264")
    sizes = [os.path.getsize(WORK / f"{side}.h264") / MB for side in ("ours", "peer")]
    if mine == peers:
        said = f"x264 options equal ({mine.count('=')} of them)"
    else:
        odd = sorted(set(mine.split()) ^ set(peers.split()))
        said = f"x264 options DIFFERENT: {' '.join(odd)}"
    report.note(f"{name}: {said}; streams of {sizes[0]:.2f} and {sizes[1]:.2f} MB")
    report.rows[-1]["details"]["x264_options"] = dict(equal=mine == peers, ours=mine, peer=peers, megabytes=sizes)


def bench_encode(report, quick):
    times, fast, slow = (3, 100, 50) if quick else (5, 200, 80)
    fast_settings = ["ffmpeg.preset=ultrafast", "ffmpeg.tune=zerolatency", f"threads={THREADS}"]
    fast_options = ["-preset", "ultrafast", "-tune", "zerolatency", "-threads", THREADS]

    def fast_row(name, how, pixels="rgba", least=None, times=times):
        compare(report, name, times, lambda: encode_ours(pixels, how, fast, fast_settings),
                lambda: encode_peer(pixels, fast, fast_options), least, frames=fast)
        same_options(report, name)
        return report.rows[-1]["ours"]

    rgba = fast_row("(b) encode ultrafast zerolatency", "copy", least=1.3)
    fast_row("    the same, frames wrapped", "wrap", times=2)
    i420 = fast_row("    the same, from I420", "copy", "i420", times=3)
    share = 1 - rgba / i420
    report.note(f"(b) ultrafast: {1e3 / rgba:.2f} ms a frame from RGBA, {1e3 / i420:.2f} ms from I420: conversion and the larger "
                f"copy take {1e3 / rgba - 1e3 / i420:.2f} ms, {share:.0%}")

    slow_settings = ["ffmpeg.preset=medium", f"threads={THREADS}", "maxDelay=64"]
    slow_options = ["-preset", "medium", "-threads", THREADS]
    compare(report, "(b) encode medium, lookahead 40", max(3, times - 2), lambda: encode_ours("rgba", "copy", slow, slow_settings),
            lambda: encode_peer("rgba", slow, slow_options), 1.0, frames=slow)
    same_options(report, "(b) encode medium, lookahead 40")
    stock = slow_settings[:2]
    compare(report, "    our defaults : ffmpeg's", 2, lambda: encode_ours("rgba", "copy", slow, stock),
            lambda: encode_peer("rgba", slow, slow_options, None), frames=slow)
    same_options(report, "    medium, our defaults and ffmpeg's (meant to differ: maxDelay 12)")


# --- (c) decoding -------------------------------------------------------------------------------------------------


def decode_ours(settings, path=None, count=600):
    result = ours("decode", path or clip(), *settings)
    if result["frames"] != count:
        sys.exit(f"{result['frames']} of {count} frames were decoded")
    return Speed(result["frames"], result["seconds"], result["cpu_seconds"])


def decode_peer(options, path=None, count=600):
    frames, speed = ffmpeg_clock([*options, "-i", path or clip(), "-f", "null", "-"])
    if frames != count:
        sys.exit(f"ffmpeg decoded {frames} of {count} frames")
    return speed


def bench_decode(report, quick):
    times = 3 if quick else 5
    for threads in (1, 2):
        compare(report, f"(c) decode, {threads} thread{'s' * (threads > 1)}", times, lambda: decode_ours([f"threads={threads}"]),
                lambda: decode_peer(["-threads", threads]), 1.0)
    compare(report, "    our defaults : ffmpeg's", 3, lambda: decode_ours([]), lambda: decode_peer([]))


# --- (d) memory ---------------------------------------------------------------------------------------------------


def bench_memory(report, quick):
    count = 150 if quick else 300
    for preset in ("ultrafast", "medium"):
        alone = ours("memory", raw_frames("rgba"), 40, 10, f"ffmpeg.preset={preset}", "slots=1")
        full = ours("memory", raw_frames("rgba"), count, 10, f"ffmpeg.preset={preset}", "slots=16")
        frame, slots = full["frame_bytes"], full["slots"]
        bound = slots * frame + 60 * MB
        report.add(f"(d) memory, {preset}", "MB", full["growth_bytes"] / MB, target=f"<= {bound / MB:.1f}",
                   reached=full["growth_bytes"] <= bound, ratio=full["growth_bytes"] / bound, frames=count, full=full, one_slot=alone)
        # With one slot: a frame in flight, one in the producer's hand, one converted; the rest is the encoder's.
        encoder = alone["growth_bytes"] - 2 * frame - frame * 3 // 8
        report.note(f"(d) {preset}: {slots} slots of {frame / MB:.1f} MB are {slots * frame / MB:.0f} MB; with one slot growth is "
                    f"{alone['growth_bytes'] / MB:.0f} MB, of which {encoder / MB:.0f} are the encoder's own "
                    f"(holding {alone['in_codec_peak']} frames); peak in flight {full['in_flight_peak']}")

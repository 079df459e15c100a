"""framegate for Node beside the two packages that a user would take instead."""

import base64
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

from common import MB, ROOT, THREADS, WORK, clip, make, raw_frames, run, x264_options
from report import Speed, compare, spread

PACKAGE = ROOT / "bindings" / "node"
PROGRAMS = WORK / "node"
OTHER_BACKEND = WORK / "ffi-napi"
BITRATE = 5_000_000
W3C_PEER = "@napi-rs/webcodecs"

# What @napi-rs/webcodecs makes of a configuration, as read from its stream; `same_options` checks that it still does.
PRESET = {"preset": "superfast", "tune": "zerolatency"}
OURS_AS_PEER = {"bitrateMode": "constant", "framegate": {"ffmpeg": PRESET, "threads": THREADS}}
NODE_AV_AS_PEER = {**PRESET, "maxrate": str(BITRATE), "bufsize": str(BITRATE)}

SIZES = {"1080p": (1920, 1080, 200), "320x240": (320, 240, 2000)}


def prepare():
    """Our package, built; the peers, in a folder of their own."""
    other_backend = ["npm", "install", "--no-save", "--ignore-scripts", "--prefix", OTHER_BACKEND, "ffi-napi@4.0.3", "ref-napi@3.0.3"]
    for command in (["npm", "ci", "--ignore-scripts"], other_backend, ["npm", "run", "build"]):
        subprocess.run(command, cwd=PACKAGE, check=True, stdout=sys.stderr)
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    for source in (ROOT / "benches" / "node").iterdir():
        if source.is_file():
            shutil.copy(source, PROGRAMS)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund"], cwd=PROGRAMS, check=True, stdout=sys.stderr)


def environment(**more):
    library = WORK / "lib" / "libframegate.so.0"
    paths = {"FRAMEGATE_NODE": str(PACKAGE), "FRAMEGATE_LIBRARY": str(library), "NODE_PATH": str(OTHER_BACKEND / "node_modules")}
    return {**os.environ, **paths, **more}


def node(program, backend="koffi", **options):
    """Runs a program and gives the last line that it prints."""
    words = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    done = subprocess.run(["node", program, *words], cwd=PROGRAMS, env=environment(FRAMEGATE_FFI=backend),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
    lines = done.stdout.splitlines()
    # node-av 6.1.1 crashes here while the process ends, after its result.
    if not lines or (done.returncode != 0 and "node_av" not in program):
        sys.exit(f"{program} {' '.join(words)}\nfailed with {done.returncode}:\n{done.stderr}")
    return json.loads(lines[-1])


def speed(result):
    return Speed(result["frames"], result["seconds"], result["cpu_seconds"])


# --- encoding -----------------------------------------------------------------------------------------------------


def pictures(name, width, height):
    if name == "1080p":
        return raw_frames("rgba")
    size = ["-vf", f"scale={width}:{height}", "-frames:v", 60, "-pix_fmt", "rgba", "-f", "rawvideo"]
    return make(f"frames-{name}.rgba", size)


def encode(library, name):
    width, height, frames = SIZES[name]
    options = dict(raw=pictures(name, width, height), width=width, height=height, frames=frames, bitrate=BITRATE,
                   out=WORK / f"node-{library.replace('/', '-')}.h264")
    if library == "node-av":
        return speed(node("encode_node_av.mjs", **options, threads=THREADS, settings=json.dumps(NODE_AV_AS_PEER)))
    ours = json.dumps(OURS_AS_PEER if library == "framegate" else {})
    return speed(node("encode.mjs", **options, library=library, ours=ours))


def compare_with_faster(report, name, times, ours, peers, least):
    """Against whichever peer is the faster one; the table shows both."""
    for peer in peers.values():
        peer()  # the faster one is found with warm files
    fastest = max(peers, key=lambda peer: peers[peer]().fps)
    for peer in sorted(peers, key=lambda peer: peer != fastest):
        compare(report, f"{name} : {peer}", times, ours, peers[peer], least if peer == fastest else None)


def same_options(report, name):
    streams = {library: x264_options(WORK / f"node-{library.replace('/', '-')}.h264")
               for library in ("framegate", W3C_PEER, "node-av")}
    odd = set.union(*(set(text.split()) for text in streams.values()))
    odd -= set.intersection(*(set(text.split()) for text in streams.values()))
    said = f"DIFFERENT: {' '.join(sorted(odd))}" if odd else f"equal ({streams['framegate'].count('=')} of them)"
    report.note(f"{name}: x264 options of all three {said}")
    report.rows[-1]["details"]["x264_options"] = streams


def bench_encode(report, quick):
    for name in SIZES:
        label = f"(n) Node, encode {name}"
        compare_with_faster(report, label, 3 if quick else 5, lambda: encode("framegate", name),
                            {peer: (lambda peer=peer: encode(peer, name)) for peer in (W3C_PEER, "node-av")}, 1.2)
        same_options(report, label)


# --- decoding -----------------------------------------------------------------------------------------------------


def avcc(path):
    data = path.read_bytes()
    box = data.index(b"avcC")
    return data[box + 4 : box - 4 + int.from_bytes(data[box - 4 : box], "big")]


def chunks_of(path, stream="v:0", description=b""):
    """Beside a clip, what WebCodecs needs to know of its chunks: where they are, and the decoder's description."""
    entries = ["-show_entries", "packet=pts_time,pos,size,flags", "-select_streams", stream, "-of", "json"]
    packets = json.loads(run(["ffprobe", "-v", "error", *entries, path]))["packets"]
    chunks = [dict(key="K" in packet["flags"], timestamp=round(float(packet["pts_time"]) * 1e6), offset=int(packet["pos"]),
                   size=int(packet["size"])) for packet in packets]
    text = json.dumps(dict(description=base64.b64encode(description).decode(), chunks=chunks))
    path.with_name(f"{path.name}.json").write_text(text)
    return path


def bench_decode(report, quick):
    path = chunks_of(clip(), description=avcc(clip()))

    def decode(library):
        return speed(node("decode_node_av.mjs", clip=path) if library == "node-av" else node("decode.mjs", clip=path, library=library))

    compare_with_faster(report, "(n) Node, decode 1080p", 3 if quick else 5, lambda: decode("framegate"),
                        {peer: (lambda peer=peer: decode(peer)) for peer in (W3C_PEER, "node-av")}, 1.0)


# --- our own time, and a slow consumer ----------------------------------------------------------------------------


def bench_overhead(report, quick):
    for backend, most in (("koffi", 50), ("ffi-napi", 300)):
        runs = [node("overhead.mjs", backend=backend, frames=5_000 if quick else 20_000) for _ in range(3 if quick else 5)]
        times = [one["cpu_seconds"] / one["frames"] * 1e6 for one in runs]
        wall = statistics.median(one["seconds"] / one["frames"] * 1e6 for one in runs)
        median = statistics.median(times)
        report.add(f"(n) Node, our JavaScript and FFI, {backend}", "us/frame", median, target=f"<= {most}", reached=median <= most,
                   spread=spread(times), all=times)
        report.note(f"(n) {backend}: processor time of all threads, the null encoder's, too; by the clock {wall:.1f} us a frame")


def watch(program, every_s=0.02, **options):
    """Runs a program that says when it begins, and samples its resident memory meanwhile: (result, [(s, bytes)])."""
    words = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    process = subprocess.Popen(["node", program, *words], cwd=PROGRAMS, env=environment(), stdout=subprocess.PIPE, text=True)
    began = json.loads(process.stdout.readline())["began"] / 1e3
    samples, ended = [], threading.Event()

    def sample():
        while not ended.wait(every_s):
            try:
                with open(f"/proc/{process.pid}/statm") as statm:
                    samples.append((time.time() - began, int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")))
            except OSError:
                return

    sampler = threading.Thread(target=sample)
    sampler.start()
    result = json.loads(process.stdout.read().splitlines()[-1])
    ended.set()
    sampler.join()
    if process.wait() != 0:
        sys.exit(f"{program} {' '.join(words)} failed with {process.returncode}")
    return result, samples


def slow(library, way, frames, preset=None):
    ours = json.dumps({"framegate": {"ffmpeg": preset}} if preset else {})
    return watch("slow.mjs", library=library, raw=raw_frames("rgba"), width=1920, height=1080, frames=frames, way=way, ours=ours)


def bench_slow(report, quick):
    frames = 150 if quick else 300
    peer, _ = slow(W3C_PEER, "loop", frames)
    for way, words in (("loop", "tight loop"), ("ready", "await encoder.ready")):
        ours, _ = slow("framegate", way, frames, PRESET)
        growth, peers = ours["growth_bytes"] / MB, peer["growth_bytes"] / MB
        report.add(f"(n) Node, slow consumer, {words}", "MB", growth, peers, growth / peers, "ratio <= 0.1", growth <= peers / 10,
                   our_run=ours, peer_run=peer)
        report.note(f"(n) slow consumer, {words}: event-loop delay p99 {ours['delay_ms']['p99']:.0f} ms, longest "
                    f"{ours['delay_ms']['longest']:.0f}; the peer's in a tight loop {peer['delay_ms']['p99']:.0f} and "
                    f"{peer['delay_ms']['longest']:.0f}")


def bench(report, quick):
    prepare()
    bench_overhead(report, quick)
    bench_slow(report, quick)
    bench_decode(report, quick)
    bench_encode(report, quick)

"""A film on a cluster of this machine, beside one process that uses all of it: speed, memory, bitrate, quality."""

import json
import re
import subprocess

from common import MB, ROOT, make, run, WORK
from python import prepare_venv, python, speed
from report import compare

BITRATE = 4_000_000
SEGMENT = 20
WORKERS = 2
LEAST = 0.9
MOST_BITRATE = 0.03
MOST_PSNR = 0.2
MEDIA = ROOT.parent / "shared" / "media"


def bench(report, quick):
    prepare_venv()
    seconds, segment = (40, SEGMENT) if quick else (80, SEGMENT)
    source, found = film(seconds), {}
    out = {way: WORK / f"film-{way}.mp4" for way in ("one", "many")}

    def run_way(way, *more):
        found.setdefault(way, []).append(python("cluster", way, source, out[way], BITRATE, *more))
        return speed(found[way][-1])

    name = f"(g) {WORKERS} workers of one thread : one process, {seconds} s of 720p"
    compare(report, name, 2 if quick else 3, lambda: run_way("many", WORKERS, segment), lambda: run_way("one"), LEAST)
    most = max(run["growth_mb"] for run in found["many"])
    bound = found["many"][0]["bound_mb"]
    report.add("(g) memory of a worker grows by", "MB", most, target=f"<= {bound:.1f}", reached=most <= bound, ratio=most / bound)
    report.add("(g) start of the cluster, which is not counted", "s", found["many"][-1]["start_seconds"])
    quality(report, "(g) the film", source, out)
    for clip in real():
        quality(report, f"(g) {clip.stem}", clip, encoded(clip))


def film(seconds):
    """720p with a key frame every two seconds, and other colours every six."""
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-g", 60, "-b:v", "12M", "-pix_fmt", "yuv420p"]
    changes = ["-vf", "scale=1280:720,hue=H='floor(t/6)'"]
    return make(f"film-{seconds}-720p.mp4", [*changes, "-frames:v", seconds * 30, *codec])


def real():
    """Real clips one after the other several times, where a checkout has them beside it."""
    for path in sorted(MEDIA.glob("*.mp4")):
        long = WORK / f"real-{path.name}"
        if not long.exists():
            loop = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", 12, "-i", path, "-t", 60, "-an"]
            run([*loop, "-c:v", "libx264", "-preset", "veryfast", "-crf", 16, "-g", 50, long])
        yield long


def encoded(clip):
    """A clip both ways, at a bitrate at which it is no longer like its source."""
    out = {way: WORK / f"{clip.stem}-{way}.mp4" for way in ("one", "many")}
    python("cluster", "one", clip, out["one"], 600_000)
    python("cluster", "many", clip, out["many"], 600_000, WORKERS, SEGMENT)
    return out


def quality(report, name, source, out):
    sizes, likeness = {way: video_bytes(path) for way, path in out.items()}, {way: psnr(path, source) for way, path in out.items()}
    ratio, less = sizes["many"] / sizes["one"], likeness["one"] - likeness["many"]
    report.add(f"{name}: bytes of the pictures", "MB", sizes["many"] / MB, sizes["one"] / MB, ratio, f"within {MOST_BITRATE:.0%}",
               abs(ratio - 1) <= MOST_BITRATE)
    report.add(f"{name}: PSNR", "dB", likeness["many"], likeness["one"], target=f"at most {MOST_PSNR} less", reached=less <= MOST_PSNR)


def video_bytes(path):
    sizes = run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=size", "-of", "json", path])
    return sum(int(packet["size"]) for packet in json.loads(sizes)["packets"])


def psnr(path, source):
    command = ["ffmpeg", "-v", "info", "-nostdin", "-i", path, "-i", source, "-lavfi", "psnr", "-f", "null", "-"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    return float(re.search(r"PSNR.* average:(\S+)", done.stderr)[1])

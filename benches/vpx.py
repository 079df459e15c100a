"""VP8 and VP9 beside the ffmpeg command with the same options and threads, and beside PyAV with many codecs at once."""

import re
import statistics
import subprocess
from dataclasses import dataclass

from common import ROOT, SIZE, THREADS, WORK, make, raw_frames, run
from core import decode_ours, decode_peer, ours, pipe_to_ffmpeg
from python import python
from report import Speed, compare

SMALL = "640x360"


@dataclass
class Codec:
    """One of libvpx's."""

    name: str
    string: str
    encoder: str
    quick: int
    """cpu-used in realtime"""

    def options(self, realtime, threads, bitrate):
        """libvpx's options as both sides get them."""
        shared = {"deadline": "realtime" if realtime else "good", "cpu-used": self.quick if realtime else 4, "lag-in-frames": 0,
                  "g": 1 << 30, "keyint_min": 1 << 30}
        if self.name == "VP9":
            shared |= {"tile-columns": 1, "row-mt": 1}
        rate = ["-b:v", bitrate, "-threads", threads]
        return ["-c:v", self.encoder, *rate, *(part for key, value in shared.items() for part in (f"-{key}", value))]

    def settings(self, realtime, threads, bitrate, size):
        width, height = size.split("x")
        own = [f"codec={self.string}", f"width={width}", f"height={height}", f"bitrate={bitrate}", f"threads={threads}",
               f"latencyMode={'realtime' if realtime else 'quality'}"]
        own += [f"ffmpeg.cpu-used={self.quick if realtime else 4}"]
        return own + (["ffmpeg.tile-columns=1", "ffmpeg.row-mt=1"] if self.name == "VP9" else [])


CODECS = [Codec("VP8", "vp8", "libvpx", -12), Codec("VP9", "vp09.00.40.08", "libvpx-vp9", 8)]


def bench(report, quick):
    times = 3 if quick else 5
    for codec in CODECS:
        encode(report, codec, times)
        decode(report, codec, times)
        quality(report, codec)
    many(report)


def encode(report, codec, times):
    for size, realtime, pixels, least, count in [(SMALL, True, "i420", 1.0, 400), (SIZE, True, "i420", 1.0, 120),
                                                 (SIZE, False, "i420", 1.0, 30), (SIZE, True, "rgba", 1.2, 120)]:
        bitrate, threads = ("800k", 1) if size == SMALL else ("4M", THREADS)
        bits = bitrate.replace("k", "000").replace("M", "000000")
        settings = codec.settings(realtime, threads, bits, size)
        options = codec.options(realtime, threads, bitrate)

        def mine():
            result = ours("encode", raw_frames(pixels, size), pixels, "copy", count, WORK / "ours.vpx", *settings)
            return Speed(result["frames"], result["seconds"], result["cpu_seconds"])

        name = f"(e) {codec.name} {size} {'realtime' if realtime else 'quality'}, from {pixels.upper()}"
        compare(report, name, times, mine, lambda: pipe_to_ffmpeg(pixels, size, count, [*options, "-f", "ivf", WORK / "peer.vpx"]), least)


def decode(report, codec, times):
    path = make(f"clip-{codec.name}.webm", ["-frames:v", 300, "-pix_fmt", "yuv420p", *codec.options(True, THREADS, "4M")])
    for threads in (1, THREADS):
        compare(report, f"(e) {codec.name} decode 1080p, {threads} threads", times,
                lambda: decode_ours([f"threads={threads}"], path, 300), lambda: decode_peer(["-threads", threads], path, 300), 1.0)


def quality(report, codec):
    """PSNR of a real clip, where there is one, at the same options and bitrate."""
    clip = ROOT.parent / "shared" / "media" / "bikes.mp4"
    if not clip.exists():
        report.note(f"(e) {codec.name}: no real clip, PSNR is not measured")
        return
    count, source = 150, WORK / "real.i420"
    if not source.exists():
        run(["ffmpeg", "-v", "error", "-y", "-i", clip, "-an", "-vf", f"scale={SMALL.replace('x', ':')}", "-frames:v", count,
             "-pix_fmt", "yuv420p", "-f", "rawvideo", source])
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", SMALL, "-r", 30, "-i", source]
    for realtime in (True, False):
        name = f"(e) {codec.name} PSNR, {SMALL} {'realtime' if realtime else 'quality'}"
        paths = {side: WORK / f"psnr-{side}.webm" for side in ("ours", "peer")}
        run(["ffmpeg", "-v", "error", "-y", *raw, *codec.options(realtime, 1, "500k"), paths["peer"]])
        ours("encode", source, "i420", "copy", count, paths["ours"], *codec.settings(realtime, 1, 500_000, SMALL))
        found = {side: psnr(path, raw) for side, path in paths.items()}
        sizes = {side: path.stat().st_size for side, path in paths.items()}
        report.add(name, "dB", found["ours"], found["peer"], None, "within 0.1", found["ours"] >= found["peer"] - 0.1, bytes=sizes)
        report.note(f"{name}: {found['ours']:.2f} and {found['peer']:.2f} dB, {sizes['ours']:,} and {sizes['peer']:,} bytes")


def psnr(path, raw):
    """Of the decoded file against the raw frames, in order: whatever their times are."""
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-r", 30, "-i", path, *raw, "-lavfi", "psnr", "-f", "null", "-"]
    said = subprocess.run([str(part) for part in command], stderr=subprocess.PIPE, text=True, check=True).stderr
    return float(re.search(r"average:([0-9.]+)", said)[1])


def many(report):
    """16 encoders and 16 decoders of 640x360 in one process: memory and threads."""
    for codec in CODECS:
        runs = {"ours": [], "av": []}
        for _ in range(3):
            for side, found in runs.items():
                found.append(python("many_vpx", side, codec.string, codec.encoder))
        mine, peer = ({key: statistics.median(one[key] for one in found) for key in found[0]} for found in runs.values())
        reached = mine["growth_mb"] <= peer["growth_mb"] * 1.03 and mine["threads"] <= peer["threads"]
        report.add(f"(e) {codec.name}: 16 encoders and 16 decoders", "MB", mine["growth_mb"], peer["growth_mb"],
                   mine["growth_mb"] / peer["growth_mb"], "<= PyAV", reached, threads=[mine["threads"], peer["threads"]])
        report.note(f"(e) {codec.name}, 16 and 16: {mine['threads']:.0f} threads, PyAV's {peer['threads']:.0f}")

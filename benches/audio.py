"""Codecs of sound beside the ffmpeg command, and many Opus encoders beside a loop of libopus."""

import json
import os
import resource
import statistics
import time

from common import ROOT, WORK, build_library, run
from report import Speed, compare

SECONDS = 60
# Codec, FFmpeg's encoder, a file that holds it, and what both sides get.
CODECS = [("mp4a.40.2", "aac", "mp4", "128000"), ("opus", "libopus", "mp4", "96000"), ("flac", "flac", "mp4", None),
          ("mp3", "libmp3lame", "mp4", "128000"), ("vorbis", "libvorbis", "ogg", "128000"), ("pcm-s16", "pcm_s16le", "wav", None)]
ENCODERS = 100


def build():
    library = WORK / "lib" / "libframegate.so.0"
    if not library.exists():
        build_library()
    flags = run(["pkg-config", "--cflags", "--libs", "opus", "libavcodec", "libavutil"]).split()
    program = WORK / "bin" / "audio"
    run([os.environ.get("CC", "cc"), "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include", ROOT / "benches" / "audio.c",
         "-o", program, library, f"-Wl,-rpath,{library.parent}", "-pthread", *flags])
    return program


def bench(report, quick):
    program, times = build(), 3 if quick else 5
    source = WORK / "sound.f32"
    noise = "anoisesrc=a=0.02:r=48000:d={0}[n];sine=440:r=48000:d={0}[s];[n][s]amix,aformat=flt:channel_layouts=stereo"
    run(["ffmpeg", "-v", "error", "-y", "-filter_complex", noise.format(SECONDS), "-f", "f32le", source])
    for codec, encoder, ending, bitrate in CODECS:
        clip = WORK / f"sound-{encoder}.{ending}"
        rate = ["-b:a", bitrate] if bitrate else []
        raw = ["-f", "f32le", "-ar", 48000, "-ac", 2, "-i", source]
        run(["ffmpeg", "-v", "error", "-y", *raw, "-c:a", encoder, *rate, "-strict", -2, clip])
        settings = [f"bitrate={bitrate}"] if bitrate else []
        compare(report, f"(t) {codec}: encodes {SECONDS} s", times,
                lambda: timed(SECONDS, program, "encode", source, codec, SECONDS, 1024, *settings),
                lambda: timed(SECONDS, "ffmpeg", "-v", "error", *raw, "-c:a", encoder, *rate, "-f", "null", "-"), 1.0)
        compare(report, f"(t) {codec}: decodes {SECONDS} s", times, lambda: timed(SECONDS, program, "decode", clip),
                lambda: timed(SECONDS, "ffmpeg", "-v", "error", "-i", clip, "-f", "null", "-"), 1.0)
    own_part(report, program, source, times)
    for complexity in (10, 0):
        many(report, program, source, complexity, times)


def timed(seconds, *command):
    """Seconds of sound a second, the program's start and end among them."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    run([str(part) for part in command])
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Speed(seconds, took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def own_part(report, program, source, times):
    """Processor time of a chunk with a codec that only copies, over what libavcodec alone takes for it."""
    for where, cores in (("one core", ["taskset", "-c", "0"]), ("all cores", [])):
        parts = []
        for _ in range(times):
            mine = json.loads(run([*cores, program, "encode", source, "pcm-f32", 600, 960]))
            bare = json.loads(run([*cores, program, "codec", source, "pcm_f32le", 600, 960]))
            parts.append(mine["cpu_seconds"] * 1e6 / mine["chunks"] - bare["cpu_seconds"] * 1e6 / bare["chunks"])
        part_us = statistics.median(parts)
        report.add(f"(t) our part of a chunk, {where}", "us", part_us, target="<= 3", reached=part_us <= 3)


def many(report, program, source, complexity, times):
    """Opus encoders of 20 ms in real time, on all cores."""
    cores, seconds = len(os.sched_getaffinity(0)), 10
    pairs = []
    for _ in range(times):
        mine = json.loads(run([program, "many", source, ENCODERS, seconds, "bitrate=96000", f"opus.complexity={complexity}"]))
        peer = json.loads(run([program, "bare", source, cores, ENCODERS, seconds, complexity]))
        pairs.append((mine, peer))
    carried = [[one["chunks"] / one["seconds"] / 50 for one in side] for side in zip(*pairs)]
    ratio = statistics.median(a / b for a, b in zip(*carried))
    mine = pairs[-1][0]
    report.add(f"(t) Opus encoders in real time, complexity {complexity}", "encoders", statistics.median(carried[0]),
               statistics.median(carried[1]), ratio, "ratio >= 0.9", ratio >= 0.9)
    report.note(f"(t) {ENCODERS} Opus encoders, complexity {complexity}: {mine['threads']} threads, {mine['rss_mb']:.0f} MB")

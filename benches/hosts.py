"""Sound in Node and Python, beside what a user would take instead: node-av, @napi-rs/webcodecs, PyAV."""

import statistics

from audio import raw_sound
from common import MB, WORK, run
from node import W3C_PEER, chunks_of, compare_with_faster, node, prepare, speed
from python import prepare_venv, python
from report import compare, spread

# Codec string, FFmpeg's encoder, samples of a part, the format that it takes, bits a second, the decoder's description in MP4.
CODECS = [("opus", "libopus", 960, "f32", 96_000, b""), ("mp4a.40.2", "aac", 1024, "f32-planar", 128_000, b"\x11\x90")]
SLOW_CHUNKS = 400


def bench(report, quick):
    prepare()
    prepare_venv()
    times = 3 if quick else 5
    source = raw_sound()
    for codec, encoder, samples, layout, bitrate, description in CODECS:
        clip = WORK / f"hosts-{encoder}.mp4"
        run(["ffmpeg", "-v", "error", "-y", "-f", "f32le", "-ar", 48000, "-ac", 2, "-i", source, "-c:a", encoder, "-b:a", bitrate, clip])
        chunks_of(clip, "a:0", description)
        in_node(report, times, source, clip, codec, encoder, dict(samples=samples, format=layout, bitrate=bitrate))
        for way, path in (("encode", source), ("decode", clip)):
            def in_python(side, way=way, path=path, codec=codec):
                return speed(python("sound", side, way, codec, path))

            compare(report, f"(h) Python, {way} {codec}", times, lambda: in_python("ours"), lambda: in_python("av"), 1.0)
    overhead(report, times)
    slow(report)


def in_node(report, times, source, clip, codec, encoder, options):
    def encode(library):
        if library == "node-av":
            return speed(node("sound_encode_node_av.mjs", raw=source, encoder=encoder, **options))
        return speed(node("sound_encode.mjs", raw=source, library=library, codec=codec, **options))

    def decode(library):
        if library == "node-av":
            return speed(node("decode_node_av.mjs", clip=clip, medium="audio"))
        return speed(node("sound_decode.mjs", clip=clip, library=library, codec=codec))

    for way, ours in (("encode", encode), ("decode", decode)):
        peers = {peer: (lambda peer=peer, ours=ours: ours(peer)) for peer in (W3C_PEER, "node-av")}
        compare_with_faster(report, f"(h) Node, {way} {codec}", times, lambda ours=ours: ours("framegate"), peers, 1.0)


def overhead(report, times):
    for name, most, one in (("Node, our part of a chunk of sound", 20, node_part), ("Python's thread: a chunk of sound", 15, python_part)):
        figures = [one() for _ in range(times)]
        median = statistics.median(figures)
        report.add(f"(h) {name}", "us", median, target=f"<= {most}", reached=median <= most, spread=spread(figures), all=figures)


def node_part():
    """Processor time of all threads: the codec's copying, too."""
    one = node("sound_overhead.mjs", chunks=20_000)
    return one["cpu_seconds"] / one["frames"] * 1e6


def python_part():
    return python("sound_overhead")["both"]


def slow(report):
    """An input, its bytes at the codec and its chunk: three times what is in flight, and what the languages themselves take."""
    ours, peer = (node("sound_slow.mjs", library=library, chunks=SLOW_CHUNKS) for library in ("framegate", W3C_PEER))
    growth, peers = ours["growth_bytes"] / MB, peer["growth_bytes"] / MB
    report.add("(h) Node, 10 ms a chunk of sound, tight loop", "MB", growth, peers, growth / peers)
    found = python("sound_slow", SLOW_CHUNKS)
    bound = 3 * found["slots"] * found["part_mb"] + 20
    report.add("(h) Python, 10 ms a chunk of sound", "MB", found["growth_mb"], target=f"<= {bound:.0f}", reached=found["growth_mb"] <= bound,
               **found)

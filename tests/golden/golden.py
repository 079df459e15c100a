"""golden.py: what comes out of the library, a line for each configuration, as hashes: for changes that must not alter it.

FRAMEGATE_LIBRARY names the library; the package's venv runs it (scripts/golden.sh does both, for two libraries).
The bytes are those of this machine's FFmpeg and libx264, so they are compared with another run and not kept.
"""

import contextlib
import hashlib
import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np

from framegate import Demuxer, Frame, FramegateError, Muxer, VideoDecoder, VideoEncoder

MEDIA = [Path(name).resolve() for name in sys.argv[1:]]
WIDTH, HEIGHT, COUNT = 96, 64, 24
DEPTHS = {"P10": (np.uint16, 4), "P12": (np.uint16, 16)}


def picture(index):
    """Something that moves, in RGBA."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    channels = [x * 2 + index * 5, y * 3 - index * 7, (x ^ y) + index, 255 - x - y]
    return np.stack([channel.astype(np.uint8) for channel in channels], -1)


def planes(format, index):
    """The same in planes: the numbers, whatever they mean."""
    kind, factor = next((depth for name, depth in DEPTHS.items() if name in format), (np.uint8, 1))
    across, down = {"I420": (2, 2), "NV12": (2, 2), "I422": (2, 1), "I444": (1, 1)}[format[:4]]
    rgba = picture(index).astype(kind) * factor
    luma, first, second, alpha = (np.ascontiguousarray(rgba[..., channel]) for channel in range(4))
    chroma = [first[::down, ::across], second[::down, ::across]]
    if format == "NV12":
        return [luma, np.ascontiguousarray(np.stack(chroma, -1)).reshape(HEIGHT // 2, WIDTH)]
    return [luma, *map(np.ascontiguousarray, chroma), *([alpha] if "A" in format else [])]


def frames(format="RGBA", **facts):
    for index in range(COUNT):
        data = picture(index) if format in ("RGBA", "RGBX", "BGRA", "BGRX") else planes(format, index)
        yield Frame(data, format, timestamp=index * 40_000, duration=40_000, **facts)


def digest(*values):
    found = hashlib.sha256()
    for value in values:
        found.update(value if isinstance(value, bytes) else repr(value).encode())
    return found.hexdigest()[:16]


def chunk_facts(chunk):
    config = dict(chunk.config) if chunk.config is not None else None
    return chunk.data, chunk.key, chunk.timestamp, chunk.duration, chunk.dts, chunk.id, config


def frame_facts(frame):
    data = bytearray(frame.allocation_size())
    frame.copy_to(data)
    facts = frame.format, frame.visible_rect, frame.display_width, frame.display_height, frame.rotation, frame.flip
    return bytes(data), facts, frame.timestamp, frame.duration, frame.color_space, frame.reference_lost


def say(name, make):
    try:
        outputs = list(make())
    except FramegateError as error:
        print(f"{name}: {type(error).__name__}: {error}")
        return []
    print(f"{name}: {len(outputs)} {digest(*itertools.chain(*outputs))}", flush=True)
    return outputs


ENCODERS = [
    {},
    {"codec": "avc1.42001f"},
    {"codec": "avc1.4d001f", "avc": {"format": "annexb"}},
    {"codec": "avc3.640028"},
    {"codec": "avc1.64001F", "latency_mode": "realtime"},
    # One thread: with more, x264's rate control looks at how far the others are.
    {"bitrate": 200_000, "threads": 1},
    {"bitrate": 200_000, "bitrate_mode": "constant", "threads": 1},
    {"bitrate": 80_000, "latency_mode": "realtime", "bitrate_mode": "constant"},
    {"bitrate_mode": "quantizer"},
    {"max_delay": 0},
    {"max_delay": 3, "threads": 1},
    {"b_frames": 0},
    {"b_frames": 2, "framerate": 30000 / 1001},
    {"width": 64, "height": 48},
    {"width": 200, "height": 100},
    {"display_width": 160, "display_height": 90},
    {"ffmpeg": {"preset": "ultrafast", "tune": "zerolatency"}},
    {"ffmpeg": {"preset": "veryslow", "x264-params": "keyint=8:ref=2"}},
    {"ffmpeg": {"crf": "30"}},
    {"ffmpeg": {"encoder": "libx264"}},
    {"content_hint": "detail"},
    {"description": b"no record"},
    {"scalability_mode": "L1T1"},
    # Refused.
    {"codec": "avc1"},
    {"codec": "avc1.420000"},
    {"codec": "avc1.58001f"},
    {"codec": "avc1.6e001f"},
    {"codec": "av01.0.04M.08"},
    {"codec": "h264"},
    {"width": 95},
    {"width": None},
    {"width": 20_000},
    {"alpha": "keep"},
    {"scalability_mode": "L1T2"},
    {"b_frames": 2, "max_delay": 1, "threads": 1},
    {"codec": "avc1.42001f", "b_frames": 2},
    {"ffmpeg": {"crf": "30"}, "bitrate": 100_000},
    {"ffmpeg": {"encoder": "libx265"}},
    {"ffmpeg": {"encoder": "libx264rgb"}},
    {"ffmpeg": {"nonsense": "1"}},
    {"ffmpeg": {"x264-params": "stats=x"}},
    {"ffmpeg": {"profile": "high"}},
    {"bitrate": 1 << 50},
    {"framerate": 1e9},
]
FORMATS = [
    *("RGBA", "RGBX", "BGRA", "BGRX", "I420", "I420A", "NV12", "I422", "I422A", "I444", "I444A"),
    *("I420P10", "I420P12", "I422P10", "I422P12", "I444P10", "I444P12", "I444AP10"),
]
COLORS = [
    {"primaries": "bt709", "transfer": "bt709", "matrix": "bt709", "full_range": True},
    {"primaries": "bt2020", "transfer": "pq", "matrix": "bt2020-ncl", "full_range": False},
    {"primaries": "smpte170m", "transfer": "smpte170m", "matrix": "smpte170m", "full_range": False},
    {"primaries": "bt709", "transfer": "iec61966-2-1", "matrix": "rgb", "full_range": True},
]
FACTS = [
    {"rotation": 90, "flip": True},
    {"visible_rect": (2, 4, 64, 32)},
    {"display_width": 50, "display_height": 60},
    *({"color_space": color} for color in COLORS),
]
DECODERS = [
    {},
    {"threads": 1},
    {"threads": 4},
    {"optimize_for_latency": True},
    {"max_delay": 2},
    {"rotation": 270, "flip": True},
    {"display_aspect_width": 4, "display_aspect_height": 3},
    {"color_space": {"matrix": "bt709", "full_range": True}},
    {"max_pixels": 100},
    {"ffmpeg": {"decoder": "h264"}},
    {"ffmpeg": {"decoder": "hevc"}},
    {"threads": 9, "max_delay": 2},
    {"description": b"\1\2\3"},
    {"codec": "avc1.53001f"},
]


def encoder(**members):
    members = {"codec": "avc1.64001f", "width": WIDTH, "height": HEIGHT, "threads": 2, **members}
    return VideoEncoder(**members)


def encode(inputs, **members):
    with encoder(**members) as codec:
        yield from (chunk_facts(chunk) for chunk in codec.run(inputs))


def by_hand():
    """Key frames, quantizers, a change of the rate and of the size."""
    with encoder(bitrate_mode="quantizer", latency_mode="realtime", slots=64) as codec:
        for index, frame in enumerate(frames("I420")):
            codec.encode(frame, key_frame=index % 7 == 3, quantizer=10 + index)
            yield from (chunk_facts(chunk) for chunk in iter(lambda: codec.poll(), None))
        codec.configure(width=64, height=48, bitrate=100_000, bitrate_mode="variable")
        for frame in frames("NV12"):
            codec.encode(frame)
        codec.flush()
        yield from (chunk_facts(chunk) for chunk in codec)


def decode(chunks, config, **members):
    with VideoDecoder(config, **members) as codec:
        yield from (frame_facts(frame) for frame in codec.run(chunks))


def files():
    for path in MEDIA:
        with Demuxer(path) as demuxer:
            print(f"{path.name}: {demuxer.title!r}, {len(demuxer.tracks)} tracks")
            for track in demuxer.tracks:
                print(f"    {dict(track.config)}"[:2000])
            chunks = say(f"chunks of {path.name}", lambda: (chunk_facts(chunk) for _, chunk in demuxer))
        with Demuxer(path) as demuxer:
            video = next((track for track in demuxer.tracks if track.config["coded_width"]), None)
            if chunks and video is not None:
                say(f"frames of {path.name}", lambda: itertools.islice(decode(video, video.config, threads=2), 60))


def muxed(chunks, suffix):
    path = Path(f"out{suffix}")  # in an empty folder
    with Muxer(path) as muxer:
        track = muxer.add_track(chunks[0].config)
        for chunk in chunks:
            muxer.write(track, chunk)
    if suffix == ".mkv":  # has random numbers in it
        with Demuxer(path) as demuxer:
            yield from (chunk_facts(chunk) for _, chunk in demuxer)
    else:
        yield (path.read_bytes(),)


def main():
    for members in ENCODERS:
        say(f"encode {members}", lambda: encode(frames("I420"), **members))
    for format in FORMATS:
        say(f"encode {format}", lambda: encode(frames(format)))
        say(f"encode {format} scaled", lambda: encode(frames(format), width=48, height=80))
    for facts in FACTS:
        for format in ("RGBA", "I420", "I444"):
            say(f"encode {format} {facts}", lambda: encode(frames(format, **facts)))
    say("keys, quantizers, configure", by_hand)
    streams = {}
    for name, members in {"avc": {}, "annexb": {"avc": {"format": "annexb"}}, "low": {"latency_mode": "realtime"}}.items():
        with encoder(**members) as codec:
            streams[name] = list(codec.run(frames("I420")))
    for name, chunks in streams.items():
        for members in DECODERS:
            say(f"decode {name} {members}", lambda: decode(chunks, chunks[0].config, **members))
        say(f"decode {name} without its key", lambda: decode(chunks[1:], chunks[0].config))
        say(f"decode {name} with a loss", lambda: decode([*chunks[:5], *chunks[6:]], chunks[0].config))
        for suffix in (".mp4", ".mkv", ".mov", ".ts", ".avi", ".h264"):
            say(f"mux {name} {suffix}", lambda: muxed(chunks, suffix))
    files()


with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
    main()

"""encode.py ours|av PICTURES COUNT OUTPUT: 1080p RGBA arrays to H.264, with the same x264 settings on both sides."""

import sys
from fractions import Fraction

import work

PRESET = {"preset": "ultrafast", "tune": "zerolatency"}
# The library always sets these, so that x264's delay can be computed.
X264_PARAMS = "force-cfr=1:sync-lookahead=0"


def ours(pictures):
    from framegate import VideoEncoder

    members = dict(width=work.WIDTH, height=work.HEIGHT, framerate=30, bitrate=8_000_000, threads=work.THREADS)
    with VideoEncoder(codec="avc1.640028", **members, avc={"format": "annexb"}, ffmpeg=PRESET) as encoder:
        for chunk in encoder.run(pictures):
            yield chunk.data


def av(pictures):
    import av

    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = work.WIDTH, work.HEIGHT, "yuv420p"
    context.framerate, context.time_base = Fraction(30), Fraction(1, 1_000_000)
    context.bit_rate, context.thread_count = 8_000_000, work.THREADS
    context.options = {**PRESET, "x264-params": X264_PARAMS, "profile": "high", "level": "4.0"}
    for index, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="rgba")
        frame.pts, frame.time_base = round(index * 1e6 / 30), context.time_base
        for packet in context.encode(frame):
            yield bytes(packet)
    for packet in context.encode(None):
        yield bytes(packet)


def main(side, path, count, output):
    _raw, pictures = work.pictures(path, int(count))
    __import__({"ours": "framegate", "av": "av"}[side])
    clock, chunks = work.Clock(), 0
    with open(output, "wb") as file:
        for data in {"ours": ours, "av": av}[side](pictures):
            file.write(data)
            chunks += 1
    clock.report(chunks)


main(*sys.argv[1:])

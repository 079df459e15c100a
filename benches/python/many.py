"""many.py ours|av COUNT: memory and threads of many encoders of 320x240 that are alive at once, all defaults."""

import sys
from fractions import Fraction

import numpy as np
import work

FRAMES = 60


def ours(count, pictures):
    from framegate import Frame, VideoEncoder

    members = dict(codec="avc1.42001f", width=320, height=240, framerate=30, bitrate=500_000)
    encoders = [VideoEncoder(**members) for _ in range(count)]
    for index, picture in enumerate(pictures):
        frame = Frame(picture, timestamp=index * 33_333)
        for encoder in encoders:
            while not encoder.encode(frame, timeout=0):
                encoder.wait()
                while encoder.poll():
                    pass
    for encoder in encoders:
        while encoder.stats.queued or encoder.stats.ready:
            encoder.poll(timeout=0.01)
    return encoders


def av(count, pictures):
    import av

    encoders = []
    for _ in range(count):
        context = av.CodecContext.create("libx264", "w")
        context.width, context.height, context.pix_fmt, context.bit_rate = 320, 240, "yuv420p", 500_000
        context.framerate, context.time_base = Fraction(30), Fraction(1, 30)
        context.options = {"profile": "baseline", "level": "3.1"}
        encoders.append(context)
    for index, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="rgba")
        frame.pts = index
        for context in encoders:
            context.encode(frame)
    return encoders


def main(side, count):
    __import__({"ours": "framegate", "av": "av"}[side])
    rng = np.random.default_rng(1)
    pictures = [np.kron(rng.integers(0, 255, (30, 40, 4), np.uint8), np.ones((8, 8, 1), np.uint8)) for _ in range(FRAMES)]
    before = work.resident_mb()
    encoders = {"ours": ours, "av": av}[side](int(count), pictures)
    work.say(growth_mb=work.resident_mb() - before, threads=work.threads(), encoders=len(encoders))


main(*sys.argv[1:])

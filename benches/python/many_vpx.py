"""many_vpx.py ours|av CODEC ENCODER: memory and threads of 16 encoders and 16 decoders of 640x360 that are alive at once."""

import sys
from fractions import Fraction

import numpy as np
import work

COUNT, FRAMES, WIDTH, HEIGHT = 16, 30, 640, 360


def ours(pictures, codec, _encoder):
    from framegate import Frame, VideoDecoder, VideoEncoder

    members = dict(codec=codec, width=WIDTH, height=HEIGHT, framerate=30, bitrate=800_000, latency_mode="realtime")
    encoders = [VideoEncoder(**members) for _ in range(COUNT)]
    decoders = [VideoDecoder(codec=codec) for _ in range(COUNT)]
    for index, picture in enumerate(pictures):
        frame = Frame(picture, timestamp=index * 33_333)
        for encoder, decoder in zip(encoders, decoders, strict=True):
            encoder.encode(frame)
            decoder.decode(encoder.poll(timeout=None))
            while not decoder.poll(timeout=0) and decoder.stats.in_flight > 2:
                pass
    return encoders, decoders


def av(pictures, codec, encoder):
    import av

    encoders, decoders = [], []
    for _ in range(COUNT):
        context = av.CodecContext.create(encoder, "w")
        context.width, context.height, context.pix_fmt, context.bit_rate = WIDTH, HEIGHT, "yuv420p", 800_000
        context.framerate, context.time_base = Fraction(30), Fraction(1, 30)
        context.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
        encoders.append(context)
        decoders.append(av.CodecContext.create("vp8" if codec == "vp8" else "vp9", "r"))
    for index, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="rgba").reformat(format="yuv420p")
        frame.pts = index
        for context, decoder in zip(encoders, decoders, strict=True):
            for packet in context.encode(frame):
                decoder.decode(packet)
    return encoders, decoders


def main(side, codec, encoder):
    __import__({"ours": "framegate", "av": "av"}[side])
    rng = np.random.default_rng(1)
    pictures = [np.kron(rng.integers(0, 255, (45, 80, 4), np.uint8), np.ones((8, 8, 1), np.uint8)) for _ in range(FRAMES)]
    before = work.resident_mb()
    alive = {"ours": ours, "av": av}[side](pictures, codec, encoder)
    work.say(growth_mb=work.resident_mb() - before, threads=work.threads(), codecs=sum(map(len, alive)))


main(*sys.argv[1:])

"""decode.py ours|av yuv|rgb CLIP: to views of the decoder's planes, or to new RGB arrays."""

import sys

import numpy as np
import work


def ours(path, pixels):
    from framegate import Demuxer, VideoDecoder

    with Demuxer(path) as demuxer:
        config = demuxer.video.config
        config["threads"] = work.THREADS
        with VideoDecoder(config) as decoder:
            for frame in decoder.run(demuxer.video):
                yield frame.arrays() if pixels == "yuv" else frame.to_numpy("rgb24")


def av(path, pixels):
    import av

    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type, stream.codec_context.thread_count = "AUTO", work.THREADS
        for frame in container.decode(stream):
            yield views(frame) if pixels == "yuv" else frame.to_ndarray(format="rgb24")


def views(frame):
    """PyAV has no arrays of planes without a copy; this is the nearest."""
    return tuple(
        np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:, : plane.width] for plane in frame.planes
    )


def main(side, pixels, path):
    __import__({"ours": "framegate", "av": "av"}[side])
    clock, frames, corner = work.Clock(), 0, 0
    for picture in {"ours": ours, "av": av}[side](path, pixels):
        frames += 1
        corner += int((picture[0] if pixels == "yuv" else picture)[-1, -1].sum())
    clock.report(frames, corner=corner)


main(*sys.argv[1:])

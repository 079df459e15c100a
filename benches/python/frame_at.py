"""frame_at.py ours|av FILE COUNT: pictures at random times of a film, as arrays."""

import random
import sys

import work

SEED = 15


def ours(path, times):
    from framegate import Demuxer

    with Demuxer(path) as demuxer:
        for time in times:
            yield demuxer.video.frame_at(time).to_numpy()


def av(path, times):
    import av

    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for time in times:
            wanted = round(time / stream.time_base)
            container.seek(wanted, stream=stream)
            yield next(frame for frame in container.decode(stream) if frame.pts + frame.duration > wanted).to_ndarray(format="rgb24")


def main(side, path, count, seconds):
    __import__({"ours": "framegate", "av": "av"}[side])
    source = random.Random(SEED)
    times = [source.uniform(0, float(seconds)) for _ in range(int(count))]
    clock = work.Clock()
    total = 0
    for picture in {"ours": ours, "av": av}[side](path, times):
        total = (total * 31 + int(picture[::97, ::89].sum())) % (1 << 61)
    clock.report(int(count), total=total)


main(*sys.argv[1:])

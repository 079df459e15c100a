"""cluster.py one|many SOURCE TARGET BITRATE [WORKERS SEGMENT]: a film transcoded by one process, or by workers of one
thread each. What it took, without the start of the cluster, which is told apart."""

import json
import resource
import sys
import time

MEMBERS = {"ffmpeg": {"preset": "veryfast"}}


def cpu_seconds():
    """Of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def one(source, target, bitrate):
    from framegate.transcoding import Encoding, transcode

    began = time.time()
    done = transcode(source, target, Encoding.of(bitrate=bitrate, **MEMBERS))
    return {"frames": done.stats["encoder"].outputs, "seconds": time.time() - began}


def many(source, target, bitrate, workers, segment):
    from distributed import Client, LocalCluster
    from framegate import cluster

    began = time.time()
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with LocalCluster(n_workers=int(workers), **options) as made, Client(made) as client:
        started = time.time()
        result = cluster.transcode(source, target, client=client, segment=float(segment), bitrate=bitrate, **MEMBERS)
        ended = time.time()
    finished = result.finished
    return {
        "frames": result.frames,
        "seconds": ended - started,
        "start_seconds": started - began,
        "front_seconds": min(each.began for each in finished) - started,
        "join_seconds": ended - max(each.began + each.seconds for each in finished),
        "segments": len(finished),
        "work_seconds": sum(each.seconds for each in finished),
        "work_cpu_seconds": sum(each.cpu_seconds for each in finished),
        "workers": len({each.process for each in finished}),
        "growth_mb": max(each.memory_growth for each in finished) / 1e6,
        "bound_mb": result.bound / 1e6,
    }


if __name__ == "__main__":
    way, source, target, bitrate, *more = sys.argv[1:]
    found = {"one": one, "many": many}[way](source, target, int(bitrate), *more)
    print(json.dumps(found | {"cpu_seconds": cpu_seconds()}))

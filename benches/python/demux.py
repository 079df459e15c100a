"""demux.py path|file FILE: reads all chunks of a file, by its path or through a Python file object."""

import sys

import work
from framegate import Demuxer


def main(way, path):
    with open(path, "rb") as file:
        clock = work.Clock()
        with Demuxer(path if way == "path" else file) as demuxer:
            clock.report(sum(1 for _ in demuxer))


main(*sys.argv[1:])

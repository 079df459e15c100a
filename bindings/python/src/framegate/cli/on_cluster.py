"""`transcode --cluster`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import NotSupportedError
from .page import Lane
from .progress import track as progress

if TYPE_CHECKING:
    import argparse

    from ..cluster import Result
    from ..transcoding import Encoding

_MB = 1e6


def on_cluster(options: argparse.Namespace, encoding: Encoding) -> list[Lane]:
    """Transcodes, and says what it took. NotSupportedError: Dask is not installed."""
    try:
        from .. import cluster
        from ..cluster.connected import connected
    except ModuleNotFoundError as error:
        raise NotSupportedError("--cluster needs Dask: pip install 'framegate[cluster]'") from error
    members = {name: getattr(encoding, name) for name in encoding.__slots__}
    if options.segment is not None:
        members["segment"] = options.segment
    with connected(options.cluster) as client:
        result = cluster.transcode(
            options.input,
            options.output,
            client=client,
            passing=lambda finished, total: progress(finished, total, "segments", "a second"),
            **members,
        )
    _report(result)
    return [
        Lane(
            each.process,
            each.name.removeprefix("segment-").lstrip("0") or "0",
            each.began,
            each.seconds,
            each.watch,
            each.memory_before + result.bound,
            is_sound=each.name.startswith("sound"),
        )
        for each in result.finished
    ]


def _report(result: Result) -> None:
    growth = max((each.memory_growth for each in result.finished), default=0)
    workers = len({each.process for each in result.finished})
    resumed = f", {result.resumed} taken from an earlier run" if result.resumed else ""
    print(f"{len(result.finished)} segments on {workers} workers{resumed}")
    print(f"memory of a worker grew by {growth / _MB:.1f} MB, told to the scheduler were {result.bound / _MB:.1f} MB")
    fps = result.frames / result.seconds
    print(f"{result.frames} frames in {result.seconds:.2f} s: {fps:.1f} fps, {result.bytes / _MB:.1f} MB")

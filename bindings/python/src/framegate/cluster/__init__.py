"""Films and archives on many machines: transcoding on Dask (`pip install 'framegate[cluster]'`).

    from distributed import Client
    from framegate import cluster

    with Client("tcp://scheduler:8786") as client:
        cluster.transcode("/films/in.mp4", "/films/out.mp4", client=client, bitrate=4_000_000)
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from distributed import default_client

from ..errors import InvalidArgumentError
from ..transcoding import Encoding
from .job import Job, Result
from .segments import Segment
from .work import Finished

if TYPE_CHECKING:
    from distributed import Client

    from .job import Passing

__all__ = ["Finished", "Result", "Segment", "transcode"]

_SEGMENT_S: Final = 10.0
_CARRIED_BYTES: Final = 64 << 20


def transcode(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    client: Client | None = None,
    segment: float = _SEGMENT_S,
    carried_bytes: int = _CARRIED_BYTES,
    passing: Passing = lambda finished, _total: finished,
    **encoding: Any,
) -> Result:
    """TODO"""
    return job(source, target, client, segment, carried_bytes, passing, Encoding.of(**encoding)).run()


def job(source, target, client, segment, carried_bytes, passing, encoding) -> Job:
    return Job(os.fsdecode(source), os.fsdecode(target), encoding, client or default_client(), segment, carried_bytes, passing)

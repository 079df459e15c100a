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
from .archive import Row, Table, targets_of
from .archive import run as _run
from .job import Job, Result
from .segments import Segment
from .work import Finished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from distributed import Client

    from .job import Passing

__all__ = ["Finished", "Result", "Row", "Segment", "Table", "map", "transcode"]

_SEGMENT_S: Final = 20.0
"""Rate control begins anew in each: with 10 s that costs up to 0.25 dB, with 20 s half of it."""
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
    """Transcodes a film on a cluster: what `python -m framegate transcode` makes of it, and by the same code.

    The source is cut at key frames into segments of about `segment` seconds, which workers encode, each with its share
    of the bitrate; the client joins them. Every track of sound is passed through, or encoded in one piece by a worker.
    `encoding` is what `Encoding` has (`video`, `codec`, `bitrate`, `slots`, `audio`, `audio_bitrate`, `start`, `end`
    ...), and any other member of `VideoEncoder`: `ffmpeg={"preset": "fast"}`. Codecs have one thread each (`threads`).

    Source and target are paths that client and workers see, or URLs that fsspec knows, which are read with ranges.
    Where workers do not see one, segments travel as bytes between them and the client, `carried_bytes` each at the
    most; sound of a source that they do not see is encoded by the client. Finished segments wait in a folder beside the
    target (`out.mp4.framegate`), with a manifest: when a job has failed, the same one takes what is there. `passing` is
    given what is finished, as it is, and how many will come, and gives it again: a progress bar.

    The memory that a worker needs for a segment is known before, and told to Dask as the resource `framegate_memory`,
    in bytes. Workers that were not started with that get it from their memory limit. A worker that ends costs the time
    of its segment.

    Without `client` it is Dask's default one. Any thread; several at once share the cluster.

    KeyboardInterrupt, or somebody cancelling the job's futures (CancelledError): nothing is left, neither tasks nor
    files. Else tasks end, and what is finished stays for the next time. DataError, EncodingError ...: as codecs and
    containers have them, with the segment's times in front; nothing is tried again. DataError also names the file of a
    segment that was cut short. NotSupportedError: no worker has the memory. InvalidStateError: another job writes the
    same target, where that is a path; URLs are not locked, and two jobs at once for one remove each other's files.
    InputOutputError: the cluster was lost, the source was changed meanwhile, or files cannot be read or written.
    """
    return _job(source, target, client, segment, carried_bytes, passing, Encoding.of(**encoding)).run()


def map(  # noqa: A001 - as Dask's and Python's own
    sources: Iterable[str | os.PathLike[str]],
    target: str | os.PathLike[str] | Callable[[str], str],
    *,
    client: Client | None = None,
    at_once: int = 4,
    segment: float = _SEGMENT_S,
    carried_bytes: int = _CARRIED_BYTES,
    **encoding: Any,
) -> Table:
    """Transcodes many files, `at_once` of them at a time, as `transcode` does one; short ones are a segment each.

    `target` is a folder, which is made, and in which they have the names of their sources, or a function that gives a
    source's target. What fails is in the table, and the others go on. KeyboardInterrupt ends all, and leaves those that
    are done.

    InvalidArgumentError: two sources have the same target.
    """
    pairs = targets_of(sources, target)
    jobs = [
        _job(source, to, client, segment, carried_bytes, lambda finished, _total: finished, Encoding.of(**encoding))
        for source, to in pairs
    ]
    return _run(jobs, at_once)


def _job(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    client: Client | None,
    segment: float,
    carried_bytes: int,
    passing: Passing,
    encoding: Encoding,
) -> Job:
    if not segment > 0:
        raise InvalidArgumentError(f"segment is {segment:g} s, allowed is what is above 0")
    names = os.fsdecode(source), os.fsdecode(target)
    return Job(*names, encoding, client or default_client(), segment, carried_bytes, passing)

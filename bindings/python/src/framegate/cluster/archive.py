"""Many files, one job each."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InvalidArgumentError
from ..transcoding.source import is_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .job import Job, Result


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a file."""

    source: str
    target: str
    seconds: float
    result: Result | None
    error: Exception | None
    """Why it failed; None: it did not."""


@dataclass(frozen=True, slots=True)
class Table:
    """What became of all. As text it is a table."""

    rows: tuple[Row, ...]

    @property
    def done(self) -> tuple[Row, ...]:
        """Those that did not fail."""
        return tuple(row for row in self.rows if row.error is None)

    @property
    def failed(self) -> tuple[Row, ...]:
        """Those that did."""
        return tuple(row for row in self.rows if row.error is not None)

    def __str__(self) -> str:
        head = ("source", "frames", "MB", "seconds", "what happened")
        lines = [head, *(_cells(row) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            f"{first:<{widths[0]}}  "
            + "  ".join(f"{cell:>{width}}" for cell, width in zip(middle, widths[1:], strict=False))
            + f"  {last}"
            for first, *middle, last in lines
        )


def targets_of(
    sources: Iterable[str | os.PathLike[str]], target: str | os.PathLike[str] | Callable[[str], str]
) -> list[tuple[str, str]]:
    """Sources with their targets. InvalidArgumentError: two have the same."""
    if not callable(target) and not is_url(os.fsdecode(target)):
        os.makedirs(target, exist_ok=True)
    pairs: dict[str, str] = {}
    for source in map(os.fsdecode, sources):
        to = target(source) if callable(target) else _inside(os.fsdecode(target), source)
        if to in pairs:
            raise InvalidArgumentError(f"{pairs[to]} and {source} would both become {to}: let a function give targets")
        pairs[to] = source
    return [(source, to) for to, source in pairs.items()]


def run(jobs: Sequence[Job], at_once: int) -> Table:
    """All jobs, some at a time."""
    with ThreadPoolExecutor(max_workers=max(1, at_once), thread_name_prefix="framegate-cluster") as threads:
        futures = [threads.submit(_row, job) for job in jobs]
        try:
            return Table(tuple(future.result() for future in futures))
        except BaseException:
            for job in jobs:
                job.cancel()
            threads.shutdown(cancel_futures=True)
            raise


def _row(job: Job) -> Row:
    began = time.monotonic()
    result: Result | None = None
    error: Exception | None = None
    try:
        result = job.run()
    except Exception as failed:  # whatever it was, it is this file's
        error = failed
    return Row(job.source, job.target, time.monotonic() - began, result, error)


def _inside(folder: str, source: str) -> str:
    return (
        f"{folder.rstrip('/')}/{os.path.basename(source)}"
        if is_url(folder)
        else os.path.join(folder, os.path.basename(source))
    )


def _cells(row: Row) -> tuple[str, ...]:
    result = row.result
    figures = ("", "") if result is None else (str(result.frames), f"{result.bytes / 1e6:.1f}")
    said = "done" if row.error is None else f"{type(row.error).__name__}: {row.error}"
    return (row.source, *figures, f"{row.seconds:.1f}", said)

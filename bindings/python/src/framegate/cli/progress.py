"""A progress bar: rich's where it is installed (`framegate[cli]`), else a line that counts."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

_DRAW_EVERY_S = 0.1


def track(items: Iterable[T], total: int, what: str, unit: str = "fps") -> Iterator[T]:
    """The items, while a bar on a terminal's standard error shows how many of `total` have passed,
    and how many `unit` that is a second."""
    if not sys.stderr.isatty():
        return iter(items)
    try:
        import rich.progress  # noqa: F401
    except ModuleNotFoundError:
        return _plain(items, total, what, unit)
    return _rich(items, total, what, unit)


def _rich(items: Iterable[T], total: int, what: str, unit: str) -> Iterator[T]:
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[fps]:6.1f} " + unit),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total, fps=0.0)
        began = time.monotonic()
        for count, item in enumerate(items, 1):
            yield item
            bar.update(task, completed=count, fps=count / (time.monotonic() - began + 1e-9))


def _plain(items: Iterable[T], total: int, what: str, unit: str) -> Iterator[T]:
    began = drawn = time.monotonic()
    count = 0
    try:
        for count, item in enumerate(items, 1):
            yield item
            now = time.monotonic()
            if now - drawn > _DRAW_EVERY_S:
                drawn = now
                sys.stderr.write(f"\r{what} {count}/{total}  {count / (now - began):6.1f} {unit} ")
    finally:
        sys.stderr.write(f"\r{what} {count}/{total}\n")

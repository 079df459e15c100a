"""Finds iterables that sleep on an event loop, which then does nothing else."""

from __future__ import annotations

import os
import resource
import time
import warnings
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOTICED_S: Final = 0.02
"""Of one item. Less is a lock or a page of a file."""
_SAID_S: Final = 0.5
"""Of all items."""
_OWN: Final = os.path.dirname(__file__) + os.sep


class Sleeper:
    """An iterator, and how long its items have slept: on a loaded machine they take long as well, but do not give up
    the processor by themselves. A wait for the GIL does, so files that are read, which let go of it, are not watched.
    """

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self._slept_s = 0.0
        code = getattr(items, "gi_code", None)
        self._said = code is not None and code.co_filename.startswith(_OWN)

    def next(self, end: object) -> Any:
        """The next item, or `end`. RuntimeWarning, once: it sleeps."""
        if self._said:
            return next(self._items, end)
        switches, began, worked = _switches(), time.monotonic(), time.thread_time()
        item = next(self._items, end)
        took = time.monotonic() - began
        if took > _NOTICED_S and _switches() > switches:
            self._slept_s += took - (time.thread_time() - worked)
            if self._slept_s > _SAID_S:
                self._said = True
                self._say()
        return item

    def _say(self) -> None:
        name = getattr(self._items, "__qualname__", type(self._items).__qualname__)
        text = (
            f"{name} slept for {self._slept_s:.1f} s while run_async asked it for items, and the event loop with it: "
            "make it an asynchronous generator that awaits, or let a thread do what takes long (asyncio.to_thread)"
        )
        code = getattr(self._items, "gi_code", None)
        if code is None:
            warnings.warn(text, RuntimeWarning, stacklevel=2)
        else:
            warnings.warn_explicit(text, RuntimeWarning, code.co_filename, code.co_firstlineno)


def _switches() -> int:
    """How often this thread gave up the processor by itself."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw

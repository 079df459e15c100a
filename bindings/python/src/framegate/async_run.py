"""`Codec.run` on an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

from . import aio
from .errors import InvalidStateError
from .machine import Flushed
from .sleepers import Sleeper
from .uncopied import Uncopied

if TYPE_CHECKING:
    from .aio import Waker
    from .codec import Codec

Out = TypeVar("Out")


class AsyncRun(Uncopied, AsyncIterator[Out], Generic[Out]):
    """The outputs of a run, awaited one after the other. It gives input while there are slots.

    Not an asynchronous generator: that would end some time after a `break`, and take along what came in between.
    """

    INSTEAD = "it is iterated once, by one task"

    _state: Literal["new", "paused", "under way", "ended"] = "new"

    def __init__(self, codec: Codec[Any, Out], items: Iterable[Any] | AsyncIterable[Any]) -> None:
        self._codec = codec
        self._source = Source(items, codec._prepare)
        self._flush_id = 0

    async def __anext__(self) -> Out:
        if self._state == "ended":
            raise StopAsyncIteration
        if self._state == "under way":
            raise InvalidStateError("another task awaits this run's next output")
        waker = aio.waker_of(self._codec)
        begins = self._state == "new"
        if begins:
            self._codec._begin_run()
        self._state = "under way"
        try:
            # Tasks that begin together begin in turn.
            await (waker.hub.turn() if begins else waker.pause())
            out = await self._next(waker)
        except BaseException as error:
            self.end()
            if not isinstance(error, GeneratorExit):
                await self._source.ended_asking()
            raise
        self._state = "paused"
        return out

    async def _next(self, waker: Waker) -> Out:
        while True:
            moved = self._give(waker)
            match out := self._codec._poll(0):
                case Flushed():
                    if out.flush_id == self._flush_id:
                        raise StopAsyncIteration
                case None:
                    await (waker.pause() if moved else waker.woken())
                case _:
                    return out

    def _give(self, waker: Waker) -> bool:
        """Gives an item, or flushes after the last. False: neither can be."""
        source = self._source
        if self._flush_id or not source.ready(waker):
            return False
        if source.ended:
            self._flush_id = self._codec.flush()
        elif self._codec._put(source.item, 0):
            source.taken()
        else:
            return False
        return True

    def end(self) -> None:
        """Ends the run: drops what is in flight, unless everything came out. Again does nothing. Any thread."""
        begun, self._state = self._state not in ("new", "ended"), "ended"
        if begun:
            self._codec._run_state = "ending"
            self._source.stop_asking()
            self._codec._end_run(self._flush_id)

    async def aclose(self) -> None:
        """As `break` does."""
        self.end()
        await self._source.ended_asking()

    def __del__(self) -> None:
        self.end()


class Source:
    """The next item of an iterable or of an asynchronous one, which is asked for ahead by one."""

    def __init__(self, items: Iterable[Any] | AsyncIterable[Any], prepare: Callable[[Any], Any]) -> None:
        self.item: Any = None
        self.ended = False
        self._has_item = False
        self._prepare = prepare
        self._task: asyncio.Task[Any] | None = None
        self._later = aiter(items) if isinstance(items, AsyncIterable) else None
        self._now = None if isinstance(items, AsyncIterable) else Sleeper(iter(items))

    def ready(self, waker: Waker) -> bool:
        """There is an item, or the end. If not, the waker is woken when there is."""
        if self._has_item or self.ended:
            return True
        if self._now is not None:
            self._set(self._now.next(_END))
            return True
        if self._task is None:
            self._task = asyncio.ensure_future(self._fetch())
            self._task.add_done_callback(lambda _: waker.wake())
        if not self._task.done():
            return False
        task, self._task = self._task, None
        self._set(task.result())
        return True

    def taken(self) -> None:
        """The codec has the item."""
        self.item, self._has_item = None, False

    def stop_asking(self) -> None:
        """Cancels the question for the next item. Any thread."""
        task = self._task
        if task is None or task.done():
            return
        if isinstance(self._later, AsyncRun):
            self._later.end()  # as the cancelled task does, but at once
        loop = task.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(task.cancel)

    async def ended_asking(self) -> None:
        """Waits until the cancelled question has ended."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _fetch(self) -> Any:
        assert self._later is not None
        return await anext(self._later, _END)

    def _set(self, item: Any) -> None:
        self.ended = item is _END
        self._has_item = not self.ended
        self.item = None if self.ended else self._prepare(item)


_END: Final = object()

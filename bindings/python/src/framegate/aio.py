"""asyncio: one wait set, and so one descriptor, an event loop, however many codecs there are.

A codec's call that says "not now" arms it; the change that lets it go on brings its key up in the wait set, whose
descriptor the loop watches with add_reader. There are no threads and no timers, and no call into the library
waits. A turn of the loop wakes at most `KEYS_A_TURN` tasks, so that a loop with hundreds of busy codecs stays quick.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary, finalize

from ._native import WaitSetHandle, native
from ._native.status import check

if TYPE_CHECKING:
    from ._native import Handle
    from .codec import Codec, Flushed

Out = TypeVar("Out")

KEYS_A_TURN: Final = 8
STEPS_A_TURN: Final = 4

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


class Hub:
    """The wait set of one event loop, and the tasks whose turn it is."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._set = WaitSetHandle()
        check(native.fg_waitset_new(ctypes.byref(self._set)))
        fd = ctypes.c_int32()
        check(native.fg_waitset_fd(self._set, ctypes.byref(fd)))
        self._fd = fd.value
        finalize(self, os.close, self._fd)
        self._keys = (ctypes.c_uint64 * KEYS_A_TURN)()
        self._count = ctypes.c_size_t()
        self._wakers: WeakValueDictionary[int, Waker] = WeakValueDictionary()
        self._retired: dict[int, Handle] = {}
        self._last_key = 0
        self._turns: deque[asyncio.Future[None]] = deque()
        self._scheduled = False
        loop.add_reader(self._fd, self._readable)

    def join(self, codec: Codec[Any, Any]) -> Waker:
        """Lets a codec wake this loop's tasks."""
        self._last_key += 1
        waker = Waker(self, self._last_key)
        self._wakers[self._last_key] = waker
        check(codec.FUNCTIONS.join(codec._handle, self._set, self._last_key))
        self._schedule()
        return waker

    def retire(self, key: int, handle: Handle) -> None:
        """Keeps the handle of a codec that is about to be closed until its thread has ended: freeing waits for it.

        Its key comes up once more at that time. Any thread.
        """
        self._retired[key] = handle

    def turn(self) -> asyncio.Future[None]:
        """Done when it is the task's turn again: others that are ready come first."""
        future = asyncio.get_running_loop().create_future()
        self._turns.append(future)
        self._schedule()
        return future

    def _readable(self) -> None:
        try:
            os.read(self._fd, 64)
        except BlockingIOError:
            return
        self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._drain)

    def _drain(self) -> None:
        """Wakes a few; goes on in the loop's next turn while there are more."""
        self._scheduled = False
        for _ in range(min(KEYS_A_TURN, len(self._turns))):
            _finish(self._turns.popleft())
        if not check(native.fg_waitset_wait(self._set, self._keys, KEYS_A_TURN, self._count, 0)):
            for key in self._keys[: self._count.value]:
                if waker := self._wakers.get(key):
                    waker.wake()
                self._retired.pop(key, None)
            self._schedule()
        elif self._turns:
            self._schedule()


class Waker:
    """One codec on one loop: who waits for it, and how long it went on without a pause."""

    def __init__(self, hub: Hub, key: int) -> None:
        self.hub = hub
        self._key = key
        self._waiting: list[asyncio.Future[None]] = []
        self._steps = 0

    def retire(self, handle: Handle) -> None:
        """The codec is about to be closed."""
        self.hub.retire(self._key, handle)

    def wake(self) -> None:
        """Lets everybody who waits try again."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            _finish(future)

    async def woken(self) -> None:
        """Waits for the next wake. The call that said "not now" came just before, without an await in between."""
        self._steps = 0
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future in self._waiting:
                self._waiting.remove(future)
            raise

    async def pause(self) -> None:
        """Lets others go on now and then, also when this codec always could."""
        self._steps += 1
        if self._steps >= STEPS_A_TURN:
            self._steps = 0
            await self.hub.turn()


def waker_of(codec: Codec[Any, Any]) -> Waker:
    """The codec's waker on the running loop; it belongs to the loop that used it last."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub(loop)
    waker = codec._waker
    if waker is None or waker.hub is not hub:
        waker = codec._waker = hub.join(codec)
    return waker


async def give(codec: Codec[Any, Any], put: Callable[[], bool]) -> None:
    """Tries `put` until it takes its input."""
    waker = waker_of(codec)
    while not put():
        await waker.woken()
    await waker.pause()


async def take(codec: Codec[Any, Out]) -> Out | Flushed:
    """The next output, or the end of a flush."""
    waker = waker_of(codec)
    await waker.pause()
    while (out := codec._poll(0)) is None:
        await waker.woken()
    return out


async def run(codec: Codec[Any, Out], items: Iterable[Any] | AsyncIterable[Any]) -> AsyncIterator[Out]:
    """`Codec.run` on the loop: gives input while there are slots, and outputs when they are asked for."""
    from .codec import Flushed

    waker = waker_of(codec)
    source = Source(items, waker, codec._prepare)
    flush_id = 0
    try:
        await waker.hub.turn()  # tasks that begin together begin in turn
        while True:
            moved = False
            if not flush_id and source.ready():
                if source.ended:
                    flush_id, moved = codec.flush(), True
                elif codec._put(source.item, 0):
                    source.taken()
                    moved = True
            out = codec._poll(0)
            if isinstance(out, Flushed):
                if out.flush_id == flush_id:
                    return
            elif out is not None:
                yield out
                del out
                await waker.pause()
            elif moved:
                await waker.pause()
            else:
                await waker.woken()
    finally:
        await source.close()
        codec._end_run(flush_id)


class Source:
    """The next item of an iterable or of an asynchronous one, which is asked for ahead by one."""

    def __init__(self, items: Iterable[Any] | AsyncIterable[Any], waker: Waker, prepare: Callable[[Any], Any]) -> None:
        self.item: Any = None
        self.ended = False
        self._has_item = False
        self._waker = waker
        self._prepare = prepare
        self._task: asyncio.Task[Any] | None = None
        self._later = aiter(items) if isinstance(items, AsyncIterable) else None
        self._now = None if isinstance(items, AsyncIterable) else iter(items)

    def ready(self) -> bool:
        """There is an item, or the end. If not, the waker is woken when there is."""
        if self._has_item or self.ended:
            return True
        if self._now is not None:
            self._set(next(self._now, _END))
            return True
        if self._task is None:
            self._task = asyncio.ensure_future(self._fetch())
            self._task.add_done_callback(lambda _: self._waker.wake())
        if not self._task.done():
            return False
        task, self._task = self._task, None
        self._set(task.result())
        return True

    def taken(self) -> None:
        """The codec has the item."""
        self.item, self._has_item = None, False

    async def close(self) -> None:
        """Stops asking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _fetch(self) -> Any:
        assert self._later is not None
        return await anext(self._later, _END)

    def _set(self, item: Any) -> None:
        self.ended = item is _END
        self._has_item = not self.ended
        self.item = None if self.ended else self._prepare(item)


_END: Final = object()


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)

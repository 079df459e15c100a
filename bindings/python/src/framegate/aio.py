"""asyncio: one wait set, and so one descriptor, an event loop, however many codecs there are.

A codec that several loops use at a time belongs to the wait set of the first; to each of the others it gives a
descriptor of its own.

A codec's call that says "not now" arms it; the change that lets it go on brings its key up in the wait set, whose
descriptor the loop watches with add_reader. There are no threads and no timers, and no call into the library
waits. A turn of the loop wakes at most `KEYS_A_TURN` tasks, so that a loop with hundreds of busy codecs stays quick.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary, finalize, ref

from ._native import WaitSetHandle, native
from ._native.status import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._native import Handle
    from .codec import Codec
    from .machine import Flushed

Out = TypeVar("Out")

KEYS_A_TURN: Final = 8
STEPS_A_TURN: Final = 4

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()
_new_wakers = threading.RLock()
"""Held while a codec gets a waker for another loop."""
# A child never finds it held by a thread that it does not have.
os.register_at_fork(before=_new_wakers.acquire, after_in_parent=_new_wakers.release, after_in_child=_new_wakers.release)


class Hub:
    """The wait set of one event loop, and the tasks whose turn it is."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = ref(loop)
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

    @property
    def closed(self) -> bool:
        """The loop will never run again."""
        loop = self._loop()
        return loop is None or loop.is_closed()

    def watch(self, codec: Codec[Any, Any]) -> Waker:
        """Lets a codec that is in another loop's wait set wake this loop's tasks. On this loop."""
        fd = ctypes.c_int32()
        check(codec.FUNCTIONS.wake_fd(codec._handle, ctypes.byref(fd)))
        waker = Waker(self)
        descriptor = Descriptor(fd.value)
        asyncio.get_running_loop().add_reader(fd.value, descriptor.readable, ref(waker))
        # On a loop that may run again, the end of the codec closes it.
        finalize(waker, _close_unless_open, self, descriptor)
        return waker

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


class Descriptor:
    """Wakes one waker; closed when the codec's handle is gone."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def readable(self, waker: ref[Waker]) -> None:
        """The loop calls it."""
        try:
            woken = os.read(self._fd, 64)
        except BlockingIOError:
            return
        if not woken:
            asyncio.get_running_loop().remove_reader(self._fd)
            self.close()
        elif found := waker():
            found.wake()

    def close(self) -> None:
        """Again is allowed."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def _close_unless_open(hub: Hub, descriptor: Descriptor) -> None:
    if hub.closed:
        descriptor.close()


class Waker:
    """One codec on one loop: who waits for it, and how long it went on without a pause."""

    def __init__(self, hub: Hub, key: int | None = None) -> None:
        self.hub = hub
        self._key = key
        self._waiting: list[asyncio.Future[None]] = []
        self._steps = 0

    def retire(self, handle: Handle) -> None:
        """The codec is about to be closed."""
        if self._key is not None:
            self.hub.retire(self._key, handle)

    @property
    def joined(self) -> bool:
        """The codec is in the wait set of this loop."""
        return self._key is not None

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
    """The codec's waker on the running loop."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub(loop)
    for waker in codec._wakers:
        if waker.hub is hub:
            return waker
    with _new_wakers:
        live = [waker for waker in codec._wakers if not waker.hub.closed]
        new = hub.watch(codec) if any(waker.joined for waker in live) else hub.join(codec)
        codec._wakers = [*live, new]
    return new


async def give(codec: Codec[Any, Any], put: Callable[[], bool]) -> None:
    """Tries `put` until it takes its input. What cancels it came before that."""
    waker = waker_of(codec)
    await waker.pause()
    while not put():
        await waker.woken()


async def take(codec: Codec[Any, Out]) -> Out | Flushed:
    """The next output, or the end of a flush."""
    waker = waker_of(codec)
    await waker.pause()
    while (out := codec._poll(0)) is None:
        await waker.woken()
    return out


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)

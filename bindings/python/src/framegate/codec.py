"""What encoders and decoders have in common: plain calls and the iterator. asyncio is in `aio`."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, TypeVar

from . import aio, async_run, config, lent, stats
from ._native import StatsStruct
from ._native.generated import (
    ERROR_INVALID_ARGUMENT,
    ERROR_NOT_SUPPORTED,
    READY_ENQUEUE,
    READY_POLL,
)
from ._native.status import check
from .descriptor import Descriptor
from .errors import FramegateError, InvalidStateError, NotSupportedError
from .machine import Flushed, In, Machine, Out
from .waiting import FOREVER, timeout_ms

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
    from types import TracebackType

    from .config import Config
    from .stats import Stats

Self = TypeVar("Self", bound="Codec[Any, Any]")


class Ready(NamedTuple):
    """What can go on without waiting."""

    enqueue: bool
    """`encode` or `decode` has a slot."""
    poll: bool
    """`poll` has something: an output, the end of a flush, or an error."""


class Codec(Machine[In, Out]):
    """A codec behind its gate.

    At most `slots` items are in flight: inputs that the codec has not answered, and outputs that were not taken.
    The codec works on a thread of its own. Any thread may call any method at any time; waiting and working in the
    library do not hold the GIL. In a forked child the codecs of its parent raise InvalidStateError.

    Ctrl-C ends a waiting call, and loses no output: what had come out already is what the next `poll` gives.
    """

    MEDIUM: ClassVar[config.Medium]

    def __init__(self, config_: Mapping[str, Any] | None, members: dict[str, Any]) -> None:
        super().__init__(config.make(config_, members, self.MEDIUM))
        self._run_state: Literal["none", "under way", "ending"] = "none"
        self._wakers: list[aio.Waker] = []
        """One an event loop."""
        self._descriptors: dict[int, Descriptor] = {}
        """For other loops, by process: a child's call is the library's to refuse."""

    # Configuration and state.

    @classmethod
    def _supports(cls, config_: Mapping[str, Any] | None, members: dict[str, Any]) -> bool:
        try:
            made = config.make(config_, members, cls.MEDIUM)
        except NotSupportedError:
            return False
        status: int = cls.FUNCTIONS.is_config_supported(made.handle)
        if status in (ERROR_NOT_SUPPORTED, ERROR_INVALID_ARGUMENT):
            return False
        check(status)
        return True

    def _configure(self, config_: Mapping[str, Any] | None, members: dict[str, Any]) -> None:
        if config_ is None and "codec" not in members:
            config_ = self._config
        made = config.make(config_, members, self.MEDIUM)
        check(self.FUNCTIONS.configure(self._handle, made.handle))
        self._config, self._state = made, "configured"

    @property
    def config(self) -> Config:
        """The configuration. Changing it changes nothing; give it to `configure`."""
        return self._config

    @property
    def state(self) -> Literal["configured", "unconfigured", "closed"]:
        """W3C CodecState. A codec that failed is closed, also before `poll` has raised why."""
        if self._state == "configured" and self._error_text():
            self._state = "closed"
        return self._state

    @property
    def stats(self) -> Stats:
        """What it has done and has in hand, also after it was closed."""
        struct = StatsStruct.new()
        check(self.FUNCTIONS.stats(self._handle, struct))
        return stats.read(struct)

    def reset(self) -> None:
        """Drops what is queued and ready; flushes under way never end. Then it wants `configure`.

        ClosedError, EncodingError: it has ended.
        """
        check(self.FUNCTIONS.reset(self._handle))
        self._flush_done = self._flush_asked
        self._state = "unconfigured"
        self._drop_left()
        lent.sweep()

    def close(self) -> None:
        """Ends it: drops everything, wakes every waiting call with ClosedError. Again is allowed; does not wait."""
        for waker in self._wakers:
            waker.retire(self._handle)
        self.FUNCTIONS.close(self._handle)
        self._wakers = []
        self._state = "closed"
        self._drop_left()
        lent.sweep()

    def __repr__(self) -> str:
        config = self._config
        sides = config["width"] or config["coded_width"], config["height"] or config["coded_height"]
        rate, channels = config["sample_rate"], config["number_of_channels"]
        size = f" {'x'.join(sides)}" if all(sides) else f" {rate} Hz x {channels}" if rate and channels else ""
        state = self._state
        try:
            state, stats = self.state, self.stats
            gate = f"{stats.in_flight} of {stats.slots} slots in flight"
        except FramegateError as error:
            gate = str(error)
        return f"<framegate.{type(self).__name__} {config.codec}{size}, {state}, {gate}>"

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # The plain way.

    def flush(self) -> int:
        """Asks for everything that the codec holds back; returns at once, and more input may follow.

        An iteration over the codec ends where the flush ends; for `poll`, `flushed` tells. Gives the flush's number.

        InvalidStateError: not configured. ClosedError, EncodingError: it has ended.
        After KeyboardInterrupt it may have been asked for: `flushed` says so.
        """
        flush_id = ctypes.c_uint64()
        try:
            check(self.FUNCTIONS.flush(self._handle, ctypes.byref(flush_id)))
        finally:
            if flush_id.value > self._flush_asked:
                self._flush_asked = flush_id.value
        return flush_id.value

    @property
    def flushed(self) -> bool:
        """Every flush that was asked for has ended."""
        return self._flush_done >= self._flush_asked

    def poll(self, timeout: float | None = 0) -> Out | None:
        """Takes the next output, waiting for it at most `timeout` seconds; None waits as long as it takes.

        None: nothing came in time, or a flush has ended (`flushed` tells, and it comes at once).
        EncodingError (or what else it was): the codec failed; outputs that were ready came before it.
        WouldDeadlockError: timeout=None, nothing is in flight, and only this thread could change that: encode or flush.
        ClosedError: it was closed, and everything was taken.
        """
        match out := self._poll(timeout_ms(timeout)):
            case Flushed():
                return None
        return out

    def wait(self, timeout: float | None = None, *, enqueue: bool = True, poll: bool = True) -> Ready:
        """Waits until input or output can go on, whichever is first, at most `timeout` seconds.

        For a program with one thread, which must not wait in `encode` for what only its own `poll` could free.
        WouldDeadlockError: timeout=None, and only this thread could change anything.
        """
        want = READY_ENQUEUE * enqueue | READY_POLL * poll
        ready = self._wait(want, timeout_ms(timeout))
        return Ready(bool(ready & READY_ENQUEUE), bool(ready & READY_POLL))

    def __iter__(self) -> Iterator[Out]:
        """Takes outputs until a flush ends, waiting for each as long as it takes.

        For a thread beside the one that feeds, or after `flush`.
        """
        while True:
            match out := self._poll(FOREVER):
                case Flushed():
                    return
                case None:
                    continue
            yield out
            del out

    # The iterator.

    def run(self, items: Iterable[In]) -> Iterator[Out]:
        """Gives the outputs of `items`, in one thread, while the codec works on another.

        An item is asked for when the gate has a slot for it, and an output is taken when it is asked for, so never
        more is in memory than the gate lets in. After the last item the codec is flushed. If the iteration ends early
        (break, an exception, or `items` raised), what was in flight is dropped, and the codec is as newly configured.

        What the codec's failure raises comes out of the iteration. The run begins when its first output is asked for.
        InvalidStateError: another one is under way.
        """
        self._check_no_run()
        return self._run(iter(items))

    def _run(self, source: Iterator[In]) -> Iterator[Out]:
        want, flush_id, pending, item = READY_ENQUEUE | READY_POLL, 0, False, None
        self._begin_run()
        try:
            while True:
                ready = self._wait(want, FOREVER)
                if ready & READY_ENQUEUE:
                    if not pending:
                        try:
                            item, pending = self._prepare(next(source)), True
                        except StopIteration:
                            want, flush_id = READY_POLL, self.flush()
                    if pending and self._put(item, 0):
                        item, pending = None, False
                if ready & READY_POLL:
                    out = self._poll(0)
                    if isinstance(out, Flushed):
                        if out.flush_id == flush_id:
                            return
                    elif out is not None:
                        yield out
                        del out
        finally:
            self._run_state = "ending"
            self._end_run(flush_id)

    def _check_no_run(self) -> None:
        if self._run_state == "under way":
            raise InvalidStateError("another run of this codec is under way")

    def _begin_run(self) -> None:
        self._check_no_run()
        if self._run_state == "ending":  # and was interrupted
            self._end_run(0)
        self._run_state = "under way"

    def _end_run(self, flush_id: int) -> None:
        if not (flush_id and self.flushed) and self._state == "configured":
            try:
                self.reset()
                self._configure(self._config, {})
            except FramegateError:
                self._state = "closed"
        self._run_state = "none"

    # asyncio.

    async def poll_async(self) -> Out | None:
        """Takes the next output, awaiting it. None: a flush has ended. Errors as in `poll`."""
        out = await aio.take(self)
        return None if isinstance(out, Flushed) else out

    async def __aiter__(self) -> AsyncIterator[Out]:
        """Takes outputs until a flush ends, awaiting each."""
        while True:
            out = await aio.take(self)
            if isinstance(out, Flushed):
                return
            yield out
            del out

    def run_async(self, items: Iterable[In] | AsyncIterable[In]) -> async_run.AsyncRun[Out]:
        """`run` on the event loop: `async for out in codec.run_async(items)`. No call into the library holds the loop.

        Items that are not asynchronous are asked for on the loop: what sleeps there holds it. RuntimeWarning names it.
        """
        self._check_no_run()
        return async_run.AsyncRun(self, items)

    # Other loops.

    def fileno(self) -> int:
        """A descriptor that becomes readable when the codec can go on: for trio, Twisted, gevent, select ...

        A call that says "not now" arms it: `encode` or `decode` with timeout=0 that gives False, `poll()` that gives
        None, `wait(0)` that gives nothing of what it was asked for. The next change that could let that call go on
        makes it readable, once. Then read it (`os.read(codec.fileno(), 64)`, it does not block) and try again, until
        the next "not now". It may be readable for nothing, never too late; `close` makes it readable as well.

        It is the codec's, which closes it at its end, and the same at every call. One waits at a time.
        InvalidStateError: the codec was made before fork.
        """
        process = os.getpid()
        found = self._descriptors.get(process)
        if found is None:
            fd = ctypes.c_int32()
            check(self.FUNCTIONS.wake_fd(self._handle, ctypes.byref(fd)))
            # Of two threads that come here together one's is everybody's.
            found = self._descriptors.setdefault(process, Descriptor(fd.value))
        return found.fd

"""One film on a cluster: cut, encoded by the workers, joined."""

from __future__ import annotations

import time
import uuid
from collections import deque
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import dask
from distributed import KilledWorker, wait
from distributed.client import FuturesCancelledError

from ..errors import EncodingError, InputOutputError
from ..transcoding.output_file import check_other_file
from ..transcoding.plan import Plan
from ..transcoding.source import Source
from . import work
from .folder import Folder
from .join import join
from .memory import RESOURCE
from .pieces import TooLateError
from .tasks import Tasks
from .work import Finished, PicturesTask, SoundTask
from .workers import Workers, all_see, all_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from distributed import Client, Future

    from ..transcoding import Encoding
    from .segments import Segment

    AnyTask = PicturesTask | SoundTask
    Passing = Callable[[Iterable[Finished], int], Iterable[Finished]]

_TICK_S: Final = 2.0
"""How often it is asked whether there still are workers."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was done."""

    target: str
    frames: int
    bytes: int
    """Of the pictures."""
    seconds: float
    segments: tuple[Segment, ...]
    finished: tuple[Finished, ...]
    """What was encoded in this run."""
    resumed: int
    """Segments that an earlier run had finished."""
    bound: int
    """Bytes that a worker's memory grows by for one of them, at the most: what the scheduler was told."""


@dataclass(slots=True)
class Job:
    """Runs once, in any thread. `cancel` may come from another."""

    source: str
    target: str
    encoding: Encoding
    client: Client
    segment_s: float
    carried_bytes: int
    passing: Passing
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    _futures: dict[Future[Finished], AnyTask] = field(default_factory=dict)
    _is_cancelled: bool = False
    _ships: bool = False
    """Workers do not see the source: segments travel to them, and sound is encoded here."""

    def run(self) -> Result:
        """Errors as `transcode` has them."""
        check_other_file(self.source, self.target)
        folder, began = Folder(self.target), time.monotonic()
        with folder.locked():
            try:
                result = self._run(folder, began)
            except BaseException as error:
                self._stop()
                folder.tidy()
                if isinstance(error, (KeyboardInterrupt, CancelledError)):
                    folder.remove()
                raise
            folder.remove()
            return result

    def cancel(self) -> None:
        """Ends it: `run` raises CancelledError, and nothing is left of it."""
        self._is_cancelled = True
        work.end(self.id)  # of what is encoded here
        with suppress(OSError, RuntimeError):
            self.client.cancel(list(self._futures), force=True)

    def _run(self, folder: Folder, began: float) -> Result:
        source = Source(self.source).absolute()
        with source.open() as demuxer:
            plan = Plan(source, demuxer, self.encoding, self.target)
            self._ships = not all_see(self.client, source)
            pieces = Tasks(self.id, plan, folder, self.segment_s, self.carried_bytes, self._ships)
            done = folder.resume(pieces.manifest())
            missing = [task for task in pieces.tasks if task.name not in done]
            travels = self._ships or not all_share(self.client, folder, pieces.mark)
            workers = Workers(self.client, pieces.bounds, travels=travels)
            passed = tuple(self.passing(self._encoded(missing, folder, workers), len(missing)))
            frames, size = join(plan, folder, pieces, self._check)
        return Result(
            self.target,
            frames,
            size,
            time.monotonic() - began,
            tuple(pieces.segments),
            passed,
            len(pieces.tasks) - len(missing),
            max((task.memory for task in pieces.tasks), default=0),
        )

    def _encoded(self, missing: Sequence[AnyTask], folder: Folder, workers: Workers) -> Iterator[Finished]:
        """What is finished, as it is, while there never is more under way than the workers have room for and, unless it
        travels, the next ones for them."""
        here = [task for task in missing if self._ships and isinstance(task, SoundTask)]
        waiting = deque(task for task in missing if task not in here)
        while waiting or self._futures:
            while waiting and len(self._futures) < workers.most_at_once:
                self._submit(waiting.popleft())
            for future in self._done(workers):
                if (finished := self._taken(future, folder)) is not None:
                    yield finished
        for task in here:
            yield work.run(task)

    def _submit(self, task: AnyTask, before: int | None = None) -> None:
        self._check()
        if self._ships and isinstance(task, PicturesTask):
            sent: AnyTask = work.packed(task, before)
        else:
            sent = task
        # Dask warns of large arguments, which these are on purpose, and known to be bounded.
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": 2 * self.carried_bytes}):
            future = self.client.submit(
                work.run,
                sent,
                key=f"framegate-{self.id}-{task.name}-{uuid.uuid4().hex[:8]}",
                resources={RESOURCE: task.memory},
                pure=False,
                priority=int(isinstance(task, SoundTask)),  # it is one task, which may be the longest of all
            )
        self._futures[future] = task

    def _check(self) -> None:
        if self._is_cancelled:
            raise CancelledError(f"{self.target} was cancelled")

    def _done(self, workers: Workers) -> Iterable[Future[Finished]]:
        while True:
            self._check()
            try:
                done: Iterable[Future[Finished]] = wait(
                    list(self._futures), timeout=_TICK_S, return_when="FIRST_COMPLETED"
                ).done
            except TimeoutError:
                workers.check()
            except FuturesCancelledError as error:
                reasons = {group.reason for group in error.error_groups}
                if self._is_cancelled or not any("scheduler" in str(reason) for reason in reasons):
                    raise
                said = f"the cluster was lost ({error}): what is finished is taken when the job is run again"
                raise InputOutputError(said) from error
            else:
                return done

    def _taken(self, future: Future[Finished], folder: Folder) -> Finished | None:
        """None: it has to begin earlier, and is under way again."""
        task = self._futures[future]
        try:
            finished: Finished = future.result()
        except TooLateError as late:
            self._submit(task, late.before)
            return None
        except KilledWorker as error:
            raise EncodingError(
                f"{task.described}: every worker that encoded it ended, {error.last_worker.address} as the last one; a "
                f"worker's memory was expected to grow by {task.memory} bytes"
            ) from error
        finally:
            del self._futures[future]
            future.release()
        if finished.data is None:
            return finished
        with folder.writing(finished.name) as file:
            file.write(finished.data)
        return replace(finished, data=None)

    def _stop(self) -> None:
        """Nothing of it runs any more, on any worker."""
        futures = list(self._futures)
        self._futures.clear()
        with suppress(OSError, RuntimeError, CancelledError):  # a cluster that is not there runs nothing
            self.client.cancel(futures, force=True)
            self.client.run(work.stop, self.id, on_error="ignore")

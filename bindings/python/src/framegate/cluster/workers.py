"""The workers of a cluster, and whether they have room."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from ..errors import NotSupportedError
from .memory import MB, RESOURCE, Memory
from .work import sees, shares

if TYPE_CHECKING:
    from collections.abc import Mapping

    from distributed import Client

    from ..transcoding.source import Source
    from .folder import Folder

_PATIENCE_S: Final = 60.0
"""How long a cluster may be without a worker that has room: workers that ended are started again."""


class Workers:
    """Of a client's cluster. They have the resource from then on, and those that come later."""

    def __init__(self, client: Client, bounds: Mapping[str, int], *, travels: bool) -> None:
        """What `travels` waits in their memory.

        NotSupportedError: there is none that has room for the largest of the bounds, which are told by names.
        """
        self._client, self._bounds, self._rounds = client, bounds, 1 if travels else 2
        self._fitting = time.monotonic()
        client.register_plugin(Memory())
        if not any(self._fits(room) for room in self._rooms()):
            raise self._no_room()

    @property
    def most_at_once(self) -> int:
        """Tasks that can be under way, and as many that wait for them, unless they would wait with what travels."""
        workers = self._workers().values()
        largest = max(self._bounds.values(), default=1)
        at_once = sum(min(worker["nthreads"], int(_room(worker) // largest)) for worker in workers)
        return self._rounds * max(1, int(at_once))

    def check(self) -> None:
        """NotSupportedError: for a while there has been no worker with room."""
        if any(self._fits(room) for room in self._rooms()):
            self._fitting = time.monotonic()
        elif time.monotonic() - self._fitting > _PATIENCE_S:
            raise self._no_room()

    def _fits(self, room: float) -> bool:
        return room >= max(self._bounds.values(), default=0)

    def _rooms(self) -> list[float]:
        return [_room(worker) for worker in self._workers().values()]

    def _workers(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return found

    def _no_room(self) -> NotSupportedError:
        needed = max(self._bounds, key=lambda told: self._bounds[told])
        largest = max(self._rooms(), default=0.0)
        return NotSupportedError(
            f"{needed}, and no worker has that: the largest has {largest / MB:.0f} MB ({RESOURCE}). Fewer slots, "
            "max_bytes, or a larger memory limit of the workers help"
        )


def all_see(client: Client, source: Source) -> bool:
    """Every worker has the same file by that name. NotSupportedError: there are no workers."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_S)
    except TimeoutError as error:
        raise NotSupportedError(f"the cluster has no workers, and none came in {_PATIENCE_S:.0f} s") from error
    return source.is_url or all(client.run(sees, source, source.identity(), on_error="ignore").values())


def all_share(client: Client, folder: Folder, mark: str) -> bool:
    """Every worker has the same folder by that name."""
    return all(client.run(shares, folder, mark, on_error="ignore").values())


def _room(worker: Mapping[str, Any]) -> float:
    return float(worker["resources"].get(RESOURCE, 0))

"""Jobs on a cluster that are cancelled when the workers have done their part."""

from __future__ import annotations

from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

import pytest

from clusters import FAST, assert_nothing_left
from framegate import Muxer, cluster
from framegate.cluster import join, work
from framegate.cluster.job import Job
from framegate.transcoding import Encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from distributed import Client

    from framegate.cluster import Finished


@pytest.mark.parametrize("when", ["when all is encoded", "in the sound", "in the join", "when it is joined"])
def test_cancelling_late_leaves_nothing(
    when: str, client: Client, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in.mp4").symlink_to(source)
    monkeypatch.chdir(tmp_path)  # workers do not see the source: sound is encoded here
    target = tmp_path / "out.mp4"
    target.write_bytes(b"what was there")

    class CancellingMuxer(Muxer):
        def __exit__(self, *error: object) -> None:
            super().__exit__(*error)
            job.cancel()

    def cancelling(wanted: Any) -> Any:
        def then(*arguments: Any) -> Any:
            job.cancel()
            return wanted(*arguments)

        return then

    def passing(finished: Iterable[Finished], total: int) -> Iterator[Finished]:
        for number, each in enumerate(finished):
            if when == "when all is encoded" and number == total - 1:
                job.cancel()
            yield each

    if when == "in the sound":
        monkeypatch.setattr(work, "SoundLane", cancelling(work.SoundLane))
    elif when == "in the join":
        monkeypatch.setattr(join, "Output", cancelling(join.Output))
    elif when == "when it is joined":
        monkeypatch.setattr(join, "Muxer", CancellingMuxer)
    encoding = Encoding.of(audio="opus", **FAST)
    job = Job("/proc/self/cwd/in.mp4", str(target), encoding, client, 2, 1 << 26, passing)
    with pytest.raises(CancelledError):
        job.run()
    assert target.read_bytes() == b"what was there"
    assert_nothing_left(client, target)


def test_cancelling_what_was_resumed_leaves_nothing(client: Client, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"

    def failing(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        yield from finished
        raise RuntimeError("when all is encoded")

    with pytest.raises(RuntimeError, match="when all is encoded"):
        cluster.transcode(source, target, client=client, segment=2, passing=failing, **FAST)
    job = Job(str(source), str(target), Encoding.of(**FAST), client, 2, 1 << 26, lambda finished, _total: finished)
    job.cancel()
    with pytest.raises(CancelledError):
        job.run()
    assert not target.exists()
    assert_nothing_left(client, target)

"""Transcoding on Dask: every codec and kind of source, workers that end, jobs at once, URLs (make cluster)."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import dask
import pytest
from distributed import Client, LocalCluster

from clusters import (
    FAST,
    assert_nothing_left,
    assert_same,
    damage,
    film,
    one_machine,
    served,
    sound,
    times_of,
    under_way,
)
from framegate import (
    EncodingError,
    InputOutputError,
    cluster,
)
from framegate.cluster import workers
from framegate.cluster.memory import RESOURCE
from framegate.transcoding import Encoding, transcode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from framegate.cluster import Finished


pytestmark = pytest.mark.cluster


def test_urls_are_read_with_ranges_and_written(client: Client, source: Path, tmp_path: Path) -> None:
    one = one_machine(source, tmp_path / "one.mp4", **FAST)
    target = tmp_path / "out.mp4"
    with served(source) as (url, asked):
        cluster.transcode(url, f"file://{target}", client=client, segment=2, **FAST)
        assert_same(one, target)
        transcode(url, f"file://{tmp_path}/again.mp4", Encoding.of(**FAST))
    assert_same(one, tmp_path / "again.mp4")
    assert len(asked) > 4
    assert_nothing_left(client, target)


def test_a_segment_loses_no_picture_that_one_machine_misses(client: Client, tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mp4", "-x264-params", "open-gop=1", "-an")
    for number in [*range(46, 49), *range(50, 56)]:  # around a key picture of an open group, where a segment begins
        broken = damage(whole, tmp_path / "broken.mp4", number, blank=True)
        with pytest.raises(EncodingError, match="the decoder failed"):
            transcode(broken, tmp_path / "one.mp4", Encoding.of(**FAST))
        with pytest.raises(EncodingError, match="the decoder failed"):
            cluster.transcode(broken, tmp_path / "out.mp4", client=client, segment=1, **FAST)


def test_no_more_segments_at_once_than_fit(source: Path, tmp_path: Path) -> None:
    with LocalCluster(n_workers=1, threads_per_worker=4, dashboard_address=":0") as made, Client(made) as client:
        bound = cluster.transcode(source, tmp_path / "out.mp4", client=client, segment=1, **FAST).bound
    options = {"n_workers": 1, "threads_per_worker": 4, "dashboard_address": ":0", "resources": {RESOURCE: 2.5 * bound}}
    with LocalCluster(**options) as made, Client(made) as client:
        result = cluster.transcode(source, tmp_path / "out.mp4", client=client, segment=1, **FAST)
        (worker,) = client.scheduler_info(n_workers=-1)["workers"].values()
        assert worker["resources"] == {RESOURCE: 2.5 * bound}
    spans = [(each.began, each.began + each.seconds) for each in result.finished]
    assert max(sum(began <= start < ended for began, ended in spans) for start, _ in spans) == 2


@pytest.mark.parametrize(
    ("ending", "encoding"),
    [
        ("mp4", {"video": "h264", "audio": "aac", "b_frames": 3}),
        ("mkv", {"video": "h264", "audio": "flac"}),
        ("mov", {"codec": "avc1.42001f", "audio": "pcm"}),
        ("webm", {"video": "vp8", "audio": "vorbis", "latency_mode": "realtime"}),
        ("webm", {"video": "vp9", "audio": "opus", "latency_mode": "realtime"}),
        ("mp4", {"video": "vp9", "audio": "mp3"}),
        ("mkv", {"video": "h264", "audio": "alaw"}),
        ("mkv", {"video": "h264", "audio": "ulaw"}),
        ("mp4", {"bitrate_mode": "constant"}),
        ("mp4", {"bitrate_mode": "quantizer"}),
        ("mp4", {"start": 1.3, "end": 4.7}),
        ("mp4", {"width": 80, "height": 60, "audio": "none"}),
    ],
)
def test_every_codec_is_equal(
    ending: str, encoding: dict[str, Any], client: Client, source: Path, tmp_path: Path
) -> None:
    one = one_machine(source, tmp_path / f"one.{ending}", **encoding)
    target = tmp_path / f"many.{ending}"
    result = cluster.transcode(source, target, client=client, segment=1.5, **encoding)
    assert len(result.segments) > 1
    assert_same(one, target)
    if encoding.get("audio") != "none":
        assert sound(target) == sound(one)
    assert_nothing_left(client, target)


@pytest.mark.parametrize(
    "kind", ["variable", "refreshed little by little", "matroska", "mpeg-ts", "29.97", "long groups"]
)
def test_every_kind_of_source_is_equal(kind: str, client: Client, tmp_path: Path) -> None:
    ending = {"matroska": "mkv", "mpeg-ts": "ts"}.get(kind, "mp4")
    options = {
        "variable": ["-vf", "select='not(mod(n\\,7)*not(mod(n\\,3)))',setpts='PTS+mod(N\\,5)*100'", "-vsync", "vfr"],
        "refreshed little by little": ["-x264-params", "intra-refresh=1:keyint=25", "-bf", "0"],
        "long groups": ["-g", "70"],
    }
    rate = "30000/1001" if kind == "29.97" else "25"
    source = film(tmp_path / f"source.{ending}", *options.get(kind, []), rate=rate)
    one = one_machine(source, tmp_path / "one.mp4", **FAST)
    result = cluster.transcode(source, tmp_path / "many.mp4", client=client, segment=1, **FAST)
    assert len(result.segments) > 1
    assert_same(one, tmp_path / "many.mp4")


def test_a_killed_worker_costs_its_segment(client: Client, source: Path, tmp_path: Path) -> None:
    target, killed = tmp_path / "out.mp4", []

    thread = threading.Thread(target=_kill, args=(client, killed))

    def killing(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        for number, each in enumerate(finished):
            if number == 0:
                thread.start()
            yield each

    slow = {"ffmpeg": {"preset": "slower"}, "width": 320, "height": 240}
    result = cluster.transcode(source, target, client=client, segment=0.9, passing=killing, **slow)
    thread.join()
    assert len(killed) == 1
    assert sorted(each.name for each in result.finished) == [segment.name for segment in result.segments]
    again = client.run_on_scheduler(times_of, state="memory")
    assert len(again) == len(set(again))
    assert_same(one_machine(source, tmp_path / "one.mp4", **slow), target)
    client.wait_for_workers(1)  # Dask may take its time for another one
    assert_nothing_left(client, target)


def test_the_only_worker_that_ends_costs_its_segment(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_PATIENCE_S", 3600)  # a worker may need long to start on a busy machine
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with LocalCluster(**options) as made, Client(made) as client:
        (pid,) = client.run(os.getpid).values()

        def killing(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
            for number, each in enumerate(finished):
                if number == 0:
                    os.kill(pid, signal.SIGKILL)
                yield each

        result = cluster.transcode(source, tmp_path / "out.mp4", client=client, segment=1, passing=killing, **FAST)
        assert sorted(each.name for each in result.finished) == [segment.name for segment in result.segments]
        assert len({each.process for each in result.finished}) == 2
        assert_same(one_machine(source, tmp_path / "one.mp4", **FAST), tmp_path / "out.mp4")
        assert_nothing_left(client, tmp_path / "out.mp4")


def _kill(client: Client, killed: list[int]) -> None:
    """The first worker that is seen at work."""
    while not killed:
        for pid, count in client.run(_pid_and_count, on_error="ignore").values():
            if count and not killed:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)


def _pid_and_count() -> tuple[int, int]:
    return os.getpid(), under_way()


def test_a_segment_at_which_workers_end_is_an_error(source: Path, tmp_path: Path) -> None:
    slow = {"ffmpeg": {"preset": "placebo"}, "width": 1280, "height": 960}
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(**options) as made,
        Client(made) as client,
    ):
        killed: list[int] = []
        thread = threading.Thread(target=_kill, args=(client, killed))
        thread.start()
        with pytest.raises(EncodingError, match=r"film\.mp4, 0:0.*every worker that encoded it ended"):
            cluster.transcode(source, tmp_path / "out.mp4", client=client, segment=3, **slow)
        thread.join()
        assert_nothing_left(client, tmp_path / "out.mp4")


def test_two_jobs_at_once(client: Client, source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.symlink_to(source)
    under_way = threading.Barrier(2, timeout=60)

    def meeting(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        for number, each in enumerate(finished):
            if number == 0:
                under_way.wait()
            yield each

    with ThreadPoolExecutor(2) as threads:
        pairs = [(each, tmp_path / f"out-{each.name}") for each in (source, other)]
        options = {"client": client, "segment": 1, "passing": meeting, **FAST}
        jobs = [threads.submit(cluster.transcode, *pair, **options) for pair in pairs]
        assert [job.result().frames for job in jobs] == [150, 150]
    one = one_machine(source, tmp_path / "one.mp4", **FAST)
    for _, target in pairs:
        assert_same(one, target)
        assert_nothing_left(client, target)


def test_a_source_that_travels_begins_early_enough(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # of this process, not of the workers
    film(tmp_path / "in.mp4", "-x264-params", "intra-refresh=1:keyint=25", "-bf", "0")
    one = one_machine(tmp_path / "in.mp4", tmp_path / "one.mp4", **FAST)
    cluster.transcode("/proc/self/cwd/in.mp4", tmp_path / "many.mp4", client=client, segment=1, **FAST)
    assert_same(one, tmp_path / "many.mp4")


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_source_that_changes_is_an_error(scheme: str, client: Client, source: Path, tmp_path: Path) -> None:
    film, target = tmp_path / "in.mp4", tmp_path / "out.mp4"
    shutil.copy(source, film)
    target.write_bytes(b"what was there")

    def changing(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        yield from finished
        with film.open("ab") as file:
            file.write(b"\0\0\0\x08free")

    names = f"{scheme}{film}", f"{scheme}{target}"
    with pytest.raises(InputOutputError, match=r"in\.mp4 was changed while it was read"):
        cluster.transcode(*names, client=client, segment=2, passing=changing, **FAST)
    assert target.read_bytes() == b"what was there"
    result = cluster.transcode(*names, client=client, segment=2, **FAST)
    assert (result.resumed, len(result.finished)) == (0, 3)
    assert_same(one_machine(film, tmp_path / "one.mp4", **FAST), target)
    assert_nothing_left(client, target)


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_worker_of_an_earlier_job_changes_nothing(scheme: str, client: Client, source: Path, tmp_path: Path) -> None:
    target, folder, kept = tmp_path / "out.mp4", tmp_path / "out.mp4.framegate", tmp_path / "kept"

    def failing(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        yield from finished
        raise RuntimeError("enough")

    def late(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        yield from finished
        for path in kept.glob("segment-*"):
            shutil.copy(path, folder)

    names, options = (source, f"{scheme}{target}"), {"client": client, "segment": 2, **FAST}
    with pytest.raises(RuntimeError, match="enough"):
        cluster.transcode(*names, passing=failing, width=80, height=60, **options)
    shutil.copytree(folder, kept)
    cluster.transcode(*names, passing=late, **options)
    assert_same(one_machine(source, tmp_path / "one.mp4", **FAST), target)
    assert_nothing_left(client, target)

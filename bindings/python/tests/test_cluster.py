"""Transcoding on Dask, against the one-machine run. What takes longer is marked `cluster` (make cluster)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import dask
import pytest
from distributed import Client, Future, LocalCluster

from clusters import FAST, damage, facts, film, keys, served, sound
from conftest import ROOT
from framegate import (
    EncodingError,
    InputOutputError,
    InvalidArgumentError,
    InvalidStateError,
    NotSupportedError,
    cli,
    cluster,
)
from framegate.cluster import work
from framegate.cluster.memory import RESOURCE
from framegate.transcoding import Encoding, transcode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from framegate.cluster import Finished


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Two workers, processes, with one thread each."""
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with LocalCluster(**options) as made, Client(made) as client:
        yield client


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds with B-frames, open groups of pictures, rotation, colours, a title and languages."""
    folder = tmp_path_factory.mktemp("film")
    plain = film(
        folder / "plain.mp4",
        *("-x264-params", "open-gop=1", "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
        *("-metadata", "title=Grüße", "-metadata:s:v", "language=fra", "-metadata:s:a", "language=deu"),
    )
    turned = folder / "film.mp4"
    command = ["ffmpeg", "-v", "error", "-display_rotation", "90", "-i", plain, "-c", "copy", turned]
    if subprocess.run(command, check=False).returncode:  # FFmpeg 5.1 has it as a tag
        turned.unlink(missing_ok=True)
        command = ["ffmpeg", "-v", "error", "-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90", turned]
        subprocess.run(command, check=True)
    return turned


def one_machine(source: Path, target: Path, **encoding: Any) -> Path:
    transcode(source, str(target), Encoding.of(**encoding))
    return target


def assert_same(one: Path, many: Path) -> None:
    """Everything but the bytes of the pictures."""
    assert facts(many) == facts(one)


def assert_nothing_left(client: Client, target: Path) -> None:
    """Neither files nor tasks."""
    assert not [path.name for path in target.parent.iterdir() if "framegate" in path.name or path.name[0] == "."]
    while client.run_on_scheduler(_tasks):  # a scheduler hears of it a little later; without end it fails by its time
        pass
    assert not any(client.run(_under_way).values())


def _tasks(dask_scheduler: Any) -> list[str]:
    return [str(key) for key in dask_scheduler.tasks if "framegate" in str(key)]


def _times(dask_scheduler: Any, state: str) -> list[str]:
    """Keys, once for each time that they came to a state."""
    log = dask_scheduler.transition_log
    return [str(entry[0]) for entry in log if entry[2] == state and "framegate" in str(entry[0])]


def _under_way() -> int:
    return sum(work._running.values())


def test_equal_to_the_one_machine_run(client: Client, source: Path, tmp_path: Path) -> None:
    one = one_machine(source, tmp_path / "one.mp4", bitrate=200_000, **FAST)
    target = tmp_path / "many.mp4"
    result = cluster.transcode(source, target, client=client, segment=1.5, bitrate=200_000, **FAST)
    assert_same(one, target)
    assert sound(target) == sound(one) == sound(source)
    assert "rotation" in str(facts(target)["streams"][0])
    assert len(result.segments) == len(result.finished) == 4
    assert result.frames == 150
    starts = [segment.start_us / 1e6 for segment in result.segments[1:]]
    assert set(starts) < set(keys(target))
    assert set(starts) < set(keys(source))
    assert_nothing_left(client, target)


def test_memory_is_known_before_and_kept(client: Client, source: Path, tmp_path: Path) -> None:
    result = cluster.transcode(source, tmp_path / "out.mp4", client=client, segment=2, **FAST)
    for each in result.finished:
        assert 0 < each.memory_growth <= result.bound
    rooms = [worker["resources"][RESOURCE] for worker in client.scheduler_info(n_workers=-1)["workers"].values()]
    assert min(rooms) >= result.bound
    assert len(rooms) == 2


def test_what_fits_on_no_worker_is_an_error(client: Client, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    with pytest.raises(NotSupportedError, match=r"a segment needs \d+ MB .*slots 16.*the largest has \d+ MB"):
        cluster.transcode(source, target, client=client, carried_bytes=1 << 40)
    assert not target.exists()


def test_a_failure_of_the_content_has_its_time_and_ends_the_job(client: Client, tmp_path: Path) -> None:
    broken = damage(film(tmp_path / "whole.mp4", "-bf", "0"), tmp_path / "broken.mp4", 60)
    target = tmp_path / "out.mp4"
    target.write_bytes(b"what was there")
    said = rf"{broken}, 0:02\.00 to 0:03\.00: the decoder failed.*error while decoding MB"
    with pytest.raises(EncodingError, match=said):
        cluster.transcode(broken, target, client=client, segment=1, **FAST)
    assert target.read_bytes() == b"what was there"
    transitions = client.run_on_scheduler(_times, state="erred")
    assert len(transitions) == len(set(transitions)) > 0


def test_a_job_that_is_run_again_takes_what_is_done(client: Client, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"

    def failing(finished: Iterable[Finished], total: int) -> Iterator[Finished]:
        for number, each in enumerate(finished):
            yield each
            if number == 1:
                raise RuntimeError(f"after two of {total}")

    with pytest.raises(RuntimeError, match="after two of 6"):
        cluster.transcode(source, target, client=client, segment=1, passing=failing, **FAST)
    folder = tmp_path / "out.mp4.framegate"
    names = {path.name for path in folder.iterdir()}
    assert "manifest.json" in names
    assert not [name for name in names if name.endswith(".part")]
    result = cluster.transcode(source, target, client=client, segment=1, **FAST)
    assert result.resumed == len([name for name in names if name.startswith("segment-")]) >= 2
    assert len(result.finished) == 6 - result.resumed
    assert_same(one_machine(source, tmp_path / "one.mp4", **FAST), target)
    assert_nothing_left(client, target)


def test_another_job_takes_nothing_of_an_earlier_one(client: Client, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"

    def failing(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        yield next(iter(finished))
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        cluster.transcode(source, target, client=client, segment=2, passing=failing, **FAST)
    result = cluster.transcode(source, target, client=client, segment=2, bitrate=300_000, **FAST)
    assert (result.resumed, len(result.finished)) == (0, 3)


@pytest.mark.parametrize("how", ["an interrupt", "futures that are cancelled"])
def test_cancelling_leaves_nothing(how: str, client: Client, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"

    def cancelling(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        for each in finished:
            yield each
            if how == "an interrupt":
                raise KeyboardInterrupt
            client.cancel([future for key, future in _futures(client) if "framegate" in key], force=True)

    with pytest.raises(KeyboardInterrupt if how == "an interrupt" else CancelledError):
        cluster.transcode(source, target, client=client, segment=1, passing=cancelling)
    assert not target.exists()
    assert_nothing_left(client, target)


def _futures(client: Client) -> list[tuple[str, Any]]:
    return [(str(key), Future(key, client)) for key in list(client.futures)]


def test_two_jobs_do_not_write_one_target(client: Client, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"

    def second(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        with pytest.raises(InvalidStateError, match="another job writes the same target"):
            cluster.transcode(source, target, client=client, **FAST)
        yield from finished

    assert cluster.transcode(source, target, client=client, segment=3, passing=second, **FAST).frames == 150


def test_an_archive(client: Client, source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    table = cluster.map([source, broken], folder, client=client, **FAST)
    assert [row.source for row in table.done] == [str(source)]
    assert [row.source for row in table.failed] == [str(broken)]
    assert f"{source}" in str(table)
    assert "DataError" in str(table).splitlines()[2]
    assert [path.name for path in folder.iterdir()] == [source.name]
    with pytest.raises(InvalidArgumentError, match="would both become"):
        cluster.map([source, source], folder, client=client)


def test_segments_travel_to_a_folder_that_workers_do_not_see(
    client: Client, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # of this process, not of the workers
    target = "/proc/self/cwd/out.mp4"
    with pytest.raises(NotSupportedError, match=r"larger than 1000 bytes, which is what may travel"):
        cluster.transcode(source, target, client=client, segment=2, carried_bytes=1000, **FAST)
    cluster.transcode(source, target, client=client, segment=2, audio="opus", **FAST)
    assert_same(one_machine(source, tmp_path / "one.mp4", audio="opus", **FAST), tmp_path / "out.mp4")
    assert_nothing_left(client, tmp_path / "out.mp4")


def test_a_target_that_cannot_be(client: Client, source: Path, tmp_path: Path) -> None:
    with pytest.raises(InputOutputError, match=r"nowhere/out\.mp4.* cannot be used: No such file"):
        cluster.transcode(source, tmp_path / "nowhere" / "out.mp4", client=client)
    with pytest.raises(InvalidArgumentError, match="is the input itself"):
        cluster.transcode(source, source, client=client)
    with pytest.raises(InvalidArgumentError, match="segment is 0 s"):
        cluster.transcode(source, tmp_path / "out.mp4", client=client, segment=0)


def test_sound_alone(client: Client, source: Path, tmp_path: Path) -> None:
    alone = tmp_path / "in.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-i", source, "-vn", "-c", "copy", alone], check=True)
    result = cluster.transcode(alone, tmp_path / "many.ogg", client=client, audio="opus")
    assert (result.segments, [each.name for each in result.finished]) == ((), ["sound-0"])
    assert sound(tmp_path / "many.ogg") == sound(one_machine(alone, tmp_path / "one.ogg", audio="opus"))


@pytest.mark.parametrize(("option", "missing"), [("--cluster=local:1", "distributed"), ("--report=r.html", "bokeh")])
def test_what_is_not_installed_is_said(option: str, missing: str, source: Path, tmp_path: Path) -> None:
    hide = f"import sys; sys.modules[{missing!r}] = None; import framegate, framegate.cli; "
    program = f"{hide} framegate.cli.main(['transcode', {str(source)!r}, {str(tmp_path / 'out.mp4')!r}, {option!r}])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python" / "src")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'framegate[" in done.stderr


@pytest.mark.parametrize("address", ["here", "local:0", "tcp://127.0.0.1:1"])
def test_clusters_that_cannot_be(address: str, source: Path, tmp_path: Path) -> None:
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "100ms"}),
        pytest.raises(SystemExit, match=r"cluster (is \"(here|local:0)\", allowed are|.* does not answer)"),
    ):
        cli.main(["transcode", str(source), str(tmp_path / "out.mp4"), "--cluster", address])


# The long ones.


@pytest.mark.cluster
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


@pytest.mark.cluster
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


@pytest.mark.cluster
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


@pytest.mark.cluster
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


@pytest.mark.cluster
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
    again = client.run_on_scheduler(_times, state="memory")
    assert len(again) == len(set(again))
    assert_same(one_machine(source, tmp_path / "one.mp4", **slow), target)
    client.wait_for_workers(2)
    assert_nothing_left(client, target)


def _kill(client: Client, killed: list[int]) -> None:
    """The first worker that is seen at work."""
    while not killed:
        for pid, count in client.run(_pid_and_count, on_error="ignore").values():
            if count and not killed:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)


def _pid_and_count() -> tuple[int, int]:
    return os.getpid(), _under_way()


@pytest.mark.cluster
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


@pytest.mark.cluster
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

"""Transcoding on Dask, against the one-machine run. What takes longer is marked `cluster` (make cluster)."""

from __future__ import annotations

import fcntl
import io
import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import CancelledError
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import dask
import numpy as np
import pytest
from distributed import Client, Future, LocalCluster
from fsspec.implementations.memory import MemoryFileSystem

from clusters import (
    FAST,
    assert_nothing_left,
    assert_same,
    damage,
    facts,
    film,
    keys,
    most_at_once,
    one_machine,
    sound,
    times_of,
)
from conftest import ROOT
from framegate import (
    Chunk,
    Config,
    DataError,
    EncodingError,
    Frame,
    InputOutputError,
    InvalidArgumentError,
    InvalidStateError,
    NotSupportedError,
    cli,
    cluster,
)
from framegate.cluster.folder import Folder
from framegate.cluster.memory import RESOURCE, Memory, bound_of
from framegate.cluster.records import Reader, Writer, is_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from framegate.cluster import Finished


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


def test_pixels_that_are_not_square_need_the_same_memory() -> None:
    config = Config({"codec": "avc1.42001f", "width": 720, "height": 576, "slots": 4, "threads": 1, "max_delay": 3})
    pixels = np.zeros((576, 720, 3), np.uint8)
    square = Frame(pixels, timestamp=0)
    wide = Frame(pixels, timestamp=0, display_width=1024, display_height=576)  # 64:45
    assert bound_of(config, wide, 0) == bound_of(config, square, 0)
    assert bound_of(config, wide, 0).encoded == wide.allocation_size() == 720 * 576 * 3


def test_what_waits_for_a_worker_is_given_to_one_that_comes() -> None:
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as made, Client(made) as client:
        client.register_plugin(Memory())
        waiting = client.submit(abs, -1, resources={RESOURCE: 1})
        while client.run_on_scheduler(_state, key=waiting.key) != "no-worker":  # without end it fails by its time
            pass
        made.scale(1)
        assert waiting.result() == 1


def _state(dask_scheduler: Any, key: str) -> str | None:
    return dask_scheduler.tasks[key].state if key in dask_scheduler.tasks else None


def test_what_fits_on_no_worker_is_an_error(client: Client, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    with pytest.raises(NotSupportedError, match=r"a segment needs \d+ MB .*slots 16.*the largest has \d+ MB"):
        cluster.transcode(source, target, client=client, carried_bytes=1 << 40)
    assert not target.exists()


def test_a_failure_of_the_content_has_its_time_and_ends_the_job(client: Client, tmp_path: Path) -> None:
    broken = damage(film(tmp_path / "whole.mp4", "-bf", "0"), tmp_path / "broken.mp4", 60)
    target = tmp_path / "out.mp4"
    target.write_bytes(b"what was there")
    # Whichever call hears of it first; the others say that it was closed by that.
    said = rf"{broken}, 0:02\.00 to 0:03\.00: .*the decoder failed.*error while decoding MB"
    with pytest.raises(EncodingError, match=said):
        cluster.transcode(broken, target, client=client, segment=1, **FAST)
    assert target.read_bytes() == b"what was there"
    transitions = client.run_on_scheduler(times_of, state="erred")
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
    names = sorted(path.name for path in folder.iterdir())
    assert "manifest.json" in names
    assert not [name for name in names if name.endswith(".part")]
    finished = [name for name in names if name.startswith("segment-")]
    os.truncate(folder / finished[0], (folder / finished[0]).stat().st_size - 1)
    result = cluster.transcode(source, target, client=client, segment=1, **FAST)
    assert result.resumed == len(finished) - 1 >= 1
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


@pytest.mark.parametrize("left", [0, 0.6, 0.999])
def test_a_segment_that_was_cut_short_is_an_error(left: float, client: Client, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    target.write_bytes(b"what was there")

    def cutting(finished: Iterable[Finished], _total: int) -> Iterator[Finished]:
        yield from finished
        (path,) = (tmp_path / "out.mp4.framegate").glob("segment-00001*")
        os.truncate(path, int(path.stat().st_size * left))

    with pytest.raises(DataError, match=r"out\.mp4\.framegate/segment-00001.* was cut short, at "):
        cluster.transcode(source, target, client=client, segment=3, passing=cutting, **FAST)
    assert target.read_bytes() == b"what was there"


def _written(count: int) -> bytes:
    file = io.BytesIO()
    writer = Writer(file)
    writer.begin(Config(codec="vp8"))
    for number in range(count):
        writer.write(Chunk(bytes(range(9)) * number, timestamp=number, key=number == 0))
    writer.end()
    return file.getvalue()


def test_chunks_that_are_not_whole_are_an_error() -> None:
    data = _written(3)
    assert [chunk.timestamp for chunk in Reader(io.BytesIO(data), "it")] == [0, 1, 2]
    assert is_whole(io.BytesIO(data))
    for size in range(len(data)):
        assert not is_whole(io.BytesIO(data[:size]))
        with pytest.raises(DataError, match=r"it was cut short, at (its beginning|chunk [0-3])"):
            list(Reader(io.BytesIO(data[:size]), "it"))
    end = len(_written(0)) - len(_config())
    with pytest.raises(DataError, match="it has 3 chunks, and its end speaks of others"):
        list(Reader(io.BytesIO(data[:-end] + _written(2)[-end:]), "it"))
    with pytest.raises(DataError, match="it is damaged, at chunk 0"):
        list(Reader(io.BytesIO(_config() + b"\xc1" + data), "it"))
    with pytest.raises(DataError, match="it does not begin with a configuration"):
        Reader(io.BytesIO(b"\x01"), "it")
    with pytest.raises(DataError, match="nothing was encoded"):
        Writer(io.BytesIO()).end()


def _config() -> bytes:
    file = io.BytesIO()
    Writer(file).begin(Config(codec="vp8"))
    return file.getvalue()


@pytest.mark.parametrize("kind", ["path", "file URL", "memory URL"])
def test_files_of_another_job_are_never_taken(kind: str, tmp_path: Path) -> None:
    places = {"path": f"{tmp_path}/", "file URL": f"file://{tmp_path}/", "memory URL": f"memory://{tmp_path}/"}
    target = f"{places[kind]}out.mp4"
    first = Folder(target)
    first.make()
    assert first.resume({"bitrate": 1}) == set()
    whole, cut, late = _written(1), _written(2)[:-1], _written(3)
    _write(first, "segment-00000", whole)
    _write(first, "segment-00001", cut)
    zombie = pickle.loads(pickle.dumps(first))  # as a worker has it
    again = Folder(target)
    assert again.resume({"bitrate": 1}) == {"segment-00000"}
    assert _read(again, "segment-00000") == whole
    assert len(again.names()) == 2
    other = Folder(target)
    assert other.resume({"bitrate": 2}) == set()
    assert other.names() == {"manifest.json"}
    _write(zombie, "segment-00000", late)
    with pytest.raises(InputOutputError, match=r"out\.mp4\.framegate/segment-00000.* cannot be used"):
        _read(other, "segment-00000")
    _write(other, "segment-00000", whole)
    _write(zombie, "segment-00000", late)
    assert _read(other, "segment-00000") == whole
    assert Folder(target).resume({"bitrate": 2}) == {"segment-00000"}
    other.remove()
    assert other.names() == set()


def test_what_others_write_is_not_read_from_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, bytes] = {}
    opened = MemoryFileSystem._open

    def remembering(files: Any, path: str, mode: str = "rb", **options: Any) -> Any:
        if mode != "rb":
            return opened(files, path, mode, **options)
        return io.BytesIO(known.setdefault(path, opened(files, path).read()))

    monkeypatch.setattr(MemoryFileSystem, "_open", remembering)
    monkeypatch.setattr(MemoryFileSystem, "invalidate_cache", lambda _files, _path=None: known.clear())
    folder = Folder(f"memory://{tmp_path}/out.mp4")
    folder.make()
    for data in (b"first", b"second"):
        _write(folder, "segment-00000", data)
        assert _read(folder, "segment-00000") == data


def _write(folder: Folder, name: str, data: bytes) -> None:
    with folder.writing(name) as file:
        file.write(data)


def _read(folder: Folder, name: str) -> bytes:
    with folder.reading(name) as file:
        return file.read()


def test_a_folder_that_is_removed_while_it_is_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, lock, times = str(tmp_path / "out.mp4"), fcntl.flock, []

    def removing(file: Any, operation: int) -> None:
        times.append(operation)
        if len(times) == 1:
            shutil.rmtree(tmp_path / "out.mp4.framegate")
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", removing)
    with Folder(target).locked(), pytest.raises(InvalidStateError, match="in use"), Folder(target).locked():
        pass
    assert len(times) == 3
    with ExitStack() as second:
        with Folder(target).locked():
            Folder(target).remove()
            second.enter_context(Folder(target).locked())
        with pytest.raises(InvalidStateError, match="in use"), Folder(target).locked():
            pass


@pytest.mark.parametrize("what", ["a file", "a link to nothing", "a folder as its lock"])
def test_a_folder_that_cannot_be_locked(what: str, tmp_path: Path) -> None:
    folder = tmp_path / "out.mp4.framegate"
    if what == "a file":
        folder.write_bytes(b"")
    elif what == "a link to nothing":
        folder.symlink_to(tmp_path / "nowhere")
    else:
        (folder / "lock").mkdir(parents=True)
    with pytest.raises(InputOutputError, match=f"{folder} cannot be used"), Folder(str(tmp_path / "out.mp4")).locked():
        pass


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


def test_segments_travel_where_workers_do_not_see_the_files(
    client: Client, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # of this process, not of the workers
    target = "/proc/self/cwd/out.mp4"
    with pytest.raises(NotSupportedError, match=r"larger than 1000 bytes, which is what may travel"):
        cluster.transcode(source, target, client=client, segment=2, carried_bytes=1000, **FAST)
    client.run_on_scheduler(most_at_once)
    cluster.transcode(source, target, client=client, segment=1, audio="opus", **FAST)
    assert client.run_on_scheduler(most_at_once) == 2  # as many as workers: they would wait with what travels
    one = one_machine(source, tmp_path / "one.mp4", audio="opus", **FAST)
    assert_same(one, tmp_path / "out.mp4")
    (tmp_path / "in.mp4").symlink_to(source)
    result = cluster.transcode("/proc/self/cwd/in.mp4", target, client=client, segment=1, audio="opus", **FAST)
    assert client.run_on_scheduler(most_at_once) == 2
    assert_same(one, tmp_path / "out.mp4")
    assert len({each.process for each in result.finished}) > 1
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

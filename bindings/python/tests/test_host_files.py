"""Demuxers and muxers on file objects and bytes: the same as on paths."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest

from framegate import DataError, Demuxer, InputOutputError, InvalidArgumentError, Muxer, NotSupportedError

if TYPE_CHECKING:
    from pathlib import Path

    from framegate import Chunk


def chunks(demuxer: Demuxer) -> list[tuple[int, Chunk]]:
    with demuxer:
        return list(demuxer)


@pytest.fixture
def streamed(movie: Path, tmp_path: Path) -> Path:
    """The movie as it can be read as it comes."""
    path = tmp_path / "streamed.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-i", movie, "-c", "copy", path], check=True)
    return path


class Stingy(io.RawIOBase):
    """A file that gives a few bytes at a time, and may fail once."""

    def __init__(self, data: bytes, fails: int = -1, error: BaseException | None = None) -> None:
        self.data, self.at, self.calls, self.fails, self.error = data, 0, 0, fails, error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.calls += 1
        if self.calls == self.fails and self.error is not None:
            raise self.error
        part = self.data[self.at : self.at + min(len(buffer), 3000)]
        buffer[: len(part)] = part
        self.at += len(part)
        return len(part)


class Reader:
    """A file that has nothing but `read`."""

    def __init__(self, data: bytes | str) -> None:
        self.read = (io.StringIO(data) if isinstance(data, str) else io.BytesIO(data)).read


def test_bytes_and_files_give_what_the_path_gives(movie: Path) -> None:
    wanted = chunks(Demuxer(movie))
    data = movie.read_bytes()
    assert len(wanted) > 100
    assert chunks(Demuxer(data)) == wanted
    assert chunks(Demuxer(bytearray(data))) == wanted
    assert chunks(Demuxer(memoryview(data))) == wanted
    assert chunks(Demuxer(io.BytesIO(data))) == wanted
    with movie.open("rb") as file, movie.open("rb", buffering=0) as raw:
        assert chunks(Demuxer(file)) == wanted
        assert chunks(Demuxer(raw)) == wanted


def test_what_cannot_seek_is_read_as_it_comes(streamed: Path) -> None:
    data = streamed.read_bytes()
    wanted = [(track, chunk.data) for track, chunk in chunks(Demuxer(streamed))]
    for file in (Stingy(data), Reader(data)):
        assert [(track, chunk.data) for track, chunk in chunks(Demuxer(file))] == wanted  # type: ignore[arg-type]
    reading, writing = os.pipe()

    def feed() -> None:
        with os.fdopen(writing, "wb") as file:
            file.write(data)

    with os.fdopen(reading, "rb") as pipe:
        feeding = threading.Thread(target=feed)
        feeding.start()
        assert [(track, chunk.data) for track, chunk in chunks(Demuxer(pipe))] == wanted
        feeding.join()


def test_what_a_file_raises_comes_out_of_the_call_and_the_next_goes_on(streamed: Path) -> None:
    data = streamed.read_bytes()
    error = RuntimeError("the server went away")
    last = Stingy(data)
    assert chunks(Demuxer(last))
    for call in range(1, last.calls, 3):
        assert raised_by(Stingy(data, call, error)) == [error], call


def raised_by(file: Any) -> list[BaseException]:
    """What opening and reading to the end raise of the file's own."""
    raised: list[BaseException] = []
    try:
        with Demuxer(file) as demuxer:
            while True:
                try:
                    if demuxer.read() is None:
                        break
                except RuntimeError as error:
                    raised.append(error)
                except DataError:
                    pass  # the chunk that it was at
    except RuntimeError as error:
        raised.append(error)
    return raised


def test_a_muxer_writes_to_a_file_what_it_writes_to_a_path(movie: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    memory = io.BytesIO()
    for muxer in (Muxer(path), Muxer(memory, format="mp4")):
        with Demuxer(movie) as demuxer, muxer:
            for track in demuxer.tracks:
                muxer.add_track(track.config)
            for number, chunk in demuxer:
                muxer.write(number, chunk)
    assert memory.getvalue() == path.read_bytes()
    assert chunks(Demuxer(memory.getvalue())) == chunks(Demuxer(path))


class Unseekable(io.RawIOBase):
    """Takes a few bytes at a time."""

    def __init__(self, room: int = 1 << 30) -> None:
        self.data, self.room = b"", room

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if len(self.data) + 1000 > self.room:
            raise OSError(28, "the disk is full")
        self.data += bytes(data[:1000])
        return min(len(data), 1000)


def copy(movie: Path, target: Any, ending: str, **keys: Any) -> None:
    with Demuxer(movie) as demuxer, Muxer(target, format=ending, **keys) as muxer:
        track = muxer.add_track(demuxer.video.config)
        for chunk in demuxer.video:
            muxer.write(track, chunk)


def test_what_cannot_seek_is_written_where_the_format_allows_it(movie: Path) -> None:
    for ending in ("ts", "mkv", "h264"):
        target = Unseekable()
        copy(movie, target, ending)
        assert len(chunks(Demuxer(target.data))) == 100
    with pytest.raises(NotSupportedError, match="mp4"):
        copy(movie, Unseekable(), "mp4")


def test_movies_are_written_in_fragments_and_with_their_index_in_front(movie: Path, tmp_path: Path) -> None:
    target = Unseekable()
    copy(movie, target, "mp4", fragment_duration=500_000)
    assert target.data.count(b"moof") > 1
    assert len(chunks(Demuxer(target.data))) == 100
    memory, path = io.BytesIO(), tmp_path / "front.mp4"
    copy(movie, memory, "mp4", faststart=True)
    data = memory.getvalue()
    assert data.index(b"moov") < data.index(b"mdat")
    with Demuxer(movie) as demuxer, Muxer(path, faststart=True) as muxer:
        muxer.add_track(demuxer.video.config)
        for chunk in demuxer.video:
            muxer.write(0, chunk)
    assert path.read_bytes() == data
    with open(path, "wb") as file, pytest.raises(NotSupportedError, match="faststart"):
        copy(movie, file, "mp4", faststart=True)
    with pytest.raises(InvalidArgumentError, match="faststart is no key of the webm container"):
        Muxer(io.BytesIO(), format="webm", faststart=True)
    with pytest.raises(InvalidArgumentError, match="fragmentDuration"):
        Muxer(io.BytesIO(), format="mp4", fragment_duration=0)


def test_what_a_target_raises_comes_out_of_the_call(movie: Path) -> None:
    with pytest.raises(OSError, match="the disk is full"):
        copy(movie, Unseekable(5000), "mkv")
    gc.collect()  # closing what failed raises nothing


class Stuck(io.BytesIO):
    """A file that can be told to fail where it should go elsewhere."""

    error: BaseException | None = None
    fails = (0, 1, 2)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if self.error is not None and whence in self.fails:
            raise self.error
        return super().seek(offset, whence)


STUCK = [
    OSError(5, "the head is stuck"),
    OSError("the head is stuck"),
    PermissionError(1, "the head is stuck"),
    OSError(29, "the head is stuck"),
    RuntimeError("the head is stuck"),
]


NO_PLACE = [ValueError("the head is stuck"), OSError(22, "the head is stuck")]
"""Of what is read that is no failure; what is written is only asked for places that were written."""


@pytest.mark.parametrize("error", STUCK + NO_PLACE)
def test_a_seek_of_a_target_that_fails_is_no_silence(movie: Path, error: Exception) -> None:
    target = Stuck()
    muxer = Muxer(target, format="mp4")
    with Demuxer(movie) as demuxer:
        muxer.add_track(demuxer.video.config)
        for chunk in demuxer.video:
            muxer.write(0, chunk)
    target.error = error
    with pytest.raises(type(error), match="the head is stuck"):
        muxer.finish()


@pytest.mark.parametrize("error", STUCK)
def test_a_seek_of_a_source_that_fails_is_no_silence(movie: Path, error: Exception) -> None:
    source = Stuck(movie.read_bytes())
    source.error = error
    with pytest.raises(type(error), match="the head is stuck"):
        Demuxer(source)  # its index is at the end
    source.error = None
    source.seek(0)
    assert len(chunks(Demuxer(source))) > 100


def test_a_place_that_there_is_not_is_no_failure(movie: Path, tmp_path: Path) -> None:
    stream = tmp_path / "movie.ts"
    subprocess.run(["ffmpeg", "-v", "error", "-i", movie, "-c", "copy", stream], check=True)
    for path in (movie, stream):
        source = Stuck(path.read_bytes())
        # The size is asked for, and need not be known.
        source.error, source.fails = OSError(5, "who knows"), (2,)
        assert len(chunks(Demuxer(source))) == len(chunks(Demuxer(path)))
    source = Stuck(stream.read_bytes())
    source.error = ValueError("negative seek value")
    with Demuxer(source) as demuxer:  # goes on with what is left
        assert demuxer.tracks


def test_what_is_no_file_is_refused_by_name(movie: Path) -> None:
    with pytest.raises(InvalidArgumentError, match=r"5 is no path, no bytes, and no file that has read\(\)"):
        Demuxer(5)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match=r"no file that has write\(\)"):
        Muxer(b"out.mp4", format="mp4")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match="format is not set"):
        Muxer(io.BytesIO())
    with pytest.raises(InvalidArgumentError, match="format is 'mp4', allowed with a file object"):
        Muxer("out.mp4", format="mp4")
    with pytest.raises(NotSupportedError, match='extension "xyz"'):
        Muxer(io.BytesIO(), format="xyz")
    with pytest.raises(TypeError, match="bytes are needed"):
        Demuxer(Reader("text"))  # type: ignore[arg-type]
    with pytest.raises(DataError):
        Demuxer(b"")
    closed = io.BytesIO(movie.read_bytes())
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        Demuxer(closed)
    with movie.open("rb") as file, pytest.raises((io.UnsupportedOperation, InputOutputError)):
        copy(movie, file, "mp4")

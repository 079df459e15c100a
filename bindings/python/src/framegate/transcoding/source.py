"""What is read: a file by its path, or by a URL that fsspec knows."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final, cast

from ..demuxer import Demuxer
from ..errors import FramegateError, InputOutputError, NotSupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_RANGE_BYTES: Final = 1 << 20
"""What is asked for at once, of a file that is read over a network."""


def is_url(name: str) -> bool:
    """It has a scheme, and no file of that name is there."""
    return "://" in name and not os.path.exists(name)


def file_system(url: str) -> tuple[Any, str]:
    """fsspec's file system for a URL, and the path in it. NotSupportedError: fsspec is missing, or does not know it."""
    try:
        import fsspec
    except ModuleNotFoundError as error:
        raise NotSupportedError(f"{url} is read by fsspec: pip install 'framegate[cluster]'") from error
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise NotSupportedError(f"{url}: {error}") from error
    return found


class Source:
    """Opened as often as it is needed, in any process."""

    def __init__(self, source: str | os.PathLike[str]) -> None:
        self.name = os.fsdecode(source)
        self.is_url = is_url(self.name)

    def absolute(self) -> Source:
        """The same, for processes that are in other folders."""
        return self if self.is_url else Source(os.path.abspath(self.name))

    @contextmanager
    def open(self) -> Iterator[Demuxer]:
        """A demuxer. Errors as it has them; what fsspec raises is an InputOutputError."""
        if not self.is_url:
            with Demuxer(self.name) as demuxer:
                yield demuxer
            return
        files, path = file_system(self.name)
        with self.said():
            file = files.open(path, "rb", block_size=_RANGE_BYTES)
        with file, Demuxer(cast("IO[bytes]", _Ranges(self, file))) as demuxer:
            yield demuxer

    def identity(self) -> dict[str, str]:
        """What changes when the file is another one."""
        if self.is_url:
            files, path = file_system(self.name)
            with self.said():
                files.invalidate_cache()
                return {"size": str(files.size(path)), "version": str(files.ukey(path))}
        try:
            found = os.stat(self.name)
        except OSError as error:
            raise InputOutputError(f"{self.name} cannot be read: {error.strerror}") from error
        return {"size": str(found.st_size), "version": str(found.st_mtime_ns)}

    def check(self, identity: dict[str, str]) -> None:
        """InputOutputError: it has another one than it had."""
        if self.identity() != identity:
            raise InputOutputError(f"{self.name} was changed while it was read: what was made of it is of no use")

    @contextmanager
    def said(self, *passed: type[Exception]) -> Iterator[None]:
        """Whatever a file system raises (some have errors of their own) names the file, but for what is passed."""
        try:
            yield
        except FramegateError:
            raise
        except passed:
            raise
        except Exception as error:
            raise InputOutputError(f"{self.name} cannot be read: {error or type(error).__name__}") from error


class _Ranges:
    """A file of fsspec's."""

    def __init__(self, source: Source, file: Any) -> None:
        self.name, self._source, self._file = source.name, source, file

    def read(self, size: int) -> bytes:
        with self._source.said():
            data: bytes = self._file.read(size)
            return data

    def seek(self, offset: int, whence: int) -> int:
        with self._source.said(ValueError):  # there is no such place
            place: int = self._file.seek(offset, whence)
            return place

    def seekable(self) -> bool:
        found: bool = self._file.seekable()
        return found

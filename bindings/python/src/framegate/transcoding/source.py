"""What is read: a file by its path, or by a URL that fsspec knows."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

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
        try:
            with files.open(path, "rb", block_size=_RANGE_BYTES) as file, Demuxer(file) as demuxer:
                yield demuxer
        except FramegateError:
            raise
        except OSError as error:
            raise InputOutputError(f"{self.name} cannot be read: {error}") from error

    def identity(self) -> dict[str, str]:
        """What changes when the file is another one."""
        if self.is_url:
            files, path = file_system(self.name)
            files.invalidate_cache()
            try:
                return {"size": str(files.size(path)), "version": str(files.ukey(path))}
            except (OSError, NotImplementedError) as error:
                raise InputOutputError(f"{self.name} cannot be read: {error}") from error
        try:
            found = os.stat(self.name)
        except OSError as error:
            raise InputOutputError(f"{self.name} cannot be read: {error.strerror}") from error
        return {"size": str(found.st_size), "version": str(found.st_mtime_ns)}

    def check(self, identity: dict[str, str]) -> None:
        """InputOutputError: it has another one than it had."""
        if self.identity() != identity:
            raise InputOutputError(f"{self.name} was changed while it was read: what was made of it is of no use")

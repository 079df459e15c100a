"""Where a command writes: a file that is whole or as it was before."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..errors import FramegateError, InputOutputError, InvalidArgumentError
from .source import file_system, is_url

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_other_file(source: str, output: str) -> None:
    """InvalidArgumentError: both are one file, by whatever names."""
    if _place(source) == _place(output):
        raise InvalidArgumentError(f"{output} is the input itself ({source}), which writing would destroy")


def _place(name: str) -> object:
    """What is equal for the names of one file."""
    if is_url(name):
        files, path = file_system(name)
        if not getattr(files, "local_file", False):
            return files, path
        name = path
    with suppress(OSError):
        found = os.stat(name)
        return found.st_dev, found.st_ino
    return os.path.realpath(name)


@contextmanager
def replacing(output: str) -> Iterator[str]:
    """The path to write to: a new file beside `output`, which takes its place at the end.

    What raises in between removes it, and leaves `output` as it was. Devices, pipes and descriptors (/dev/stdout) are
    written in place. A symbolic link stays one, and permissions stay what they were.
    What has a URL that fsspec knows is sent at the end.
    """
    if is_url(output):
        with _uploaded(output) as path:
            yield path
        return
    if _in_place(output):
        yield output
        return
    target = os.path.realpath(output)
    folder, name = os.path.split(target)
    # Hidden, and with the same ending, which names the format.
    temporary = os.path.join(folder, f".{secrets.token_hex(8)}.{name}")
    try:
        with _named(output):
            _create_like(temporary, target)
        yield temporary
        with _named(output):
            os.replace(temporary, target)
    except FramegateError as error:
        if temporary not in str(error):
            raise
        raise type(error)(str(error).replace(temporary, output)) from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


@contextmanager
def _uploaded(url: str) -> Iterator[str]:
    """A file here, with the same ending, which is sent at the end: containers want to go back in what they write."""
    files, path = file_system(url)
    with tempfile.TemporaryDirectory(prefix="framegate-") as folder:
        made = os.path.join(folder, os.path.basename(path))
        yield made
        try:
            files.put_file(made, path)
        except OSError as error:
            raise InputOutputError(f"{url} cannot be written: {error}") from error


@contextmanager
def _named(output: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputOutputError(f"{output} cannot be written: {error.strerror}") from error


def _in_place(output: str) -> bool:
    """There is something, and it is no ordinary file; or the path is another process's or the system's to resolve."""
    if os.path.abspath(output).startswith(("/dev/", "/proc/")):
        return True
    with suppress(OSError):
        return not stat.S_ISREG(os.stat(output).st_mode)
    return False


def _create_like(path: str, other: str) -> None:
    """Makes an empty file with the permissions of another, or those of any new file."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666))
    with suppress(FileNotFoundError):
        os.chmod(path, stat.S_IMODE(os.stat(other).st_mode))

"""Where segments wait for the others: a folder beside the target, on a file system or behind fsspec."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, Final

from ..errors import InputOutputError, InvalidStateError
from ..transcoding.source import file_system, is_url
from .records import is_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDING: Final = ".framegate"
_MANIFEST: Final = "manifest.json"
_LOCK: Final = "lock"
_MARK: Final = "job-"
_PART: Final = ".part"
_DIGITS: Final = 8
_TRIES: Final = 100
"""How often a lock is taken whose folder another job has just removed."""


class Folder:
    """What encoded chunks wait in, as `records` has them, until they are joined. It can be pickled."""

    def __init__(self, target: str) -> None:
        self.is_url = is_url(target)
        self.path = (target if self.is_url else os.path.abspath(target)) + _ENDING
        self._of_job = ""
        """Ends the files' names, since it is known of which job they are: what belongs to another is never taken."""

    def make(self) -> None:
        """Makes it, unless it is there. InputOutputError."""
        with self._said():
            if self.is_url:
                files, path = file_system(self.path)
                files.makedirs(path, exist_ok=True)
            else:
                with suppress(FileExistsError):
                    os.mkdir(self.path)

    def remove(self) -> None:
        """With all that is in it. What is locked goes itself when it no longer is."""
        if not self.is_url:
            self.remove_files(self.names() - {_LOCK})
            self.remove_files({_LOCK})  # the last one: who has the next lock finds nothing else
            return
        with self._said(), suppress(FileNotFoundError):
            files, path = file_system(self.path)
            files.rm(path, recursive=True)

    def tidy(self) -> None:
        """Removes what was not finished, and the folder itself if nothing was."""
        names = self.names()
        unfinished = {name for name in names if name.endswith(_PART) or name.startswith(_MARK)}
        if names - unfinished <= {_MANIFEST, _LOCK}:
            self.remove()
        else:
            self.remove_files(unfinished)

    def names(self) -> set[str]:
        """Of the files in it."""
        with self._said(), suppress(FileNotFoundError):
            if self.is_url:
                files, path = file_system(self.path)
                files.invalidate_cache()
                return {os.path.basename(name) for name in files.ls(path, detail=False)}
            return set(os.listdir(self.path))
        return set()

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        """A file of it."""
        named = self.file(name)
        with self._said(named):
            if self.is_url:
                files, path = file_system(named)
                files.invalidate_cache()  # others write, too
                with files.open(path, "rb") as file:
                    yield file
            else:
                with open(named, "rb") as file:
                    yield file

    def file(self, name: str) -> str:
        """Where that one is."""
        return f"{self.path}/{name}{self._of_job}"

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """A new file of it, which has the name at the end; what raises in between leaves nothing. What a URL is sent
        may end too early, which `resume` and reading see: not all that has a URL can rename."""
        named = self.file(name)
        with self._said():
            if self.is_url:
                files, path = file_system(named)
                with tempfile.NamedTemporaryFile() as file:
                    yield file
                    file.flush()
                    files.put_file(file.name, path)
                return
            temporary = f"{named}.{secrets.token_hex(4)}{_PART}"
            try:
                with open(temporary, "xb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, named)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(temporary)

    def mark(self, job: str) -> str:
        """The name of a file that is put there, by which others know the folder again."""
        name = f"{_MARK}{job}"
        with self.writing(name):
            return name

    def resume(self, job: dict[str, Any]) -> set[str]:
        """The names of what an earlier run of the same job has finished; of another one nothing is left, nor of what is
        not whole."""
        text = json.dumps(job, indent=1, sort_keys=True).encode()
        of_job = f"-{hashlib.sha256(text).hexdigest()[:_DIGITS]}"
        names = {name for name in self.names() if not name.startswith(_MARK)}
        kept: set[str] = set()
        if is_same := _MANIFEST in names and self._read(_MANIFEST) == text:
            kept = {name for name in names if name.endswith(of_job) and self._is_whole(name)}
        self.remove_files(names - kept - {_LOCK, _MANIFEST})
        if not is_same:
            with self.writing(_MANIFEST) as file:
                file.write(text)
        self._of_job = of_job
        return {name.removesuffix(of_job) for name in kept}

    def _read(self, name: str) -> bytes:
        with self.reading(name) as file:
            return file.read()

    def _is_whole(self, name: str) -> bool:
        with self.reading(name) as file:
            return is_whole(file)

    def remove_files(self, names: set[str]) -> None:
        """Some of those in it."""
        with self._said():
            if self.is_url:
                files, path = file_system(self.path)
                remove = files.rm_file
            else:
                path, remove = self.path, os.remove
            for name in names:
                with suppress(FileNotFoundError):
                    remove(f"{path}/{name}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """No other job writes the same target. InvalidStateError: one does. InputOutputError.

        URLs are not locked: two jobs for one remove each other's files, and equal ones write the same names.
        """
        self.make()
        if self.is_url:
            yield
            return
        try:
            with self._lock():
                yield
        finally:
            with suppress(OSError):  # something is in it
                os.rmdir(self.path)

    def _lock(self) -> IO[bytes]:
        path = os.path.join(self.path, _LOCK)
        with self._said():
            for _ in range(_TRIES):
                with suppress(FileNotFoundError), ExitStack() as opened:
                    file = opened.enter_context(open(path, "wb"))
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError as error:
                        raise InvalidStateError(f"{self.path} is in use: another job writes the same target") from error
                    if os.path.samestat(os.fstat(file.fileno()), os.stat(path)):
                        opened.pop_all()
                        return file
                self.make()  # the job that had the lock has removed it since
        raise InputOutputError(f"{self.path} cannot be used: it is removed whenever it was made")

    @contextmanager
    def _said(self, path: str | None = None) -> Iterator[None]:
        try:
            yield
        except InputOutputError:
            raise
        except OSError as error:
            raise InputOutputError(f"{path or self.path} cannot be used: {error.strerror or error}") from error

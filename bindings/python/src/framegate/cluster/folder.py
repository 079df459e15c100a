"""Where segments wait for the others: a folder beside the target, on a file system or behind fsspec."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, Final

from ..errors import InputOutputError, InvalidStateError
from ..transcoding.source import file_system, is_url

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDING: Final = ".framegate"
_MANIFEST: Final = "manifest.json"
_LOCK: Final = "lock"
_MARK: Final = "job-"
_PART: Final = ".part"


class Folder:
    """Files in it are whole or not there. It can be pickled."""

    def __init__(self, target: str) -> None:
        self.is_url = is_url(target)
        self.path = (target if self.is_url else os.path.abspath(target)) + _ENDING

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
        """With all that is in it."""
        with self._said(), suppress(FileNotFoundError):
            if self.is_url:
                files, path = file_system(self.path)
                files.rm(path, recursive=True)
            else:
                shutil.rmtree(self.path)

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
        if self.is_url:
            files, path = file_system(self.path)
            with files.open(f"{path}/{name}", "rb") as file:
                yield file
        else:
            with open(os.path.join(self.path, name), "rb") as file:
                yield file

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """A new file of it, which has the name at the end; what raises in between leaves nothing."""
        with self._said():
            if self.is_url:
                files, path = file_system(self.path)
                with tempfile.TemporaryFile() as file:
                    yield file
                    file.seek(0)
                    with files.open(f"{path}/{name}", "wb") as remote:
                        shutil.copyfileobj(file, remote, 1 << 20)
                return
            temporary = os.path.join(self.path, f"{name}.{secrets.token_hex(4)}{_PART}")
            try:
                with open(temporary, "xb") as file:
                    yield file
                os.replace(temporary, os.path.join(self.path, name))
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(temporary)

    def mark(self, job: str) -> str:
        """The name of a file that is put there, by which others know the folder again."""
        name = f"{_MARK}{job}"
        with self.writing(name):
            return name

    def resume(self, job: dict[str, Any]) -> set[str]:
        """The names of what an earlier run of the same job has finished; of another one nothing is left."""
        text = json.dumps(job, indent=1, sort_keys=True)
        names = {name for name in self.names() if not name.startswith(_MARK)}
        if _MANIFEST in names:
            with self.reading(_MANIFEST) as file:
                if file.read().decode(errors="replace") == text:
                    return names - {_MANIFEST, _LOCK}
        self.remove_files(names - {_LOCK})
        with self.writing(_MANIFEST) as file:
            file.write(text.encode())
        return set()

    def remove_files(self, names: set[str]) -> None:
        """Some of those in it."""
        with self._said():
            files, path = file_system(self.path) if self.is_url else (os, self.path)
            for name in names:
                with suppress(FileNotFoundError):
                    files.remove(f"{path}/{name}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """No other job writes the same target. InvalidStateError: one does. URLs are not locked."""
        self.make()
        if self.is_url:
            yield
            return
        with open(os.path.join(self.path, _LOCK), "wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise InvalidStateError(f"{self.path} is in use: another job writes the same target") from error
            yield

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except InputOutputError:
            raise
        except OSError as error:
            raise InputOutputError(f"{self.path} cannot be used: {error.strerror or error}") from error

"""Files of Python's, as the library reads and writes them."""

from __future__ import annotations

import ctypes
import errno
import io
from typing import TYPE_CHECKING, Any, Final

from ._native import IoStruct
from ._native.status import check
from .errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

_TRANSFER: Final = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_SEEK: Final = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32)


class HostFile:
    """What has `read` or `write` of bytes, and `seek` where it is `seekable()`.

    What they raise ends the call of the library that needed them, and is raised there; the next call asks them again.
    """

    def __init__(self, file: Any, *, writes: bool) -> None:
        needed = "write" if writes else "read"
        if not callable(getattr(file, needed, None)):
            raise InvalidArgumentError(
                f"{file!r:.60} is no path, no bytes, and no file that has {needed}()"
                if not writes
                else f"{file!r:.60} is no path, and no file that has {needed}()"
            )
        self._file, self._writes = file, writes
        self._raised: BaseException | None = None
        seekable = getattr(file, "seekable", None)
        can_seek = bool(seekable()) if callable(seekable) else callable(getattr(file, "seek", None))
        self._functions: dict[str, Any] = {needed: _TRANSFER(self._write if writes else self._read)}
        if writes and _is_readable(file):
            self._functions["read"] = _TRANSFER(self._read)  # for the index in front
        if can_seek:
            self._functions["seek"] = _SEEK(self._seek)
        self.struct = IoStruct.new(
            **{name: ctypes.cast(function, ctypes.c_void_p) for name, function in self._functions.items()}
        )

    @property
    def name(self) -> str:
        """What it is called, for people."""
        name = getattr(self._file, "name", None)
        return name if isinstance(name, str) else f"<{type(self._file).__name__}>"

    def check(self, status: int) -> int:
        """The status of a call that may have used the file; if it failed because of that, what the file raised."""
        raised, self._raised = self._raised, None
        if status < 0 and raised is not None:
            raise raised
        return check(status)

    def _said(self, work: Callable[[], int]) -> int:
        try:
            return work()
        except BaseException as error:  # raised by `check`
            self._raised = error
            return -errno.EIO

    def _read(self, _opaque: int | None, address: int, size: int) -> int:
        def work() -> int:
            readinto = getattr(self._file, "readinto", None)
            if readinto is not None:
                count = readinto(memoryview((ctypes.c_char * size).from_address(address)).cast("B"))
            else:
                data = self._file.read(size)
                count = None if data is None else len(data)
                if not isinstance(data, (bytes, bytearray, memoryview, type(None))):
                    raise TypeError(
                        f"read() of {self.name} gave {type(data).__name__}, bytes are needed: open it binary"
                    )
                if data is not None and len(data) <= size:
                    ctypes.memmove(address, bytes(data), len(data))
            if count is None:
                raise BlockingIOError(errno.EAGAIN, f"{self.name} does not block, and has nothing yet")
            return int(count)

        return self._said(work)

    def _write(self, _opaque: int | None, address: int, size: int) -> int:
        def work() -> int:
            count = self._file.write(ctypes.string_at(address, size))  # a copy: the file may keep it
            return size if count is None else int(count)

        return self._said(work)

    def _seek(self, _opaque: int | None, offset: int, whence: int) -> int:
        def work() -> int:
            try:
                place = self._file.seek(offset, whence)
            except (ValueError, OSError) as error:
                # A place that there is not is no failure of what is read: formats try.
                if not self._writes and (isinstance(error, ValueError) or error.errno == errno.EINVAL):
                    return -errno.EINVAL
                raise
            return int(self._file.tell() if place is None else place)

        return self._said(work)


def file_of(source: Any) -> Any:
    """A file of what is one, or has bytes."""
    try:
        return source if callable(getattr(source, "read", None)) else io.BytesIO(memoryview(source))
    except TypeError:
        return source


def _is_readable(file: Any) -> bool:
    """Whether what is written to it can be read again."""
    readable = getattr(file, "readable", None)
    return bool(readable()) if callable(readable) else callable(getattr(file, "read", None))

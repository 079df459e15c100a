"""What can fail. Every exception of the package is a `FramegateError`, and its text is the library's."""

from typing import Any, ClassVar


class FramegateError(Exception):
    """Anything that went wrong. `status` is the library's number for it (FG_ERROR_...)."""

    status: ClassVar[int] = 0

    def __reduce__(self) -> tuple[Any, ...]:
        """As built-in exceptions do it. It is here for tblib, which Dask pickles with: of a class that leaves it to two
        built-in bases, it calls the wrong one's `__new__`."""
        return type(self), self.args, self.__dict__ or None


class InvalidArgumentError(FramegateError, ValueError):
    """An argument or a configuration's member is out of range, unknown or does not fit; the text says what would."""

    status = -1


class InvalidStateError(FramegateError):
    """The call came in the wrong order, such as `encode` after `reset` without `configure`."""

    status = -2


class NotSupportedError(FramegateError):
    """Well formed, but this build, codec or format cannot do it; the text says what would."""

    status = -3


class DataError(FramegateError):
    """The data is not what it claims to be: no key chunk where one is due, a damaged file."""

    status = -4


class EncodingError(FramegateError):
    """The codec failed, and is closed; the text has FFmpeg's words. W3C's EncodingError: decoders have it as well."""

    status = -5


class ClosedError(FramegateError):
    """It was closed."""

    status = -6


class WouldDeadlockError(FramegateError):
    """The call would have waited for ever, for what only this thread could do."""

    status = -7


class OutOfMemoryError(FramegateError, MemoryError):
    """Memory ran out."""

    status = -8


class InputOutputError(FramegateError, OSError):
    """A file could not be opened, read or written."""

    status = -9


class InternalError(FramegateError, RuntimeError):
    """A defect of the library: please report it."""

    status = -10


class LibraryNotFoundError(FramegateError, ImportError):
    """libframegate.so could not be loaded."""


_BY_STATUS: dict[int, type[FramegateError]] = {
    kind.status: kind for kind in FramegateError.__subclasses__() if kind.status
}


def error_of(status: int, text: str) -> FramegateError:
    """The exception for a negative status."""
    return _BY_STATUS.get(status, InternalError)(text)

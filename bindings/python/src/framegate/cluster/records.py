"""Encoded chunks as bytes, with times and configuration as they are: what containers round."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import msgpack

from ..chunk import Chunk
from ..config import Config
from ..errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

_MEMBERS: Final = (
    "data",
    "key",
    "discard",
    "timestamp",
    "duration",
    "dts",
    "alpha",
    "temporal_layer",
    "priming",
    "padding",
)
_LARGEST: Final = 1 << 31
"""Bytes of one chunk, at the most."""
_NUMBER_BYTES: Final = 8
_END_CODE: Final = 1
_END_HEAD: Final = msgpack.packb(msgpack.ExtType(_END_CODE, bytes(2 * _NUMBER_BYTES)))[: -2 * _NUMBER_BYTES]
"""Of the end, which is always as long: behind it are how many chunks there are, and the place of the end."""
_END_BYTES: Final = len(_END_HEAD) + 2 * _NUMBER_BYTES


class Writer:
    """A configuration, then chunks, then the end, without which it is not whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._packer = file, msgpack.Packer()
        self._count: int | None = None

    def begin(self, config: Config) -> None:
        """Comes first."""
        self._file.write(self._packer.pack(dict(config)))
        self._count = 0

    def write(self, chunk: Chunk) -> None:
        """One chunk more."""
        self._file.write(self._packer.pack([getattr(chunk, name) for name in _MEMBERS]))
        self._count = (self._count or 0) + 1

    def end(self) -> None:
        """Comes last. DataError: it has not begun."""
        if self._count is None:
            raise DataError("nothing was encoded: no picture could be decoded")
        self._file.write(_END_HEAD + _number(self._count) + _number(self._file.tell()))


class Reader:
    """What a `Writer` has written. DataError, with the name: it was cut short or damaged."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._objects: Iterator[Any] = msgpack.Unpacker(file, max_buffer_size=_LARGEST)
        self._name = name
        config = self._next("its beginning")
        if not isinstance(config, dict):
            raise DataError(f"{name} is damaged: it does not begin with a configuration")
        self.config = Config(config)

    def __iter__(self) -> Iterator[Chunk]:
        count = 0
        while not isinstance(members := self._next(f"chunk {count}"), msgpack.ExtType):
            chunk = Chunk(b"", timestamp=0)
            for name, value in zip(_MEMBERS, members, strict=True):
                setattr(chunk, name, value)
            count += 1
            yield chunk
        if members.data[:_NUMBER_BYTES] != _number(count):
            raise DataError(f"{self._name} is damaged: it has {count} chunks, and its end speaks of others")

    def _next(self, place: str) -> Any:
        try:
            return next(self._objects)
        except StopIteration:
            raise DataError(f"{self._name} was cut short, at {place}") from None
        except (ValueError, msgpack.UnpackException) as error:
            raise DataError(f"{self._name} is damaged, at {place}: {error}") from error


def is_whole(file: IO[bytes]) -> bool:
    """It has its end, and where it should be. Nothing else is read."""
    place = file.seek(max(0, file.seek(0, os.SEEK_END) - _END_BYTES))
    end = file.read(_END_BYTES)
    return end.startswith(_END_HEAD) and end.endswith(_number(place))


def _number(value: int) -> bytes:
    return value.to_bytes(_NUMBER_BYTES, "big")

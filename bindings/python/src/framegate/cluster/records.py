"""Encoded chunks as bytes, with times and configuration as they are: what containers round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgpack

from ..chunk import Chunk
from ..config import Config

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


class Writer:
    """A configuration, then chunks."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._packer = file, msgpack.Packer()

    def begin(self, config: Config) -> None:
        """Comes first."""
        self._file.write(self._packer.pack(dict(config)))

    def write(self, chunk: Chunk) -> None:
        """One chunk more."""
        self._file.write(self._packer.pack([getattr(chunk, name) for name in _MEMBERS]))


class Reader:
    """What a `Writer` has written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._objects: Iterator[Any] = msgpack.Unpacker(file, max_buffer_size=_LARGEST)
        self.config = Config(next(self._objects))

    def __iter__(self) -> Iterator[Chunk]:
        for members in self._objects:
            chunk = Chunk(b"", timestamp=0)
            for name, value in zip(_MEMBERS, members, strict=True):
                setattr(chunk, name, value)
            yield chunk

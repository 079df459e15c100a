"""The descriptor by which other loops than asyncio wait for a codec."""

from __future__ import annotations

import os
from weakref import finalize


class Descriptor:
    """An open one, closed when nobody has this object any more."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        finalize(self, os.close, fd)

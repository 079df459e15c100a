"""What all structs of framegate.h have in common."""

import ctypes
from typing import Any, ClassVar, Self


class Sized(ctypes.Structure):
    """A struct that begins with its size."""

    C_NAME: ClassVar[str]
    DEFAULTS: ClassVar[dict[str, int]] = {}

    @classmethod
    def new(cls, **values: Any) -> Self:
        """One with the defaults of its FG_..._INIT."""
        return cls(struct_size=ctypes.sizeof(cls), **{**cls.DEFAULTS, **values})

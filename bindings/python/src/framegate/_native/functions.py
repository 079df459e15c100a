"""The functions of framegate.h, bound to the loaded library."""

import ctypes
from collections.abc import Callable
from typing import Any, NamedTuple

from .generated import PROTOTYPES
from .library import load


class Native:
    """The functions, as attributes. Bound at once: no Ctrl-C comes between a call and its binding."""

    def __init__(self, library: ctypes.CDLL) -> None:
        for name, (result, *parameters) in PROTOTYPES.items():
            function = getattr(library, name, None)
            if function is not None:
                function.restype, function.argtypes = result, parameters
                setattr(self, name, function)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"the library has no {name}: it is older than this package, or another")


native = Native(load())


class CodecFunctions(NamedTuple):
    """What encoders and decoders both have, without the prefix."""

    is_config_supported: Callable[..., int]
    new: Callable[..., int]
    configure: Callable[..., int]
    enqueue: Callable[..., int]
    flush: Callable[..., int]
    poll: Callable[..., int]
    wait: Callable[..., int]
    reset: Callable[..., int]
    close: Callable[..., int]
    stats: Callable[..., int]
    error: Callable[..., int]
    wake_fd: Callable[..., int]
    join: Callable[..., int]

    @classmethod
    def of(cls, kind: str) -> "CodecFunctions":
        """Those of `encoder` or `decoder`."""
        return cls(*(getattr(native, f"fg_{kind}_{name}") for name in cls._fields))

"""Finds and loads libframegate.so."""

import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

from ..errors import LibraryNotFoundError
from .constants import ABI_VERSION

NAME = "libframegate.so"
SONAME = "libframegate.so.0"


def candidates() -> Iterator[str]:
    """Where the library may be: $FRAMEGATE_LIBRARY and nothing else; or the wheel, a checkout's build, the system."""
    if chosen := os.environ.get("FRAMEGATE_LIBRARY"):
        yield chosen
        return
    here = Path(__file__).resolve()
    if (bundled := here.parent / NAME).exists():
        yield str(bundled)
    for parent in here.parents:
        if (parent / "include" / "framegate.h").exists():
            yield from (str(built) for built in [parent / "target" / "release" / NAME] if built.exists())
            break
    yield SONAME


def load() -> ctypes.CDLL:
    """The library, after a look at its interface's number.

    CDLL lets go of the GIL during every call, which is what makes waiting and converting free for other threads.
    """
    tried: list[str] = []
    for path in candidates():
        try:
            library = ctypes.CDLL(path)
        except OSError as error:
            tried.append(f"{path}: {error}")
            continue
        library.fg_abi_version.restype = ctypes.c_uint32
        found = library.fg_abi_version()
        if found < ABI_VERSION:
            tried.append(f"{path}: its interface has number {found}, {ABI_VERSION} or more is needed")
            continue
        return library
    raise LibraryNotFoundError(
        "libframegate was not found. A wheel carries it; otherwise build it with `cargo build --release` and let "
        "FRAMEGATE_LIBRARY name it. Tried:\n  " + "\n  ".join(tried)
    )

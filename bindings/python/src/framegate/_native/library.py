"""Finds and loads libframegate.so."""

import ctypes
import importlib
import os
from collections.abc import Iterator
from pathlib import Path

from ..errors import LibraryNotFoundError
from .generated import ABI_VERSION

NAME = "libframegate.so"
SONAME = "libframegate.so.0"
_LIBC = "libc.so.6"


def candidates() -> Iterator[str]:
    """Where the library may be: $FRAMEGATE_LIBRARY and nothing else; or the wheel, what an editable install built, a
    checkout's build, the system."""
    if chosen := os.environ.get("FRAMEGATE_LIBRARY"):
        yield chosen
        return
    here = Path(__file__).resolve()
    if (bundled := here.parent / NAME).exists():
        yield str(bundled)
    for built in (*_of_editable_install(), *_of_checkout(here)):
        if built.exists():
            yield str(built)
    yield SONAME


def _of_editable_install() -> Iterator[Path]:
    """hatch_build.py writes the module where `pip install -e` installs."""
    try:
        built = importlib.import_module("_framegate_editable")
    except ModuleNotFoundError:
        return
    yield Path(built.LIBRARY)


def _of_checkout(here: Path) -> Iterator[Path]:
    for parent in here.parents:
        if (parent / "include" / "framegate.h").exists():
            if target := os.environ.get("CARGO_TARGET_DIR"):
                yield parent / target / "release" / NAME
            yield parent / "target" / "release" / NAME
            return


def mode() -> int:
    """How it is loaded: with its own FFmpeg before any other that the process has in its global scope (another module
    that was loaded with RTLD_GLOBAL).

    Not where something takes the place of malloc (LD_PRELOAD of jemalloc, a sanitizer): the library would have libc's,
    and libc the other, and each would free the other's memory. Sanitizers refuse such a load, too.
    """
    return getattr(os, "RTLD_DEEPBIND", 0) if _address_of_malloc(None) == _address_of_malloc(_LIBC) else 0


def _address_of_malloc(library: str | None) -> int | None:
    try:
        return ctypes.cast(ctypes.CDLL(library).malloc, ctypes.c_void_p).value
    except OSError:  # no glibc
        return None


def load() -> ctypes.CDLL:
    """The library, after a look at its interface's number.

    CDLL lets go of the GIL during every call, which is what makes waiting and converting free for other threads.
    """
    tried: list[str] = []
    for path in candidates():
        try:
            library = ctypes.CDLL(path, mode())
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

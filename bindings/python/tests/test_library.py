"""How the library is loaded: its own FFmpeg comes before another in the global scope, unless malloc is another's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import framegate
from conftest import ROOT
from framegate._native import library

# Another FFmpeg of the same major, as far as one function goes.
OTHER = 'const char *av_version_info(void) { return "another"; }\n'
# Stands for jemalloc, mimalloc ...: malloc is not libc's, and what it gives is not libc's to free.
ALLOCATOR = """
#define _GNU_SOURCE
#include <stddef.h>
extern void *__libc_malloc(size_t);
void *malloc(size_t size) { return __libc_malloc(size); }
"""


def compiled(folder: Path, source: str, *options: str) -> Path:
    (folder / "source.c").write_text(source)
    made = folder / "libother.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", made, folder / "source.c", *options], check=True)
    return made


def run(program: str, **environment: str) -> str:
    path = str(ROOT / "bindings" / "python" / "src")
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path, **environment}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def version_of_avutil() -> str:
    """LIBAVUTIL_57, say: of the libavutil that is loaded."""
    names = {Path(line.split()[-1]).name for line in Path("/proc/self/maps").read_text().splitlines() if "/" in line}
    (major,) = {name.split(".so.")[1].split(".")[0] for name in names if name.startswith("libavutil.so.")}
    return f"LIBAVUTIL_{major}"


def test_another_ffmpeg_in_the_global_scope_does_not_win(tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    versions.write_text(f"{version_of_avutil()} {{ global: *; }};\n")
    other = compiled(tmp_path, OTHER, f"-Wl,--version-script={versions}")
    first = f"import ctypes; ctypes.CDLL({str(other)!r}, ctypes.RTLD_GLOBAL); "
    assert run(first + "import framegate; print(framegate.ffmpeg_version)") == framegate.ffmpeg_version
    # Loaded in the plain way, the library has the other one's.
    plain = (
        f"library = ctypes.CDLL({next(library.candidates())!r}); library.fg_ffmpeg_version.restype = ctypes.c_char_p; "
    )
    assert run(first + plain + "print(library.fg_ffmpeg_version().decode())") == "another"


def test_where_malloc_is_anothers_the_library_has_that_one(tmp_path: Path) -> None:
    mode = "import framegate._native.library as l; print(l.mode())"
    assert run(mode) == str(os.RTLD_DEEPBIND)
    other = compiled(tmp_path, ALLOCATOR)
    assert run(mode, LD_PRELOAD=str(other)) == "0"

"""PyInstaller's hook: the library, which ctypes loads, so that PyInstaller does not see it. It finds the FFmpeg that it
needs by itself.
"""

import os

from framegate._native.library import NAME, candidates

_found = next(candidates())
binaries = [(_found, "framegate/_native")] if os.path.basename(_found) == NAME else []
hiddenimports = ["framegate.cli"]

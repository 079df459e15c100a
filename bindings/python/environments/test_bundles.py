"""Programs in one piece."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import ROOT
from framegate._native.library import candidates

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
import numpy
from framegate import VideoEncoder
from framegate._native.library import candidates

with VideoEncoder(codec="avc1.42001f", width=64, height=48, framerate=30) as encoder:
    chunks = list(encoder.run(numpy.full((48, 64, 3), n, "uint8") for n in range(5)))
print(len(chunks), next(candidates()).startswith(sys._MEIPASS))
"""


def test_pyinstaller_takes_the_library_along(tmp_path: Path) -> None:
    environment = {**os.environ, "FRAMEGATE_LIBRARY": next(candidates())}
    package = ROOT / "bindings" / "python"
    make_wheel = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(make_wheel, cwd=package, env=environment, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", site, wheel]
    subprocess.run(install, check=True)

    (tmp_path / "program.py").write_text(PROGRAM)
    own = {name: value for name, value in os.environ.items() if name not in ("FRAMEGATE_LIBRARY", "PYTHONPATH")}
    bundle = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", "program.py"]
    subprocess.run(bundle, cwd=tmp_path, env={**own, "PYTHONPATH": str(site)}, check=True, capture_output=True)
    site.rename(tmp_path / "moved")
    program = tmp_path / "dist" / "program" / "program"
    assert subprocess.run([program], env=own, check=True, capture_output=True, text=True).stdout == "5 True\n"

"""The programs of docs/python-loops.md, as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def programs(section: str) -> list[str]:
    """Those of one section, by its heading."""
    text = (ROOT / "docs" / "python-loops.md").read_text()
    (found,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^```python\n(.*?)^```", found, re.MULTILINE | re.DOTALL)


def run_program(program: str, folder: Path, *, warnings: str = "error") -> int:
    """Runs it in a folder; the pictures in the file that it makes, as ffprobe counts them."""
    source = folder / "program.py"
    source.write_text(program)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"), "PYTHONWARNINGS": warnings}
    done = subprocess.run(
        [sys.executable, source], cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    entries = ["-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0"]
    shown = subprocess.run(["ffprobe", *entries, folder / "out.h264"], check=True, capture_output=True, text=True)
    return int(shown.stdout.split()[0])

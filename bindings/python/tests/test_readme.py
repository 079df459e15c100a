"""Every Python program of the READMEs runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = ROOT / "bindings" / "python"


def programs() -> list[tuple[str, str]]:
    found = []
    for readme in (PACKAGE / "README.md", ROOT / "README.md"):
        blocks = re.findall(r"^```python\n(.*?)^```", readme.read_text(), re.MULTILINE | re.DOTALL)
        found += [(f"{readme.relative_to(ROOT)}-{number}", block) for number, block in enumerate(blocks)]
    return found


PROGRAMS = programs()


def test_there_are_programs() -> None:
    assert len(PROGRAMS) >= 6


@pytest.mark.parametrize("program", [block for _, block in PROGRAMS], ids=[name for name, _ in PROGRAMS])
def test_the_program_runs(program: str, movie: Path, tmp_path: Path) -> None:
    shutil.copy(movie, tmp_path / "in.mp4")
    source = tmp_path / "program.py"
    source.write_text(program)
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE / "src"), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, source], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    for made in tmp_path.glob("out.*"):
        shown = subprocess.run(
            [
                "ffprobe",
                "-v",
                "error",
                "-count_frames",
                "-show_entries",
                "stream=nb_read_frames",
                "-of",
                "csv=p=0",
                made,
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        assert int(shown.stdout.split()[0]) >= 90

"""The tests of a program that uses framegate: pytest-xdist, pytest-asyncio, and asyncio's tests once more on uvloop."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = ROOT / "bindings" / "python"


def pytest_passes(folder: Path, *arguments: str | Path) -> str:
    """What pytest prints at its end."""
    paths = os.pathsep.join(str(path) for path in (PACKAGE / "src", PACKAGE / "tests", PACKAGE / "environments"))
    environment = {**os.environ, "PYTHONPATH": paths}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_pytest_xdist_runs_tests_side_by_side() -> None:
    last = pytest_passes(PACKAGE, "-n", "2", "-p", "no:asyncio", "tests/test_values.py")
    assert re.match(r"\d+ passed in ", last), last


PYTEST_ASYNCIO = """
import numpy as np, pytest
from framegate import Frame, VideoEncoder

@pytest.fixture
async def encoder():
    with VideoEncoder(codec="framegate.null", width=16, height=16, slots=2) as made:
        yield made

@pytest.mark.parametrize("turn", range(5))
async def test_encode(encoder, turn):
    frames = (Frame(np.zeros((16, 16, 3), np.uint8), timestamp=n) for n in range(20))
    assert [chunk.timestamp async for chunk in encoder.run_async(frames)] == list(range(20))

@pytest.mark.asyncio(loop_scope="module")
async def test_on_another_loop(encoder):
    await encoder.encode_async(Frame(np.zeros((16, 16, 3), np.uint8), timestamp=5))
    assert (await encoder.poll_async()).timestamp == 5
"""


def test_pytest_asyncio_gives_every_test_a_loop(tmp_path: Path) -> None:
    (tmp_path / "test_program.py").write_text(PYTEST_ASYNCIO)
    options = ["asyncio_mode=auto", "asyncio_default_fixture_loop_scope=function", "filterwarnings=error"]
    (tmp_path / "pytest.ini").write_text("[pytest]\n" + "\n".join(options) + "\n")
    assert pytest_passes(tmp_path, tmp_path).startswith("6 passed")


def test_asyncios_tests_pass_on_uvloop() -> None:
    last = pytest_passes(PACKAGE, "-p", "no:asyncio", "-p", "on_uvloop", "tests/test_asyncio.py")
    assert re.match(r"\d+ passed in ", last), last

"""The wheel, the source distribution and the editable install, in empty venvs in empty folders."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT
from framegate._native.library import candidates

PACKAGE = ROOT / "bindings" / "python"
LIBRARY = next(candidates())
"""The one that the tests use."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as a user builds it: the hook runs cargo, which has nothing to do here."""
    folder = tmp_path_factory.mktemp("wheel")
    environment = {name: value for name, value in os.environ.items() if name != "FRAMEGATE_LIBRARY"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=PACKAGE, env=environment, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder / "venv", with_pip=True)
    interpreter = folder / "venv" / "bin" / "python"
    subprocess.run([interpreter, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel], check=True)
    return interpreter


def run(python: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "FRAMEGATE_LIBRARY")}
    done = subprocess.run(
        [python, *arguments], cwd=python.parents[2], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), arguments
    return done


def test_what_is_in_it(wheel: Path) -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    assert version
    assert re.fullmatch(rf"framegate-{re.escape(version[1])}-py3-none-linux_\w+\.whl", wheel.name)
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {
        "framegate/py.typed",
        "framegate/_native/libframegate.so",
        "framegate/__main__.py",
        "framegate/LICENSE-MIT",
    } <= names
    sources = {str(path.relative_to(PACKAGE / "src")) for path in (PACKAGE / "src").rglob("*.py")}
    assert sources <= names


def test_it_uses_its_own_library(python: Path) -> None:
    shown = run(python, "-c", "import framegate, framegate._native.library as l; print(next(l.candidates()))").stdout
    assert shown.strip().startswith(str(python.parents[1]))


def test_the_first_program_of_the_readme(python: Path) -> None:
    folder = python.parents[2]
    blocks = re.findall(r"^```python\n(.*?)^```", (PACKAGE / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (folder / "program.py").write_text(blocks[0])
    run(python, "program.py")
    assert (folder / "out.h264").stat().st_size > 1000


def test_without_numpy(python: Path, movie: Path) -> None:
    without = "import sys; assert 'numpy' not in sys.modules; import framegate; from pathlib import Path; "
    without += f"demuxer = framegate.Demuxer({str(movie)!r}); decoder = framegate.VideoDecoder(demuxer.video.config); "
    without += "frame = next(decoder.run(demuxer.video)); memory = frame.planes()[0].memory; frame.close(); "
    without += "print(len(memory), memory.readonly)"
    size, readonly = run(python, "-c", without).stdout.split()
    assert int(size) >= 320 * 240
    assert readonly == "True"


def test_the_commands(python: Path, movie: Path) -> None:
    folder = python.parents[2]
    run(python, "-m", "framegate", "transcode", movie, folder / "out.mp4", "--bitrate", "300k")
    assert "320x240" in run(python, "-m", "framegate", "probe", folder / "out.mp4").stdout
    assert "320x240" in run(python, python.parent / "framegate", "probe", folder / "out.mp4").stdout


def test_a_library_that_is_built_already(tmp_path: Path) -> None:
    given = tmp_path / "other.so"
    given.write_bytes(b"a library")
    environment = {**os.environ, "FRAMEGATE_LIBRARY": str(given)}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(command, cwd=PACKAGE, env=environment, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        assert archive.read("framegate/_native/libframegate.so") == b"a library"


def build(target: str, package: Path, folder: Path, library: Path) -> Path:
    """Built around a library that exists already."""
    environment = {**os.environ, "FRAMEGATE_LIBRARY": str(library)}
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", folder]
    subprocess.run(command, cwd=package, env=environment, check=True, capture_output=True)
    (built,) = folder.glob("*.whl" if target.startswith("wheel") else "*.tar.gz")
    return built


def test_the_source_distribution_makes_the_same_wheel(tmp_path: Path) -> None:
    library = Path(LIBRARY)
    sdist = build("sdist", PACKAGE, tmp_path / "sdist", library)
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    unpacked = tmp_path / sdist.name.removesuffix(".tar.gz")
    # Without FRAMEGATE_LIBRARY cargo builds what it carries: every file that the manifest names is there.
    manifest = unpacked / "library" / "Cargo.toml"
    facts = subprocess.run(
        [os.environ.get("CARGO", "cargo"), "metadata", "--no-deps", "--format-version=1", "--manifest-path", manifest],
        check=True,
        capture_output=True,
    )
    (crate,) = json.loads(facts.stdout)["packages"]
    assert all(Path(target["src_path"]).is_file() for target in crate["targets"])
    for named in ("src/av/shim.c", "include/cbindgen.toml", "Cargo.lock"):
        assert (unpacked / "library" / named).read_bytes() == (ROOT / named).read_bytes()
    theirs = build("wheel", unpacked, tmp_path / "theirs", library)
    ours = build("wheel", PACKAGE, tmp_path / "ours", library)
    assert theirs.name == ours.name
    with zipfile.ZipFile(theirs) as left, zipfile.ZipFile(ours) as right:
        assert {(entry.filename, entry.CRC) for entry in left.infolist() if "RECORD" not in entry.filename} == {
            (entry.filename, entry.CRC) for entry in right.infolist() if "RECORD" not in entry.filename
        }


def test_an_editable_install_finds_what_was_built(tmp_path: Path) -> None:
    library = tmp_path / "elsewhere" / "libframegate.so"
    library.parent.mkdir()
    shutil.copy(LIBRARY, library)
    made = build("wheel:editable", PACKAGE, tmp_path / "wheel", library)
    venv.create(tmp_path / "venv", with_pip=True)
    interpreter = tmp_path / "venv" / "bin" / "python"
    subprocess.run([interpreter, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", made], check=True)
    shown = run(interpreter, "-c", "import framegate, framegate._native.library as l; print(next(l.candidates()))")
    assert shown.stdout.strip() == str(library)


def test_a_checkout_looks_into_cargos_target_directory(tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    shutil.copy(LIBRARY, tmp_path / "release" / "libframegate.so")
    environment = {name: value for name, value in os.environ.items() if name != "FRAMEGATE_LIBRARY"}
    environment |= {"CARGO_TARGET_DIR": str(tmp_path), "PYTHONPATH": str(PACKAGE / "src")}
    program = "import framegate, framegate._native.library as l; print(next(l.candidates()))"
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == str(tmp_path / "release" / "libframegate.so")

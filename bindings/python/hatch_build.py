"""Builds libframegate.so with cargo and puts it into the wheel. FRAMEGATE_LIBRARY names one that is built already."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

IN_WHEEL = "framegate/_native/libframegate.so"
IN_SDIST = "library"
"""The library's sources there."""


class LibraryHook(BuildHookInterface[Any]):
    """The wheel belongs to a platform, and to every Python 3."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it packs. An editable install uses the checkout's own build."""
        root = _root(Path(self.root))
        library = _given() or _built(root, strip=version != "editable")
        if version == "editable":
            # The package itself stays in the checkout; this says where its library is.
            self._note = Path(tempfile.mkdtemp()) / "_framegate_editable.py"
            self._note.write_text(f'"""Where the library of an editable install is."""\n\nLIBRARY = {str(library)!r}\n')
            build_data["force_include_editable"][str(self._note)] = self._note.name
        else:
            build_data["force_include"][str(library)] = IN_WHEEL
            for name in ("LICENSE-MIT", "LICENSE-APACHE"):
                build_data["force_include"][str(root / name)] = f"framegate/{name}"
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"


def _root(package: Path) -> Path:
    """The library's sources: of the checkout, or inside a source distribution."""
    inside = package / IN_SDIST
    return inside if inside.is_dir() else package.parent.parent


def _given() -> Path | None:
    named = os.environ.get("FRAMEGATE_LIBRARY")
    if not named:
        return None
    library = Path(named).resolve()
    if not library.is_file():
        raise FileNotFoundError(f"FRAMEGATE_LIBRARY names {library}, which is no file")
    return library


def _built(root: Path, *, strip: bool) -> Path:
    if not (root / "Cargo.toml").is_file():
        raise FileNotFoundError(
            f"{root} is no checkout of framegate. Build the wheel there, or let FRAMEGATE_LIBRARY name libframegate.so"
        )
    cargo = os.environ.get("CARGO", "cargo")
    subprocess.run([cargo, "build", "--release", "--lib", "--locked"], cwd=root, check=True)
    facts = subprocess.run(
        [cargo, "metadata", "--no-deps", "--format-version=1"], cwd=root, check=True, capture_output=True
    )
    built = Path(json.loads(facts.stdout)["target_directory"]) / "release" / "libframegate.so"
    return _stripped(built) if strip else built


def _stripped(library: Path) -> Path:
    """A copy without what debuggers need, which is most of it, where there is `strip`."""
    if shutil.which("strip") is None:
        return library
    copy = Path(tempfile.mkdtemp()) / library.name
    subprocess.run(["strip", "--strip-debug", "-o", copy, library], check=True)
    return copy

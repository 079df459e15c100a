"""Builds libframegate.so with cargo and puts it into the wheel. FRAMEGATE_LIBRARY names one that is built already."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

IN_WHEEL = "framegate/_native/libframegate.so"


class LibraryHook(BuildHookInterface[Any]):
    """The wheel belongs to a platform, and to every Python 3."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it packs. An editable install uses the checkout's own build."""
        library = _given() or _built(Path(self.root).parent.parent)
        if version != "editable":
            build_data["force_include"][str(library)] = IN_WHEEL
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"


def _given() -> Path | None:
    named = os.environ.get("FRAMEGATE_LIBRARY")
    if not named:
        return None
    library = Path(named).resolve()
    if not library.is_file():
        raise FileNotFoundError(f"FRAMEGATE_LIBRARY names {library}, which is no file")
    return library


def _built(root: Path) -> Path:
    if not (root / "Cargo.toml").is_file():
        raise FileNotFoundError(
            f"{root} is no checkout of framegate. Build the wheel there, or let FRAMEGATE_LIBRARY name libframegate.so"
        )
    cargo = os.environ.get("CARGO", "cargo")
    subprocess.run([cargo, "build", "--release", "--lib", "--locked"], cwd=root, check=True)
    facts = subprocess.run(
        [cargo, "metadata", "--no-deps", "--format-version=1"], cwd=root, check=True, capture_output=True
    )
    return Path(json.loads(facts.stdout)["target_directory"]) / "release" / "libframegate.so"

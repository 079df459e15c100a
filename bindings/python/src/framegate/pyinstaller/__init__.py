"""What PyInstaller needs to know, by the entry point `pyinstaller40` of the package."""

import os


def hook_dirs() -> list[str]:
    """Where the hook is."""
    return [os.path.dirname(__file__)]

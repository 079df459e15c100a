"""The command: `python -m framegate transcode in.mp4 out.mp4 --bitrate 2M`, `python -m framegate probe in.mp4`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ..errors import FramegateError
from . import probe, transcode

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command; what fails is said in a line, with exit status 1."""
    parser = argparse.ArgumentParser(
        prog="framegate", description="Video through a gate: bounded memory, FFmpeg's codecs."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (transcode, probe):
        command.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except FramegateError as error:
        sys.exit(f"framegate: {type(error).__name__}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)

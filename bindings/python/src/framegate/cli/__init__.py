"""The command: `python -m framegate transcode in.mp4 out.mp4 --bitrate 2M`, `python -m framegate probe in.mp4`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .._native import native
from ..errors import FramegateError
from . import probe, thumbnails, transcode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command; what fails is said in a line, with exit status 1. Signals that end it let it tidy up."""
    parser = argparse.ArgumentParser(
        prog="framegate", description="Video and sound through a gate: bounded memory, FFmpeg's codecs."
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (transcode, probe, thumbnails):
        command.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        with _ending_signals():
            options.run(options)
            sys.stdout.flush()
    except FramegateError as error:
        sys.exit(f"framegate: {type(error).__name__}: {error}")
    except BrokenPipeError:
        # Nobody reads what the interpreter would still write at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit("framegate: nobody reads the standard output any more")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _version() -> str:
    version, ffmpeg = native.fg_version().decode(), native.fg_ffmpeg_version().decode()
    return f"framegate {version} (FFmpeg {ffmpeg})"


@contextmanager
def _ending_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the command as an exception does, unless the caller of the command ignores them."""

    def end(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    taken = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                taken[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, before in taken.items():
            signal.signal(number, before)

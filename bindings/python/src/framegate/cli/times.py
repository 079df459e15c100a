"""Times as people write them: 90, 1:30, 0:01:30.5."""

from __future__ import annotations

import argparse
import re

from ..transcoding.times import clock_text

__all__ = ["clock_text", "seconds"]

_TIME = re.compile(r"(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:\.\d*)?)", re.ASCII)


def seconds(text: str) -> float:
    """For argparse: seconds, minutes:seconds or hours:minutes:seconds, with decimals."""
    found = _TIME.fullmatch(text)
    if found is None or (found[2] is not None and float(found[3]) >= 60):
        raise argparse.ArgumentTypeError(f'"{text}" is no time: 90, 1:30 and 0:01:30.5 are')
    hours, minutes, rest = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + rest

"""What a command says at its end."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..stats import Stats


def report(stats: Mapping[str, Stats], seconds: float) -> None:
    """A row a codec, by name; the second is the encoder that counts."""
    width = max(map(len, stats))
    print(f"{'':{width}} {'frames':>8} {'peak in flight / slots':>24} {'in the codec':>13} {'peak in the gate':>18}")
    for name, each in stats.items():
        flight, peak_mb = f"{each.in_flight_peak} / {each.slots}", each.bytes_peak / 1e6
        print(f"{name:{width}} {each.outputs:>8} {flight:>24} {each.in_codec_peak:>13} {peak_mb:>15.1f} MB")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    frames = list(stats.values())[1].outputs
    print(
        f"{frames} frames in {seconds:.2f} s: {frames / seconds:.1f} fps. Peak memory of the process: {peak_mb:.1f} MB."
    )

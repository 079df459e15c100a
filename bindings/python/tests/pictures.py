"""Pictures that move, and how alike two are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = npt.NDArray[np.uint8]


def moving(count: int, width: int = 320, height: int = 240, channels: int = 4) -> Iterator[Array]:
    """Smooth pictures with a square that moves; every one is a new array."""
    rows, columns = np.mgrid[0:height, 0:width]
    for index in range(count):
        picture = np.empty((height, width, channels), np.uint8)
        picture[..., 0] = (columns * 255 // width + 3 * index) % 256
        picture[..., 1] = rows * 255 // height
        picture[..., 2] = 128
        if channels == 4:
            picture[..., 3] = 255
        left = (4 * index) % (width - 32)
        picture[20:52, left : left + 32, :3] = (255, 255, 0)
        yield picture


def psnr(left: npt.NDArray[np.integer], right: npt.NDArray[np.integer]) -> float:
    """Peak signal to noise, decibels."""
    error = float(np.mean((left.astype(np.float64) - right.astype(np.float64)) ** 2))
    return 99.0 if error == 0 else 10 * float(np.log10(255.0**2 / error))

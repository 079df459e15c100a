"""`transcode --report`: a page of its own, which a browser draws."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from clusters import film
from framegate import cli

if TYPE_CHECKING:
    from pathlib import Path

_BLUE = (31, 119, 180)
_RED = (214, 39, 40)
QUICK = ["--set", "ffmpeg.preset=ultrafast"]


def test_one_machine_has_a_page_of_its_own(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    source = film(tmp_path / "in.mp4", seconds=2)
    cli.main(["transcode", str(source), str(tmp_path / "out.mp4"), "--report", str(page), *QUICK])
    html = page.read_text()
    assert "50 frames" in html
    for title in ("In flight over slots", "Memory of each", "Frames a second", "Bitrate of what came out"):
        assert title in html
    assert not re.findall(r"<(?:script|link)[^>]*(?:src|href)=", html)


@pytest.mark.parametrize("name", ["report.txt", "nowhere/report.html"])
def test_pages_that_cannot_be(name: str, tmp_path: Path) -> None:
    source = film(tmp_path / "in.mp4", seconds=1)
    with pytest.raises(SystemExit, match=r"report\.(txt, it must end in \.html|html cannot be written)"):
        cli.main(["transcode", str(source), str(tmp_path / "out.mp4"), "--report", str(tmp_path / name), *QUICK])


@pytest.mark.cluster
def test_chromium_draws_the_page_of_a_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, shot = tmp_path / "report.html", tmp_path / "shot.png"
    source = film(tmp_path / "in.mp4", size="640x480")
    options = ["--cluster", "local:2", "--segment", "1", "--audio", "opus", "--report", str(page)]
    cli.main(["transcode", str(source), str(tmp_path / "out.mp4"), *options])
    assert "7 segments on 2 workers" in capsys.readouterr().out
    browser = shutil.which("chromium")
    assert browser is not None, "chromium is missing: scripts/setup.sh cluster"
    headless = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,1250"]
    # Time in the page goes on when everything is drawn.
    quiet = ["--virtual-time-budget=10000", f"--user-data-dir={tmp_path / 'profile'}"]
    subprocess.run([*headless, *quiet, f"--screenshot={shot}", page.as_uri()], check=True, capture_output=True)
    picture = Image.open(shot).convert("RGB")
    for top in range(80, 1180, 220):  # of each plot, from one end to the other
        colors = {color for _, color in picture.crop((60, top, 760, top + 220)).getcolors(1 << 20) or []}
        assert any(_is_like(color, _BLUE) for color in colors), top
        assert any(_is_like(color, _RED) for color in colors), top


def _is_like(color: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """They may be mixed with the white behind them."""
    return max(abs(a - b) for a, b in zip(color, other, strict=True)) < 60

"""Files that nobody has checked: no other file is opened, and each limit is named."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

import framegate

if TYPE_CHECKING:
    from pathlib import Path


def test_a_playlist_opens_no_neighbour(movie: Path, tmp_path: Path) -> None:
    shutil.copy(movie, tmp_path / "secret.mp4")
    upload = tmp_path / "upload.mp4"
    upload.write_text("ffconcat version 1.0\nfile secret.mp4\n")
    with pytest.raises(framegate.NotSupportedError, match="files of the format concat are not opened"):
        framegate.Demuxer(upload)


def test_each_limit_of_a_demuxer_is_named(movie: Path) -> None:
    with framegate.Demuxer(movie, max_streams=2, max_pixels=320 * 240, max_side=320) as demuxer:
        assert len(demuxer.tracks) == 2
    with pytest.raises(framegate.NotSupportedError, match="max_streams is 1"):
        framegate.Demuxer(movie, max_streams=1)
    with pytest.raises(framegate.NotSupportedError, match="max_pixels is 76799, a picture has 320x240"):
        framegate.Demuxer(movie, max_pixels=320 * 240 - 1)
    with pytest.raises(framegate.NotSupportedError, match="max_side is 319"):
        framegate.Demuxer(movie, max_side=319)
    with pytest.raises(framegate.InvalidArgumentError, match="probe_bytes is -1"):
        framegate.Demuxer(movie, probe_bytes=-1)
    with pytest.raises(framegate.InvalidArgumentError, match="max_side is 4294967296"):
        framegate.Demuxer(movie, max_side=1 << 32)


@pytest.mark.parametrize(("limit", "key"), [("max_pixels", "maxPixels"), ("max_side", "maxSide")])
def test_each_limit_of_a_decoder_is_named(movie: Path, limit: str, key: str) -> None:
    with framegate.Demuxer(movie) as demuxer:
        track = demuxer.video
        # What the stream itself says, not its configuration.
        config = framegate.Config(codec=track.config.codec, description=track.config.description)
        config.update(**{limit: 100})
        with (
            framegate.VideoDecoder(config) as decoder,
            pytest.raises(framegate.NotSupportedError, match=f"{key} is 100"),
        ):
            list(decoder.run(track))

"""What is read and written by URLs of fsspec's, on one machine."""

from __future__ import annotations

import errno
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from framegate import InputOutputError, InvalidArgumentError
from framegate.transcoding import Encoding, transcode
from framegate.transcoding.source import Source

if TYPE_CHECKING:
    from pathlib import Path


def test_a_source_is_not_its_own_target_by_any_name(movie: Path, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(movie.read_bytes())
    (tmp_path / "link.mp4").symlink_to(path)
    names = [str(path), f"file://{path}", str(tmp_path / "link.mp4"), f"file://{tmp_path}/link.mp4"]
    for source in names:
        for target in names:
            with pytest.raises(InvalidArgumentError, match="is the input itself"):
                transcode(source, target, Encoding.of())
    with pytest.raises(InvalidArgumentError, match="is the input itself"):
        transcode("memory://a/film.mp4", "memory://a/film.mp4", Encoding.of())
    assert path.read_bytes() == movie.read_bytes()


def test_what_others_raise_is_not_the_sources(movie: Path) -> None:
    full = OSError(errno.ENOSPC, "the target is full")

    def work() -> None:
        with Source(f"file://{movie}").open():
            raise full

    with pytest.raises(OSError, match="the target is full") as error:
        work()
    assert error.value is full


class Unavailable(BaseHTTPRequestHandler):
    """Says how large the file is, and no more."""

    def do_HEAD(self) -> None:
        self._answer(200, 100_000)

    def do_GET(self) -> None:
        self._answer(503, 0)

    def _answer(self, status: int, size: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(size))
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_a_server_that_fails_is_an_error_that_names_the_file() -> None:
    with HTTPServer(("127.0.0.1", 0), Unavailable) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/film.mp4"
        try:
            with pytest.raises(InputOutputError, match=f"{url} cannot be read: .*503"), Source(url).open():
                pass
        finally:
            server.shutdown()
            thread.join()

"""Frames that the program keeps."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from framegate import Demuxer, Frame, VideoDecoder, WouldDeadlockError

if TYPE_CHECKING:
    from pathlib import Path

NULL = {"codec": "framegate.null", "width": 16, "height": 16, "framerate": 30}
H264 = {"codec": "avc1.42001f", "width": 320, "height": 240, "framerate": 30}
PIXEL = np.zeros((16, 16, 4), np.uint8)


def test_a_program_that_keeps_every_frame_gets_them_all(movie: Path) -> None:
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config, slots=4) as decoder:
        frames = list(decoder.run(demuxer.video))
        stats = decoder.stats
    assert len(frames) == 100
    assert stats.held == 0
    assert stats.in_flight_peak <= 4 + 12


def test_held_frames_keep_their_slots(movie: Path) -> None:
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config, hold=True, slots=4) as decoder:
        kept = []
        run = decoder.run(demuxer.video)
        with pytest.raises(WouldDeadlockError):
            kept.extend(run)  # which keeps what came before the exception
        assert len(kept) >= 4
        assert decoder.stats.held == len(kept)
        view = kept[0].arrays()[0]
        expected = view.copy()
        for frame in kept:
            frame.close()
        assert decoder.stats.held == 1
        decoder.close()
        assert (view == expected).all()
        del view
        assert decoder.stats.held == 0


def test_frames_that_are_held_and_let_go_of_bound_the_decoder(movie: Path) -> None:
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config, hold=True, slots=4) as decoder:
        count = 0
        for frame in decoder.run(demuxer.video):
            with frame:
                count += 1
                assert decoder.stats.held <= 2
        assert count == 100
        assert decoder.stats.held == 0


def test_held_frames_that_another_thread_lets_go_of(movie: Path) -> None:
    from queue import SimpleQueue

    queue: SimpleQueue[Frame | None] = SimpleQueue()
    with Demuxer(movie) as demuxer, VideoDecoder(demuxer.video.config, hold=True, slots=4) as decoder:

        def consume() -> None:
            while (frame := queue.get()) is not None:
                time.sleep(0.001)
                frame.close()
                del frame

        def decode() -> None:
            for chunk in demuxer.video:
                decoder.decode(chunk)
            decoder.flush()

        threads = [threading.Thread(target=consume), threading.Thread(target=decode)]
        for thread in threads:
            thread.start()
        count = 0
        for frame in decoder:
            count += 1
            queue.put(frame)
            del frame
        queue.put(None)
        for thread in threads:
            thread.join()
        assert count == 100
        assert decoder.stats.in_flight_peak <= 4 + 12

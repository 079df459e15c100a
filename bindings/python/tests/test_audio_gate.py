"""The gate for sound: bounded whatever the program does, nothing lost, no deadlock."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from framegate import (
    AudioDecoder,
    AudioEncoder,
    AudioFrame,
    Chunk,
    ClosedError,
    Config,
    Demuxer,
    EncodingError,
    Frame,
    InvalidStateError,
    Muxer,
    Resampler,
    VideoDecoder,
    VideoEncoder,
    WouldDeadlockError,
)
from sounds import AAC, CASES, OPUS, RATE, Case, decoded, encoded, joined, pieces, tones
from test_fork import in_a_child
from ways import WAYS, close_in_the_middle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECOND = tones(RATE)
SHORT: dict[str, Any] = OPUS.members(opus={"frame_duration": 2500})
(FLAC,) = (case for case in CASES if case.codec == "flac")
(PCM,) = (case for case in CASES if case.codec == "pcm-s16")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slots", [1, 2, 16])
def test_seconds_into_chunks_of_2_5_ms(way: str, slots: int) -> None:
    with AudioEncoder(**SHORT, slots=slots) as encoder:
        chunks: list[Chunk] = WAYS[way](encoder, [SECOND] * 3, set())
        stats = encoder.stats
    assert len(chunks) == 3 * 400 + 1  # one more for what is put in front
    assert stats.in_flight_peak <= 400
    assert stats.in_codec_peak <= 4
    assert (stats.inputs, stats.outputs, stats.releases) == (3, 1201, 1201)
    assert (stats.in_flight, stats.in_codec, stats.bytes_in_flight) == (0, 0, 0)
    assert joined(decoded(chunks, priming="drop", slots=slots)).shape == (3 * RATE, 2)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("slots", [1, 2, 16])
def test_64_samples_a_time_into_aac(way: str, slots: int) -> None:
    inputs = list(pieces(tones(64_000), [64]))
    with AudioEncoder(**AAC.members(slots=slots)) as encoder:
        chunks: list[Chunk] = WAYS[way](encoder, inputs, set())
        stats = encoder.stats
    assert len(chunks) == -(-(64_000 + 1024) // 1024)
    assert stats.in_flight_peak <= slots + 3
    assert stats.in_codec_peak <= 3
    assert (stats.inputs, stats.in_flight, stats.in_codec, stats.bytes_in_flight) == (1000, 0, 0, 0)
    assert joined(decoded(chunks, priming="drop")).shape == (64_000, 2)


@pytest.mark.parametrize("length", [64, 960, 4800])
@pytest.mark.parametrize("slots", [1, 4])
def test_a_slow_consumer_bounds_what_is_asked_for_and_kept(length: int, slots: int) -> None:
    """Of a minute of sound there are never more bytes than the slots' inputs, and the source is never far ahead."""
    block = tones(length)
    given = 0

    def source() -> Iterator[np.ndarray]:
        nonlocal given
        for _ in range(60 * RATE // length // 10):
            given += length
            yield block

    with AudioEncoder(**OPUS.members(slots=slots)) as encoder:
        ahead = most_bytes = heard = 0
        for chunk in encoder.run(source()):
            assert chunk.duration is not None
            heard += chunk.duration * RATE // 1_000_000
            ahead = max(ahead, given - heard)
            most_bytes = max(most_bytes, encoder.stats.bytes_in_flight)
            if chunk.id == 0:
                time.sleep(0.002)
        stats = encoder.stats
    assert stats.outputs == -(-(given + 312) // 960)
    # Inputs of `slots`, what the encoder collects for a frame, and one that waits for a slot.
    chunks_of_one = max(1, -(-length // 960))
    slack = 4000 * (slots + chunks_of_one)  # encoded chunks are smaller
    assert stats.bytes_peak <= max(slots, chunks_of_one) * block.nbytes + slack
    assert most_bytes <= stats.bytes_peak
    assert stats.in_flight_peak <= max(slots, chunks_of_one) + 3
    assert ahead <= (max(slots, chunks_of_one) + 5) * max(length, 960)


def test_bytes_in_flight_are_bounded_if_asked() -> None:
    with AudioEncoder(**OPUS.members(slots=200, max_bytes=5 * 960 * 8)) as encoder:
        chunks = list(encoder.run(pieces(tones(96_000), [960])))
        assert encoder.stats.bytes_peak <= 5 * 960 * 8 + 5 * 4000
    assert len(chunks) == 101


def test_async_with_a_slow_consumer() -> None:
    async def main() -> None:
        with AudioEncoder(**OPUS.members(slots=4)) as encoder:
            count = 0
            async for _ in encoder.run_async(pieces(tones(96_000), [960])):
                count += 1
                await asyncio.sleep(0.001)
            assert count == 101
            assert encoder.stats.in_flight_peak <= 4 + 1

    asyncio.run(main())


def test_hundreds_of_tasks_on_one_loop() -> None:
    async def one(encoder: AudioEncoder) -> int:
        total = 0
        async for chunk in encoder.run_async(pieces(tones(4800), [480])):
            assert chunk.duration is not None
            total += chunk.duration
        return total

    async def main() -> list[int]:
        encoders = [AudioEncoder(**PCM.members(slots=2)) for _ in range(200)]
        try:
            return list(await asyncio.gather(*(one(encoder) for encoder in encoders)))
        finally:
            for encoder in encoders:
                encoder.close()

    assert asyncio.run(main()) == [100_000] * 200


def test_a_long_input_is_let_in_alone() -> None:
    with AudioEncoder(**SHORT, slots=4) as encoder:
        assert encoder.encode(SECOND, timeout=0)
        assert not encoder.encode(SECOND, timeout=0)
        taken = 0
        while not encoder.encode(SECOND[:120], timeout=0):
            encoder.wait()
            taken += encoder.poll() is not None
        assert 390 <= taken <= 400


def test_a_wait_that_nobody_else_could_end_is_told() -> None:
    with AudioEncoder(**PCM.members(slots=2)) as encoder:
        assert list(encoder.run([tones(480, format="s16")]))
        with pytest.raises(WouldDeadlockError, match="enqueue or flush"):
            encoder.poll(timeout=None)
        assert encoder.encode(tones(480, format="s16"))
        assert encoder.poll(timeout=5) is not None
        assert encoder.encode(tones(480, format="s16"))
        assert encoder.encode(tones(480, format="s16"))
        with pytest.raises(WouldDeadlockError, match="slot"):
            encoder.encode(tones(480, format="s16"))
        # An array that was not taken has no time.
        chunks = [encoder.poll(timeout=5), encoder.poll(timeout=5)]
        assert encoder.encode(tones(480, format="s16"))
        chunks.append(encoder.poll(timeout=5))
        assert [chunk and chunk.timestamp for chunk in chunks] == [20_000, 30_000, 40_000]


# Frames that the program keeps.


def test_a_program_that_keeps_all_sound_gets_it_all() -> None:
    chunks = encoded(FLAC, [SECOND] * 3)
    with AudioDecoder(chunks[0].config, slots=2) as decoder:
        frames = list(decoder.run(chunks))
        stats = decoder.stats
    assert stats.held == 0
    assert stats.in_flight_peak <= 2 + 1
    assert sum(frame.frames for frame in frames) == 3 * RATE


def test_held_frames_keep_their_slots() -> None:
    chunks = encoded(FLAC, [SECOND] * 3)
    with AudioDecoder(chunks[0].config, hold=True, slots=4) as decoder:
        kept: list[AudioFrame] = []
        with pytest.raises(WouldDeadlockError):
            kept.extend(decoder.run(chunks))
        assert 4 <= len(kept) <= 5
        assert decoder.stats.held == len(kept)
        view = np.asarray(kept[0])
        expected = view.copy()
        for frame in kept:
            frame.close()
        assert decoder.stats.held == 1
        decoder.close()
        assert (view == expected).all()
        del view
        gc.collect()
        assert decoder.stats.held == 0


def test_held_frames_that_are_let_go_of_bound_the_decoder() -> None:
    chunks = encoded(FLAC, [SECOND] * 3)
    with AudioDecoder(chunks[0].config, hold=True, slots=4) as decoder:
        count = 0
        for frame in decoder.run(chunks):
            with frame:
                count += frame.frames
                assert decoder.stats.held <= 2
        assert count == 3 * RATE
        assert decoder.stats.held == 0


# Threads, and the end in the middle.


@pytest.mark.parametrize("case", [AAC, OPUS, FLAC, PCM], ids=str)
@pytest.mark.parametrize("slots", [1, 2, 16])
def test_closed_in_the_middle(case: Case, slots: int) -> None:
    """A thread that feeds and one that takes are told; what is left is dropped."""
    inputs = [AudioFrame(piece, sample_rate=RATE) for piece in pieces(SECOND, [960])]
    chunks = encoded(case, inputs)
    for kind, config, items in (
        (AudioEncoder, Config(case.members()), inputs),
        (AudioDecoder, chunks[0].config, chunks),
    ):
        codec: Any = kind(config, slots=slots)
        close_in_the_middle(codec, items)
        assert codec.state == "closed"
        with pytest.raises(ClosedError):
            (codec.encode if kind is AudioEncoder else codec.decode)(items[0])
        codec.close()


def test_four_threads_feed_and_four_take() -> None:
    """Each input is a chunk of PCM."""
    taken: list[int] = []
    with AudioEncoder(**PCM.members(number_of_channels=1, slots=3)) as encoder:

        def feed(start: int) -> None:
            for index in range(start, start + 200):
                encoder.encode(AudioFrame(np.full(100, index, np.int16), sample_rate=RATE))

        def take() -> None:
            with contextlib.suppress(ClosedError):
                while True:
                    taken.extend(np.frombuffer(chunk.data, np.int16)[0] for chunk in encoder)

        feeders = [threading.Thread(target=feed, args=[1000 * number]) for number in range(4)]
        takers = [threading.Thread(target=take) for _ in range(4)]
        for thread in feeders + takers:
            thread.start()
        for thread in feeders:
            thread.join()
        encoder.flush()
        while not encoder.flushed:
            time.sleep(0.001)
        encoder.close()
        for thread in takers:
            thread.join()
    assert sorted(taken) == [1000 * number + index for number in range(4) for index in range(200)]


@pytest.mark.parametrize("how", ["break", "consumer raises", "source raises"])
def test_a_run_that_ends_early_leaves_the_codec_as_new(how: str) -> None:
    def source() -> Iterator[np.ndarray]:
        for index, piece in enumerate(pieces(SECOND, [960])):
            if how == "source raises" and index == 20:
                raise KeyError(how)
            yield piece

    with AudioEncoder(**OPUS.members()) as encoder:
        with contextlib.suppress(KeyError):
            for _chunk in encoder.run(source()):
                if how == "break":
                    break
                if how == "consumer raises":
                    raise KeyError(how)
        assert encoder.state == "configured"
        assert (encoder.stats.ready, encoder.stats.held) == (0, 0)
        chunks = list(encoder.run([SECOND]))
        assert chunks[0].config is not None
        assert joined(decoded(chunks, priming="drop")).shape == SECOND.shape
        first = encoder.run([SECOND])
        next(first)
        with pytest.raises(InvalidStateError, match="under way"):
            encoder.run([SECOND])


def test_a_task_that_is_cancelled_leaves_the_codec_as_new() -> None:
    async def main() -> None:
        with AudioEncoder(**OPUS.members(slots=2)) as encoder:

            async def take() -> None:
                async for _ in encoder.run_async(iter([SECOND] * 100)):
                    began.set()
                    await asyncio.sleep(0)

            began = asyncio.Event()
            task = asyncio.create_task(take())
            await began.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert len([chunk async for chunk in encoder.run_async([SECOND])]) == 51

    asyncio.run(main())


def test_what_fails_comes_after_what_was_ready() -> None:
    """Sound of another rate ends the encoder; what was good came out before."""
    with AudioEncoder(**PCM.members()) as encoder:
        encoder.encode(AudioFrame(SECOND, sample_rate=RATE, id=1))
        encoder.encode(AudioFrame(SECOND, sample_rate=RATE + 1, id=2))
        chunk = encoder.poll(timeout=None)
        assert chunk is not None
        assert chunk.id == 1
        with pytest.raises(EncodingError, match="the sound has 48001 Hz and 2 channels"):
            encoder.poll(timeout=None)
        with pytest.raises(EncodingError):
            encoder.encode(SECOND)


def test_pictures_and_sound_in_one_file_on_one_thread(tmp_path: Path) -> None:
    """Each codec behind its gate; the muxer puts them in order."""
    path = tmp_path / "both.mp4"
    video = VideoEncoder(codec="avc1.42001f", width=64, height=64, framerate=25, latency_mode="realtime", slots=2)
    sound = AudioEncoder(**AAC.members(slots=2))
    with video, sound:
        pictures = video.run(
            Frame(np.full((64, 64, 3), index, np.uint8), timestamp=index * 40_000) for index in range(50)
        )
        heard = sound.run(pieces(tones(2 * RATE), [1000]))
        first = [next(pictures), next(heard)]
        with Muxer(path) as muxer:
            tracks = [muxer.add_track(chunk.config) for chunk in first if chunk.config]
            for track, chunk in zip(tracks, first, strict=True):
                muxer.write(track, chunk)
            for track, chunks in zip(tracks, (pictures, heard), strict=True):
                for chunk in chunks:
                    muxer.write(track, chunk)
    with Demuxer(path) as demuxer:
        shown = [chunk.timestamp for chunk in demuxer.video]
    with Demuxer(path) as demuxer, AudioDecoder(demuxer.audio.config, priming="drop") as decoder:
        samples = joined(list(decoder.run(demuxer.audio)))
    with Demuxer(path) as demuxer, VideoDecoder(demuxer.video.config) as decoder_:
        assert len(list(decoder_.run(demuxer.video))) == len(shown) == 50
    assert samples.shape == (2 * RATE, 2)


def test_a_forked_child_has_its_own_codecs() -> None:
    """Frames are memory, which it has, too."""
    encoder, resampler = AudioEncoder(**OPUS.members()), Resampler(sample_rate=24_000)
    frame = AudioFrame(SECOND, sample_rate=RATE)
    encoder.encode(frame)
    resampler.push(frame)
    chunks = encoded(FLAC, [SECOND])
    decoder = AudioDecoder(chunks[0].config)

    def work() -> None:
        for call in (
            lambda: encoder.encode(frame),
            encoder.flush,
            lambda: decoder.decode(chunks[0]),
            lambda: resampler.push(frame),
            resampler.pull,
        ):
            with pytest.raises(InvalidStateError, match="made before fork"):
                call()
        assert (np.asarray(frame) == SECOND).all()
        assert joined(decoded(encoded(FLAC, [frame]))).shape == SECOND.shape
        assert sum(made.frames for made in Resampler(sample_rate=24_000).run([frame])) == RATE // 2

    in_a_child(work)
    assert sum(1 for _ in encoder.run([SECOND])) >= 51

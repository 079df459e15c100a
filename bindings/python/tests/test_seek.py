"""Going to times of files, against PyAV and ffprobe."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from framegate import (
    ClosedError,
    Demuxer,
    FramegateError,
    InvalidArgumentError,
    InvalidStateError,
    NotSupportedError,
    VideoDecoder,
    WouldDeadlockError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from framegate import Chunk, Frame

PICTURE = ["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=6"]
SOUND = ["-f", "lavfi", "-i", "sine=sample_rate=48000:duration=6"]
X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-b_strategy", "0", "-g", "30", "-pix_fmt", "yuv420p"]
TIMES = [0.0, 0.01, 0.5, 1.2, 1.19, 3.333, 5.9, 4.0, 4.04, 4.2, 5.0, 5.96, 2.0]

FILES = {
    "plain.mp4": [*X264, "-c:a", "aac"],
    "frag.mp4": [*X264, "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov+default_base_moof"],
    "open.mp4": [*X264, "-x264-params", "open-gop=1:scenecut=0", "-an"],
    "plain.mkv": [*X264, "-c:a", "aac"],
    "plain.ts": [*X264, "-c:a", "aac"],
    "refresh.ts": [*X264, "-x264-params", "intra-refresh=1:bframes=0", "-an"],
    "plain.webm": ["-c:v", "libvpx", "-g", "30", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"],
    "plain.ivf": ["-c:v", "libvpx", "-g", "30", "-deadline", "realtime", "-cpu-used", "8", "-an"],
}


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("seek")
    for name, options in FILES.items():
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *PICTURE, *SOUND, *options, folder / name]
        subprocess.run(command, check=True)
    cut = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-ss", "1.5", "-i", folder / "plain.mp4", "-c", "copy"]
    subprocess.run([*cut, folder / "cut.mp4"], check=True)
    return {path.name: path for path in folder.iterdir()}


def decoded(path: Path) -> list[Frame]:
    """All pictures, in one pass."""
    with Demuxer(path) as demuxer, VideoDecoder(demuxer.video.config) as decoder:
        return list(decoder.run(demuxer.video))


def wanted(frames: list[Frame], time: int) -> Frame:
    return next((frame for frame in reversed(frames) if frame.timestamp <= time), frames[0])


def same(left: Frame, right: Frame) -> bool:
    """All but the number of the chunk, which counts on after a seek."""
    times = left.timestamp == right.timestamp and left.duration == right.duration
    return times and np.array_equal(left.to_numpy(), right.to_numpy())


@pytest.mark.parametrize("name", [*FILES, "cut.mp4"])
def test_frame_at_is_the_one_that_a_whole_decoding_gives(files: dict[str, Path], name: str) -> None:
    path = files[name]
    frames = decoded(path)
    offset = frames[0].timestamp
    last = frames[-1]
    end = last.timestamp + (last.duration or 40_000)
    with Demuxer(path) as demuxer:
        track = demuxer.video
        for time in [*TIMES, *random.Random(1).choices(TIMES, k=10)]:
            moment = min(time, (end - offset) / 1e6 - 0.01) + offset / 1e6
            frame = track.frame_at(moment)
            expected = wanted(frames, round(moment * 1e6))
            assert frame.timestamp == expected.timestamp, time
            assert same(frame, expected), time
        for late in (end / 1e6, 1000.0):
            with pytest.raises(InvalidArgumentError, match=r"the track ends at \d"):
                track.frame_at(late)
        assert track.frame_at(-1).timestamp == offset
        assert track.frame_at((end - 1) / 1e6).timestamp == last.timestamp


@pytest.mark.parametrize("name", ["plain.mp4", "plain.ts", "plain.webm", "cut.mp4"])
def test_frames_are_those_of_the_range(files: dict[str, Path], name: str) -> None:
    path = files[name]
    frames = decoded(path)
    times = [frame.timestamp for frame in frames]
    first = times[0] / 1e6
    with Demuxer(path) as demuxer:
        track = demuxer.video
        assert [frame.timestamp for frame in track.frames()] == times
        some = list(track.frames(first + 0.5, first + 2.1))
        begin = wanted(frames, round((first + 0.5) * 1e6)).timestamp
        assert [frame.timestamp for frame in some] == [
            time for time in times if begin <= time < round((first + 2.1) * 1e6)
        ]
        assert all(same(frame, wanted(frames, frame.timestamp)) for frame in some)
        for step in (0.01, 0.7, 2.5):
            stepped = [frame.timestamp for frame in track.frames(first, None, step)]
            count = next(count for count in range(10_000) if first + count * step >= times[-1] / 1e6 + 0.04)
            assert stepped == [
                wanted(frames, round((first + number * step) * 1e6)).timestamp for number in range(count)
            ]
        assert list(track.frames(first, first)) == []
        assert [frame.timestamp for frame in demuxer.frames(first + 0.5, first + 2.1)] == [
            frame.timestamp for frame in some
        ]
        assert demuxer.frame_at(first + 0.5).timestamp == begin
        # Two at once, and others between.
        left, right = track.frames(first), track.frames(first + 1)
        for place in range(10):
            assert next(left).timestamp == times[place]
            assert next(right).timestamp == wanted(frames, round((first + 1) * 1e6) + place * 40_000).timestamp
            track.frame_at(first + 3)
        with pytest.raises(InvalidArgumentError, match="the track ends"):
            next(track.frames(1000))
        for wrong in (0, -1, float("nan"), float("inf")):
            with pytest.raises(InvalidArgumentError, match="step is"):
                track.frames(0, None, wrong)
        for wrong in (float("nan"), float("inf"), 1e300):
            with pytest.raises(InvalidArgumentError, match=r"is (nan|inf|1e\+300), allowed are seconds"):
                track.frame_at(wrong)
            with pytest.raises(InvalidArgumentError, match="start is"):
                track.frames(wrong)


def test_it_goes_on_from_where_it_is_when_that_is_shorter(files: dict[str, Path]) -> None:
    with Demuxer(files["plain.mp4"]) as demuxer:
        track = demuxer.video
        track.frame_at(1.3)  # the key is at 1.2
        decoder = track._frames()._decoder
        assert decoder is not None
        before = decoder.stats.inputs
        for time in (1.34, 1.38, 1.9, 2.3):
            track.frame_at(time)
            assert track._frames()._decoder is decoder
        pictures = round((2.3 - 1.3) * 25)
        assert decoder.stats.inputs - before <= pictures + 8, "each was decoded once"
        before = decoder.stats.inputs
        track.frame_at(4.85)  # the key is at 4.8
        assert decoder.stats.inputs - before < 25, "what is between was not decoded"


def test_a_kept_frame_outlives_the_reader(files: dict[str, Path]) -> None:
    with Demuxer(files["plain.mp4"]) as demuxer:
        kept = [demuxer.video.frame_at(time / 10) for time in range(55)]
    assert [frame.timestamp // 1000 for frame in kept] == [time * 100 // 40 * 40 for time in range(55)]
    assert len({frame.to_numpy().tobytes() for frame in kept}) == 55
    with pytest.raises(ClosedError):
        demuxer.video.frame_at(1)


def test_frames_of_what_cannot_be_sought(files: dict[str, Path], tmp_path: Path) -> None:
    raw = tmp_path / "raw.h264"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-i", files["plain.mp4"], "-c", "copy", "-an", raw], check=True
    )
    with Demuxer(raw) as demuxer:
        assert not demuxer.seekable
        with pytest.raises(NotSupportedError, match="neither times nor an index"):
            demuxer.video.frame_at(1)
    with Demuxer(files["plain.mp4"]) as demuxer:
        with pytest.raises(NotSupportedError, match="track 1 has sound"):
            demuxer.audio.frame_at(1)
        demuxer.video.selected = False
        with pytest.raises(InvalidStateError, match="left out"):
            demuxer.video.frame_at(1)
        demuxer.video.selected = True
        assert demuxer.video.frame_at(1).timestamp == 1_000_000


def test_seek_lands_where_pyav_does(files: dict[str, Path]) -> None:
    for name in ("plain.mp4", "frag.mp4", "cut.mp4", "plain.mkv", "plain.webm"):
        for kind in ("video", "audio"):
            for seconds in TIMES[:7]:
                with av.open(str(files[name])) as container, Demuxer(files[name]) as demuxer:
                    stream: Any = getattr(container.streams, kind)[0]
                    track = getattr(demuxer, kind)
                    preroll = 0.08 if track.config.codec == "opus" else 0
                    container.seek(int(max(seconds - preroll, 0) / stream.time_base), stream=stream)
                    packet = next(container.demux(stream))
                    demuxer.seek(seconds, track)
                    chunk = track.read()
                    assert chunk is not None
                    landed = round(packet.pts * stream.time_base * 1_000_000)
                    if landed <= round(seconds * 1e6):
                        assert (chunk.timestamp, chunk.data) == (landed, bytes(packet)), (name, kind, seconds)
                    else:  # FFmpeg takes the time for one of decoding
                        assert chunk.timestamp <= max(round(seconds * 1e6), track.start), (name, kind, seconds)


def test_what_follows_a_seek(files: dict[str, Path]) -> None:
    with Demuxer(files["plain.mp4"]) as demuxer:
        whole = list(demuxer)
        with pytest.raises(InvalidStateError, match="seek, or open it again"):
            list(demuxer)
        demuxer.seek(0)
        again = list(demuxer)
        assert [(index, chunk.data, chunk.timestamp) for index, chunk in again] == [
            (index, chunk.data, chunk.timestamp) for index, chunk in whole
        ]
        demuxer.video.seek(3)
        chunk = demuxer.video.read()
        assert chunk is not None
        assert (chunk.key, chunk.timestamp) == (True, 2_400_000)
        for wrong in (float("nan"), 1e10, -1e10):
            with pytest.raises(InvalidArgumentError):
                demuxer.seek(wrong)
    with pytest.raises(ClosedError):
        demuxer.seek(0)


def test_tracks_are_read_on_their_own(files: dict[str, Path]) -> None:
    with Demuxer(files["plain.mp4"]) as demuxer:
        together = list(demuxer)
    with Demuxer(files["plain.mp4"]) as demuxer:
        apart = [(track.index, chunk) for track in demuxer.tracks for chunk in iter(track.read, None)]
        assert apart == sorted(together, key=lambda read: read[0])
    with Demuxer(files["plain.mp4"], max_buffered_chunks=20) as demuxer:
        video, audio = demuxer.video, demuxer.audio
        chunks: list[Chunk] = []
        full = r"track 0: the buffer is full.*max_buffered_chunks is 20.*read track 1"
        with pytest.raises(WouldDeadlockError, match=full):
            chunks.extend(iter(video.read, None))
        assert 0 < len(chunks) < 150
        sound = [audio.read() for _ in range(20)]
        assert sound == [chunk for index, chunk in together if index == 1][:20]
        following = video.read()
        assert following is not None
        chunks.append(following)
        audio.selected = False
        chunks += iter(video.read, None)
        assert chunks == [chunk for index, chunk in together if index == 0]
        with pytest.raises(InvalidStateError, match="left out"):
            audio.read()


def test_info_is_ffprobes(files: dict[str, Path], tmp_path: Path) -> None:
    picture = tmp_path / "cover.png"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=32x32", "-frames:v", "1", picture], check=True
    )
    told = tmp_path / "told.txt"
    told.write_text(
        ";FFMETADATA1\ntitle=A film\nartist=Somebody\ncomment=Grüße\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2500\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=2500\nEND=6000\ntitle=Two\n"
    )
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", files["plain.mp4"], "-i", told, "-i", picture]
    command += ["-map_metadata", "1", "-map", "0", "-map", "2", "-c", "copy", "-disposition:v:1", "attached_pic"]
    command += ["-metadata:s:a:0", "language=deu", "-disposition:a:0", "forced", "-metadata:s:a:0", "title=Ton"]
    subprocess.run([*command, tmp_path / "rich.mp4"], check=True)
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", files["plain.mp4"], "-i", picture, "-map", "0:a", "-map", "1"]
    command += ["-c:a", "flac", "-c:v", "copy", "-disposition:v", "attached_pic", tmp_path / "album.flac"]
    subprocess.run(command, check=True)
    for path in [*files.values(), tmp_path / "rich.mp4", tmp_path / "album.flac"]:
        show = ["-show_format", "-show_streams", "-show_chapters", "-of", "json"]
        said = subprocess.run(["ffprobe", "-v", "error", *show, path], check=True, capture_output=True).stdout
        probed = json.loads(said)
        with Demuxer(path) as demuxer:
            assert demuxer.format == probed["format"]["format_name"]
            assert us(probed["format"].get("duration")) == demuxer.duration
            assert us(probed["format"].get("start_time")) == demuxer.start
            assert demuxer.tags == probed["format"].get("tags", {})
            assert demuxer.title == demuxer.tags.get("title", "")
            chapters = [
                (us(row["start_time"]), us(row["end_time"]), row["tags"]["title"]) for row in probed["chapters"]
            ]
            assert [(chapter.start, chapter.end, chapter.title) for chapter in demuxer.chapters] == chapters
            streams = [row for row in probed["streams"] if row["codec_type"] in ("video", "audio")]
            covers = [row for row in streams if row["disposition"]["attached_pic"]]
            streams = [row for row in streams if not row["disposition"]["attached_pic"]]
            assert len(demuxer.tracks) == len(streams)
            for track, stream in zip(demuxer.tracks, streams, strict=True):
                assert track.stream == stream["index"]
                assert track.frame_count == (int(stream["nb_frames"]) if "nb_frames" in stream else None)
                assert track.duration == us(stream.get("duration"))
                assert track.start == us(stream.get("start_time"))
                assert track.tags == stream.get("tags", {})
                assert track.disposition == {name for name, is_set in stream["disposition"].items() if is_set}
                language = stream.get("tags", {}).get("language", "und")
                assert (track.language or "und") == language
            assert [cover.type for cover in demuxer.covers] == ["image/png"] * len(covers)
            assert all(cover.data == picture.read_bytes() for cover in demuxer.covers)
    with Demuxer(tmp_path / "rich.mp4") as demuxer:
        assert (len(demuxer.covers), len(demuxer.chapters)) == (1, 2)
        assert "forced" in demuxer.audio.disposition
    with Demuxer(tmp_path / "album.flac") as demuxer:
        assert len(demuxer.covers) == 1


def test_a_tag_may_be_long(files: dict[str, Path], tmp_path: Path) -> None:
    lyrics = "la " * 1_000_000
    told = tmp_path / "told.txt"
    told.write_text(f";FFMETADATA1\ntitle=A song\nlyrics={lyrics}\n")
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", files["plain.mp4"], "-i", told, "-map_metadata", "1"]
    subprocess.run([*command, "-c", "copy", tmp_path / "long.mkv"], check=True)
    with Demuxer(tmp_path / "long.mkv") as demuxer:
        assert demuxer.tags["LYRICS"] == lyrics
        assert demuxer.title == "A song"


def us(seconds: str | None) -> int | None:
    return None if seconds is None else round(float(seconds) * 1e6)


def test_cut_files_end_in_an_error_or_in_a_frame_that_is_right(files: dict[str, Path]) -> None:
    """At every kilobyte, for a file that says at its beginning what it has, and one that is cut into packets."""
    for name in ("plain.ts", "plain.mkv"):
        whole, frames = files[name].read_bytes(), decoded(files[name])
        by_time = {frame.timestamp: frame for frame in frames}
        for size in range(1024, len(whole), 16 * 1024):
            try:
                demuxer = Demuxer(io.BytesIO(whole[:size]))
                demuxer.seek(3)
                frame = demuxer.video.frame_at(2)
            except FramegateError:
                continue
            np.testing.assert_array_equal(frame.to_numpy(), by_time[frame.timestamp].to_numpy())


def test_a_pipe_and_a_growing_file_are_read_as_they_come(files: dict[str, Path], tmp_path: Path) -> None:
    for name in ("plain.ts", "plain.mkv", "frag.mp4"):
        whole = files[name].read_bytes()
        with Demuxer(files[name]) as demuxer:
            chunks = list(demuxer)
        # The writer waits for the reader to have had what is there, before it writes the rest.
        reading, writing = os.pipe()
        had = threading.Event()

        def write(fd: int = writing, data: bytes = whole, had: threading.Event = had) -> None:
            with os.fdopen(fd, "wb") as pipe:
                half = len(data) * 3 // 4
                pipe.write(data[:half])
                pipe.flush()
                had.wait()
                pipe.write(data[half:])

        writer = threading.Thread(target=write)
        writer.start()
        with os.fdopen(reading, "rb", buffering=0) as pipe, Demuxer(pipe) as demuxer:
            assert not demuxer.seekable
            read = [demuxer.read() for _ in range(100)]
            had.set()
            read += demuxer
            writer.join()
            assert sorted(data_of(read)) == sorted(data_of(chunks)), "the order of tracks may be another"
            assert [data for index, data in data_of(read) if index == 0] == [
                data for index, data in data_of(chunks) if index == 0
            ]
        if name.endswith("mp4"):
            continue  # FFmpeg reads the fragments that are there when it is opened, unless it is a pipe
        growing = tmp_path / name
        growing.write_bytes(whole[: len(whole) // 2])
        with Demuxer(growing) as demuxer:
            read = [demuxer.read() for _ in range(20)]
            with growing.open("ab") as file:
                file.write(whole[len(whole) // 2 :])
            read += demuxer
            assert sorted(data_of(read)) == sorted(data_of(chunks)), name


def data_of(read: Sequence[tuple[int, Chunk] | None]) -> list[tuple[int, bytes]]:
    return [(index, chunk.data) for index, chunk in filter(None, read)]

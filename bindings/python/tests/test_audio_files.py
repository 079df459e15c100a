"""Files of sound: libsndfile and PyAV read what is written, and write what is read."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
import soundfile

from framegate import (
    AudioDecoder,
    AudioEncoder,
    AudioFrame,
    Demuxer,
    InvalidStateError,
    Muxer,
    NotSupportedError,
    VideoDecoder,
)
from sounds import AAC, CASES, OPUS, RATE, Case, encoded, joined, likeness, pieces, tones
from ways import written

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 50_001
BY_NAME = {case.codec: case for case in CASES}


def heard(path: Path, **members: Any) -> list[AudioFrame]:
    with Demuxer(path) as demuxer, AudioDecoder(demuxer.audio.config, **members) as decoder:
        return list(decoder.run(demuxer.audio))


# What is written, others read.


@pytest.mark.parametrize(
    ("codec", "ending", "exact"),
    [
        ("pcm-s16", "wav", True),
        ("pcm-f32", "wav", True),
        ("pcm-s32", "wav", True),
        ("pcm-u8", "wav", True),
        ("alaw", "wav", False),
        ("vorbis", "ogg", False),
        ("opus", "ogg", False),
    ],
)
def test_libsndfile_reads_what_is_written(codec: str, ending: str, exact: bool, tmp_path: Path) -> None:
    case = BY_NAME[codec]
    samples = tones(COUNT, format=case.numbers)
    path = written(tmp_path / f"out.{ending}", encoded(case, pieces(samples, [1000])))
    found, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    assert len(found) == COUNT
    if exact:
        assert (found == AudioFrame(samples, sample_rate=RATE).to_numpy("f32")).all()
    alike, moved = likeness(found, tones(COUNT))
    assert alike > case.likeness
    assert moved == 0
    # And so do we, as many samples.
    ours = joined(heard(path, priming="drop"))
    assert len(ours) == COUNT
    assert likeness(ours, tones(COUNT)) > (case.likeness, -1)


@pytest.mark.parametrize(
    ("ending", "subtype", "codec", "numbers"),
    [
        ("wav", "PCM_16", "pcm-s16", "s16"),
        ("wav", "PCM_24", "pcm-s24", "s32"),
        ("wav", "PCM_32", "pcm-s32", "s32"),
        ("wav", "PCM_U8", "pcm-u8", "u8"),
        ("wav", "FLOAT", "pcm-f32", "f32"),
        ("wav", "ALAW", "alaw", "s16"),
        ("wav", "ULAW", "ulaw", "s16"),
        ("flac", "PCM_16", "flac", "s16"),
        ("flac", "PCM_24", "flac", "s32"),
        ("ogg", "VORBIS", "vorbis", "f32"),
        ("ogg", "OPUS", "opus", "f32"),
        ("mp3", "MPEG_LAYER_III", "mp3", "f32"),
    ],
)
def test_what_libsndfile_writes_is_read(ending: str, subtype: str, codec: str, numbers: str, tmp_path: Path) -> None:
    path = tmp_path / f"in.{ending}"
    soundfile.write(path, tones(COUNT), RATE, subtype=subtype)
    theirs, _ = soundfile.read(path, dtype="float32")
    with Demuxer(path) as demuxer:
        track = demuxer.audio
        assert (track.kind, track.config.codec) == ("audio", codec)
        assert (track.config["sample_rate"], track.config["number_of_channels"]) == (str(RATE), "2")
        assert demuxer.tracks == [track] or list(demuxer.tracks) == [track]
    frames = heard(path, priming="drop")
    assert {frame.format.removesuffix("-planar") for frame in frames} == {numbers}
    ours = joined(frames)
    if codec in ("vorbis", "opus", "mp3"):
        most = min(len(ours), len(theirs))
        alike, moved = likeness(ours[:most], theirs[:most])
        assert alike > 0.999
        assert moved == 0
        assert abs(len(ours) - len(theirs)) < 2400
    else:
        assert (ours == theirs).all()


def test_a_program_for_soundfile_arrays(tmp_path: Path) -> None:
    """As the README says: read, encode, decode, write, blocks at a time."""
    source, out, back = tmp_path / "in.wav", tmp_path / "out.m4a", tmp_path / "back.wav"
    soundfile.write(source, tones(COUNT, 1), 44_100)
    blocks = soundfile.blocks(source, 4096, dtype="float32", always_2d=True)
    with AudioEncoder(codec="mp4a.40.2", sample_rate=44_100, number_of_channels=1) as encoder, Muxer(out) as muxer:
        for chunk in encoder.run(blocks):
            track = muxer.add_track(chunk.config) if chunk.config else track  # noqa: F821
            muxer.write(track, chunk)
    with soundfile.SoundFile(back, "w", 44_100, 1) as file:
        for frame in heard(out, priming="drop"):
            file.write(frame.to_numpy("f32"))
    found, rate = soundfile.read(back, always_2d=True)
    assert (rate, found.shape) == (44_100, (COUNT, 1))
    assert likeness(found, tones(COUNT, 1)) > (0.99, -1)


# PyAV.


def of_av(path: Path) -> tuple[str, np.ndarray]:
    """The codec and the samples that PyAV hears."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("flt", "stereo", RATE)
        frames = [out for frame in container.decode(stream) for out in resampler.resample(frame)]
        frames += resampler.resample(None)
        return stream.codec_context.name, np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in frames])


@pytest.mark.parametrize("case", [*CASES[:5], BY_NAME["pcm-s16"]], ids=str)
@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm"])
def test_pyav_hears_what_is_written(case: Case, ending: str, tmp_path: Path) -> None:
    samples = tones(COUNT, format=case.numbers)
    chunks = encoded(case, pieces(samples, [1000]))
    path = tmp_path / f"out.{ending}"
    taken = {"mkv": True, "webm": case.codec in ("opus", "vorbis"), "mp4": not case.codec.startswith("pcm")}[ending]
    if not taken:
        with pytest.raises(NotSupportedError):
            written(path, chunks)
        return
    written(path, chunks)
    with Demuxer(path) as demuxer:
        found = list(demuxer.audio)
        assert demuxer.audio.config.codec == case.codec
    assert [chunk.data for chunk in found] == [chunk.data for chunk in chunks]
    name, theirs = of_av(path)
    assert name.startswith(case.name.removesuffix("float"))
    ours = joined(heard(path, priming="drop"))
    # Matroska's times are milliseconds, and it does not say where the last chunk ends.
    most_more, most_less = (0, 0) if ending == "mp4" else (2400, 48)
    assert COUNT - most_less <= len(ours) <= COUNT + most_more
    assert abs(len(theirs) - COUNT) < 2400
    if ending == "mp4":
        for found in (ours, theirs[:COUNT]):
            alike, moved = likeness(found, tones(COUNT)[: len(found)])
            assert alike > case.likeness
            assert moved == 0


@pytest.mark.parametrize(
    ("encoder", "ending", "codec"),
    [("aac", "mp4", "mp4a.40.2"), ("libopus", "ogg", "opus"), ("flac", "mkv", "flac"), ("libmp3lame", "mp3", "mp3")],
)
def test_what_pyav_writes_is_heard(encoder: str, ending: str, codec: str, tmp_path: Path) -> None:
    path = tmp_path / f"in.{ending}"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(encoder, rate=RATE, layout="stereo")
        begin = 0
        for piece in pieces(tones(COUNT), [1000]):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece.T), "fltp", "stereo")
            frame.sample_rate, frame.pts = RATE, begin
            begin += len(piece)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with Demuxer(path) as demuxer:
        assert demuxer.audio.config.codec == codec
    ours, (_, theirs) = joined(heard(path, priming="drop")), of_av(path)
    assert abs(len(ours) - COUNT) < 1200
    most = min(len(ours), len(theirs), COUNT)
    assert likeness(ours[:most], tones(most)) > (0.99, -1)
    assert np.abs(ours[:most] - theirs[:most]).max() < 1e-3


def test_frames_of_pyav_go_in_without_a_copy() -> None:
    """Its planar arrays are channels x samples; their transpose is ours."""
    for layout, rows in (("fltp", 2), ("flt", 1)):
        samples = tones(1024)
        theirs = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T if rows == 2 else samples.reshape(1, -1)), layout, "stereo"
        )
        array = theirs.to_ndarray()
        array.flags.writeable = False
        ours = AudioFrame(array.T if rows == 2 else array.reshape(-1, 2), sample_rate=RATE)
        assert (np.asarray(ours) == samples).all()
        assert ours.arrays()[0].ctypes.data == array.ctypes.data
        assert ours.format == ("f32-planar" if rows == 2 else "f32")
        back = av.AudioFrame.from_ndarray(ours.to_numpy("f32-planar").T, "fltp", "stereo").to_ndarray()
        assert (samples == back.T).all()


# Tracks.


def test_demuxer_audio_is_the_first_track_of_sound(movie: Path) -> None:
    with Demuxer(movie) as demuxer:
        assert demuxer.audio is demuxer.tracks[1]
        assert (demuxer.audio.index, demuxer.audio.kind) == (1, "audio")
        with AudioDecoder(demuxer.audio.config, priming="drop") as decoder:
            frames = list(decoder.run(demuxer.audio))
        with pytest.raises(InvalidStateError):
            list(demuxer.audio)
    command = ["ffmpeg", "-v", "error", "-i", movie, "-map", "a", "-f", "f32le", "-"]
    theirs = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)[:, None]
    ours = joined(frames)
    assert len(theirs) - 1024 < len(ours) <= len(theirs)  # ffmpeg does not cut the last frame where the edit list does
    assert np.abs(ours - theirs[: len(ours)]).max() < 1e-4


def test_a_file_without_sound_says_so(make_clip: dict[str, Path]) -> None:
    with Demuxer(make_clip["intra"]) as demuxer, pytest.raises(NotSupportedError, match="the file has no audio track"):
        _ = demuxer.audio


def test_a_file_of_sound_has_no_video(tmp_path: Path) -> None:
    path = written(tmp_path / "out.m4a", encoded(AAC, [tones(4800)]))
    with Demuxer(path) as demuxer:
        with pytest.raises(NotSupportedError, match="the file has no video track"):
            _ = demuxer.video
        with pytest.raises(NotSupportedError, match="which has audio"):
            VideoDecoder(demuxer.audio.config)


def test_the_language_of_sound_is_written(tmp_path: Path) -> None:
    chunks = encoded(OPUS, [tones(4800)])
    config = chunks[0].config
    assert config is not None
    config["language"] = "deu"
    with Demuxer(written(tmp_path / "out.mka", chunks)) as demuxer:
        assert demuxer.audio.config["language"] == "deu"


def test_adts_and_ogg_descriptions() -> None:
    with AudioEncoder(**AAC.members(aac={"format": "adts"})) as encoder:
        chunks = list(encoder.run([tones(9600)]))
    assert chunks[0].config is not None
    assert chunks[0].config.description is None
    assert all(chunk.data[:2] == b"\xff\xf1" for chunk in chunks)
    with AudioEncoder(**OPUS.members(opus={"format": "ogg"})) as encoder:
        chunks = list(encoder.run([tones(9600)]))
    assert chunks[0].config is not None
    assert (chunks[0].config.description or b"")[:8] == b"OpusHead"

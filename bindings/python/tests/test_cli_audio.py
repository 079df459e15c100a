"""`python -m framegate` with sound."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from conftest import ROOT
from framegate import Demuxer, Muxer, cli
from sounds import likeness, tones

if TYPE_CHECKING:
    from pathlib import Path

QUICK = ["--set", "latency_mode=realtime"]


def ffprobe(path: Path, *entries: str) -> list[str]:
    command = ["ffprobe", "-v", "error", *entries, "-of", "csv=p=0", path]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def heard(path: Path, rate: int, channels: int) -> np.ndarray:
    """What the ffmpeg command hears of the first track of sound."""
    command = ["ffmpeg", "-v", "error", "-xerror", "-nostdin", "-i", path, "-map", "a:0"]
    done = subprocess.run([*command, "-ar", f"{rate}", "-ac", f"{channels}", "-f", "f32le", "-"], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    return np.frombuffer(done.stdout, np.float32).reshape(-1, channels)


def make(path: Path, *inputs: str, more: tuple[str, ...] = ()) -> Path:
    arguments = [argument for text in inputs for argument in ("-f", "lavfi", "-i", text)]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *arguments, *more, path], check=True)
    return path


def probed(path: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    cli.main(["probe", str(path), "--json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_probe_shows_sound(movie: Path, capsys: pytest.CaptureFixture[str]) -> None:
    video, audio = probed(movie, capsys)
    entries = ["-select_streams", "a", "-show_entries", "stream=sample_rate,channels,nb_frames"]
    (theirs,) = ffprobe(movie, *entries)
    assert f"{audio['sample_rate']},{audio['channels']},{audio['chunks']}" == theirs
    assert (video["sample_rate"], video["channels"], audio["size"], audio["framerate"]) == (None,) * 4
    assert audio["duration"] == pytest.approx(4, abs=0.05)
    assert audio["kbit_s"] == pytest.approx(69, abs=5)
    assert audio["decodable"] is True
    cli.main(["probe", str(movie)])
    shown = capsys.readouterr().out
    assert re.search(r"Hz +channels +seconds", shown)
    assert re.search(r"audio +mp4a\.40\.2 +44100 +1 +4", shown)


@pytest.mark.parametrize(
    ("audio", "ending", "name", "rate"),
    [
        ("opus", "mp4", "opus", 48_000),  # which has no 44,100 Hz
        ("opus", "webm", "opus", 48_000),
        ("vorbis", "webm", "vorbis", 44_100),
        ("aac", "mp4", "aac", 44_100),
        ("mp4a.40.2", "mkv", "aac", 44_100),
        ("flac", "mkv", "flac", 44_100),
        ("mp3", "mp4", "mp3", 44_100),
        ("pcm-s16", "mkv", "pcm_s16le", 44_100),
    ],
)
def test_transcode_encodes_sound(
    audio: str, ending: str, name: str, rate: int, movie: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"out.{ending}"
    cli.main(["transcode", str(movie), str(out), "--audio", audio, "--slots", "4", *QUICK])
    shown = capsys.readouterr().out
    assert "100 frames in" in shown
    assert re.search(r"^sound 1 in +\d+ +\d / 4 ", shown, re.MULTILINE)
    assert re.search(r"^sound 1 out +\d+ +\d / 4 ", shown, re.MULTILINE)
    assert ffprobe(out, "-select_streams", "a", "-show_entries", "stream=codec_name,sample_rate,channels") == [
        f"{name},{rate},1"
    ]
    times = ["-select_streams", "v", "-show_entries", "packet=pts_time"]
    theirs, ours = (sorted(float(time.rstrip(",")) for time in ffprobe(path, *times)) for path in (movie, out))
    # Matroska has no time before 0, where the priming would be: everything is moved.
    assert [time - ours[0] for time in ours] == pytest.approx([time - theirs[0] for time in theirs], abs=0.0011)
    before, after = heard(movie, 48_000, 1), heard(out, 48_000, 1)
    assert abs(len(before) - len(after)) < 2500
    if ending == "mp4":  # others do not say, or in milliseconds, what was put in front
        most = min(len(before), len(after)) - 1000
        alike, moved = likeness(after[:most], before[:most])
        assert alike > 0.99
        assert abs(moved) <= 1
    _, track = probed(out, capsys)
    assert (track["kind"], track["sample_rate"], track["channels"], track["decodable"]) == ("audio", rate, 1, True)
    assert track["duration"] == pytest.approx(4, abs=0.06)


def test_the_bitrate_and_members_of_sound(movie: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rates = []
    for bitrate in ("32k", "128k"):
        out = tmp_path / f"{bitrate}.mp4"
        cli.main(["transcode", str(movie), str(out), "--audio", "opus", "--audio-bitrate", bitrate, *QUICK])
        rates.append(probed(out, capsys)[1]["kbit_s"])
    assert rates[1] > 2 * rates[0]
    settings = ["sample_rate=16000", "numberOfChannels=2", "opus.frame_duration=60000"]
    options = [argument for setting in settings for argument in ("--audio-set", setting)]
    cli.main(["transcode", str(movie), str(tmp_path / "set.mp4"), "--audio", "opus", *options, *QUICK])
    track = probed(tmp_path / "set.mp4", capsys)[1]
    assert (track["channels"], track["chunks"]) == (2, 67)


def test_none_leaves_sound_out_and_copy_keeps_it(movie: Path, tmp_path: Path) -> None:
    for audio, kinds in (("none", ["video"]), ("copy", ["video", "audio"])):
        out = tmp_path / f"{audio}.mp4"
        cli.main(["transcode", str(movie), str(out), "--audio", audio, *QUICK])
        assert ffprobe(out, "-show_entries", "stream=codec_type") == kinds
    sizes = ["-select_streams", "a", "-show_entries", "packet=size,pts_time"]
    assert ffprobe(tmp_path / "copy.mp4", *sizes) == ffprobe(movie, *sizes)


def test_every_track_of_sound_is_encoded_and_keeps_its_language(tmp_path: Path) -> None:
    more = ("-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-c:a", "aac", "-b:a", "96k")
    languages = ("-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "language=fra")
    source = make(
        tmp_path / "in.mp4",
        "testsrc2=size=64x64:rate=25:duration=2",
        "sine=frequency=500:duration=2:sample_rate=48000",
        "sine=frequency=900:duration=2:sample_rate=22050",
        more=more + languages,
    )
    out = tmp_path / "out.mp4"
    cli.main(["transcode", str(source), str(out), "--audio", "flac", *QUICK])
    entries = ["-select_streams", "a", "-show_entries", "stream=codec_name,sample_rate:stream_tags=language"]
    assert ffprobe(out, *entries) == ["flac,48000,deu", "flac,22050,fra"]


@pytest.mark.parametrize(
    ("channels", "audio", "found"), [("5.1", "mp3", 2), ("5.1", "opus", 6), ("7.1", "aac", 8), ("mono", "aac", 1)]
)
def test_channels_are_mixed_only_where_the_codec_has_fewer(
    channels: str, audio: str, found: int, tmp_path: Path
) -> None:
    source = make(tmp_path / "in.wav", f"anoisesrc=duration=1:sample_rate=48000,aformat=channel_layouts={channels}")
    out = tmp_path / "out.mka"
    cli.main(["transcode", str(source), str(out), "--audio", audio])
    assert ffprobe(out, "-show_entries", "stream=channels") == [str(found)]


@pytest.mark.parametrize(
    ("audio", "ending"),
    [("opus", "ogg"), ("opus", "opus"), ("aac", "m4a"), ("flac", "flac"), ("mp3", "mp3"), ("pcm-s16", "wav")],
)
def test_sound_alone(audio: str, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "in.wav", tmp_path / f"out.{ending}"
    samples = tones(50_000)
    soundfile.write(source, samples, 48_000, subtype="FLOAT")
    cli.main(["transcode", str(source), str(out), "--audio", audio, "--slots", "2"])
    assert re.search(r"^sound 0 out", capsys.readouterr().out, re.MULTILINE)
    after = heard(out, 48_000, 2)
    assert abs(len(after) - len(samples)) < 2500
    if audio != "mp3":
        assert likeness(after[:48_000], samples[:48_000]) > (0.99, -1)
    with pytest.raises(SystemExit, match="NotSupportedError: the file has no video track"):
        cli.main(["transcode", str(source), str(tmp_path / "copied.mkv")])


def test_the_progress_bar_of_sound_alone(tmp_path: Path) -> None:
    """On a terminal: it counts what was read."""
    source = make(tmp_path / "in.mka", "sine=duration=2:sample_rate=48000", more=("-c:a", "flac"))
    count = len(ffprobe(source, "-show_entries", "packet=size"))
    arguments = ["transcode", str(source), str(tmp_path / "out.ogg"), "--audio", "opus"]
    program = f"from framegate.cli import main; main({arguments!r})"
    command = f'env PYTHONPATH={ROOT}/bindings/python/src TERM=xterm {sys.executable} -c "{program}"'
    done = subprocess.run(["script", "-qec", command, "/dev/null"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert f"{count}/{count}" in done.stdout


def test_a_gap_in_the_sound_stays_one(tmp_path: Path) -> None:
    """Encoders count samples: without silence what follows would move to the front, away from its pictures."""
    whole = make(tmp_path / "whole.mkv", "sine=frequency=500:duration=6:sample_rate=48000", more=("-c:a", "pcm_s16le"))
    gap = tmp_path / "gap.mkv"
    with Demuxer(whole) as demuxer, Muxer(gap) as muxer:
        track = muxer.add_track(demuxer.audio.config)
        for chunk in demuxer.audio:
            if not 2_000_000 < chunk.timestamp < 4_000_000:
                muxer.write(track, chunk)
    out = tmp_path / "out.mp4"
    cli.main(["transcode", str(gap), str(out), "--audio", "flac"])
    samples = heard(out, 48_000, 1)[:, 0]
    assert len(samples) == pytest.approx(6 * 48_000, abs=2000)
    assert np.abs(samples[int(2.2 * 48_000) : int(3.8 * 48_000)]).max() == 0
    assert np.abs(samples[int(4.2 * 48_000) : int(5.8 * 48_000)]).max() > 0.1


def test_a_clock_that_jumps_by_hours_is_no_silence(tmp_path: Path) -> None:
    whole = make(tmp_path / "whole.mkv", "sine=duration=2:sample_rate=48000", more=("-c:a", "pcm_s16le"))
    jump, out = tmp_path / "jump.mkv", tmp_path / "out.wav"
    with Demuxer(whole) as demuxer, Muxer(jump) as muxer:
        track = muxer.add_track(demuxer.audio.config)
        for chunk in demuxer.audio:
            chunk.timestamp += 50_000_000_000 * (chunk.timestamp > 1_000_000)
            chunk.dts = None
            muxer.write(track, chunk)
    cli.main(["transcode", str(jump), str(out), "--audio", "pcm-s16"])
    assert len(heard(out, 48_000, 1)) == pytest.approx(2 * 48_000, abs=100)


def test_sound_that_begins_late_is_where_it_was(movie: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "late.mkv", tmp_path / "out.mkv"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", movie, "-itsoffset", "2", "-i", movie]
    subprocess.run([*command, "-map", "0:v", "-map", "1:a", "-c", "copy", source], check=True)
    cli.main(["transcode", str(source), str(out), "--audio", "opus", *QUICK])
    with Demuxer(out) as demuxer:
        first = next(iter(demuxer.audio))
    assert first.timestamp == pytest.approx(2_000_000, abs=50_000)


def test_a_track_without_sound_is_left_out(tmp_path: Path) -> None:
    source, out = tmp_path / "in.mkv", tmp_path / "out.mkv"
    make(source, "testsrc2=size=64x64:rate=25:duration=1", "sine=duration=1", more=("-c:a", "aac"))
    empty = tmp_path / "empty.mkv"
    part = ["-bsf:a", "noise=drop=1", "-map", "0", "-c", "copy"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", source, *part, empty], check=True)
    assert "audio" in ffprobe(empty, "-show_entries", "stream=codec_type")
    cli.main(["transcode", str(empty), str(out), "--audio", "opus", *QUICK])
    assert ffprobe(out, "-show_entries", "stream=codec_type") == ["video"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--audio", "opu"], 'NotSupportedError: codec "opu" is not supported'),
        (["--audio", "vp8"], 'NotSupportedError: codec is "vp8", which has video'),
        (["--audio", "opus", "--audio-bitrate", "1"], "InvalidArgumentError.*bitrate is 1, Opus .*500 to"),
        (["--audio", "opus", "--audio-set", "sample_rate=11025"], "sampleRate is 11025, Opus supports 48000"),
        (["--audio", "opus", "--audio-set", "rate=1"], 'unknown key "rate"'),
        (["--audio", "opus", "--audio-set", "rate"], '--audio-set is "rate", MEMBER=VALUE is needed'),
        (["--audio-bitrate", "96k"], "InvalidArgumentError: --audio is copy"),
        (["--audio", "none", "--audio-set", "slots=2"], "InvalidArgumentError: --audio is none"),
    ],
)
def test_what_fails_is_said_in_a_line_and_leaves_the_old_output(
    options: list[str], text: str, movie: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.mp4"
    output.write_bytes(b"what was there")
    with pytest.raises(SystemExit, match=text):
        cli.main(["transcode", str(movie), str(output), *options, *QUICK])
    assert list(tmp_path.iterdir()) == [output]
    assert output.read_bytes() == b"what was there"


def test_what_cannot_be_copied_says_how_it_is_encoded(movie: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"track 1 \(audio, mp4a\.40\.2\) cannot be copied.*--audio opus"):
        cli.main(["transcode", str(movie), str(tmp_path / "out.webm"), *QUICK])

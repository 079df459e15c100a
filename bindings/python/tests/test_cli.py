"""`python -m framegate`."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from framegate import Demuxer, cli
from framegate.transcoding import codec_choice
from framegate.transcoding.output_file import replacing


def ffprobe(path: Path, *entries: str) -> list[str]:
    command = ["ffprobe", "-v", "error", *entries, "-of", "csv=p=0", path]
    return sorted(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def test_transcode(movie: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.mp4"
    arguments = [
        "transcode",
        str(movie),
        str(out),
        "--bitrate",
        "200k",
        "--slots",
        "4",
        "--set",
        "ffmpeg.preset=veryfast",
    ]
    cli.main(arguments)
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", out, "-f", "null", "-"], check=True)
    times = ["-select_streams", "v", "-show_entries", "packet=pts_time"]
    assert ffprobe(out, *times) == ffprobe(movie, *times)
    sound = ["-select_streams", "a", "-show_entries", "packet=pts_time,size,flags"]
    assert ffprobe(out, *sound) == ffprobe(movie, *sound) != []
    shown = capsys.readouterr().out
    assert "100 frames in" in shown
    assert re.search(r"^encoder +100 +\d+ / 4 ", shown, re.MULTILINE)


def test_transcode_keeps_title_and_language(movie: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.mp4", tmp_path / "out.mp4"
    command = ["ffmpeg", "-v", "error", "-i", movie, "-c", "copy", "-metadata", "title=Grüße"]
    languages = ["-metadata:s:v", "language=fra", "-metadata:s:a", "language=deu"]
    subprocess.run([*command, *languages, source], check=True)
    cli.main(["transcode", str(source), str(out), "--set", "ffmpeg.preset=ultrafast"])
    for entries in ("format_tags=title", "stream_tags=language"):
        assert ffprobe(out, "-show_entries", entries) == ffprobe(source, "-show_entries", entries) != []


def test_transcode_shows_what_the_edit_list_shows(tmp_path: Path) -> None:
    source = Path(__file__).parents[3] / "tests" / "data" / "ed_trim.mp4"
    target = tmp_path / "edited.mp4"
    cli.main(["transcode", str(source), str(target), "--set", "ffmpeg.preset=ultrafast"])
    assert ffprobe(target, "-count_frames", "-show_entries", "stream=nb_read_frames") == ["53"]


def test_probe(movie: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["probe", str(movie), "--json"])
    video, audio = json.loads(capsys.readouterr().out)
    assert (video["kind"], video["size"], video["framerate"], video["chunks"]) == ("video", "320x240", 25, 100)
    assert video["codec"].startswith("avc1.64")
    assert video["decodable"]
    assert (audio["kind"], audio["codec"]) == ("audio", "mp4a.40.2")
    keys = ffprobe(movie, "-select_streams", "v", "-show_entries", "packet=flags")
    assert video["key_chunks"] == sum("K" in flags for flags in keys)
    cli.main(["probe", str(movie)])
    assert "320x240" in capsys.readouterr().out


@pytest.fixture(scope="module")
def silent(make_clip: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The movie's pictures, smaller and fewer, without its sound."""
    path = tmp_path_factory.mktemp("silent") / "silent.mp4"
    shown = ["-an", "-frames:v", "20", "-vf", "scale=160:120", "-c:v", "libx264", "-preset", "veryfast"]
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", make_clip["b-frames"], *shown, path]
    subprocess.run(command, check=True)
    return path


@pytest.mark.parametrize(
    ("options", "ending", "found"),
    [
        (["--video", "vp9"], "mp4", "vp09.00.10.08"),
        (["--video", "vp9"], "mkv", "vp09.00.10.08"),
        (["--video", "vp8"], "mkv", "vp8"),
        (["--video", "vp8"], "webm", "vp8"),
        (["--video", "h264"], "mp4", "avc1.640028"),
        (["--video", "h264"], "mkv", "avc1.640028"),
        (["--codec", "vp09.00.20.08"], "webm", None),
        ([], "webm", "vp09.00.10.08"),
        ([], "WEBM", "vp09.00.10.08"),
        ([], "mkv", "avc1.640028"),
        (["--video", "vp9", "--set", "width=1280", "--set", "height=720"], "mp4", "vp09.00.31.08"),
    ],
)
def test_transcode_to_a_codec(
    options: list[str], ending: str, found: str | None, silent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"out.{ending}"
    cli.main(["transcode", str(silent), str(out), "--bitrate", "300k", "--set", "latency_mode=realtime", *options])
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", out, "-f", "null", "-"], check=True)
    capsys.readouterr()
    cli.main(["probe", str(out), "--json"])
    (video,) = json.loads(capsys.readouterr().out)
    assert (video["kind"], video["chunks"], video["decodable"]) == ("video", 20, True)
    assert video["codec"].split(".")[0] == (found or "vp09").split(".")[0]
    if found:
        assert video["codec"] == found
    times = ["-select_streams", "v", "-show_entries", "packet=pts_time"]
    assert [float(time) for time in ffprobe(out, *times)] == pytest.approx(
        [float(time) for time in ffprobe(silent, *times)], abs=0.001
    )


@pytest.mark.parametrize(
    ("format", "found"),
    [
        ("yuv422p", "vp09.01.10.08"),
        ("yuv444p", "vp09.01.10.08"),
        ("yuv420p10le", "vp09.02.10.10"),
        ("yuv420p12le", "vp09.02.10.12"),
        ("yuv444p10le", "vp09.03.10.10"),
    ],
)
def test_vp9_has_the_sources_depth_and_chroma(
    format: str, found: str, silent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "in.mkv", tmp_path / "out.mp4"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", silent, "-frames:v", "5", "-pix_fmt", format]
    subprocess.run([*command, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", source], check=True)
    cli.main(["transcode", str(source), str(out), "--video", "vp9", "--set", "latency_mode=realtime"])
    assert ffprobe(out, "-show_entries", "stream=pix_fmt") == [format]
    capsys.readouterr()
    cli.main(["probe", str(out)])
    assert found in capsys.readouterr().out


@pytest.mark.parametrize("video", ["vp8", "vp9"])
def test_transcode_keeps_alpha_if_asked(video: str, silent: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.webm", tmp_path / "out.webm"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", silent, "-frames:v", "5", "-vf", "format=yuva420p"]
    subprocess.run([*command, "-c:v", "libvpx-vp9", "-auto-alt-ref", "0", "-cpu-used", "8", source], check=True)
    for options, kept in (([], False), (["--set", "alpha=keep"], True)):
        cli.main(["transcode", str(source), str(out), "--video", video, *options])
        with Demuxer(out) as demuxer:
            assert [chunk.alpha is not None for chunk in demuxer.video] == [kept] * 5
    with pytest.raises(SystemExit, match=r"NotSupportedError: .*alpha"):
        cli.main(["transcode", str(source), str(tmp_path / "out.mp4"), "--video", "vp9", "--set", "alpha=keep"])


def test_a_track_that_cannot_be_copied_is_named(movie: Path, tmp_path: Path) -> None:
    for video in ([], ["--video", "vp8"]):
        with pytest.raises(SystemExit, match=r"NotSupportedError: track 1 \(audio, mp4a.40.2\) .*out.webm.*\.mkv"):
            cli.main(["transcode", str(movie), str(tmp_path / "out.webm"), *video, "--set", "latency_mode=realtime"])
    assert list(tmp_path.iterdir()) == []
    out = tmp_path / "out.mkv"
    cli.main(["transcode", str(movie), str(out), "--video", "vp9", "--set", "latency_mode=realtime"])
    assert ffprobe(out, "-show_entries", "stream=codec_name") == ["aac", "vp9"]


@pytest.mark.parametrize("sound", ["opus", "vorbis"])
def test_sound_that_webm_takes_is_copied(sound: str, silent: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.mkv", tmp_path / "out.webm"
    made = ["-f", "lavfi", "-i", "sine=duration=1:sample_rate=48000", "-c:v", "copy", "-c:a", f"lib{sound}"]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", silent, *made, source], check=True)
    cli.main(["transcode", str(source), str(out), "--set", "latency_mode=realtime"])
    assert ffprobe(out, "-show_entries", "stream=codec_name") == sorted([sound, "vp9"])
    sizes = ["-select_streams", "a", "-show_entries", "packet=size"]
    copied, before = ([size.rstrip(",") for size in ffprobe(path, *sizes)] for path in (out, source))
    assert copied == before != []


@pytest.mark.parametrize(
    ("format", "members", "found"),
    [
        ("I420", {"width": "3840", "height": 2160, "framerate": "60"}, "vp09.00.51.08"),
        ("I420A", {"width": 1920, "height": 1080, "framerate": "29.97"}, "vp09.00.40.08"),
        ("NV12", {"width": 1920, "height": 1080, "framerate": None}, "vp09.00.41.08"),
        ("I422P10", {"width": 513, "height": 16, "framerate": 1}, "vp09.03.11.10"),
        ("I444AP12", {"width": 10**5, "height": 10**5}, "vp09.03.62.12"),
        ("RGBA", {}, "vp09.00.10.08"),
    ],
)
def test_the_level_of_vp9_is_the_lowest_that_does(format: str, members: dict[str, Any], found: str) -> None:
    assert codec_choice.vp9(format, members) == found


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["probe", "nothing.mp4"], "framegate: InputOutputError: "),
        (["transcode", "MOVIE", "out.mp4", "--set", "colour=1"], 'unknown key "colour"'),
        (["transcode", "MOVIE", "out.mp4", "--set", "colour"], "MEMBER=VALUE is needed"),
        (["transcode", "MOVIE", "out.mp4", "--codec", "vp7"], "NotSupportedError"),
        (["transcode", "MOVIE", "out.mp4", "--video", "vp8"], "NotSupportedError.*vp8"),
        (["transcode", "MOVIE", "out.mkv", "--set", "alpha=keep"], 'alpha is "keep"'),
        (["transcode", "MOVIE", "out.mp4", "--set", "scalability_mode=L1T2"], "NotSupportedError.*L1T2"),
    ],
)
def test_what_fails_is_said_in_a_line(arguments: list[str], text: str, movie: Path, tmp_path: Path) -> None:
    filled = [str(movie) if argument == "MOVIE" else argument for argument in arguments]
    filled = [str(tmp_path / argument) if argument.startswith("out.") else argument for argument in filled]
    with pytest.raises(SystemExit, match=text):
        cli.main(filled)


@pytest.mark.parametrize("rich", [True, False])
def test_the_progress_bar(rich: bool, movie: Path, tmp_path: Path) -> None:
    """On a terminal, with rich and without."""
    hide = "" if rich else "import sys; sys.modules['rich'] = sys.modules['rich.progress'] = None; "
    program = f"{hide}from framegate.cli import main; main(['transcode', {str(movie)!r}, {str(tmp_path / 'o.mp4')!r}])"
    source = str(Path(__file__).parents[1] / "src")
    command = f'env PYTHONPATH={source} TERM=xterm {sys.executable} -c "{program}"'
    done = subprocess.run(["script", "-qec", command, "/dev/null"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "100/100" in done.stdout


def run_command(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    """The command in a process of its own, which ignores no signal though the tests may (under nohup they do)."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}
    command = ["env", "--default-signal=INT,TERM,HUP", sys.executable, "-m", "framegate", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, **options)


@pytest.mark.parametrize("how", ["the same name", "another spelling", "hard link", "symbolic link"])
def test_a_file_is_not_transcoded_onto_itself(how: str, movie: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "same.mp4", tmp_path / "other.mp4"
    shutil.copy(movie, file)
    if how == "the same name":
        other = file
    elif how == "another spelling":
        other = tmp_path / ".." / tmp_path.name / "same.mp4"
    elif how == "hard link":
        other.hardlink_to(file)
    else:
        other.symlink_to(file)
    for source, output in ((file, other), (other, file)):
        with pytest.raises(SystemExit, match=r"InvalidArgumentError: .* is the input itself"):
            cli.main(["transcode", str(source), str(output)])
        assert file.read_bytes() == movie.read_bytes()


REFUSED = [
    (["--set", "colour=1"], "unknown key"),
    (["--set", "ffmpeg.preset=rapid"], "preset"),
    (["--codec", "vp7"], "NotSupportedError"),
    (["--slots", "0"], "slots"),
]


@pytest.mark.parametrize(("options", "text"), REFUSED)
def test_a_refused_option_leaves_the_old_output(options: list[str], text: str, movie: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.mp4"
    for old in (b"what was there", None):
        if old is None:
            output.unlink()
        else:
            output.write_bytes(old)
        with pytest.raises(SystemExit, match=text):
            cli.main(["transcode", str(movie), str(output), *options])
        assert list(tmp_path.iterdir()) == ([output] if old else [])
        assert old is None or output.read_bytes() == old


def test_a_failure_half_way_leaves_the_old_output(movie: Path, tmp_path: Path) -> None:
    broken, output = tmp_path / "broken.mp4", tmp_path / "out.mp4"
    data = bytearray(movie.read_bytes())
    begin = data.index(b"mdat") + len(data) // 3
    data[begin : begin + 20_000] = bytes(20_000)
    broken.write_bytes(data)
    output.write_bytes(b"what was there")
    with pytest.raises(SystemExit, match="framegate: "):
        cli.main(["transcode", str(broken), str(output)])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.mp4", "out.mp4"]
    assert output.read_bytes() == b"what was there"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_old_output(number: signal.Signals, tmp_path: Path) -> None:
    long, folder = tmp_path / "long.mp4", tmp_path / "out"
    output = folder / "out.mp4"
    folder.mkdir()
    output.write_bytes(b"what was there")
    source = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=640x360:rate=25:duration=60",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
    ]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *source, long], check=True)
    with run_command("transcode", long, output, "--set", "ffmpeg.preset=veryslow") as process:
        while not any(path.stat().st_size > 0 for path in folder.iterdir() if path != output):
            assert process.poll() is None, "it has not ended by itself"
            time.sleep(0.01)
        process.send_signal(number)
        _, error = process.communicate()
    assert (process.returncode, error) == (128 + number, "")
    assert list(folder.iterdir()) == [output]
    assert output.read_bytes() == b"what was there"


def test_links_and_permissions_of_the_output_stay(movie: Path, tmp_path: Path) -> None:
    target, link, dangling = tmp_path / "target.mp4", tmp_path / "link.mp4", tmp_path / "dangling.mp4"
    target.write_bytes(b"what was there")
    target.chmod(0o640)
    link.symlink_to("target.mp4")
    dangling.symlink_to("made.mp4")
    for output in (link, dangling):
        cli.main(["transcode", str(movie), str(output), "--set", "ffmpeg.preset=ultrafast"])
        assert output.is_symlink()
        assert len(ffprobe(output, "-select_streams", "v", "-show_entries", "packet=pts")) == 100
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    assert (tmp_path / "made.mp4").stat().st_mode == ordinary.stat().st_mode


def test_special_files_are_written_in_place(movie: Path, tmp_path: Path) -> None:
    """A pipe's reader gets the whole file; where it goes away, that is said."""
    for path in ("/dev/null", "/dev/stdout", "/proc/self/fd/1"):
        with replacing(path) as written:
            assert written == path
    pipe, read = tmp_path / "out.mkv", tmp_path / "read.mkv"
    os.mkfifo(pipe)
    for reader, expected in (("cat", ""), ("head -c 1000", f'framegate: InputOutputError: "{pipe}": Broken pipe\n')):
        with run_command("transcode", movie, pipe, stdout=subprocess.DEVNULL) as process:
            subprocess.run(f"{reader} {pipe} > {read}", shell=True, check=True)
            _, error = process.communicate()
        assert (process.returncode, error) == (int(bool(expected)), expected)
        assert pipe.is_fifo()
        if not expected:
            assert len(ffprobe(read, "-select_streams", "v", "-show_entries", "packet=pts")) == 100
    assert sorted(tmp_path.iterdir()) == [pipe, read]


def test_errors_name_the_output(movie: Path, tmp_path: Path) -> None:
    for name in ("out.nothing", "nowhere/out.mp4"):
        with pytest.raises(SystemExit, match=re.escape(str(tmp_path / name)) + "[^/]*$"):
            cli.main(["transcode", str(movie), str(tmp_path / name)])
    assert list(tmp_path.iterdir()) == []


def test_nobody_reads_the_report(movie: Path, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with run_command("transcode", movie, tmp_path / "out.mp4", stdout=write) as process:
        os.close(write)
        _, error = process.communicate()
    assert (process.returncode, error) == (1, "framegate: nobody reads the standard output any more\n")
    assert len(ffprobe(tmp_path / "out.mp4", "-select_streams", "v", "-show_entries", "packet=pts")) == 100

"""Clips for the tests on a cluster, and what ffprobe says of two files."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from framegate.cluster import work
from framegate.transcoding import Encoding, transcode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from distributed import Client

FAST = {"ffmpeg": {"preset": "veryfast"}}


def film(path: Path, *options: str, seconds: int = 6, rate: str = "25", size: str = "160x120") -> Path:
    """Pictures with a key frame each second, and sound."""
    picture = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]
    sound = ["-f", "lavfi", "-i", f"sine=duration={seconds}:sample_rate=48000"]
    codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "25", "-bf", "3", "-c:a", "aac"]
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *picture, *sound, *codecs, *options, path]
    subprocess.run(command, check=True)
    return path


def facts(path: Path) -> dict[str, Any]:
    """What ffprobe shows of a file, of which it decodes all: streams, frames, tags, and the packets' times."""
    entries = "packet=stream_index,pts,dts,duration:stream_side_data:stream_tags:stream_disposition:format_tags"
    probe = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-show_entries", entries]
    done = subprocess.run([*probe, "-of", "json", path], check=True, capture_output=True)
    assert done.stderr == b""
    said = json.loads(done.stdout)
    streams = said["streams"]
    for stream in streams:
        for name in ("bit_rate", "extradata_size", "max_bit_rate"):
            stream.pop(name, None)
    packets: dict[int, dict[str, list[int]]] = {}
    for packet in said["packets"]:
        times = packets.setdefault(packet["stream_index"], {"pts": [], "dts": [], "duration": []})
        for name, values in times.items():
            if name in packet:
                values.append(packet[name])
    shown = {index: {**times, "pts": sorted(times["pts"])} for index, times in packets.items()}
    return {"streams": streams, "packets": shown, "tags": said["format"].get("tags", {})}


def sound(path: Path) -> list[str]:
    """A digest of every packet of sound."""
    command = ["ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-c", "copy", "-f", "framehash", "-hash", "md5", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def keys(path: Path) -> list[float]:
    """When pictures are shown at which decoding can begin."""
    entries = ["-select_streams", "v:0", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0"]
    shown = _probed(path, *entries)
    return [float(line.split(",")[0]) for line in shown.split() if "K" in line]


def _probed(path: Path, *entries: str) -> str:
    command = ["ffprobe", "-v", "error", *entries, path]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def damage(path: Path, copy: Path, number: int, *, blank: bool = False) -> Path:
    """A copy in which one picture is noise behind its header, or has nothing but its kind."""
    entries = ["-select_streams", "v:0", "-show_entries", "packet=pos,size", "-of", "csv=p=0"]
    shown = _probed(path, *entries)
    size, position = map(int, shown.split()[number].split(","))
    data = bytearray(path.read_bytes())
    kept = 5 if blank else 16
    data[position + kept : position + size] = bytes(0 if blank else byte * 151 % 256 for byte in range(size - kept))
    copy.write_bytes(data)
    return copy


@contextmanager
def served(path: Path) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """A file's URL, and the ranges that were asked for."""
    data, asked = path.read_bytes(), []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(200, len(data), {})

        def do_GET(self) -> None:
            found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            first, last = (int(found[1]), int(found[2] or len(data) - 1)) if found else (0, len(data) - 1)
            last = min(last, len(data) - 1)
            asked.append((first, last))
            self._answer(206, last + 1 - first, {"Content-Range": f"bytes {first}-{last}/{len(data)}"})
            self.wfile.write(data[first : last + 1])

        def _answer(self, status: int, length: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(length), "Accept-Ranges": "bytes", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{path.name}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def one_machine(source: Path, target: Path, **encoding: Any) -> Path:
    transcode(source, str(target), Encoding.of(**encoding))
    return target


def assert_same(one: Path, many: Path) -> None:
    """Everything but the bytes of the pictures."""
    assert facts(many) == facts(one)


def assert_nothing_left(client: Client, target: Path) -> None:
    """Neither files nor tasks."""
    assert not [path.name for path in target.parent.iterdir() if "framegate" in path.name or path.name[0] == "."]
    while client.run_on_scheduler(_tasks):  # a scheduler hears of it a little later; without end it fails by its time
        pass
    assert not any(client.run(under_way).values())


def _tasks(dask_scheduler: Any) -> list[str]:
    return [str(key) for key in dask_scheduler.tasks if "framegate" in str(key)]


def times_of(dask_scheduler: Any, state: str) -> list[str]:
    """Keys, once for each time that they came to a state."""
    log = dask_scheduler.transition_log
    return [str(entry[0]) for entry in log if entry[2] == state and "framegate" in str(entry[0])]


def most_at_once(dask_scheduler: Any) -> int:
    """Tasks that the scheduler knew at a time, at the most, since it was asked for the last time."""
    log, known, most = dask_scheduler.transition_log, set[str](), 0
    for key, _, state, *_ in log:
        if "framegate" in str(key):
            (known.discard if state == "forgotten" else known.add)(str(key))
            most = max(most, len(known))
    log.clear()
    return most


def under_way() -> int:
    return sum(work._running.values())

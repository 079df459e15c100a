#!/bin/sh
# Runs the README's program in all four languages and compares what they write. After node-tests.sh and python-tests.sh,
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

# example <language> <command...>
example() {
    language=$1
    shift
    "$@"
    mv out.h264 "$language.h264"
    frames=$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 "$language.h264")
    test "$frames" = 90 || { echo "examples: the $language program wrote $frames frames, not 90" >&2; exit 1; }
    cmp "$language.h264" c.h264 || { echo "examples: the $language program wrote something else than C's" >&2; exit 1; }
}

${CC:-cc} -O1 "$root/examples/encode.c" -o encode-c -I"$root/include" -Llib -lframegate -Wl,-rpath,"$work/lib"
${CXX:-c++} -std=c++17 -O1 "$root/examples/encode.cpp" -o encode-cpp -I"$root/include" -Llib -lframegate -Wl,-rpath,"$work/lib"
cp "$root/examples/encode.mjs" . # so that `framegate` is looked for here
example c ./encode-c
example c++ ./encode-cpp
example python env PYTHONPATH="$root/bindings/python/src" "$root/target/python/venv/bin/python" "$root/examples/encode.py"
PATH=$("$root/scripts/node-directory.sh" 20):$PATH
example node node encode.mjs
echo "examples: C, C++, Python and Node write the same stream"

#!/bin/sh
# golden.sh before.so after.so [media files...]
# Compares what two builds of the library give, configuration by configuration: for changes that must not alter it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
before=$(realpath "${1:?usage: golden.sh before.so after.so [media files...]}")
after=$(realpath "${2:?usage: golden.sh before.so after.so [media files...]}")
shift 2
"$root/scripts/python-tests.sh" venv
work=$root/target/golden
mkdir -p "$work"
for side in before after; do
    eval "library=\$$side"
    PYTHONPATH=$root/bindings/python/src FRAMEGATE_LIBRARY=$library \
        "$root/target/python/venv/bin/python" "$root/tests/golden/golden.py" "$@" >"$work/$side.txt" 2>"$work/$side.err" ||
        { cat "$work/$side.err" >&2; exit 1; }
done
diff "$work/before.txt" "$work/after.txt" || { echo "golden: the two differ" >&2; exit 1; }
echo "golden: $(wc -l <"$work/after.txt") lines are equal"

#!/bin/sh
# check-exports.sh <libframegate.so> [framegate.h]
# The library exports exactly the functions that the header declares, and nothing else.
set -eu
here=$(dirname "$0")
library=${1:?usage: check-exports.sh <libframegate.so> [framegate.h]}
header=${2:-$here/../include/framegate.h}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The preprocessor takes the comments out, which name functions, too.
"${CC:-cc}" -E -P -x c "$header" | grep -oE '\bfg_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u >"$work/declared"
nm -D --defined-only "$library" | awk '{ sub(/@.*/, "", $NF); print $NF }' | sort -u >"$work/exported"
test -s "$work/declared" || { echo "no function found in $header" >&2; exit 1; }
if ! diff -u "$work/declared" "$work/exported"; then
    echo "declared in $header (-) and exported by $library (+) differ" >&2
    exit 1
fi
echo "exports: $(wc -l <"$work/declared") functions, as declared"

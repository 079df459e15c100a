#!/bin/sh
# c-programs.sh <out dir> <library dir> [compiler flags...]
# Builds every program of c_tests/ into <out dir> against the library in <library dir>, and runs them.
#   CC, CXX   the compilers           RUN       a command in front of each program, such as valgrind
#   ARGS_<program>   arguments of one program
# Prints a line a program and a closing one; fails if any program did.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:?usage: c-programs.sh <out dir> <library dir> [compiler flags...]}
library_dir=$(cd "${2:?a library directory}" && pwd)
shift 2
mkdir -p "$out"
test -f "$library_dir/libframegate.so" || { echo "there is no $library_dir/libframegate.so" >&2; exit 1; }
ln -sf "$library_dir/libframegate.so" "$out/libframegate.so"
ln -sf libframegate.so "$out/libframegate.so.0" # the soname

# build <source> <program> <flags...>
build() {
    source=$1 program=$2
    shift 2
    case $source in
    *.cpp) set -- "${CXX:-c++}" -std=c++17 "$@" ;;
    *) set -- "${CC:-cc}" -std=c99 -D_POSIX_C_SOURCE=200809L "$@" ;;
    esac
    "$@" -Wall -Wextra -Wpedantic -Werror -g -O1 -pthread -I"$root/include" -o "$program" "$source" \
        -L"$out" -Wl,-rpath,"$out" -lframegate -lm
}

passed=0
failed=0
out=$(cd "$out" && pwd)
for source in "$root"/c_tests/*.c "$root"/c_tests/*.cpp; do
    name=$(basename "$source")
    name=${name%.*}
    program=$out/$name
    eval "arguments=\${ARGS_$name:-}"
    # shellcheck disable=SC2086 # RUN and arguments are words
    if build "$source" "$program" "$@" && ${RUN:-} "$program" $arguments >"$program.log" 2>&1; then
        echo "ok      $name"
        passed=$((passed + 1))
    else
        echo "FAILED  $name"
        sed 's/^/        /' "$program.log" 2>/dev/null || true
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
test "$failed" -eq 0

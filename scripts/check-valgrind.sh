#!/bin/sh
# check-valgrind.sh [out dir]
# Every C and C++ program under valgrind: no invalid access, no use of what was never written, no leak.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$root/target/c-programs-valgrind}
cd "$root"
cargo build --lib
# soak opens 84 encoders, which is what takes time here; so would a thousand forks.
ARGS_soak="3 32 32" ARGS_fork=5 ARGS_random_calls="--threads 2 --calls 100" RUN="valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite,indirect,possible \
--errors-for-leak-kinds=definite,indirect,possible --num-callers=30 --suppressions=$root/scripts/valgrind.supp" \
    exec "$root/scripts/c-programs.sh" "$out" "${CARGO_TARGET_DIR:-$root/target}/debug"

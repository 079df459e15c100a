#!/bin/sh
# check-asan.sh
# Every C and C++ program under AddressSanitizer and LeakSanitizer, with the library instrumented, too.
# RUSTC_BOOTSTRAP lets the stable compiler take -Zsanitizer. The library leaves the sanitizer's runtime to the
# program; GCC's and Clang's both have the version that Rust's instrumentation asks for.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
target=x86_64-unknown-linux-gnu
dir=$root/target/asan
cd "$root"
RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=address" \
    cargo build --lib --profile sanitized --target "$target" --target-dir "$dir"
# GCC's runtime has no fork handlers: a child may wait for a lock that an encoding thread of its parent had.
# random-calls.sh forks beside threads, with Rust's.
ARGS_fork=0 ASAN_OPTIONS=detect_leaks=1:exitcode=9 \
    exec "$root/scripts/c-programs.sh" "$dir/c-programs" "$dir/$target/sanitized" -fsanitize=address

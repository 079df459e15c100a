#!/bin/sh
# ThreadSanitizer over gate and machine, with a codec of numbers and without FFmpeg: tests/tsan as a plain program.
set -eu
cd "$(dirname "$0")/.."

# RUSTC_BOOTSTRAP: sanitizers are flags that the stable compiler hides. The standard library is not
# instrumented, which is no loss: locks are src/sync/lock.rs's, and those are.
export RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}/tsan"
export RUSTFLAGS="-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer -Cdebuginfo=1"
export TSAN_OPTIONS="halt_on_error=1 exitcode=66 suppressions=$PWD/tests/tsan/suppressions.txt"
host=$(rustc -vV | sed -n 's/^host: //p')
cp Cargo.lock tests/tsan/Cargo.lock # the versions that the library is built with
cargo run --quiet --release --target "$host" --manifest-path tests/tsan/Cargo.toml
echo "ThreadSanitizer: no report"

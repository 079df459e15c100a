#!/bin/sh
# random-calls.sh address|thread [options of c_tests/random_calls.cpp...]
# Random calls with the library instrumented by AddressSanitizer or ThreadSanitizer.
#
# The program is linked with the sanitizer's runtime that comes with Rust: it has fork handlers (GCC 12's
# AddressSanitizer has none: a forked child's allocation waits for a lock that another thread held), and it is a
# part of the program, so that the program's failing allocators can stand before it (random_calls/faults.hpp).
# Freed memory is kept for a while before it is used again, by AddressSanitizer's quarantine. It has a lock that fork does not
# mind: a child's free would wait for ever where another thread had it. So with forks there is no quarantine.
# max_allocation_size_mb: what a hostile size asks for is refused by the allocator, as a small machine does.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
kind=${1:?usage: random-calls.sh address|thread [options...]}
shift
target=$(rustc -vV | sed -n 's/^host: //p')
cd "$root"
case $kind in
address) dir=$root/target/asan runtime=asan flags="" ;;
# The library's dependencies are instrumented; Rust's own, FFmpeg and the codecs are not: see the suppressions.
thread) dir=$root/target/tsan-library runtime=tsan flags="-Cunsafe-allow-abi-mismatch=sanitizer" ;;
*) echo "random-calls.sh: what is $kind?" >&2; exit 2 ;;
esac
RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=$kind $flags" \
    cargo build --quiet --locked --lib --profile sanitized --target "$target" --target-dir "$dir"

out=$dir/random-calls
runtimes=$(rustc --print sysroot)/lib/rustlib/$target/lib
mkdir -p "$out"
ln -sf "$dir/$target/sanitized/libframegate.so" "$out/libframegate.so"
ln -sf libframegate.so "$out/libframegate.so.0" # the soname
"${CXX:-c++}" -std=c++17 -Wall -Wextra -Werror -g -O1 -fno-omit-frame-pointer -fsanitize="$kind" -Iinclude \
    -c c_tests/random_calls.cpp -o "$out/random_calls.o"
"${CXX:-c++}" "$out/random_calls.o" -o "$out/random_calls" -Wl,--whole-archive \
    "$runtimes"/librustc-*_rt.$runtime.a -Wl,--no-whole-archive -Wl,--export-dynamic \
    -pthread -L"$out" -Wl,-rpath,"$out" -lframegate -ldl -lrt -lm

export ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1:max_allocation_size_mb=512:exitcode=9:log_path=$out/report"
case " $* " in
*" --fork "*) ASAN_OPTIONS="$ASAN_OPTIONS:quarantine_size_mb=0:thread_local_quarantine_size_kb=0" ;;
esac
export TSAN_OPTIONS="halt_on_error=1:exitcode=66:log_path=$out/report:suppressions=$root/c_tests/random_calls/tsan.supp"
rm -f "$out"/report.*
status=0
"$out/random_calls" "$@" || status=$?
for report in "$out"/report.*; do
    [ ! -e "$report" ] || sed '/^Shadow bytes/,$d' "$report" >&2
done
exit $status

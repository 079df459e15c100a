#!/bin/sh
# check-package.sh [work dir]
# Installs the library into an empty directory and uses it from there as a stranger would: by find_package, by
# pkg-config, by add_subdirectory, and after the tree was moved. Checks soname, links, flags and exports.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -gt 0 ]; then
    mkdir -p "$1"
    work=$(cd "$1" && pwd) # kept, so that cargo need not start afresh the next time
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
prefix=$work/prefix
rm -rf "$prefix" "$work/moved" "$work/stripped" "$work/consumer" "$work/programs"

fail() {
    echo "check-package: $*" >&2
    exit 1
}

# Builds the consumer programs with cmake and runs them: consumer <name> <cmake arguments...>
consumer() {
    name=$1
    shift
    cmake -S "$root/c_tests/consumer" -B "$work/consumer/$name" "$@" >/dev/null
    cmake --build "$work/consumer/$name" >/dev/null
    ctest --test-dir "$work/consumer/$name" --output-on-failure --no-tests=error >/dev/null ||
        fail "$name: the programs fail"
    echo "ok $name"
}

# Builds the consumer programs with pkg-config alone and runs them: by_pkg_config <name> <prefix>
by_pkg_config() {
    pkgconfig=$(dirname "$(find "$2" -name framegate.pc)")
    flags=$(PKG_CONFIG_PATH=$pkgconfig pkg-config --cflags --libs framegate)
    libdir=$(PKG_CONFIG_PATH=$pkgconfig pkg-config --variable=libdir framegate)
    mkdir -p "$work/programs"
    # shellcheck disable=SC2086 # flags are words
    cc -std=c99 -o "$work/programs/c" "$root/c_tests/consumer/main.c" $flags
    # shellcheck disable=SC2086
    c++ -std=c++17 -o "$work/programs/cpp" "$root/c_tests/consumer/main.cpp" $flags
    for program in c cpp; do
        LD_LIBRARY_PATH=$libdir "$work/programs/$program" >/dev/null || fail "$1: $program fails"
    done
    echo "ok $1"
}

cmake -S "$root" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_LIBDIR=lib
cmake --build "$work/build"
ctest --test-dir "$work/build" --output-on-failure --no-tests=error >/dev/null || fail "ctest fails"
cmake --install "$work/build" --prefix "$prefix" >/dev/null

version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
soname=libframegate.so.${version%%.*}
library=$prefix/lib/libframegate.so.$version
for file in lib/libframegate.so lib/$soname lib/libframegate.so.$version include/framegate.h \
    include/framegate.hpp lib/pkgconfig/framegate.pc lib/cmake/framegate/framegate-config.cmake \
    lib/cmake/framegate/framegate-config-version.cmake share/doc/framegate/LICENSE-MIT \
    share/doc/framegate/LICENSE-APACHE; do
    test -f "$prefix/$file" || fail "$file is not installed"
done
test "$(readlink "$prefix/lib/$soname")" = "libframegate.so.$version" || fail "$soname is not a link"
dynamic=$(readelf -dW "$library")
echo "$dynamic" | grep -q "SONAME.*\[$soname\]" || fail "the soname is not $soname"
echo "$dynamic" | grep -q 'FLAGS_1.*NODELETE' || fail "the library is not marked NODELETE"
echo "$dynamic" | grep -Eq 'RPATH|RUNPATH' && fail "the library has a run path"
grep -q "$work" "$prefix"/lib/pkgconfig/*.pc "$prefix"/lib/cmake/framegate/*.cmake &&
    fail "an installed file names the build directory"
"$root/scripts/check-exports.sh" "$library" "$prefix/include/framegate.h"

sections=$(readelf -SW "$library")
echo "$sections" | grep -q '\.debug_' && fail "the library has debug sections"
echo "$sections" | grep -q '\.gnu_debuglink' || fail "the library does not name its debug file"
debug=$prefix/lib/.debug/libframegate.so.$version.debug
readelf -SW "$debug" | grep -q '\.debug_line' || fail "the debug file has no lines"
test "$(readelf -n "$debug" | grep 'Build ID')" = "$(readelf -n "$library" | grep 'Build ID')" ||
    fail "the debug file is another build's"
for path in "$root" "$work" "${CARGO_HOME:-$HOME/.cargo}"; do
    grep -aq "$path" "$library" && fail "the library has $path in it"
done
size=$(stat -c %s "$library")
cmake --install "$work/build" --prefix "$work/stripped" --strip >/dev/null
test "$(stat -c %s "$work/stripped/lib/libframegate.so.$version")" -le "$size" || fail "--strip makes it larger"
echo "ok stripped: $((size / 1000)) kB"

# As packages are made: for /usr, in Debian's directory for the machine, below DESTDIR.
mkdir -p "$work/packaged"
ln -sfn "$work/build/cargo" "$work/packaged/cargo"
cmake -S "$root" -B "$work/packaged" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF >/dev/null
cmake --build "$work/packaged" >/dev/null
rm -rf "$work/dest"
DESTDIR=$work/dest cmake --install "$work/packaged" >/dev/null
test -f "$work/dest/usr/lib/$(cc -print-multiarch)/libframegate.so.$version" || fail "multiarch: the library is elsewhere"
by_pkg_config "DESTDIR and multiarch" "$work/dest/usr"

consumer find_package -DCMAKE_PREFIX_PATH="$prefix"
by_pkg_config pkg-config "$prefix"
mv "$prefix" "$work/moved"
consumer "find_package, moved" -DCMAKE_PREFIX_PATH="$work/moved"
by_pkg_config "pkg-config, moved" "$work/moved"
# The sources once more, with the same cargo cache.
mkdir -p "$work/consumer/add_subdirectory/framegate"
ln -s "$work/build/cargo" "$work/consumer/add_subdirectory/framegate/cargo"
consumer add_subdirectory -DFRAMEGATE_SOURCE="$root"
echo "package: all good"

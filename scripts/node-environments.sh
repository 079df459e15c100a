#!/bin/sh
# node-environments.sh [Node versions] [FFI backends] [test files...]
# Tests the packed package where programs load it: in Jest, Vitest and piscina, and beside what bundlers make. What these need
# is installed below target/node. On Node 20 and 22 with koffi, unless told otherwise (ffi-napi takes minutes in Jest, which loads
# it anew for each file).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
versions=${1:-20 22}
backends=${2:-koffi}
[ $# -lt 2 ] || shift
[ $# -lt 1 ] || shift

fail() {
    echo "node-environments: $*" >&2
    exit 1
}

if [ -z "${FRAMEGATE_LIBRARY:-}" ]; then
    (cd "$root" && "${CARGO:-cargo}" build --quiet --locked --release --lib)
    FRAMEGATE_LIBRARY=$root/target/release/libframegate.so
fi
NODE_PATH=${NODE_PATH:-$root/target/node/ffi-napi/node_modules}
export FRAMEGATE_LIBRARY NODE_PATH

work=$root/target/node/environments
mkdir -p "$work"
rm -rf "$work/jest" "$work/vitest" "$work/suite" "$work"/framegate-*.tgz
if ! cmp -s "$root/bindings/node/test/environments/package-lock.json" "$work/installed.json"; then
    cp "$root/bindings/node/test/environments/package.json" "$root/bindings/node/test/environments/package-lock.json" "$work"
    # Packages for the machine bring binaries: no install script is needed.
    (cd "$work" && npm ci --silent --ignore-scripts --no-audit --no-fund)
    cp "$work/package-lock.json" "$work/installed.json"
fi
cp -r "$root/bindings/node/test/environments/." "$work"

# As users have it, but without the sources of the library.
(cd "$root/bindings/node" && npm ci --silent --ignore-scripts && npm run --silent build && npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null)
rm -rf "$work/node_modules/framegate"
mkdir "$work/node_modules/framegate"
tar -xzf "$work"/framegate-*.tgz -C "$work/node_modules/framegate" --strip-components=1

cd "$work"
[ $# -gt 0 ] || set -- suite/*.test.mjs
for version in $versions; do
    node=$("$root/scripts/node-directory.sh" "$version")/node
    for backend in $backends; do
        log=$root/target/node/environments-$version-$backend.log
        if FRAMEGATE_FFI=$backend "$node" --test --test-concurrency=1 --test-reporter=spec "$@" >"$log" 2>&1; then
            echo "ok Node $("$node" --version), $backend: $(sed -n 's/^ℹ pass //p' "$log") tests of environments"
        else
            sed -n '/failing tests:/,$p' "$log" >&2
            fail "Node $("$node" --version), $backend: tests fail, see $log"
        fi
    done
done

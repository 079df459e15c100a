#!/bin/sh
# node-tests.sh [Node versions] [FFI backends] [test files...]
# Builds the Node package and runs its tests: on Node 20 and 22, with koffi and with ffi-napi, unless told otherwise:
#   node-tests.sh "20" "koffi" test/gate.test.mjs
# The system's Node serves if it is of the version; others come from npm's package `node`, into target/node.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
package=$root/bindings/node
versions=${1:-20 22}
backends=${2:-koffi ffi-napi}
[ $# -lt 2 ] || shift
[ $# -lt 1 ] || shift

fail() {
    echo "node-tests: $*" >&2
    exit 1
}

# Prints the directory of a Node of major version $1.
node_directory() {
    if command -v node >/dev/null 2>&1 && node --version | grep -q "^v$1\."; then
        dirname "$(command -v node)"
        return
    fi
    prefix=$root/target/node/$1
    # Its install script, which some npm do not run, only fetches the second of these.
    for name in "node@$1" "node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')@$1"; do
        for directory in "$prefix"/node_modules/node*/bin; do
            if [ -x "$directory/node" ] && "$directory/node" --version | grep -q "^v$1\."; then
                echo "$directory"
                return
            fi
        done
        npm install --silent --no-save --prefix "$prefix" "$name" >/dev/null || true
    done
    for directory in "$prefix"/node_modules/node*/bin; do
        [ ! -x "$directory/node" ] || { echo "$directory"; return; }
    done
    fail "npm has no Node $1 for this machine"
}

(cd "$root" && "${CARGO:-cargo}" build --quiet --locked --release --lib)
mkdir -p "$root/target/node" "$root/target/node/library"
ln -sf "$root/target/release/libframegate.so" "$root/target/node/library/libframegate.so.0"
FRAMEGATE_LIBRARY=$root/target/node/library/libframegate.so.0
export FRAMEGATE_LIBRARY

first=$(node_directory "$(echo "$versions" | cut -d' ' -f1)")
cd "$package"
(
    PATH=$first:$PATH
    # Install scripts are not needed: koffi and ffi-napi bring binaries, and the library is built here.
    npm ci --silent --ignore-scripts
    npm run --silent build
)
[ $# -gt 0 ] || set -- test/*.test.mjs test/*/*.test.mjs
for version in $versions; do
    node=$(node_directory "$version")/node
    for backend in $backends; do
        log=$root/target/node/$version-$backend.log
        # One file at a time: some measure memory and the event loop.
        if FRAMEGATE_FFI=$backend "$node" --test --test-concurrency=1 --test-reporter=spec "$@" >"$log" 2>&1; then
            echo "ok Node $("$node" --version), $backend: $(sed -n 's/^ℹ pass //p' "$log") tests"
        else
            sed -n '/failing tests:/,$p' "$log" >&2
            fail "Node $("$node" --version), $backend: tests fail, see $log"
        fi
    done
done

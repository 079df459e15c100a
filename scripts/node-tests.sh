#!/bin/sh
# node-tests.sh [Node versions] [FFI backends] [test files...]
# Builds the Node package and runs its tests: on Node 20 with koffi, on 22 with ffi-napi, a part on 24, unless told otherwise:
#   node-tests.sh "20 22" "koffi ffi-napi"
#   node-tests.sh "20" "koffi" test/gate.test.mjs
# And one program on Bun and Deno. Nodes that the system does not have come from npm, see node-directory.sh.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
package=$root/bindings/node
all=$([ $# -gt 0 ] || echo yes)
versions=${1:-20}
backends=${2:-koffi}
[ $# -lt 2 ] || shift
[ $# -lt 1 ] || shift

fail() {
    echo "node-tests: $*" >&2
    exit 1
}

(cd "$root" && "${CARGO:-cargo}" build --quiet --locked --release --lib)
mkdir -p "$root/target/node" "$root/target/node/library"
ln -sf "$root/target/release/libframegate.so" "$root/target/node/library/libframegate.so.0"
FRAMEGATE_LIBRARY=$root/target/node/library/libframegate.so.0
NODE_PATH=$root/target/node/ffi-napi/node_modules
export FRAMEGATE_LIBRARY NODE_PATH

first=$("$root/scripts/node-directory.sh" "$(echo "$versions" | cut -d' ' -f1)")
cd "$package"
(
    PATH=$first:$PATH
    # Install scripts are not needed: koffi and ffi-napi bring binaries, and the library is built here. ffi-napi's would
    # compile it anew, which fails on these Nodes, so it is no development dependency: `npm install` must work.
    npm ci --silent --ignore-scripts
    npm install --silent --no-save --ignore-scripts --prefix "$root/target/node/ffi-napi" ffi-napi@4.0.3 ref-napi@3.0.3
    npm run --silent build
)

# The same package in other runtimes.
runtimes=$root/target/node/runtimes
[ -x "$runtimes/node_modules/.bin/deno" ] || npm install --silent --no-save --prefix "$runtimes" bun@1 deno@2 >/dev/null
for runtime in "bun" "deno run -A"; do
    # shellcheck disable=SC2086 # words
    output=$("$runtimes/node_modules/.bin/"$runtime test/support/other_runtime.mjs) || fail "$runtime fails"
    test "$output" = "100 chunks, 100 frames, in order" || fail "$runtime: $output"
    echo "ok ${runtime%% *}: $output"
done

# node_tests <version> <backend> <test files...>
node_tests() {
    node=$("$root/scripts/node-directory.sh" "$1")/node
    backend=$2
    log=$root/target/node/$1-$backend.log
    shift 2
    if FRAMEGATE_FFI=$backend "$node" --test --test-concurrency=2 --test-reporter=spec "$@" >"$log" 2>&1; then
        echo "ok Node $("$node" --version), $backend: $(sed -n 's/^ℹ pass //p' "$log") tests"
    else
        sed -n '/failing tests:/,$p' "$log" >&2
        fail "Node $("$node" --version), $backend: tests fail, see $log"
    fi
}

# From Node 24 on asynchronous contexts are made in another way.
[ -z "$all" ] || node_tests 24 koffi test/context.test.mjs test/timers.test.mjs
[ $# -gt 0 ] || set -- test/*.test.mjs test/*/*.test.mjs
[ -z "$all" ] || node_tests 22 ffi-napi "$@"
for version in $versions; do
    for backend in $backends; do
        node_tests "$version" "$backend" "$@"
    done
done

#!/bin/sh
# wpt.sh [options and parts of file names, see bindings/node/wpt/main.mjs]
# Runs the W3C's tests of WebCodecs on the Node package and compares with bindings/node/wpt/expected.tsv.
# WPT_ROOT is a checkout of web-platform-tests: the tests are the W3C's, and not in the repository.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
package=$root/bindings/node

if [ ! -d "${WPT_ROOT:-}/webcodecs" ]; then
    cat >&2 <<TEXT
wpt: set WPT_ROOT to a checkout of web-platform-tests, at least its folders webcodecs, common, resources, interfaces, images
and media. The tests that expected.tsv is about come out of a source package of Debian's (0.7 GB of download, 20 MB kept):
    bindings/node/wpt/get-tests.sh target/wpt     prints the folder
    make wpt WPT_ROOT=<that folder>
TEXT
    exit 2
fi

# The list is that of one Node: newer ones refuse to clone what older ones make an empty object of.
node=$("$root/scripts/node-directory.sh" 20)
PATH=$node:$PATH
canvas=$root/target/node/canvas
[ -d "$canvas/node_modules/@napi-rs/canvas" ] || npm install --silent --no-save --prefix "$canvas" @napi-rs/canvas@1.1.1 >/dev/null
(
    cd "$package"
    [ -d node_modules/typescript ] || npm ci --silent --ignore-scripts
    npm run --silent build
)
if [ -z "${FRAMEGATE_LIBRARY:-}" ]; then
    (cd "$root" && "${CARGO:-cargo}" build --quiet --locked --release --lib)
    FRAMEGATE_LIBRARY=$root/target/release/libframegate.so
fi
CANVAS_MODULE=$canvas/node_modules/@napi-rs/canvas
export FRAMEGATE_LIBRARY WPT_ROOT CANVAS_MODULE
exec node "$package/wpt/main.mjs" "$@"

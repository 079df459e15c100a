#!/bin/sh
# check-package-node.sh [work dir]
# Packs the npm package, installs it into empty directories as a stranger would, and runs the examples of its README:
# once with FRAMEGATE_LIBRARY, once building the library from the sources in the package.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -gt 0 ]; then
    mkdir -p "$1"
    work=$(cd "$1" && pwd) # kept, so that cargo need not start afresh the next time
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi

fail() {
    echo "check-package-node: $*" >&2
    exit 1
}

# Writes the code block of the README that has the line $1 in it to the file $2: example <text> <file>
example() {
    awk -v text="$1" '/^```/ { if (inside && found) { printf "%s", block; exit } inside = !inside; block = ""; found = 0; next }
        inside { block = block $0 "\n"; if (index($0, text)) found = 1 }' "$root/bindings/node/README.md" >"$2"
    test -s "$2" || fail "the README has no example with: $1"
}

# Runs the README's examples in the current directory.
run_examples() {
    example "// encode.mjs" encode.mjs
    example "// decode.cjs" decode.cjs
    example "// sound.mjs" sound.mjs
    example "// alpha.mjs" alpha.mjs
    example "// convert.mjs" convert.mjs
    example "// remux.mjs" remux.mjs
    example "// decode_file.mjs" decode_file.mjs
    example "// pictures.mjs" pictures.mjs
    example "// both.mjs" both.mjs
    example "export async function transcode" transcode.mts
    node encode.mjs
    frames=$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 out.h264)
    test "$frames" = 90 || fail "encode.mjs wrote $frames frames, not 90"
    test "$(node decode.cjs)" = "0 I420 640 360" || fail "decode.cjs printed something else"
    test "$(node sound.mjs)" = "96000 samples" || fail "sound.mjs printed something else"
    bytes=$(ffmpeg -v error -i tone.flac -f s16le - | wc -c)
    test "$bytes" = 384000 || fail "sound.mjs wrote $bytes bytes of sound, not those of 96000 stereo samples"
    test "$(node alpha.mjs)" = I420A || fail "alpha.mjs printed something else"
    ffmpeg -v error -y -f lavfi -i testsrc2=size=640x360:duration=1 -pix_fmt yuv420p any.mp4
    node convert.mjs
    size=$(ffprobe -v error -count_frames -show_entries stream=width,height,nb_read_frames -of csv=p=0 small.mp4)
    test "$size" = "320,180,25" || fail "convert.mjs wrote $size"
    node remux.mjs >tracks.txt
    grep -q '^video avc1\.' tracks.txt || fail "remux.mjs printed $(cat tracks.txt)"
    test "$(ffmpeg -v error -i any.mkv -f md5 -)" = "$(ffmpeg -v error -i any.mp4 -f md5 -)" || fail "remux.mjs changed the pictures"
    test "$(node decode_file.mjs)" = "25 pictures" || fail "decode_file.mjs printed something else"
    node pictures.mjs >pictures.txt
    test "$(head -n 5 pictures.txt | tr '\n' ' ')" = "480000 640 360 0 240000 480000 720000 " || fail "pictures.mjs printed $(cat pictures.txt)"
    node both.mjs | grep -q "'video'" || fail "both.mjs printed something else"
    npx --no-install framegate transcode any.mp4 any.webm --bitrate 800k >report.txt
    npx --no-install framegate probe any.webm >probe.txt
    grep -q ' vp09\..* 640x360 ' probe.txt || fail "framegate probe printed $(cat probe.txt)"
    # The one instance of every class, whichever way it comes.
    node --input-type=module -e "
        import * as esm from 'framegate';
        import { createRequire } from 'node:module';
        const cjs = createRequire(process.cwd() + '/x.js')('framegate');
        const names = Object.keys(cjs).sort();
        if (names.join() !== Object.keys(esm).sort().join()) throw new Error(names + ' are not ' + Object.keys(esm));
        for (const name of names) if (cjs[name] !== esm[name]) throw new Error(name);
    " || fail "ES modules and CommonJS differ"
    cp "$root/bindings/node/test/types/globals.mts" globals.mts
    echo "import 'framegate/polyfill';
        export const supported: Promise<VideoEncoderSupport> =
            VideoEncoder.isConfigSupported({ codec: 'avc1.42001f', width: 2, height: 2 });" >globals.cts
    for lib in es2022 es2022,dom,dom.iterable; do
        "$root/bindings/node/node_modules/.bin/tsc" --noEmit --strict --target es2022 --lib "$lib" --module nodenext \
            --typeRoots "$root/bindings/node/node_modules/@types" --types node transcode.mts globals.mts globals.cts ||
            fail "the types do not compile with lib $lib"
    done
    echo "ok $1"
}

cd "$root/bindings/node"
npm ci --silent --ignore-scripts
tarball=$work/$(npm pack --silent --pack-destination "$work" | tail -n 1)
# Whatever lies in the checkout, the package has the library's sources and no more.
sources=$(tar -tzf "$tarball" | sed -n 's,^package/sources/\([^/]*\).*,\1,p' | grep -v '^\.' | LC_ALL=C sort -u | tr '\n' ' ')
expected="CHANGELOG.md Cargo.lock Cargo.toml LICENSE-APACHE LICENSE-MIT README.md build.rs include src tests "
test "$sources" = "$expected" || fail "the package has the sources $sources"
(cd "$root" && "${CARGO:-cargo}" build --quiet --locked --release --lib)

mediabunny=$(node -p "require('./package-lock.json').packages['node_modules/mediabunny'].version")
# install <name>: an empty directory with the package in it
install() {
    rm -rf "${work:?}/$1"
    mkdir -p "$work/$1"
    cd "$work/$1"
    npm init -y >/dev/null
    npm install --silent --no-audit --no-fund "$tarball" "mediabunny@$mediabunny"
    node node_modules/framegate/scripts/install.mjs # some npm do not run install scripts
}

FRAMEGATE_LIBRARY=$root/target/release/libframegate.so
export FRAMEGATE_LIBRARY
install with-library
test ! -e node_modules/framegate/native || fail "it built a library though FRAMEGATE_LIBRARY names one"
run_examples "with FRAMEGATE_LIBRARY"

unset FRAMEGATE_LIBRARY
CARGO_TARGET_DIR=$work/cargo
export CARGO_TARGET_DIR
install from-sources
test -f node_modules/framegate/native/libframegate.so.0 || fail "no library was built"
run_examples "from sources"

FRAMEGATE_LIBRARY=/nowhere/libframegate.so
export FRAMEGATE_LIBRARY
if node node_modules/framegate/scripts/install.mjs 2>error.txt; then fail "a library that is not there was taken"; fi
grep -q "/nowhere/libframegate.so" error.txt || fail "the error does not name the library"
echo "npm package: all good"

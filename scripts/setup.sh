#!/bin/sh
# setup.sh demo|test|check|cluster|bench
# Installs the Debian packages that are missing for it, and says what else is. Does nothing when nothing is.
set -eu
packages="gcc g++ make cmake pkg-config libclang-dev libavcodec-dev libavformat-dev libavutil-dev libswscale-dev libswresample-dev
    ffmpeg python3 python3-venv"
# Whoever has npm may have it from elsewhere.
command -v npm >/dev/null 2>&1 || npm=npm
case ${1:-test} in
demo) packages="$packages python3-pip unzip" ;;
test) packages="$packages opus-tools lame vorbis-tools flac ${npm:-}" ;;
check) packages="$packages opus-tools lame vorbis-tools flac valgrind binutils ${npm:-}" ;;
cluster) packages="$packages chromium fonts-dejavu-core" ;;
bench) packages="$packages libopus-dev ${npm:-}" ;;
*)
    echo "usage: setup.sh demo|test|check|cluster|bench" >&2
    exit 2
    ;;
esac

if ! command -v cargo >/dev/null 2>&1; then
    echo "setup: cargo is missing. framegate needs Rust 1.95 or newer: install it with rustup." >&2
    exit 1
fi
if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "setup: this is not a Debian system. What is needed, by Debian's names: $packages" >&2
    exit 0
fi

missing=""
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "setup: as root, install:$missing" >&2; exit 1; }
    as_root=sudo
fi
echo "setup: installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null

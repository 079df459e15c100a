#!/bin/sh
# licences.sh
# Checks the licences and sources of all crates against deny.toml, and writes docs/THIRD-PARTY.html: the licences of what is linked in.
# Installs the two tools under target/ first, which takes some minutes.
set -eu
cd "$(dirname "$0")/.."
tools=$PWD/target/tools
for tool in cargo-deny cargo-about; do
    [ -x "$tools/bin/$tool" ] || "${CARGO:-cargo}" install --quiet --locked --root "$tools" "$tool"
done
"$tools/bin/cargo-deny" --locked check licenses bans sources
"$tools/bin/cargo-about" generate --locked --fail scripts/third-party.hbs -o docs/THIRD-PARTY.html

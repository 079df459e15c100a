#!/bin/sh
# node-directory.sh <major version>
# Prints the directory of a Node of that version: the system's if it is, else npm's package `node`, below target/node.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
if command -v node >/dev/null 2>&1 && node --version | grep -q "^v$1\."; then
    dirname "$(command -v node)"
    exit
fi
prefix=$root/target/node/$1
# Its install script, which some npm do not run, only fetches the second of these.
for name in "node@$1" "node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')@$1"; do
    for directory in "$prefix"/node_modules/node*/bin; do
        if [ -x "$directory/node" ] && "$directory/node" --version | grep -q "^v$1\."; then
            echo "$directory"
            exit
        fi
    done
    npm install --silent --no-save --prefix "$prefix" "$name" >/dev/null || true
done
for directory in "$prefix"/node_modules/node*/bin; do
    [ ! -x "$directory/node" ] || { echo "$directory"; exit; }
done
echo "node-directory: npm has no Node $1 for this machine" >&2
exit 1

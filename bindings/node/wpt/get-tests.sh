#!/usr/bin/env bash
# get-tests.sh DIR
# Brings the W3C's tests out of Debian's source package firefox-esr into DIR (0.7 GB of download, 20 MB kept, two minutes)
# and prints the folder for WPT_ROOT. The tests are the W3C's: they stay out of the repository.
set -euo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd); version=${FIREFOX_ESR:-140.12.0esr-1~deb12u1}
work=$dir/download; mkdir -p "$work/lists/partial" "$work/parts"; cd "$work"
sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources > parts/source.sources
apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/parts" -o "Dir::State::Lists=$work/lists")
"${apt[@]}" update >/dev/null
"${apt[@]}" source --download-only "firefox-esr=$version" >apt.log 2>&1 || { tail -2 apt.log >&2; echo "other versions: apt-cache showsrc firefox-esr; set FIREFOX_ESR" >&2; exit 1; }
t='*/testing/web-platform/tests'
tar -C "$dir" -xf firefox-esr_*.orig.tar.xz --wildcards "$t/webcodecs/*" "$t/common/*" "$t/resources/*" "$t/interfaces/*" "$t/images/*" "$t/media/*"
cd "$dir" && rm -rf "$work" && ls -d "$dir"/firefox*/testing/web-platform/tests

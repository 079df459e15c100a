#!/bin/sh
# check-layering.sh
# The rooms of src/ (see src/lib.rs) keep their doors shut: who may name whom is written here once.
set -eu
cd "$(dirname "$0")/../src"
status=0

# forbid <what it breaks> <pattern> <files...>: no line but comments may match.
forbid() {
    rule=$1 pattern=$2
    shift 2
    if grep -nE "$pattern" "$@" | grep -vE '^[^:]+:[0-9]+: *//'; then
        echo "layering: $rule" >&2
        status=1
    fi
}
files() {
    find "$@" -name '*.rs'
}

# shellcheck disable=SC2046 # file names of this tree have no spaces
{
    forbid "only av/ names FFmpeg's bindings" 'ffmpeg_sys' $(files . | grep -v '^\./av/')
    forbid 'extern "C" stands in ffi/ and av/callbacks.rs only' 'extern "C"' \
        $(files . | grep -vE '^\./(ffi/|av/callbacks\.rs)')
    forbid "functions are exported by ffi/ only" 'no_mangle' $(files . | grep -v '^\./ffi/')
    forbid "the gate knows only its bell, the crowd and sync" 'crate::(machine|codec|media|container|av|ffi|log)' gate.rs bell.rs crowd.rs $(files sync)
    forbid "the machine knows only the gate, the bell, errors and sync" 'crate::(codec|media|container|av|ffi|log)' \
        $(files machine)
    forbid "media knows no other room" 'crate::(gate|bell|machine|codec|container|av|ffi|registry|tuning)' $(files media)
    forbid "the registry knows media" 'crate::(gate|bell|machine|codec|container|av|ffi|tuning)' $(files registry)
    forbid "tuning knows media" 'crate::(gate|bell|machine|codec|container|av|ffi|registry)' $(files tuning)
    forbid "av knows media, not what is above it" 'crate::(gate|bell|machine|codec|container|ffi|registry|tuning)' $(files av)
    forbid "containers know media, av and the registry" 'crate::(gate|bell|machine|codec|ffi|tuning)' $(files container)
    forbid "codec does not know ffi" 'crate::(container|ffi)' $(files codec)
    forbid "ffi does not know av, but for its version and its log" 'crate::av\b' $(files ffi | grep -vE '(version|log).rs')
}
[ "$status" -eq 0 ] && echo "layering: all good"
exit "$status"

#!/bin/sh
# python-tests.sh test|lint [pytest arguments...]
# Runs the Python package's tests, or its lints, in a venv of their own under target/.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
package=$root/bindings/python
venv=$root/target/python/venv
wanted=$package/requirements-dev.txt

mode=${1:?usage: python-tests.sh test|lint [pytest arguments...]}
shift
if ! cmp -s "$wanted" "$venv/installed.txt"; then
    "${PYTHON:-python3}" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted"
    cp "$wanted" "$venv/installed.txt"
fi
cd "$package"
case $mode in
test)
    (cd "$root" && "${CARGO:-cargo}" build --quiet --locked --release --lib)
    "$venv/bin/python" -m pytest -p no:cacheprovider "$@"
    ;;
lint)
    "$venv/bin/ruff" check --no-cache
    "$venv/bin/ruff" format --no-cache --check
    "$venv/bin/mypy" --cache-dir "$root/target/python/mypy"
    ;;
*)
    echo "usage: python-tests.sh test|lint [pytest arguments...]" >&2
    exit 2
    ;;
esac

#!/bin/sh
# python-tests.sh venv|test|lint [pytest arguments...]
# Makes a venv under target/ with what the Python package's tests, lints and benchmarks use, and runs the former.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
package=$root/bindings/python
venv=$root/target/python/venv
wanted=$package/requirements-dev.txt

mode=${1:?usage: python-tests.sh venv|test|lint [pytest arguments...]}
shift
if ! cmp -s "$wanted" "$venv/installed.txt"; then
    "${PYTHON:-python3}" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$wanted"
    cp "$wanted" "$venv/installed.txt"
fi
cd "$package"
case $mode in
venv) ;;
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
    echo "usage: python-tests.sh venv|test|lint [pytest arguments...]" >&2
    exit 2
    ;;
esac

#!/bin/sh
# python-tests.sh venv|test|lint|environments [pytest arguments...]
# Makes a venv under target/ with what the Python package's tests, lints and benchmarks use, and runs the former.
# environments: the package where its users have it (frameworks, a notebook, other FFmpegs), on numpy 1.26 and on Python
# 3.13, which PYTHON_313 names unless python3.13 is found.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
package=$root/bindings/python
venv=$root/target/python/venv

# Has a venv be made: install <venv> <requirements file> <python>
install() {
    wanted=$(cat "$package/requirements-dev.txt" "$2")
    if [ "$wanted" != "$(cat "$1/installed.txt" 2>/dev/null)" ]; then
        "$3" -m venv --clear "$1"
        "$1/bin/python" -m pip install --quiet --disable-pip-version-check -r "$2"
        echo "$wanted" >"$1/installed.txt"
    fi
}

# Prints a Python 3.13; pyenv has several behind one name.
python_313() {
    for python in ${PYTHON_313:-} python3.13 "$HOME"/.pyenv/versions/3.13.*/bin/python; do
        if "$python" -c '' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    echo "python-tests.sh: no Python 3.13 is found; let PYTHON_313 name one" >&2
    exit 1
}

mode=${1:?usage: python-tests.sh venv|test|lint|environments [pytest arguments...]}
shift
install "$venv" "$package/requirements-dev.txt" "${PYTHON:-python3}"
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
environments)
    newer=$(python_313)
    (cd "$root" && "${CARGO:-cargo}" build --quiet --locked --release --lib)
    install "$root/target/python/environments" requirements-environments.txt "${PYTHON:-python3}"
    install "$root/target/python/numpy1" requirements-numpy1.txt "${PYTHON:-python3}"
    install "$root/target/python/python313" requirements-dev.txt "$newer"
    # -p conftest: the fixtures of tests/, which the tests here are not beside.
    PYTHONPATH=tests "$root/target/python/environments/bin/python" -m pytest -p no:cacheprovider -p no:asyncio \
        -p conftest -o faulthandler_timeout=900 environments "$@" # bundling takes minutes on a busy machine
    few="tests/test_audio_frames.py tests/test_values.py tests/test_habits.py tests/test_loops.py"
    for other in numpy1 python313; do
        # shellcheck disable=SC2086 # files are words
        "$root/target/python/$other/bin/python" -m pytest -p no:cacheprovider $few
    done
    ;;
*)
    echo "usage: python-tests.sh venv|test|lint|environments [pytest arguments...]" >&2
    exit 2
    ;;
esac

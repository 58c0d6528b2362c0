#!/usr/bin/env bash
# Make the virtual environment $1 with PYTHON. Without one: with python3, or with the system's of the same version where
# python3 runs out of a shared library (pyenv builds such) and the system's does not: Python itself is then a fifth quicker.
set -eu
trap 'rm -rf "$1"' ERR

is_quick() {
  "$1" -c 'import ctypes, sqlite3, ssl, sys, venv; sys.exit("libpython" in open("/proc/self/maps").read())' 2>/dev/null
}
version() {
  "$1" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null
}

chosen=${PYTHON:-python3}
if [ -z "${PYTHON:-}" ] && ! is_quick python3 && is_quick /usr/bin/python3 && [ "$(version python3)" = "$(version /usr/bin/python3)" ]; then
  chosen=/usr/bin/python3
  echo "Python: $chosen, which is quicker than $(command -v python3); PYTHON=python3 keeps the latter"
fi
bundled='import ensurepip, os; print(os.path.join(ensurepip.__path__[0], "_bundled"))'
# Debian's has no pip of its own unless a package more is installed: that of the other one is taken.
if ! "$chosen" -c "$bundled" >/dev/null 2>&1 && wheels=$(python3 -c "$bundled" 2>/dev/null); then
  "$chosen" -m venv --without-pip "$1"
  python3 -m pip --python "$1/bin/python" install --quiet --disable-pip-version-check --no-index --find-links "$wheels" pip
else
  "$chosen" -m venv "$1"
fi

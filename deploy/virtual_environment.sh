#!/usr/bin/env bash
# Make the virtual environment $1. Without PYTHON, of two interpreters the quicker: the system's where the one that is
# first in PATH runs out of a shared library (pyenv builds such), which makes Python itself a fifth slower.
set -eu

is_quick() {
  "$1" -c 'import sys, ctypes, sqlite3, ssl, venv
sys.exit(sys.version_info < (3, 11) or "libpython" in open("/proc/self/maps").read())' 2>/dev/null
}

chosen=${PYTHON:-python3}
if [ -z "${PYTHON:-}" ] && ! is_quick python3 && is_quick /usr/bin/python3; then
  chosen=/usr/bin/python3
fi
bundled='import ensurepip, os; print(os.path.join(ensurepip.__path__[0], "_bundled"))'
# Debian's has no pip of its own unless a package more is installed: that of the other one is taken.
if ! "$chosen" -c "$bundled" >/dev/null 2>&1 && wheels=$(python3 -c "$bundled" 2>/dev/null); then
  "$chosen" -m venv --without-pip "$1"
  python3 -m pip --python "$1/bin/python" install --quiet --disable-pip-version-check --no-index --find-links "$wheels" pip
else
  "$chosen" -m venv "$1"
fi

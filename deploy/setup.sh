#!/usr/bin/env bash
# Make .venv and install what is missing. Safe to repeat: takes no time when nothing changed.
#   deploy/setup.sh        what running needs
#   deploy/setup.sh dev    and what the tests and linters need
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-run}

say() { printf '\033[1m%s\033[0m\n' "$*"; }
stop() { printf '\n%s\n' "$*" >&2; exit 1; }

# Debian packages: installed where we may, named where we may not.
need_packages() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing $*"
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
            { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
    elif command -v apt-get >/dev/null; then
        stop "Missing: $*. Install it with:  sudo apt-get install $*   and run this again."
    elif command -v brew >/dev/null; then
        stop "Missing: pango. Install it with:  brew install pango   and run this again."
    else
        stop "Missing: $* (Debian names). Install what your system calls them and run this again."
    fi
}

find_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
            command -v "$name"
            return
        fi
    done
}

if [ ! -x .venv/bin/python ]; then
    python=$(find_python)
    [ -n "$python" ] || { need_packages python3 python3-venv; python=$(find_python); }
    [ -n "$python" ] || stop "EMADS needs Python 3.11, 3.12 or 3.13."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || need_packages python3-venv
    say "Making .venv with $("$python" --version)"
    "$python" -m venv .venv
fi

install() { # install FILE: once for each content of the file
    local file=$1 stamp
    stamp=".venv/.$(basename "$file").$(cksum "$file" requirements.txt | cksum | cut -d' ' -f1)"
    [ -e "$stamp" ] && return
    say "Installing $file (a few minutes the first time)"
    if [ -n "${TORCH_INDEX:-}" ]; then
        .venv/bin/pip install -q --disable-pip-version-check --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)"
    fi
    .venv/bin/pip install -q --disable-pip-version-check -r "$file" || stop "pip could not install $file; see above."
    rm -f ".venv/.$(basename "$file")".*
    touch "$stamp"
}
install requirements.txt
[ "$kind" = dev ] && install requirements-dev.txt

# WeasyPrint draws the PDF reports with pango and harfbuzz.
libraries_there() {
    .venv/bin/python - <<'PY' 2>/dev/null
import ctypes.util, sys
sys.exit(not all(ctypes.util.find_library(n) for n in ("pango-1.0", "pangoft2-1.0", "gobject-2.0", "harfbuzz-subset")))
PY
}
libraries_there || need_packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
exit 0

#!/usr/bin/env bash
# Write requirements.txt and requirements-dev.txt from the .in files beside this script.
# torch and what only torch needs are pinned by hand: a resolver would draw in its GPU packages.
set -euo pipefail
cd "$(dirname "$0")/.."
.venv/bin/pip install -q --disable-pip-version-check uv
lock() { .venv/bin/python -m uv pip compile -q --python-version 3.11.7 --no-header --no-annotate "$@"; }
resolved=$(mktemp)
lock deploy/requirements.in -o "$resolved"
{
    echo "# Everything the running system needs, pinned. Written by deploy/lock.sh from deploy/requirements.in."
    cat "$resolved"
    echo "# torch (CPU is enough) and what it needs"
    printf '%s\n' filelock==4.2.11 fsspec==2026.9.0 jinja2==3.1.6 markupsafe==3.0.4 mpmath==1.3.0 networkx==3.6.1 sympy==1.14.0 torch==2.13.0
} >requirements.txt
{
    echo "# What linting and testing need on top, pinned. Written by deploy/lock.sh from deploy/requirements-dev.in."
    echo "-r requirements.txt"
    lock -c "$resolved" deploy/requirements-dev.in | grep -vxFf "$resolved" | grep -vE '^(jinja2|markupsafe|filelock|fsspec)=='
} >requirements-dev.txt
rm -f "$resolved"

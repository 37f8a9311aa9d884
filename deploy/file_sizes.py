"""The alarm for files that grew a second noun: Python past 300 lines, templates past 150."""

import subprocess
import sys
from pathlib import Path

LIMITS = {".py": 300, ".html": 150}
EXEMPT = ("migrations/", "tests/", "static/vendor/")


def too_long() -> list[str]:
    """Tracked files past their limit, with their length."""
    names = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
    found = []
    for name in names:
        path = Path(name)
        limit = LIMITS.get(path.suffix)
        if limit is None or any(part in name for part in EXEMPT) or not path.is_file():
            continue
        lines = len(path.read_text().splitlines())
        if lines > limit:
            found.append(f"{name}: {lines} lines, at most {limit}")
    return found


if __name__ == "__main__":
    sys.exit("\n".join(too_long()) or 0)

"""HTTP batches against raw SQLite in the same run, and the store's own figures. `make bench` runs it.

Prints ratios: rates alone say more about the machine than about the code.
"""

import argparse
import json
import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SENSORS, SIZE, START, STEP = 100, 10_000, 1_600_000_000, 900
Rows = list[tuple[int, int, float]]


def batch(number: int) -> Rows:
    """All sensors at the next timestamps, as a fleet sends them."""
    steps = range(number * SIZE // SENSORS, (number + 1) * SIZE // SENSORS)
    return [(s, START + STEP * k, (s * 7 + k) % 900 / 10) for k in steps for s in range(SENSORS)]


def manage(folder: Path, *args: str) -> str:
    """A management command on a data folder of its own."""
    done = subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env=environment(folder),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def environment(folder: Path) -> dict[str, str]:
    """As in production, but here."""
    return {**os.environ, "EMADS_DATA_DIR": str(folder), "DEBUG": "0", "PYTHONPATH": str(ROOT)}


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """The web process on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "emads.asgi:application",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(folder), stdout=subprocess.DEVNULL)
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return server, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the web process did not start")


def post(url: str, token: str, rows: Rows) -> tuple[float, dict[str, Any]]:
    """Seconds a batch takes, and its answer."""
    body = json.dumps(
        {"readings": [{"sensor_id": f"bar-{s}", "timestamp": t, "energy_wh": v} for s, t, v in rows]}
    ).encode()
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    ask = urllib.request.Request(f"{url}/api/v1/readings", body, head)
    start = time.perf_counter()
    with urllib.request.urlopen(ask, timeout=60) as answer:
        got = json.load(answer)
    return time.perf_counter() - start, got


def main() -> int:
    """Run the batches, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=15)
    batches = parser.parse_args().batches
    folder = Path(tempfile.mkdtemp(prefix="emads-bench-"))
    manage(folder, "migrate", "--noinput")
    make = (
        "from tests.factories import *\nfrom django.core.management import call_command as c\n"
        f"u = make_user('bar'); s = make_site('bar', owner=u, time_zone='UTC')\n"
        f"[make_sensor(f'bar-{{i}}', site=s) for i in range({SENSORS})]"
    )
    manage(folder, "shell", "-c", make)
    token = manage(folder, "create_token", "bar", "--scope", "ingest").split()[-1]
    raw = sqlite3.connect(folder / "raw.sqlite3")
    raw.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "CREATE TABLE r(s INTEGER, t INTEGER, v REAL, PRIMARY KEY(s,t)) WITHOUT ROWID;"
    )
    server, url = serve(folder)
    ratios, replays, rates = [], [], []
    try:
        for number in range(batches):
            rows = batch(number)
            fresh, got = post(url, token, rows)
            assert got["accepted"] == SIZE, got
            start = time.perf_counter()
            with raw:
                raw.executemany("INSERT OR IGNORE INTO r VALUES (?,?,?)", rows)
            direct = time.perf_counter() - start
            again, got = post(url, token, rows)
            assert got["duplicates"] == SIZE, got
            ratios.append(direct / fresh)
            replays.append(fresh / again)
            rates.append(SIZE / fresh)
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
    print(f"HTTP batches of {SIZE:,}: {statistics.median(ratios):.2f} x raw executemany (goal 0.8)")
    print(f"  {statistics.median(rates):,.0f} readings/s; replays {statistics.median(replays):.2f} x as fast")
    return 0


if __name__ == "__main__":
    sys.exit(main())

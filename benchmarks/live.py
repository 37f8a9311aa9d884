"""200 open pages on one web process: its CPU, the delay of a reading, and what a page costs meanwhile.

The limit it is held against: half a core, and two seconds from the store to the page.
"""

import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
import numpy as np
from django.utils.dateparse import parse_datetime

FOLDER = tempfile.TemporaryDirectory()
os.environ.update(EMADS_DATA_DIR=FOLDER.name, DEBUG="1", DJANGO_SETTINGS_MODULE="emads.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402

from energy.store import get_store  # noqa: E402
from energy.store.base import Batch  # noqa: E402
from tests.factories import make_sensor, make_site, make_user  # noqa: E402

PAGES, SECONDS, FAMILIES = 200, 20, 20
COMMAND = [sys.executable, "-m", "uvicorn", "emads.asgi:application", "--timeout-graceful-shutdown", "3"]
QUIET = ["--no-access-log", "--log-level", "warning"]
ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")


def prepare(families: int) -> list[tuple[str, int]]:
    """A home with a sensor for each family: (session key, sensor)."""
    call_command("migrate", verbosity=0)
    found = []
    for number in range(families):
        user = make_user(f"family-{number}")
        sensor = make_sensor(f"home-{number}-main", site=make_site(f"home-{number}", owner=user))
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "accounts.backends.RoleBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        found.append((str(session.session_key), int(sensor.pk)))
    return found


def cpu_s(pid: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_mb(pid: int) -> float:
    """Resident memory now."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) / 1024


async def page(port: int, session: str, delays: list[float]) -> None:
    """One open page: notes how long each reading took; a reading's second is the time it was stored."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /live/ HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\n\r\n".encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"the stream answered {status!r}")
    name = b""
    async for line in reader:
        if line.startswith(b"event: "):
            name = line[7:].strip()
        elif line.startswith(b"data: ") and name == b"readings":
            stored = parse_datetime(json.loads(line[6:])["until"])
            delays.append(time.time() - stored.timestamp())


async def quick_page(port: int) -> float:
    """Seconds one plain request takes meanwhile."""
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    await reader.read()
    writer.close()
    return time.perf_counter() - begun


def store_now(sensors: list[int]) -> None:
    """A reading of every sensor at this very second."""
    seconds = np.full(len(sensors), int(time.time()), dtype=np.int64)
    get_store().append(Batch(np.array(sensors, dtype=np.int64), seconds, np.ones(len(sensors))))


async def measure(
    port: int, pid: int, families: list[tuple[str, int]], sensors: list[int]
) -> dict[str, float]:
    """Open the pages, feed readings (or none), read the process's CPU."""
    delays: list[float] = []
    pages = [asyncio.create_task(page(port, families[n % len(families)][0], delays)) for n in range(PAGES)]
    await asyncio.sleep(8)
    before, begun = cpu_s(pid), time.monotonic()
    quick = []
    for _ in range(SECONDS):
        if sensors:
            await asyncio.sleep(1 - time.time() % 1)  # so that the second stored is the moment it is stored
            await asyncio.to_thread(store_now, sensors)
        else:
            await asyncio.sleep(1)
        quick.append(await quick_page(port))
    await asyncio.sleep(2)
    share = (cpu_s(pid) - before) / (time.monotonic() - begun)
    alive = sum(not task.done() for task in pages)
    for task in pages:
        task.cancel()
    await asyncio.gather(*pages, return_exceptions=True)
    found = {
        "open": alive,
        "core": share,
        "memory_mb": memory_mb(pid),
        "plain_ms": 1e3 * statistics.median(quick),
    }
    if delays:
        found |= {"events": len(delays), "delay_s": statistics.median(delays), "slowest_s": max(delays)}
    return found


def serve() -> tuple[subprocess.Popen[bytes], int]:
    """The web process on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with Path(FOLDER.name, "web.log").open("wb") as log:
        server = subprocess.Popen([*COMMAND, *QUIET, "--port", str(port)], cwd=ROOT, stdout=log, stderr=log)
    time.sleep(5)
    return server, port


def main() -> int:
    """Measure idle, then with every family's meter reporting each second; fail beyond the limits."""
    if not Path("/proc/self/stat").exists():
        print("skipped: this system has no /proc to read CPU time from")
        return 0
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    families = prepare(FAMILIES)
    server, port = serve()
    try:
        idle = asyncio.run(measure(port, server.pid, families, []))
        busy = asyncio.run(measure(port, server.pid, families, [sensor for _, sensor in families]))
    finally:
        begun = time.monotonic()
        server.terminate()
        server.wait(10)
    print("idle", {name: round(value, 3) for name, value in idle.items()})
    print("each meter each second", {name: round(value, 3) for name, value in busy.items()})
    print(f"stopped {time.monotonic() - begun:.1f} s after SIGTERM")
    good = busy["core"] < 0.5 and busy["slowest_s"] < 2 and busy["open"] == idle["open"] == PAGES
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

"""Start EMADS on this machine: prepare the data folder, then web, workers and beat until Ctrl-C."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PROCESSES = Path(__file__).with_name("Procfile")
ACCOUNTS = "admin, manager, resident, viewer, provider"


def manage(*args: str) -> None:
    """Run a management command; stop with its exit status if it fails."""
    done = subprocess.run([PYTHON, "manage.py", *args], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def port_is_free(port: int) -> bool:
    """Nothing answers on the port and it can be bound."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main() -> None:
    """Prepare, say where it is, hand over to the process manager."""
    port = os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit(f"PORT={port} is not a port number.")
    if not port_is_free(int(port)):
        sys.exit(f"Port {port} is taken by another program. Choose another one:  make run PORT=8001")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emads.settings")
    os.environ["PATH"] = f"{Path(PYTHON).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ.update(OMP_NUM_THREADS="1", OMP_WAIT_POLICY="PASSIVE", PYTHONUNBUFFERED="1")
    os.environ.setdefault("PYTHONWARNINGS", "ignore:You're running the worker")
    manage("migrate", "--noinput", "--verbosity", "0")
    manage("first_run")
    demonstration = environ.Env().bool("DEBUG", default=False)
    if not demonstration:
        manage("collectstatic", "--noinput", "--verbosity", "0")
    print(f"\n  EMADS:  http://127.0.0.1:{port}", flush=True)
    if demonstration:
        print(f"  Demo accounts (password demo):  {ACCOUNTS}", flush=True)
    print("  Ctrl-C stops everything.\n", flush=True)
    command = ["honcho", "-d", str(ROOT), "-f", str(PROCESSES), "start"]
    os.execvp(str(Path(PYTHON).with_name("honcho")), command)  # noqa: S606


if __name__ == "__main__":
    main()

"""kill -9 in the middle of an import and of a detection run: after a restart everything is there, once."""

import gzip
import json
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.product import Product, wait_for

ROWS = 1_500_000
START = 1_704_067_200  # 2024-01-01T00:00Z

PREPARE = """
from accounts.models import User
User.objects.create_user("ann", email="ann@example.org", password="correct-horse-9")
"""
QUEUE = """
from django.core.files import File
from django.utils import timezone
from accounts.models import User
from energy import imports
from energy.ingest.base import Options
from energy.models import Site
site, ann = Site.objects.get(slug="home"), User.objects.get(username="ann")
options = Options(sensor="home-main", time_zone="UTC")
with open({path!r}, "rb") as upload:
    job = imports.start_import(
        site=site, user=ann, upload=File(upload), file_name="m.csv.gz", options=options, now=timezone.now()
    )
imports.confirm(job=job, options=options, now=timezone.now())
"""
FOUND = """
import json
from anomalies.models import Alert, Anomaly, Incident, ScoredDay
from messaging.models import Notification
keys = list(Anomaly.objects.values_list("sensor", "start"))
alerts = list(Alert.objects.values_list("sensor", "type", "timestamp"))
print(json.dumps({
    "anomalies": len(keys), "distinct_anomalies": len(set(keys)),
    "alerts": len(alerts), "distinct_alerts": len(set(alerts)),
    "incidents": Incident.objects.count(),
    "notifications": Notification.objects.filter(kind="alert").count(),
    "judged_hours": sum(ScoredDay.objects.values_list("judged", flat=True)),
}))
"""


def write_minutes(path: Path, rows: int) -> float:
    """A file of minute readings with a week's rhythm; its total in Wh."""
    rng = random.Random(7)
    total = 0.0
    with gzip.open(path, "wt", compresslevel=1) as out:
        out.write("timestamp,energy_wh\n")
        for k in range(rows):
            hour = k // 60 % 24
            wh = round(3 + 9 * (17 <= hour <= 22) + rng.random(), 2) + 40 * (k // 60 % 1009 == 500)
            total += wh
            out.write(f"{START + 60 * k},{wh:.2f}\n")
    return total


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    running = Product(tmp_path / "house")
    running.folder.mkdir()
    running.manage("migrate", "--noinput", "-v", "0")
    running.manage("shell", "-v", "0", "-c", PREPARE)
    running.manage("create_site", "home", "--timezone", "Europe/London", "--owner", "ann")
    running.manage("create_sensor", "home-main", "--site", "home")
    yield running
    running.stop()


def state(product: Product) -> dict:
    """The job's row, read without waiting for a Python to start."""
    with closing(sqlite3.connect(product.folder / "emads.sqlite3", timeout=20)) as people:
        row = people.execute("SELECT status, bytes_done, error, receipt FROM energy_importjob").fetchone()
    return {"status": row[0], "done": row[1], "error": row[2], "receipt": json.loads(row[3])}


def detected(product: Product) -> dict:
    return json.loads(product.manage("shell", "-v", "0", "-c", FOUND))


def test_a_killed_import_ends_complete_and_counted_once(product: Product, tmp_path: Path):
    total = write_minutes(tmp_path / "minutes.csv.gz", ROWS)
    product.manage("shell", "-v", "0", "-c", QUEUE.format(path=str(tmp_path / "minutes.csv.gz")))
    product.start("worker")
    wait_for(lambda: state(product)["done"] > 0, 60, "the first progress", every=0.02)
    product.kill("worker")
    halfway = state(product)
    assert halfway["status"] == "running"
    product.start("worker", "beat")
    wait_for(lambda: state(product)["status"] == "done", 150, "the resumed import")
    receipt = state(product)["receipt"]
    assert (receipt["accepted"], receipt["duplicates"], receipt["rejected"]) == (ROWS, 0, 0)
    assert abs(receipt["total_kwh"] * 1000 - total) < 1


def test_a_killed_detection_run_ends_as_if_nothing_had_happened(product: Product, tmp_path: Path):
    write_minutes(tmp_path / "minutes.csv.gz", ROWS // 4)
    file = str(tmp_path / "minutes.csv.gz")
    product.manage("import_readings", file, "--sensor", "home-main", "--timezone", "UTC")
    undisturbed = Product(tmp_path / "copy")
    shutil.copytree(product.folder, undisturbed.folder)
    began = time.monotonic()
    undisturbed.manage("detect_anomalies")
    took = time.monotonic() - began
    for part in (0.6, 0.8, 0.9):
        product.kill_manage(part * took, "detect_anomalies")
    product.manage("detect_anomalies")
    expected, found = detected(undisturbed), detected(product)
    assert found == expected
    assert found["anomalies"] == found["distinct_anomalies"] > 0
    assert found["alerts"] == found["distinct_alerts"] > 0

"""The same code on PostgreSQL and Redis: `make services` starts them."""

import json
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import psycopg
import pytest

from tests.product import Product, wait_for

POSTGRES = "postgres://emads@127.0.0.1:55432"
REDIS = "redis://127.0.0.1:56379/5"

MAKE_ANN = """
from accounts.models import User
User.objects.create_user("ann", email="ann@example.org", password="correct-horse-9")
"""


def require(port: int, name: str) -> None:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        if os.environ.get("EMADS_REQUIRE_SERVICES"):
            pytest.fail(f"{name} does not answer on port {port}: run make services")
        pytest.skip(f"{name} does not answer on port {port}: run make services")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    require(55432, "PostgreSQL")
    require(56379, "Redis")
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS emads_product")
        server.execute("CREATE DATABASE emads_product")
    folder = tmp_path_factory.mktemp("scaled")
    running = Product(folder, DATABASE_URL=f"{POSTGRES}/emads_product", REDIS_URL=REDIS)
    running.manage("migrate", "--noinput", "-v", "0")
    running.manage("shell", "-v", "0", "-c", MAKE_ANN)
    running.manage("create_site", "home", "--timezone", "Europe/Berlin", "--owner", "ann")
    running.manage("create_sensor", "home-main", "--site", "home")
    running.start("web", "worker")
    wait_for(running.answers, 40, "the web process")
    yield running
    running.stop()


def test_people_live_on_postgresql_and_work_goes_over_redis(product: Product):
    with urllib.request.urlopen(f"{product.url}/healthz") as answer:
        assert answer.status == 200
    try:
        parts = json.load(urllib.request.urlopen(f"{product.url}/readyz"))
    except urllib.error.HTTPError as late:  # no beat runs here: 503 names only that part
        parts = json.load(late)
    assert {name: parts[name] for name in ("database", "store", "broker")} == {
        "database": "ok",
        "store": "ok",
        "broker": "ok",
    }


def test_a_reading_sent_over_http_can_be_read_back(product: Product):
    token = product.manage("create_token", "ann", "--scope", "ingest").split()[-1]
    body = {"readings": [{"sensor_id": "home-main", "timestamp": "2026-03-01T12:00:00Z", "energy_wh": 120.5}]}
    request = urllib.request.Request(
        f"{product.url}/api/v1/readings",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["accepted"] == 1
    assert "120.5" in product.manage("export_readings", "--sensor", "home-main")


def test_a_worker_takes_tasks_from_redis(product: Product):
    ask = "from energy.tasks import settle; settle.delay()"
    product.manage("shell", "-v", "0", "-c", ask)
    count = (
        "from django_celery_results.models import TaskResult;"
        "print(TaskResult.objects.filter(task_name='energy.tasks.settle', status='SUCCESS').count())"
    )
    wait_for(lambda: int(product.manage("shell", "-v", "0", "-c", count)) > 0, 30, "the settled task")

from pathlib import Path

import pytest


def test_healthz_answers_anyone(client):
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_readyz_names_the_part_that_does_not_work(client, settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "ok"
    assert answer.json()["beat"].startswith("FileNotFoundError")


@pytest.mark.django_db
def test_readyz_is_fine_with_a_fresh_beat(client, settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "heartbeat").touch()
    answer = client.get("/readyz")
    assert (answer.status_code, set(answer.json().values())) == (200, {"ok"})


def test_metrics_are_for_programs_on_this_machine(client):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def test_metrics_ask_for_the_token_where_one_is_set(client, settings):
    settings.METRICS_TOKEN = "let-me-see"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer let-me-see"}).status_code == 200

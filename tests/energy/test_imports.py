"""Imports from upload to receipt."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from energy import imports, tasks
from energy.ingest.base import Options
from energy.models import ImportJob, Sensor
from energy.store import get_store
from messaging.models import Notification
from tests.energy.ingest_files import lines
from tests.factories import make_sensor

pytestmark = pytest.mark.django_db
BROKEN = "timestamp,energy_wh\n2024-03-01 00:00,1\nx,2\n2024-03-01 00:30,=cmd\n2024-03-01 00:45,\n"


def make_job(site, user, now, text=None, name="meter.csv", **said) -> ImportJob:
    raw = text if isinstance(text, bytes) else (text or lines(100)).encode()
    upload = ContentFile(raw, name=name)
    return imports.start_import(
        site=site, user=user, upload=upload, file_name=name, options=Options(**said), now=now
    )


def make_queued(site, user, now, text=None, **said) -> ImportJob:
    job = make_job(site, user, now, text, **said)
    imports.confirm(job=job, options=Options(**said), now=now)
    return job


def run(job, now, after=0):
    later = now + timedelta(seconds=after)
    return imports.run(key=job.key, now=later, clock=lambda: later)


def test_an_upload_waits_for_a_word(site, owner, now):
    job = make_job(site, owner, now, name="../../etc/passwd")
    assert job.status == "preview"
    assert job.file_name == "passwd"
    assert job.file.name == f"imports/{job.key}"
    assert job.bytes_total == len(lines(100))
    assert imports.run(key=job.key, now=now) is None


def test_a_word_queues_it_once(site, owner, now, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, args: sent.append((name, args)))
    job = make_job(site, owner, now)
    with django_capture_on_commit_callbacks(execute=True):
        assert imports.confirm(job=job, options=Options(unit="kWh"), now=now)
        assert not imports.confirm(job=job, options=Options(), now=now)
    job.refresh_from_db()
    assert (job.status, job.options["unit"]) == ("queued", "kWh")
    assert sent == [("energy.tasks.run_import", [job.key])]


def test_a_dead_broker_loses_no_import(site, owner, now, django_capture_on_commit_callbacks, monkeypatch):
    def down(*_args, **_more):
        raise OSError("no broker")

    monkeypatch.setattr("celery.current_app.send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        job = make_queued(site, owner, now)
    assert imports.resume(now=now) == 1
    job.refresh_from_db()
    assert job.status == "done"


def test_the_receipt_counts_everything(site, owner, sensor, now):
    done = run(make_queued(site, owner, now, BROKEN), now)
    assert done.status == "done"
    assert (done.percent, done.finished_at) == (100, now)
    counts = {
        name: done.receipt[name] for name in ("accepted", "duplicates", "conflicts", "rejected", "empty")
    }
    assert counts == {"accepted": 1, "duplicates": 0, "conflicts": 0, "rejected": 2, "empty": 1}
    assert done.receipt["total_kwh"] == 0.001
    assert [row["line"] for row in done.receipt["errors"]] == [3, 4]
    json.dumps(done.receipt)


def test_rejected_rows_can_be_downloaded(site, owner, sensor, now):
    done = run(make_queued(site, owner, now, BROKEN), now)
    assert sorted(imports.rejected_rows(done)) == [
        (3, "timestamp: “x” is not a date or time"),
        (4, "energy_wh: “=cmd” is not a number"),
    ]


def test_the_person_is_told_once(site, owner, sensor, now):
    job = make_queued(site, owner, now)
    run(job, now)
    imports.resume(now=now + timedelta(hours=1))
    told = Notification.objects.get(user=owner)
    assert told.title == "meter.csv is imported"
    assert told.body == "100 new readings, 5.050 kWh in all."
    assert told.key == f"import:{job.key}"
    assert told.link == job.get_absolute_url()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n1234", "PNG picture"),
        (b"timestamp,value\n2024-03-01 00:00,1\n", "does not say the unit"),
        (gzip.compress(b"timestamp,wh\n" + b"x" * 4000)[:40], "damaged or cut off"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_a_sentence(site, owner, now, content, reason):
    done = run(make_queued(site, owner, now, content), now)
    assert done.status == "failed"
    assert reason in done.error
    assert "Traceback" not in done.error
    assert Notification.objects.get(user=owner).title == "meter.csv could not be imported"


def test_a_fault_of_our_own_is_no_traceback(site, owner, sensor, now, monkeypatch):
    def broken(**_more):
        raise RuntimeError("secret")

    monkeypatch.setattr("energy.ingest.run.settle", broken)
    done = run(make_queued(site, owner, now), now)
    assert (done.status, done.error) == ("failed", imports.OUR_FAULT)


def test_a_job_is_claimed_once(site, owner, sensor, now):
    job = make_queued(site, owner, now)
    ImportJob.objects.filter(pk=job.pk).update(status="running", beat_at=now)
    assert run(job, now, after=59) is None
    assert run(job, now, after=61).status == "done"


def test_a_worker_that_was_taken_over_stops(site, owner, sensor, now, monkeypatch):
    monkeypatch.setattr("energy.ingest.run.ROWS", 10)
    monkeypatch.setattr("energy.ingest.source.CHUNK", 500)
    job = make_queued(site, owner, now)
    later = iter([now + timedelta(seconds=s) for s in range(1, 999)])

    def clock():
        ImportJob.objects.filter(pk=job.pk).update(beat_at=now + timedelta(days=1))
        return next(later)

    assert imports.run(key=job.key, now=now, clock=clock) is None
    job.refresh_from_db()
    assert job.status == "running"


def test_a_job_killed_in_the_middle_is_completed_once(site, owner, sensor, now, monkeypatch):
    monkeypatch.setattr("energy.ingest.run.ROWS", 100)
    monkeypatch.setattr("energy.ingest.source.CHUNK", 4000)
    job = make_queued(site, owner, now, lines(2000), time_zone="UTC")
    calls = []

    def killed():
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return now + timedelta(seconds=2 * len(calls))

    with pytest.raises(KeyboardInterrupt):
        imports.run(key=job.key, now=now, clock=killed)
    job.refresh_from_db()
    assert job.status == "running"
    assert 0 < job.receipt["accepted"] < 2000
    assert 0 < job.percent < 100
    done = run(job, now, after=3600)
    assert (done.status, done.receipt["accepted"], done.receipt["duplicates"]) == ("done", 2000, 0)
    assert done.receipt["total_kwh"] == 2001
    assert len(get_store().series(sensor.pk, 0, 1 << 33).t) == 2000


def test_the_tick_takes_up_what_waits_and_what_fell_silent(site, owner, sensor, now):
    waiting = make_queued(site, owner, now)
    silent = make_queued(site, owner, now)
    ImportJob.objects.filter(pk=silent.pk).update(status="running", beat_at=now - timedelta(minutes=2))
    make_job(site, owner, now)
    assert imports.resume(now=now) == 2
    done = ImportJob.objects.filter(status="done")
    assert set(done) == {waiting, silent}


def test_the_tasks_call_the_services(site, owner, sensor, now):
    job = make_queued(site, owner, now)
    assert tasks.run_import(job.key) == "done"
    assert tasks.run_import(job.key) == "taken"
    assert tasks.resume_imports() == 0


def test_an_upload_can_be_let_go_until_it_is_queued(site, owner, now):
    job = make_job(site, owner, now)
    kept = Path(job.file.path)
    assert imports.discard(job=job)
    assert not kept.exists()
    assert not imports.discard(job=make_queued(site, owner, now))


def test_a_preview_shows_columns_rows_and_readings(site, now):
    text = "time;House kWh;note\n01.03.2024 00:00;1,5;x\n01.03.2024 01:00;2;y\nbroken;1;z\n"
    seen = imports.preview(ContentFile(text.encode()), Options(), site=site)
    assert (seen.format, seen.delimiter, seen.encoding) == ("delimited", ";", "utf-8")
    assert [(c.name, c.role, c.samples[0]) for c in seen.columns] == [
        ("time", "time", "01.03.2024 00:00"),
        ("House kWh", "value", "1,5"),
        ("note", "ignore", "x"),
    ]
    assert (seen.unit, seen.stamp, seen.dates, seen.decimal, seen.interval_s) == (
        "kWh",
        "start",
        "day",
        ",",
        3600,
    )
    assert seen.rows[0] == ["01.03.2024 00:00", "1,5", "x"]
    assert seen.time_zone == "Europe/Berlin"
    assert [(row.line, row.time.isoformat(), row.wh) for row in seen.parsed] == [
        (2, "2024-02-29T23:00:00+00:00", 1500.0),
        (3, "2024-03-01T00:00:00+00:00", 2000.0),
    ]
    assert [(s.name, s.slug, s.new) for s in seen.sensors] == [("House", "home-house", True)]
    assert seen.rejected == [(4, "time: “broken” is not a date or time")]
    assert (seen.problems, Sensor.objects.count()) == ([], 0)


def test_a_preview_asks_what_only_a_person_knows(site, now):
    seen = imports.preview(ContentFile(b"date,value\n01/02/2024,1\n01/03/2024,2\n"), Options(), site=site)
    assert seen.missing == ["dates", "unit"]
    assert len(seen.problems) == 2
    answered = imports.preview(
        ContentFile(b"date,value\n01/02/2024,1\n"), Options(dates="day", unit="kWh"), site=site
    )
    assert (answered.problems, answered.parsed[0].wh) == ([], 1000.0)


def test_a_preview_uses_the_sensor_that_is_there(site, now):
    make_sensor("home-a", site=site, unit="kWh")
    seen = imports.preview(ContentFile(b"time,sensor,value\n2024-03-01 00:00,a,2\n"), Options(), site=site)
    assert [(s.slug, s.new) for s in seen.sensors] == [("home-a", False)]
    assert seen.parsed[0].wh == 2000.0


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"hello", b"PK\x03\x04", b"\x1f\x8b\x08"])
def test_a_preview_of_a_bad_file_is_a_problem_not_an_error(site, content):
    seen = imports.preview(ContentFile(content), Options(), site=site)
    assert len(seen.problems) == 1
    assert seen.parsed == []


def test_a_preview_names_a_wrong_time_zone(site):
    seen = imports.preview(ContentFile(lines(3).encode()), Options(time_zone="Mars/Base"), site=site)
    assert "“Mars/Base” is not a time zone" in seen.problems[0]


def test_options_survive_the_row(site, owner, now):
    said = Options(sensor="x", unit="kWh", roles=("time", "value"), replace=True)
    job = make_job(site, owner, now)
    imports.confirm(job=job, options=said, now=now)
    job.refresh_from_db()
    assert Options.of(job.options) == said
    assert Options.of({**job.options, "unheard": 1}) == said

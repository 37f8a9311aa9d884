"""What the timetable runs: each task says what it did, and may run again."""

import time
from datetime import date, timedelta

import pytest

from emads.celery import app
from emads.web import tasks
from emads.web.reports import making, schedule
from emads.web.reports.period import holding
from energy.store import get_store
from messaging.models import ReportFile
from tests.conftest import NOW
from tests.factories import put_readings


def test_a_pdf_somebody_waits_for_is_made(read, owner):
    february = holding("month", date(2026, 2, 1), read.site.tz)
    row = making.request(user=owner, site=read.site, period=february, now=NOW)
    assert tasks.make_report(row.key) == {"report": row.key, "status": "done"}
    assert tasks.make_report(row.key) == {"report": row.key, "status": "taken"}
    row.refresh_from_db()
    assert row.file.read(5) == b"%PDF-"


def test_the_minute_tick_makes_what_waits_and_sends_what_is_due(read, owner):
    february = holding("month", date(2026, 2, 1), read.site.tz)
    making.request(user=owner, site=read.site, period=february, now=NOW)
    schedule.subscribe(user=owner, site=read.site, kind="week", now=NOW - timedelta(days=8))
    assert tasks.send_due_reports() == {"made": 1, "sent": 1}
    assert tasks.send_due_reports() == {"made": 0}


def test_healing_settles_what_was_missed_and_forgets_what_is_old(read, owner):
    february = holding("month", date(2026, 2, 1), read.site.tz)
    making.request(user=owner, site=read.site, period=february, now=NOW - timedelta(days=91))
    put_readings(read, int(NOW.timestamp()), 3600, [1.0, 2.0])
    done = tasks.heal()
    assert (done["hours_settled"], done["reports_forgotten"]) == (2, 1)
    assert get_store().dirty_sensors() == []
    assert not ReportFile.objects.exists()


def test_a_beat_leaves_a_sign_of_life(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    tasks.heartbeat()
    assert time.time() - (tmp_path / "heartbeat").stat().st_mtime < 10


def test_the_demonstration_continues_only_where_there_is_one(db):
    assert tasks.continue_demo() is None


@pytest.mark.parametrize("name", ["make_report", "send_due_reports"])
def test_what_renders_goes_to_the_heavy_worker(name):
    route = app.amqp.router.route({}, f"emads.web.tasks.{name}")
    assert route["queue"].name == "heavy"


def test_every_task_of_the_pages_on_the_timetable_exists():
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {name for name in names if name.startswith("emads.web.")} <= set(app.tasks)

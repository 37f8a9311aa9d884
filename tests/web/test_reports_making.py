"""PDFs on demand: rows that are made once, taken up when stuck, given up in the end, forgotten."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from emads.web.reports import making
from emads.web.reports.period import holding
from messaging.models import ReportFile
from tests.conftest import NOW

Status = ReportFile.Status


def made_up(_report) -> bytes:
    return b"%PDF-1.7 made up"


def broken(_report) -> bytes:
    raise RuntimeError("no paper")


@pytest.fixture
def february(read):
    return holding("month", date(2026, 2, 1), read.site.tz)


@pytest.fixture
def row(read, owner, february) -> ReportFile:
    return making.request(user=owner, site=read.site, period=february, now=NOW)


def test_a_request_waits_in_the_queue(row):
    assert (row.status, str(row.first_day), str(row.last_day)) == ("queued", "2026-02-01", "2026-02-28")


def test_asking_twice_makes_one(row, owner, read, february):
    assert making.request(user=owner, site=read.site, period=february, now=NOW) == row


def test_a_finished_one_can_be_asked_for_again(row, owner, read, february):
    making.make(key=row.key, render=made_up, now=NOW)
    assert making.request(user=owner, site=read.site, period=february, now=NOW) != row


def test_a_queued_report_becomes_a_file(row):
    making.make(key=row.key, render=made_up, now=NOW)
    row.refresh_from_db()
    assert (row.status, row.finished_at, row.file.read()) == (Status.DONE, NOW, b"%PDF-1.7 made up")


def test_it_is_made_once(row):
    making.make(key=row.key, render=made_up, now=NOW)
    assert making.make(key=row.key, render=broken, now=NOW) is None


def test_what_another_worker_makes_is_left_alone(row):
    ReportFile.objects.update(status=Status.RUNNING, started_at=NOW - timedelta(minutes=9), attempts=1)
    assert making.make_waiting(render=broken, now=NOW) == 0


def test_what_a_dead_worker_left_is_taken_up(row):
    ReportFile.objects.update(status=Status.RUNNING, started_at=NOW - timedelta(minutes=11), attempts=1)
    assert making.make_waiting(render=made_up, now=NOW) == 1


def test_what_killed_three_workers_is_given_up(row):
    ReportFile.objects.update(status=Status.RUNNING, started_at=NOW - timedelta(minutes=11), attempts=3)
    assert making.make_waiting(render=made_up, now=NOW) == 0
    row.refresh_from_db()
    assert (row.status, row.error) == (Status.FAILED, making.TROUBLE)


def test_a_failure_is_told_kindly_and_keeps_nobody_back(row, owner, read, february):
    making.request(user=owner, site=read.site, period=february.previous, now=NOW)
    assert making.make_waiting(render=broken, now=NOW) == 0
    assert [row.error for row in ReportFile.objects.all()] == [making.TROUBLE, making.TROUBLE]


def test_a_period_without_readings_fails_with_its_reason(read, owner):
    empty = holding("month", date(2020, 1, 1), read.site.tz)
    row = making.request(user=owner, site=read.site, period=empty, now=NOW)
    making.make(key=row.key, render=broken, now=NOW)
    row.refresh_from_db()
    assert (row.status, row.error) == (Status.FAILED, making.NO_READINGS)


def test_a_site_that_is_gone_fails_kindly(row, read):
    read.site.delete()
    making.make(key=row.key, render=broken, now=NOW)
    row.refresh_from_db()
    assert row.status == Status.FAILED


def test_the_scheduled_report_is_shared(read, february):
    first = making.scheduled(site=read.site, period=february, now=NOW)
    assert making.scheduled(site=read.site, period=february, now=NOW) == first


def test_a_scheduled_report_that_failed_is_tried_again_after_an_hour(read, february):
    row = making.scheduled(site=read.site, period=february, now=NOW)
    making.make(key=row.key, render=broken, now=NOW)
    assert making.scheduled(site=read.site, period=february, now=NOW).status == Status.FAILED
    later = NOW + timedelta(hours=1, seconds=1)
    assert making.scheduled(site=read.site, period=february, now=later).status == Status.QUEUED


def test_old_files_are_forgotten_with_their_rows(row, settings):
    making.make(key=row.key, render=made_up, now=NOW)
    assert making.forget_old(now=NOW + timedelta(days=89)) == 0
    assert making.forget_old(now=NOW + timedelta(days=91)) == 1
    assert list(Path(settings.MEDIA_ROOT, "reports").iterdir()) == []

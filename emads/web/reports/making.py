"""PDFs on demand: a row is queued, a worker makes the file. Light; the worker brings the renderer."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from emads.web.reports.content import Report, report_on
from emads.web.reports.period import Period, kind_of
from energy.models import Site
from messaging.models import ReportFile

log = structlog.get_logger()
Render = Callable[[Report], bytes]
STUCK_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 3
RETRY = timedelta(hours=1)
KEPT = timedelta(days=90)
NO_READINGS = "There are no readings in this period."
TROUBLE = "The report could not be made. It was noted in the log; try again later."


def request(*, user: User, site: Site, period: Period, now: datetime) -> ReportFile:
    """Queue a PDF; one of the same period that is still on its way is shared."""
    waiting = ReportFile.objects.unfinished().filter(
        user=user, subject=site.slug, period=period.kind, first_day=period.first
    )
    return waiting.first() or _queued(user, site, period, now)


def scheduled(*, site: Site, period: Period, now: datetime) -> ReportFile:
    """The PDF of a period that everybody who may see the site shares."""
    found = ReportFile.objects.filter(
        user=None, subject=site.slug, period=period.kind, first_day=period.first
    ).first()
    if found is None:
        return _queued(None, site, period, now)
    if found.error == TROUBLE and found.attempts < MOST_ATTEMPTS and _is_past(found.finished_at, now - RETRY):
        found.status = ReportFile.Status.QUEUED
        found.save(update_fields=["status"])
    return found


def _is_past(moment: datetime | None, limit: datetime) -> bool:
    return moment is not None and moment < limit


def _queued(user: User | None, site: Site, period: Period, now: datetime) -> ReportFile:
    return ReportFile.objects.create(
        key=secrets.token_hex(16),
        user=user,
        subject=site.slug,
        period=period.kind,
        first_day=period.first,
        last_day=period.last,
        created_at=now,
    )


def make(*, key: str, render: Render, now: datetime) -> ReportFile | None:
    """Make a queued or stuck PDF; None if another process has it, or it is done."""
    waiting = ReportFile.objects.waiting(now - STUCK_AFTER).filter(key=key).first()
    if waiting is None or not _claim(waiting, now):
        return None
    try:
        _write(waiting, render, now)
    except Exception:  # one report that fails must not keep back the others
        log.exception("report not made", report=waiting.key)
        _give_up(waiting, TROUBLE, now)
    return waiting


def _claim(report: ReportFile, now: datetime) -> bool:
    """Of several processes one wins; what killed its worker three times is given up."""
    if report.attempts >= MOST_ATTEMPTS:
        _give_up(report, TROUBLE, now)
        return False
    same = ReportFile.objects.filter(pk=report.pk, status=report.status, attempts=report.attempts)
    report.attempts += 1
    claimed = {"status": ReportFile.Status.RUNNING, "started_at": now, "attempts": report.attempts}
    return bool(same.update(**claimed))


def _write(row: ReportFile, render: Render, now: datetime) -> None:
    site = Site.objects.filter(slug=row.subject).prefetch_related("tariffs").first()
    report = report_on(site, Period(kind_of(row.period), row.first_day, site.tz), now) if site else None
    if report is None or report.empty:
        _give_up(row, NO_READINGS, now)
        return
    row.file.save("", ContentFile(render(report)), save=False)
    row.status, row.finished_at, row.error = ReportFile.Status.DONE, now, ""
    row.save(update_fields=["file", "status", "finished_at", "error"])


def _give_up(row: ReportFile, reason: str, now: datetime) -> None:
    row.status, row.finished_at, row.error = ReportFile.Status.FAILED, now, reason
    row.save(update_fields=["status", "finished_at", "error"])


def make_waiting(*, render: Render, now: datetime) -> int:
    """Make every PDF that waits or whose worker is gone. Returns how many became ready."""
    keys = list(ReportFile.objects.waiting(now - STUCK_AFTER).values_list("key", flat=True))
    made = [make(key=key, render=render, now=now) for key in keys]
    return sum(one is not None and one.status == ReportFile.Status.DONE for one in made)


def forget_old(*, now: datetime) -> int:
    """Delete PDFs of long ago, files first. Returns how many."""
    old = ReportFile.objects.filter(created_at__lt=now - KEPT)
    for report in old.exclude(file=""):
        report.file.delete(save=False)
    with transaction.atomic():
        return int(old.delete()[0])

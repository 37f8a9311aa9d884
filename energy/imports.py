"""Services of imports: a file from upload to receipt. The row is the truth; tasks only take it up."""

import csv
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from celery import current_app
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from energy.ingest.base import Options, Rejected, UnreadableFile
from energy.ingest.preview import FoundSensor, ParsedRow, Preview, preview
from energy.ingest.run import Run
from energy.ingest.source import Source
from energy.models import ImportJob, Site
from energy.store import get_store
from messaging.services import notify

__all__ = [
    "FoundSensor",
    "ParsedRow",
    "Preview",
    "confirm",
    "preview",
    "rejected_rows",
    "resume",
    "run",
    "start_import",
]

logger = logging.getLogger(__name__)
Status = ImportJob.Status
SILENT = timedelta(seconds=60)  # a worker that has not said a word for so long is gone
BEAT = timedelta(seconds=1)
MOST_REJECTED = 1_000_000  # rows kept for download
OUR_FAULT = (
    "Something went wrong on our side. What was read is kept; import the file again, nothing counts twice."
)


class TakenOver(Exception):
    """Another worker believes this one is gone and goes on with the job."""


def start_import(
    *, site: Site, user: User | None, upload: "File[bytes]", file_name: str, options: Options, now: datetime
) -> ImportJob:
    """Keep an upload and open a job that waits for a person's word (status PREVIEW)."""
    job = ImportJob(
        key=secrets.token_hex(16),
        site=site,
        user=user,
        file_name=Path(file_name).name[:200] or "upload",
        options=options.stored(),
        bytes_total=upload.size or 0,
        created_at=now,
    )
    job.file.save(job.key, upload, save=False)
    job.save()
    return job


def confirm(*, job: ImportJob, options: Options, now: datetime) -> bool:
    """Queue a previewed job; False if it was already queued."""
    with transaction.atomic():
        waiting = ImportJob.objects.filter(pk=job.pk, status=Status.PREVIEW)
        won = waiting.update(status=Status.QUEUED, options=options.stored(), beat_at=now)
        if won:
            transaction.on_commit(lambda: _send(job.key), robust=True)
    return bool(won)


def _send(key: str) -> None:
    current_app.send_task("energy.tasks.run_import", args=[key])


def discard(*, job: ImportJob) -> bool:
    """Forget an upload nobody confirmed; False if it is on its way already."""
    gone, _ = ImportJob.objects.filter(pk=job.pk, status=Status.PREVIEW).delete()
    if gone:
        job.file.delete(save=False)
    return bool(gone)


def run(*, key: str, now: datetime, clock: Callable[[], datetime] = timezone.now) -> ImportJob | None:
    """Claim and work off one job; None if somebody else has it. Failure is a status, not an exception."""
    job = _claim(key, now)
    if job is None:
        return None
    with ExitStack() as stack:
        work = Run(Source(job.file.path, job.file_name), Options.of(job.options), job.site, now, job=job.key)
        work.ledger.on_rejected = stack.enter_context(_RejectedFile(job))
        error = ""
        try:
            _work(job, work, clock)
        except TakenOver:
            return None
        except UnreadableFile as reason:
            error = str(reason)
        except Exception:
            logger.exception("import %s failed", job.key)
            error = OUR_FAULT
    _finish(job, work, error, clock())
    return job


def _claim(key: str, now: datetime) -> ImportJob | None:
    """The job, if it is free and now this worker's."""
    free = Q(status=Status.QUEUED) | Q(status=Status.RUNNING, beat_at__lt=now - SILENT)
    job = ImportJob.objects.filter(free, key=key).select_related("site", "user").first()
    if job is None:
        return None
    unchanged = ImportJob.objects.filter(pk=job.pk, status=job.status, beat_at=job.beat_at)
    if not unchanged.update(status=Status.RUNNING, started_at=job.started_at or now, beat_at=now):
        return None
    job.status, job.started_at, job.beat_at = Status.RUNNING, job.started_at or now, now
    return job


def _work(job: ImportJob, work: Run, clock: Callable[[], datetime]) -> None:
    for position in work.work():
        now = clock()
        if job.beat_at is None or now - job.beat_at >= BEAT:
            _say(job, beat_at=now, bytes_done=position, receipt=work.ledger.counts())


def _say(job: ImportJob, **news: Any) -> None:
    """Write the job's row, if the job is still this worker's."""
    mine = ImportJob.objects.filter(pk=job.pk, status=Status.RUNNING, beat_at=job.beat_at)
    if not mine.update(**news):
        raise TakenOver
    for name, value in news.items():
        setattr(job, name, value)


def _finish(job: ImportJob, work: Run, error: str, now: datetime) -> None:
    """The receipt, and word to the person."""
    status = Status.FAILED if error else Status.DONE
    done = job.bytes_done if error else job.bytes_total
    news = {"status": status, "error": error, "receipt": work.ledger.figures(), "bytes_done": done}
    try:
        with transaction.atomic():  # done and told, or neither
            _say(job, **news, beat_at=now, finished_at=now)
            _tell(job, error or _summary(work), now)
    except TakenOver:
        return
    get_store().forget_receipts(job.key)


def _tell(job: ImportJob, body: str, now: datetime) -> None:
    if job.user is not None:
        notify(
            users=[job.user],
            kind="system",
            title=f"{job.file_name} {'could not be imported' if job.error else 'is imported'}",
            body=body,
            link=job.get_absolute_url(),
            key=f"import:{job.key}",
            now=now,
        )


def _summary(work: Run) -> str:
    figures = work.ledger.figures()
    text = f"{work.ledger.accepted:,} new readings, {figures['total_kwh']:,.3f} kWh in all."
    others = {
        "already there": work.ledger.duplicates,
        "in conflict": work.ledger.conflicts,
        "rejected": work.ledger.rejected,
    }
    counted = [f"{count:,} {what}" for what, count in others.items() if count]
    return text + (f" {', '.join(counted).capitalize()}." if counted else "")


def resume(*, now: datetime) -> int:
    """Take up queued jobs and running ones whose worker fell silent; how many."""
    due = Q(status=Status.QUEUED) | Q(status=Status.RUNNING, beat_at__lt=now - SILENT)
    keys = ImportJob.objects.filter(due).order_by("created_at").values_list("key", flat=True)
    return sum(run(key=key, now=now) is not None for key in keys)


def rejected_path(job: ImportJob) -> Path:
    """Where a job's rejected rows are kept."""
    return Path(f"{job.file.path}.rejected.csv")


def rejected_rows(job: ImportJob) -> Iterator[tuple[int, str]]:
    """Line and reason of every rejected row, for download."""
    if rejected_path(job).is_file():
        with rejected_path(job).open(newline="", encoding="utf-8") as rows:
            for line, reason in csv.reader(rows):
                yield int(line), reason


class _RejectedFile:
    """Keeps rejected rows beside the upload; made anew by every worker that takes the job up."""

    def __init__(self, job: ImportJob) -> None:
        self._path, self._kept = rejected_path(job), 0

    def __enter__(self) -> Callable[[Rejected], None]:
        self._file = self._path.open("w", newline="", encoding="utf-8")
        self._rows = csv.writer(self._file)
        return self._keep

    def _keep(self, row: Rejected) -> None:
        self._kept += 1
        if self._kept <= MOST_REJECTED:
            self._rows.writerow([row.line, row.reason])

    def __exit__(self, *_: object) -> None:
        self._file.close()

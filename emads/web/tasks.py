"""What the timetable runs for the pages: reports, healing, the sign of life."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from emads.web import demo
from emads.web.reports import making, schedule
from energy.settle import settle


@shared_task
def make_report(key: str) -> dict[str, str]:
    """Make one PDF that somebody waits for."""
    from emads.web.reports.document import render  # noqa: PLC0415 - heavy

    made = making.make(key=key, render=render, now=timezone.now())
    return {"report": key, "status": made.status if made else "taken"}


@shared_task
def send_due_reports() -> dict[str, int]:
    """Make PDFs that still wait, send the reports of periods that are over."""
    from emads.web.reports.document import render  # noqa: PLC0415 - heavy

    now = timezone.now()
    made = making.make_waiting(render=render, now=now)
    return {"made": made, **schedule.send_due(render=render, now=now)}


@shared_task
def heal() -> dict[str, int]:
    """What nightly looks after things: rebuild roll-ups that were missed, forget what is old."""
    now = timezone.now()
    return {"hours_settled": settle(now=now), "reports_forgotten": making.forget_old(now=now)}


@shared_task(ignore_result=True)
def heartbeat() -> None:
    """The age of this file is the age of the last beat."""
    (settings.DATA_DIR / "heartbeat").touch()


@shared_task(ignore_result=True)
def continue_demo() -> None:
    """New readings for the demonstration."""
    demo.go_on(now=timezone.now())

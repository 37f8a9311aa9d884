"""What the timetable runs; each finds its own work in rows."""

from celery import shared_task
from django.utils import timezone

from messaging import postman, services


@shared_task(ignore_result=True)
def send_mail() -> None:
    """Tell admins who waits for them, and send what is queued."""
    now = timezone.now()
    services.tell_admins_who_waits(now=now)
    postman.deliver(now=now)


@shared_task
def forget_old_mail() -> str:
    """Delete mails of long ago."""
    return f"{postman.forget_old(now=timezone.now())} mails deleted"

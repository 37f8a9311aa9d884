"""Takes queued mails to the mail server. Nothing is lost: a mail leaves the queue only when accepted."""

from collections import Counter
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from post_office.mail import get_queued
from post_office.models import STATUS, Email, Log
from post_office.settings import get_backend, get_retry_timedelta
from post_office.utils import cleanup_expired_mails

log = structlog.get_logger()
# How long a process may take over one mail before another may try it.
LEASE = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=14)
KEPT = timedelta(days=30)
PERMANENT = 500


def deliver(*, now: datetime) -> Counter[str]:
    """Send what is due. Counts `sent`, `waiting` (tried again later) and `failed`."""
    done: Counter[str] = Counter()
    due = list(get_queued())
    if not due:
        return done
    connection: BaseEmailBackend = get_connection(get_backend())
    try:
        connection.open()
    except Exception as error:  # whatever keeps us from the server, every mail waits for it
        for email in due:
            done[put_back(email, error, now)] += 1
        log.warning("mail server not reached", waiting=len(due), reason=str(error))
        return done
    try:
        for email in due:
            if claim(email, now):
                done[send(email, connection, now)] += 1
    finally:
        connection.close()
    log.info("mail delivered", **done)
    return done


def claim(email: Email, now: datetime) -> bool:
    """Take a mail for this process: of several that read the same queue, one wins."""
    waiting = Email.objects.filter(pk=email.pk, status__in=[STATUS.queued, STATUS.requeued])
    return bool(waiting.filter(scheduled_time=email.scheduled_time).update(scheduled_time=now + LEASE))


def send(email: Email, connection: BaseEmailBackend, now: datetime) -> str:
    """Hand one mail to the server: `sent`, `waiting` or `failed`."""
    try:
        email.dispatch(commit=False, disconnect_after_delivery=False, connection=connection)
    except Exception as error:  # a mail that cannot be sent must not keep back the others
        return put_back(email, error, now)
    Email.objects.filter(pk=email.pk).update(status=STATUS.sent, last_updated=now)
    return "sent"


def put_back(email: Email, error: Exception, now: datetime) -> str:
    """Note why a mail did not go; it is tried again later unless that is hopeless."""
    hopeless = is_permanent(error) or email.created < now - GIVE_UP_AFTER
    Email.objects.filter(pk=email.pk).update(
        status=STATUS.failed if hopeless else STATUS.requeued,
        number_of_retries=(email.number_of_retries or 0) + 1,
        scheduled_time=now + get_retry_timedelta(),
        last_updated=now,
    )
    Log.objects.create(
        email=email, status=STATUS.failed, message=str(error), exception_type=type(error).__name__
    )
    if hopeless:
        log.error("mail given up", mail=email.pk, reason=str(error))
    return "failed" if hopeless else "waiting"


def is_permanent(error: Exception) -> bool:
    """Whether the server said that it will never take this mail, or the mail itself is broken."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= PERMANENT
    return isinstance(error, (ValueError, FileNotFoundError))


def forget_old(*, now: datetime) -> int:
    """Delete mails, with their attachments, that left or failed long ago."""
    return int(cleanup_expired_mails(now - KEPT)[0])

"""What people do about alerts. Each change is a claim, and leaves a line in the alert's history.

Handling an alert of the forest handles the rules' alerts of the same incident with it: to people it is one.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from anomalies.models import Alert, AlertEvent, AlertQuerySet

Status = Alert.Status
CHANGING = ["status", "verdict", "snoozed_until", "resolved_at"]


class HandlingError(Exception):
    """What was asked for makes no sense; the text says why."""


def acknowledge(*, alert: Alert, by: User | None, now: datetime, note: str = "") -> bool:
    """Somebody takes it up. False if it was taken up or resolved already."""
    free = Alert.objects.filter(status__in=[Status.OPEN, Status.SNOOZED])
    return _change(free, alert, by, now, Status.ACKNOWLEDGED, note, snoozed_until=None)


def resolve(*, alert: Alert, by: User | None, now: datetime, note: str = "") -> bool:
    """It is dealt with. False if it was already."""
    return _change(
        Alert.objects.open(), alert, by, now, Status.RESOLVED, note, snoozed_until=None, resolved_at=now
    )


def snooze(*, alert: Alert, by: User | None, now: datetime, until: datetime, note: str = "") -> bool:
    """Out of sight until later. False if it is resolved; HandlingError if later is not later."""
    if until <= now:
        raise HandlingError("Choose a time to come.")
    return _change(Alert.objects.open(), alert, by, now, Status.SNOOZED, note, snoozed_until=until)


def reopen(*, alert: Alert, by: User | None, now: datetime) -> bool:
    """Undo: open again. False if it is open."""
    shut = Alert.objects.exclude(status=Status.OPEN)
    return _change(shut, alert, by, now, Status.OPEN, "", snoozed_until=None, resolved_at=None)


def give_verdict(*, alert: Alert, by: User | None, now: datetime, verdict: str, note: str = "") -> Alert:
    """Say what it was: real, expected, a sensor fault or not useful. HandlingError for anything else."""
    if verdict not in Alert.Verdict.values:
        raise HandlingError(f"“{verdict}” is no verdict; choose one of {', '.join(Alert.Verdict.values)}.")
    with transaction.atomic():
        if Alert.objects.filter(pk=alert.pk).exclude(verdict=verdict).update(verdict=verdict):
            AlertEvent.objects.create(alert=alert, user=by, action=verdict, note=note[:300], at=now)
    alert.refresh_from_db(fields=CHANGING)
    return alert


def wake(*, now: datetime) -> int:
    """Alerts whose time to sleep is over are open again. Returns how many."""
    asleep = Alert.objects.filter(status=Status.SNOOZED, snoozed_until__lte=now)
    return sum(reopen(alert=alert, by=None, now=now) for alert in asleep)


def _change(
    free: AlertQuerySet,
    alert: Alert,
    by: User | None,
    now: datetime,
    status: str,
    note: str,
    **fields: datetime | None,
) -> bool:
    """The change and its line in the history stand or fall together; only one of two hands wins."""
    with transaction.atomic():
        won = free.filter(pk=alert.pk).update(status=status, **fields)
        if won:
            AlertEvent.objects.create(alert=alert, user=by, action=status, note=note[:300], at=now)
            for companion in _companions(alert, free):
                free.filter(pk=companion.pk).update(status=status, **fields)
                AlertEvent.objects.create(alert=companion, user=by, action=status, at=now)
    alert.refresh_from_db(fields=CHANGING)
    return bool(won)


def _companions(alert: Alert, free: AlertQuerySet) -> list[Alert]:
    """The rules' alerts that ride on the same incident and may still change."""
    if alert.type in Alert.RULES or alert.incident_id is None:
        return []
    return list(free.filter(incident=alert.incident_id, type__in=Alert.RULES))

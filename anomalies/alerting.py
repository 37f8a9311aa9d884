"""From incidents to alerts, once each, and never a flood.

A living incident alerts at once, up to the sensor's alarm budget. Of history that was imported, the strongest
incidents of each month within the budget are kept, and nobody is written to about them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from anomalies.detectors.rules import CONSECUTIVE_HOURS
from anomalies.models import Alert, Anomaly, Incident, Severity
from emads.lib.figures import THIN, energy, significant
from energy.models import Membership, Sensor
from messaging.services import notify

HISTORY = timedelta(days=7)  # what is older than this when it is found is history
MONTH = timedelta(days=30)
BURST = 2  # a living sensor may reach this many times its budget in a month
HISTORY_MOST = 12  # alerts of a sensor's history
NEAR = timedelta(hours=6)
Type = Alert.Type


def raise_alerts(
    *, sensor: Sensor, incidents: Sequence[Incident], budget: float, now: datetime
) -> list[Alert]:
    """Alerts for incidents that were just told. Returns the new ones."""
    living = [incident for incident in incidents if incident.end > now - HISTORY]
    made = [alert for incident in living for alert in _alert_living(incident, budget, now)]
    if len(living) < len(incidents):
        made += _alert_history(sensor, budget, now)
    return made


def _alert_living(incident: Incident, budget: float, now: datetime) -> list[Alert]:
    """Alerts of an incident that is going on or just over, if the budget allows."""
    mine = _alerts_near(incident)
    month = Alert.objects.filter(
        sensor=incident.sensor,
        type=Type.ISOLATION_FOREST,
        timestamp__lt=incident.start,
        timestamp__gte=incident.start - MONTH,
    )
    within = incident.severity == Severity.HIGH or month.count() < BURST * budget
    if not mine and not within:
        return []
    return _write(incident, mine, now)


def _alert_history(sensor: Sensor, budget: float, now: datetime) -> list[Alert]:
    """The strongest old incidents alert; those no longer among them go, unless somebody has touched them."""
    old = Incident.objects.filter(sensor=sensor, end__lte=now - HISTORY).select_related("sensor__site")
    months: dict[int, int] = {}
    wanted: list[Incident] = []
    for incident in old.order_by("-peak_score", "start"):
        month = int(incident.start.timestamp() // MONTH.total_seconds())
        months[month] = months.get(month, 0) + 1
        if months[month] <= budget and len(wanted) < HISTORY_MOST:
            wanted.append(incident)
    late = Alert.objects.untouched().filter(sensor=sensor, created_at__gt=F("timestamp") + HISTORY)
    late.exclude(incident__in=wanted).delete()
    made = []
    for incident in sorted(wanted, key=lambda one: one.start):
        made += _write(incident, _alerts_near(incident), now)
    return made


def _alerts_near(incident: Incident) -> dict[str, Alert]:
    """The alerts that already speak of an incident, by type, wherever late readings have moved its edges."""
    near = Alert.objects.filter(
        sensor=incident.sensor, timestamp__gte=incident.start - NEAR, timestamp__lt=incident.end + NEAR
    )
    return {alert.type: alert for alert in near.order_by("-timestamp")}


def _write(incident: Incident, known: dict[str, Alert], now: datetime) -> list[Alert]:
    """Make what is missing of an incident's alerts and bring the living ones up to date."""
    made = []
    for draft in drafts(incident):
        draft.created_at = now
        alert = known.get(draft.type)
        if alert is None:
            made.append(_once(draft))
        else:
            _refresh(alert, draft)
    return [alert for alert in made if alert is not None]


def _once(draft: Alert) -> Alert | None:
    told = {
        field: getattr(draft, field)
        for field in (
            "incident", "severity", "message", "energy_wh", "anomaly_score", "pct_change", "created_at",
        )
    }  # fmt: skip
    alert, new = Alert.objects.get_or_create(
        sensor=draft.sensor, type=draft.type, timestamp=draft.timestamp, defaults=told
    )
    return alert if new else None


def _refresh(alert: Alert, draft: Alert) -> None:
    """What an incident has grown to since; a resolved alert keeps its words."""
    fields: dict[str, Any] = {"incident": draft.incident}
    if not alert.resolved:
        fields |= {
            "severity": draft.severity,
            "message": draft.message,
            "anomaly_score": draft.anomaly_score,
        }
    Alert.objects.filter(pk=alert.pk).update(**fields)


def drafts(incident: Incident) -> list[Alert]:
    """The alerts an incident amounts to: the forest's, and those of the named rules that hold."""
    rows = list(incident.anomalies.order_by("start"))
    if not rows:
        return []
    made = [_draft(incident, Type.ISOLATION_FOREST, rows[0], incident.sentence)]
    jump = next((row for row in rows if row.spike), None)
    if jump is not None:
        made.append(_draft(incident, Type.SPIKE, jump, _jump_words(jump, incident.sensor.site.tz)))
    reached = _consecutive(rows)
    if reached is not None:
        words = f"Unusual for {CONSECUTIVE_HOURS} hours in a row: {incident.sentence}"
        made.append(_draft(incident, Type.CONSECUTIVE, reached, words))
    return made


def _draft(incident: Incident, kind: str, row: Anomaly, message: str) -> Alert:
    return Alert(
        sensor=incident.sensor,
        incident=incident,
        type=kind,
        severity=incident.severity,
        message=message,
        timestamp=row.start,
        energy_wh=row.energy_wh,
        anomaly_score=incident.peak_score,
        pct_change=row.pct_change,
    )


def _jump_words(row: Anomaly, tz: tzinfo) -> str:
    at = row.start.astimezone(tz)
    change = f" (+{significant(row.pct_change)}{THIN}%)" if row.pct_change is not None else ""
    return f"{at:%A} {at.day} {at:%b}, {at:%H:%M}: a sudden jump to {energy(row.energy_wh)}{change}."


def _consecutive(rows: Sequence[Anomaly]) -> Anomaly | None:
    """The hour at which enough flagged hours have followed one another."""
    run = 1
    for before, row in pairwise(rows):
        run = run + 1 if row.start - before.start == timedelta(hours=1) else 1
        if run >= CONSECUTIVE_HOURS:
            return row
    return None


def tell(*, alerts: Iterable[Alert], now: datetime) -> int:
    """Write to the people of the site about new alerts of living incidents, once per incident."""
    told = 0
    for alert in alerts:
        if alert.type != Type.ISOLATION_FOREST or alert.incident is None:
            continue
        if alert.incident.end <= now - HISTORY:
            continue
        told += notify(
            users=handlers(alert.sensor),
            kind="alert",
            severity=alert.severity,
            title=f"{alert.get_type_display()}: {alert.sensor.site.name}, {alert.sensor.name}",
            body=alert.message,
            link=alert.get_absolute_url(),
            key=f"alert:{alert.pk}",
            now=now,
        )
    return told


def handlers(sensor: Sensor) -> "QuerySet[User]":
    """The people who live at or manage the sensor's site."""
    here = Membership.objects.filter(site=sensor.site_id, access__in=Membership.EDITING)
    active: QuerySet[User] = User.objects.active()
    return active.filter(pk__in=here.values("user"))

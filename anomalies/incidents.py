"""Writing what was found: flagged hours, counts per day, and the incidents they add up to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from anomalies.artefact import Shipped
from anomalies.detectors.alarms import GAP
from anomalies.judging import Hour, Judged
from anomalies.models import Anomaly, Incident, ScoredDay, Severity
from anomalies.telling import Story, sentence, usual_range
from emads.lib import clock
from energy.models import Sensor

HOUR = timedelta(hours=1)
LARGE, SMALL = 0.5, 0.03  # of a usual day's energy


def write_hours(*, sensor: Sensor, since: datetime, until: datetime, hours: Sequence[Hour]) -> None:
    """Replace the flagged hours of [since, until)."""
    Anomaly.objects.filter(sensor=sensor, start__gte=since, start__lt=until).delete()
    Anomaly.objects.bulk_create(
        [
            Anomaly(
                sensor=sensor,
                start=hour.start,
                energy_wh=hour.energy_wh,
                expected_wh=hour.expected_wh,
                low_wh=hour.low_wh,
                high_wh=hour.high_wh,
                score=hour.score,
                pct_change=hour.pct_change,
                spike=hour.spike,
                reason=hour.reason,
            )
            for hour in hours
        ]
    )


def write_days(*, sensor: Sensor, judged: Judged) -> None:
    """Replace the counts of the local days the judged hours lie in; they begin at a local midnight."""
    if not len(judged.t):
        return
    days, place = np.unique(clock.local_day(judged.t, sensor.site.tz), return_inverse=True)
    known = np.bincount(place, judged.known, len(days)).astype(int)
    flagged = np.bincount(place, judged.flags & judged.known, len(days)).astype(int)
    dates = [clock.date_of(day) for day in days]
    ScoredDay.objects.filter(sensor=sensor, day__gte=dates[0], day__lte=dates[-1]).delete()
    ScoredDay.objects.bulk_create(
        ScoredDay(sensor=sensor, day=day, judged=int(k), flagged=int(f))
        for day, k, f in zip(dates, known, flagged, strict=True)
        if k
    )


def write_incidents(*, sensor: Sensor, since: datetime, until: datetime, shipped: Shipped) -> list[Incident]:
    """Tell the flagged hours of [since, until), and of an incident they continue, anew."""
    since = _reach_back(sensor, since)
    rows = list(Anomaly.objects.filter(sensor=sensor, start__gte=since, start__lt=until).order_by("start"))
    groups = _groups(rows)
    made = [_incident(sensor, group, shipped) for group in groups]
    starts = [incident.start for incident in made]
    gone = Incident.objects.filter(sensor=sensor, start__gte=since, start__lt=until).exclude(start__in=starts)
    gone.delete()
    Incident.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["sensor", "start"],
        update_fields=["end", "energy_wh", "expected_wh", "peak_score", "severity", "sentence"],
    )
    kept = list(Incident.objects.filter(sensor=sensor, start__in=starts).order_by("start"))
    for incident, group in zip(kept, groups, strict=True):
        incident.sensor = sensor
        Anomaly.objects.filter(pk__in=[row.pk for row in group]).update(incident=incident)
    return kept


def _reach_back(sensor: Sensor, since: datetime) -> datetime:
    """The start of the incident that hours from `since` on may continue."""
    near = Anomaly.objects.filter(sensor=sensor, start__lt=since, start__gte=since - GAP * HOUR)
    before = near.select_related("incident").order_by("-start").first()
    return min(since, before.incident.start) if before is not None and before.incident else since


def _groups(rows: Sequence[Anomaly]) -> list[list[Anomaly]]:
    groups: list[list[Anomaly]] = []
    for row in rows:
        if groups and row.start - groups[-1][-1].start <= GAP * HOUR:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _incident(sensor: Sensor, group: Sequence[Anomaly], shipped: Shipped) -> Incident:
    """One story out of neighbouring flagged hours."""
    peak, last = max(group, key=lambda row: row.score), group[-1]
    expected = [row.expected_wh for row in group]
    known = [wh for wh in expected if wh is not None]
    learning = len(known) < len(expected)
    floor = all(row.low_wh is None or row.low_wh >= 0 for row in group)
    band = usual_range(expected, [row.high_wh for row in group], floor)
    story = Story(
        group[0].start,
        group[-1].start + HOUR,
        len(group),
        sum(row.energy_wh for row in group),
        band[0] if band else None,
        band[1] if band else None,
        last.reason if "off for" in peak.reason and "off for" in last.reason else peak.reason,
        None if learning else shipped.one_in(peak.score),
    )
    return Incident(
        sensor=sensor,
        start=story.start,
        end=story.end,
        energy_wh=round(story.energy_wh, 3),
        expected_wh=None if learning else round(sum(known), 3),
        peak_score=peak.score,
        severity=Severity.LOW if learning else _severity(group, peak.score, shipped),
        sentence=sentence(story, sensor.site.tz),
    )


def _severity(group: Sequence[Anomaly], score: float, shipped: Shipped) -> Severity:
    """By rarity, a step up for what is large and down for what hardly counts, by a usual day's energy."""
    step = sum(score >= shipped.threshold(budget) for budget in (0.5, 1.0))
    expected = [row.expected_wh for row in group if row.expected_wh is not None]
    away = sum(abs(row.energy_wh - wh) for row, wh in zip(group, expected, strict=True))
    day = 24 * max(float(np.mean(np.abs(expected))), float(np.mean([abs(row.energy_wh) for row in group])))
    step += (away > LARGE * day) - (away < SMALL * day)
    return (Severity.LOW, Severity.MEDIUM, Severity.HIGH)[max(0, min(step, 2))]


def local_midnight(moment: datetime, sensor: Sensor) -> datetime:
    """The first UTC hour that begins on the local day on which the hour of a moment begins."""
    hour = datetime.fromtimestamp(clock.epoch(moment) // clock.HOUR * clock.HOUR, UTC)
    start = clock.epoch(clock.day_start(hour.astimezone(sensor.site.tz).date(), sensor.site.tz))
    return clock.moment(-(-start // clock.HOUR) * clock.HOUR)

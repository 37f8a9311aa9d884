"""What detection says, for pages and reports: reads only, numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from django.db.models import Sum

from anomalies.detectors import alarms
from anomalies.detectors.fleet import MEMORY
from anomalies.detectors.usual import BAND, LEARNING_HOURS, History, usual
from anomalies.models import Alert, AlertQuerySet, Anomaly, DetectionState, ScoredDay
from emads.lib import clock
from emads.lib.arrays import FloatArray, IntArray
from energy import series
from energy.models import Person, Sensor, Site
from energy.span import Span


@dataclass(frozen=True, slots=True)
class Rate:
    """Judged and flagged hours, and the share of flagged ones; None where nothing was judged."""

    judged: int
    flagged: int

    @property
    def share(self) -> float | None:
        """Flagged of judged."""
        return self.flagged / self.judged if self.judged else None


class Band(NamedTuple):
    """What is usual, per hour; NaN where that is not known. [Wh]"""

    low: FloatArray
    expected: FloatArray
    high: FloatArray


def rates(sensors: Sequence[Sensor], span: Span) -> dict[int, Rate]:
    """The rate of each sensor over the days of a span, in one query."""
    days = ScoredDay.objects.filter(sensor__in=sensors, day__gte=span.first, day__lte=span.last)
    rows = days.values("sensor").annotate(j=Sum("judged"), f=Sum("flagged"))
    found = {row["sensor"]: Rate(row["j"], row["f"]) for row in rows}
    return {sensor.pk: found.get(sensor.pk, Rate(0, 0)) for sensor in sensors}


def rate(sensors: Sequence[Sensor], span: Span) -> Rate:
    """The rate of sensors together over the days of a span."""
    each = rates(sensors, span).values()
    return Rate(sum(one.judged for one in each), sum(one.flagged for one in each))


def longest_run(sensor: Sensor, span: Span) -> int:
    """Most flagged hours in a row within a span."""
    flagged = Anomaly.objects.filter(sensor=sensor, start__gte=span.start, start__lt=span.end)
    starts = flagged.order_by("start").values_list("start", flat=True)
    return alarms.longest_run(np.array([clock.epoch(at) for at in starts], dtype=np.int64))


def band(sensor: Sensor, t: IntArray) -> Band:
    """The usual week as last learnt, laid over instants: light, the same in any year. (n,) -> 3 x (n,)"""
    unknown = np.full(len(t), np.nan)
    state = DetectionState.objects.filter(sensor=sensor).first()
    if state is None or not state.profile.get("expected"):
        return Band(unknown, unknown, unknown)
    hour = clock.hour_of_week(t, sensor.site.tz)
    expected, spread = np.array(state.profile["expected"])[hour], np.array(state.profile["spread"])[hour]
    low = expected - BAND * spread
    floor = min(state.profile["expected"]) >= 0
    return Band(np.maximum(low, 0.0) if floor else low, expected, expected + BAND * spread)


class Stretch(NamedTuple):
    """Hours with what was used and what was usual at the time. Shapes (n,)."""

    t: IntArray
    wh: FloatArray
    band: Band


def band_then(sensor: Sensor, start: datetime, end: datetime) -> Stretch:
    """Hours in [start, end) with the band that was known then, as detection saw it."""
    buckets = series.load(sensor, start - timedelta(hours=MEMORY), end, "hour")
    first = int(np.searchsorted(buckets.t, clock.epoch(start) // clock.HOUR * clock.HOUR))
    known = np.flatnonzero(~np.isnan(buckets.wh))
    t, wh = buckets.t[first:], buckets.wh[first:]
    if not len(known) or first >= len(buckets.t):
        nothing = np.full(len(t), np.nan)
        return Stretch(t, wh, Band(nothing, nothing, nothing))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = usual(History.of(buckets.wh, buckets.t, sensor.site.tz), first)
    learnt = t >= buckets.t[known[0]] + LEARNING_HOURS * clock.HOUR

    def where_learnt(values: FloatArray) -> FloatArray:
        return np.where(learnt, values, np.nan)

    edges = where_learnt(found.band_low), where_learnt(found.expected), where_learnt(found.band_high)
    return Stretch(t, wh, Band(*edges))


def learning_until(sensor: Sensor) -> datetime | None:
    """When a sensor's first hours can be judged; None without readings."""
    extent = series.extent([sensor])
    return extent[0] + timedelta(hours=LEARNING_HOURS) if extent else None


def open_alerts(user: Person, site: Site | None = None) -> AlertQuerySet:
    """Alerts that are not resolved, one per incident, of a site or of all this person may see."""
    alerts = Alert.objects.visible_to(user).open().leading().told()
    return alerts.filter(sensor__site=site) if site is not None else alerts

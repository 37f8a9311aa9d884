"""Charts of what was flagged over what is usual."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Any

import numpy as np

from anomalies.detectors import rolling
from anomalies.models import Anomaly, Incident
from anomalies.reading import Band, Stretch, band_then
from emads.lib import charts, clock
from emads.lib.arrays import BoolArray, IntArray
from emads.lib.figures import scale
from energy import series
from energy.models import Sensor
from energy.span import Span

HOURLY_DAYS = 80  # longer spans are drawn by the day
WHOLE_DAYS = 800  # longer spans are cut to where the readings are
DAY = timedelta(days=1)
AROUND = 2 * DAY
MOST_HOURS = 1900
WORDS_LENGTH = 160
MARKERS = 60  # side by side over the whole width: closer ones would hide each other
NAMED: dict[str, tuple[str, charts.Role]] = {
    Sensor.Quantity.IMPORT: ("Used", "consumption"),
    Sensor.Quantity.GAS: ("Used", "consumption"),
    Sensor.Quantity.HEAT: ("Used", "consumption"),
    Sensor.Quantity.EXPORT: ("Fed in", "export"),
    Sensor.Quantity.PRODUCTION: ("Produced", "production"),
}


def of_span(sensor: Sensor, span: Span) -> dict[str, Any]:
    """Energy of a span, its usual band and the flagged points."""
    stretch = band_then(sensor, *_with_readings(sensor, span))
    flagged = Anomaly.objects.filter(sensor=sensor, start__gte=span.start, start__lt=span.end)
    rows = list(flagged.order_by("start").values_list("start", "reason"))
    reasons = {clock.epoch(start): reason for start, reason in rows}
    if span.days > HOURLY_DAYS:
        return _figure(by_day(stretch, span.tz), per_day(reasons, span.tz), sensor, span.tz)
    return _figure(stretch, reasons, sensor, span.tz)


def _with_readings(sensor: Sensor, span: Span) -> tuple[datetime, datetime]:
    """The part of a long span that holds readings: centuries are quickly asked for, and slowly judged."""
    if span.days <= WHOLE_DAYS:
        return span.start, span.end
    known = series.extent([sensor])
    if known is None or known[1] < span.start or known[0] >= span.end:
        return span.start, span.start + DAY
    return max(span.start, known[0]), min(span.end, known[1] + timedelta(hours=1))


def of_incident(incident: Incident) -> dict[str, Any]:
    """An incident with two days before and after."""
    sensor = incident.sensor
    stretch = band_then(sensor, incident.start - AROUND, incident.end + AROUND)
    rows = incident.anomalies.values_list("start", "reason")
    reasons = {clock.epoch(start): reason for start, reason in rows}
    if len(stretch.t) > MOST_HOURS:
        return _figure(
            by_day(stretch, sensor.site.tz), per_day(reasons, sensor.site.tz), sensor, sensor.site.tz
        )
    return _figure(stretch, reasons, sensor, sensor.site.tz)


def by_day(stretch: Stretch, tz: tzinfo) -> Stretch:
    """Sums of local days; the band's hours are taken as half correlated. Days without a reading are NaN."""
    if not len(stretch.t):
        return stretch
    starts = clock.floor(stretch.t, "day", tz)
    days, first = np.unique(starts, return_index=True)
    read = ~np.isnan(stretch.wh)
    any_read = np.add.reduceat(read, first) > 0
    wh = np.where(any_read, np.add.reduceat(np.where(read, stretch.wh, 0.0), first), np.nan)
    expected = np.add.reduceat(stretch.band.expected, first)
    margin = stretch.band.high - stretch.band.expected
    together = np.add.reduceat(margin, first) ** 2
    spread = np.sqrt(0.5 * np.add.reduceat(margin**2, first) + 0.5 * together)
    floor = np.fmin.reduce(stretch.band.low, initial=0.0) >= 0
    low = np.maximum(expected - spread, 0.0) if floor else expected - spread
    return Stretch(days, wh, Band(low, expected, expected + spread))


def per_day(reasons: dict[int, str], tz: tzinfo) -> dict[int, str]:
    """How many hours of each local day were flagged, in words."""
    at = np.array(sorted(reasons), dtype=np.int64)
    days, counts = np.unique(clock.floor(at, "day", tz), return_counts=True)
    return {int(d): f"{c} unusual hour{'s' if c > 1 else ''}" for d, c in zip(days, counts, strict=True)}


def _figure(stretch: Stretch, reasons: dict[int, str], sensor: Sensor, tz: tzinfo) -> dict[str, Any]:
    unit = scale(float(np.fmax.reduce(np.abs(stretch.wh), initial=0.0)))
    stamps = charts.wall_stamps(stretch.t, tz)
    drawn = stretch.wh / unit.wh
    low, high = (charts.numbers(edge / unit.wh) for edge in (stretch.band.low, stretch.band.high))
    strange = np.isin(stretch.t, np.array(list(reasons), dtype=np.int64)) & ~np.isnan(drawn)
    shown = marked(strange)
    texts = [_point(drawn[i], unit.unit, reasons[int(stretch.t[i])]) for i in shown]
    lasting = np.where(strange & (strange_around(strange) > 1), drawn, np.nan)
    traces = [
        charts.trace("Usual", "band", "band", stamps, [], low=low, high=high),
        charts.trace(*NAMED[sensor.quantity], "line", stamps, charts.numbers(drawn)),
        charts.trace("Unusual in a row", "anomaly", "line", stamps, charts.numbers(lasting)),
        charts.trace(
            "Unusual",
            "anomaly",
            "points",
            [stamps[i] for i in shown],
            charts.numbers(drawn[shown]),
            text=texts,
        ),
    ]
    known = _worth_drawing(traces, bool((~np.isnan(stretch.wh)).any()))
    return charts.figure(known, unit.unit, time_zone=str(tz), empty=charts.NO_READINGS)


def _worth_drawing(traces: Iterable[dict[str, Any]], read: bool) -> list[dict[str, Any]]:
    """Without a reading there is nothing to see; what is empty stays away."""
    if not read:
        return []
    return [one for one in traces if any(v is not None for v in one.get("low", one["y"]))]


def strange_around(strange: BoolArray) -> IntArray:
    """How many of an hour and its two neighbours are flagged. (n,) -> (n,)"""
    return np.convolve(strange.astype(np.int64), np.ones(3, dtype=np.int64), mode="same")


def marked(strange: BoolArray) -> list[int]:
    """Flagged hours that get a marker: the ends of each run and, in long runs, one every so often."""
    apart = max(1, len(strange) // MARKERS)
    run = rolling.run_length(strange)
    last = strange & ~np.concatenate([strange[1:], [False]])
    regular = strange & ((run - 1) % apart == 0)
    return [int(i) for i in np.flatnonzero(regular | last)]


def _point(value: float, unit: str, reason: str) -> str:
    return f"{value:,.3g} {unit}: {reason}"[:WORDS_LENGTH]

"""The charts of the first page, as data."""

from collections.abc import Callable
from typing import Any

import numpy as np
from django.http import HttpRequest, JsonResponse

from anomalies import reading as detection
from anomalies.models import Anomaly
from emads.lib import charts, clock, figures
from emads.lib.arrays import FloatArray, IntArray
from emads.web import wording
from emads.web.dashboard import home_or_404
from emads.web.earlier import energy_before
from emads.web.home import Home
from energy.analysis import pattern
from energy.usage.read import energy_of
from forecasting.charts import ahead


def most(values: FloatArray) -> float:
    """The largest of the values that are there; 0 without any."""
    return float(np.nanmax(values)) if values.size and not np.isnan(values).all() else 0.0


def _answer(request: HttpRequest, draw: Callable[[Home], dict[str, Any]]) -> JsonResponse:
    return JsonResponse(draw(home_or_404(request)))


def energy_chart(request: HttpRequest) -> JsonResponse:
    """Bars of the span, what is expected next, what was unusual."""
    return _answer(request, energy_figure)


def daily_chart(request: HttpRequest) -> JsonResponse:
    """Daily totals with their mean of seven days."""
    return _answer(request, daily_figure)


def weekday_chart(request: HttpRequest) -> JsonResponse:
    """Averages of Mondays to Sundays."""
    return _answer(request, weekday_figure)


def heat_chart(request: HttpRequest) -> JsonResponse:
    """Hour by day."""
    return _answer(request, heat_figure)


def energy_figure(home: Home) -> dict[str, Any]:
    """The main chart. Forecasts are daily, so they stand beside days only."""
    span, tz = home.span, home.span.tz
    buckets = energy_of(home.mains, span, span.resolution)
    before = energy_before(home.mains, span, buckets) if home.compare else None
    scale = figures.scale(most(buckets.wh if before is None else np.concatenate([buckets.wh, before])))
    name = home.mains[0].get_quantity_display()
    traces = [charts.over_time(name, "consumption", "bar", buckets.t, buckets.wh / scale.wh, tz)]
    if np.isnan(buckets.wh).all():
        traces = []
    traces += previous(home, buckets.t, before, scale) if before is not None else []
    traces += usual(home, buckets.t, scale) if span.resolution == "hour" else []
    traces += produced(home, scale)
    traces += [unusual(home, scale)] if span.resolution != "month" else []
    traces += forecast(home, scale) if span.resolution == "day" else []
    more = {"note": said} if (said := note(home, traces, before)) else {}
    return charts.figure(traces, scale.unit, time_zone=str(tz), empty=charts.NO_READINGS, **more)


def previous(home: Home, t: IntArray, wh: FloatArray, scale: figures.Scale) -> list[dict[str, Any]]:
    """The stretch before as a pale line."""
    if np.isnan(wh).all():
        return []
    name = wording.before(home.span).removeprefix("the ").capitalize()
    return [charts.over_time(name, "previous", "line", t, wh / scale.wh, home.span.tz, dash="solid")]


def usual(home: Home, t: IntArray, scale: figures.Scale) -> list[dict[str, Any]]:
    """The band of the usual week behind hours."""
    bands = [detection.band(sensor, t) for sensor in home.mains]
    low = np.sum([band.low for band in bands], axis=0)
    high = np.sum([band.high for band in bands], axis=0)
    if np.isnan(low).all():
        return []
    x = charts.wall_stamps(t, home.span.tz)
    lows, highs = charts.numbers(low / scale.wh), charts.numbers(high / scale.wh)
    return [charts.trace("Usual", "band", "band", x, [], low=lows, high=highs)]


def produced(home: Home, scale: figures.Scale) -> list[dict[str, Any]]:
    """What the roof made and what went out, as lines over the bars."""
    roles: dict[str, charts.Role] = {"production": "production", "export": "export"}
    lines = []
    for quantity, role in roles.items():
        sensors = [s for s in home.roots if s.quantity == quantity and s not in home.mains]
        if sensors:
            read = energy_of(sensors, home.span, home.span.resolution)
            name = sensors[0].get_quantity_display()
            lines.append(charts.over_time(name, role, "line", read.t, read.wh / scale.wh, home.span.tz))
    return lines


def unusual(home: Home, scale: figures.Scale) -> dict[str, Any]:
    """Flagged hours, each at its hour or gathered at its day."""
    span = home.span
    anomalies = Anomaly.objects.filter(sensor__in=home.mains, start__gte=span.start, start__lt=span.end)
    flagged = np.array(
        sorted(clock.epoch(start) for start in anomalies.values_list("start", flat=True)), np.int64
    )
    shown = energy_of(home.mains, span, span.resolution) if len(flagged) else None
    if shown is None or span.resolution == "month":
        return charts.trace("Unusual", "anomaly", "points", [], [])
    t, count = np.unique(clock.floor(flagged, span.resolution, span.tz), return_counts=True)
    place = np.searchsorted(shown.t, t)
    text = [f"{n} unusual hour{'s' if n > 1 else ''}" for n in count]
    return charts.trace(
        "Unusual",
        "anomaly",
        "points",
        charts.wall_stamps(t, span.tz),
        charts.numbers(shown.wh[np.minimum(place, len(shown.wh) - 1)] / scale.wh),
        text=text,
    )


def forecast(home: Home, scale: figures.Scale) -> list[dict[str, Any]]:
    """The coming days and their band, if the span reaches up to the last reading."""
    return ahead(home.outlook, scale) if home.outlook and home.last < home.span.end else []


def note(home: Home, drawn: list[dict[str, Any]], before: FloatArray | None) -> str:
    """What the chart leaves out."""
    said = []
    if before is not None and np.isnan(before).all():
        said.append(f"There are no readings of {wording.before(home.span)}.")
    if any(trace["role"] == "forecast" for trace in drawn) and home.outlook:
        said += [f"The forecast is without {one.sensor.name}. {one.reason}" for one in home.outlook.left_out]
    return " ".join(said)


def daily_figure(home: Home) -> dict[str, Any]:
    """At least five weeks, so that a trend can be seen."""
    tz = home.span.tz
    t, wh, mean = home.patterns.recent.t[6:], home.patterns.recent.wh[6:], home.patterns.weekly_mean[6:]
    scale = figures.scale(most(wh))
    traces = [
        charts.over_time("Day", "previous", "bar", t, wh / scale.wh, tz),
        charts.over_time("Mean of 7 days", "consumption", "line", t, mean / scale.wh, tz),
    ]
    drawn = [] if np.isnan(wh).all() else traces
    return charts.figure(drawn, scale.unit, time_zone=str(tz), empty=charts.NO_READINGS)


def weekday_figure(home: Home) -> dict[str, Any]:
    """Whole days only: half a day is not a frugal one."""
    means = home.patterns.weekdays
    scale = figures.scale(most(means))
    names = [name[:3] for name in pattern.WEEKDAYS]
    known = [] if np.isnan(means).all() else charts.numbers(means / scale.wh)
    bars = charts.trace("Average", "consumption", "bar", names, known)
    return charts.figure([bars], scale.unit, empty="Known after the first whole day.")


def heat_figure(home: Home) -> dict[str, Any]:
    """The hours of the days that patterns are drawn from."""
    tz, hours = home.span.tz, home.patterns.hours
    found = pattern.heat_map(hours.t, hours.wh, tz)
    scale = figures.scale(most(found.wh))
    days = [str(day) for day in found.days.astype("datetime64[D]")]
    z = [charts.numbers(row / scale.wh) for row in found.wh]
    cells = charts.trace("Energy", "consumption", "heatmap", days, charts.HOURS, z=z)
    drawn = [] if np.isnan(found.wh).all() else [cells]
    return charts.figure(drawn, scale.unit, time_zone=str(tz), empty=charts.NO_READINGS)
